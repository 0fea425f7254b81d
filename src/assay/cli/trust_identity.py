"""`assay trust idp`: runs the identity provider, and adds who signs in to what."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts.identity import IDENTITY_TEXTS as _TEXTS

if TYPE_CHECKING:
    from assay.trust.identity.provider import Provider

__all__ = ["add_to"]

application = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_LARGEST_JWKS = 64 * 1024
_STANDARD_FOLDER = Path(".assay/trust/identity")
_NO_ISSUER = "http://localhost"


def add_to(trust: typer.Typer) -> None:
    """Hangs the commands onto `assay trust`."""
    trust.add_typer(application, name="idp", help=_TEXTS["help"])


Folder = Annotated[Path, typer.Option("--folder", help=_TEXTS["folder_option"])]


@application.command(help=_TEXTS["up_help"])
def up(
    *,
    host: Annotated[str, typer.Option("--host", help=_TEXTS["host_option"])] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help=_TEXTS["port_option"])] = 8_480,
    issuer: Annotated[str | None, typer.Option("--issuer", help=_TEXTS["issuer_option"])] = None,
    folder: Folder = _STANDARD_FOLDER,
) -> int:
    """See `up_help` in the catalogue of texts."""
    import logging
    import socket

    import uvicorn

    from assay.errors import IdentityError
    from assay.trust.identity.provider import application as served

    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise IdentityError(f"{host}:{port} cannot be listened on: {error.strerror}", hint="use --port 0") from error
    with listener:
        provider = _provider(folder, issuer or f"http://localhost:{listener.getsockname()[1]}")
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
        # No access log: addresses of pages and clients hold states and hints. No proxy headers: whoever sends
        # X-Forwarded-For would choose which address his failures are counted for.
        configuration = uvicorn.Config(
            served(provider),
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
        print(_TEXTS["serving"].format(issuer=provider.settings.issuer), flush=True)
        try:
            uvicorn.Server(configuration).run(sockets=[listener])
        finally:
            provider.close()
    return ExitCode.ALL_HOLD


@application.command("add-account", help=_TEXTS["add_account_help"])
def add_account(
    name: Annotated[str, typer.Argument(help=_TEXTS["account_argument"])],
    *,
    display_name: Annotated[str, typer.Option("--display-name", help=_TEXTS["display_name_option"])] = "",
    email: Annotated[str, typer.Option("--email", help=_TEXTS["email_option"])] = "",
    folder: Folder = _STANDARD_FOLDER,
) -> int:
    """See `add_account_help` in the catalogue of texts."""
    if sys.stdin.isatty():
        password = typer.prompt(_TEXTS["password_prompt"], hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    provider = _provider(folder)
    try:
        provider.accounts.create(name, password, display_name=display_name, email=email)
    finally:
        provider.close()
    print(_TEXTS["account_added"].format(name=name))
    return ExitCode.ALL_HOLD


@application.command("add-client", help=_TEXTS["add_client_help"])
def add_client(  # noqa: PLR0913 # a parameter is an option
    client_id: Annotated[str, typer.Argument(metavar="CLIENT", help=_TEXTS["client_argument"])],
    *,
    name: Annotated[str, typer.Option("--name", help=_TEXTS["client_name_option"])] = "",
    redirect: Annotated[list[str] | None, typer.Option("--redirect", help=_TEXTS["redirect_option"])] = None,
    logout: Annotated[list[str] | None, typer.Option("--logout-redirect", help=_TEXTS["logout_uri_option"])] = None,
    authentication: Annotated[str, typer.Option("--authentication", help=_TEXTS["authentication_option"])] = "none",
    jwks: Annotated[Path | None, typer.Option("--jwks", help=_TEXTS["jwks_option"])] = None,
    first_party: Annotated[bool, typer.Option("--first-party", help=_TEXTS["first_party_option"])] = False,
    introspect: Annotated[bool, typer.Option("--may-introspect", help=_TEXTS["introspect_option"])] = False,
    audience: Annotated[str, typer.Option("--audience", help=_TEXTS["audience_option"])] = "",
    folder: Folder = _STANDARD_FOLDER,
) -> int:  # fmt: skip
    """See `add_client_help` in the catalogue of texts."""
    import msgspec

    from assay.errors import UsageError
    from assay.trust.identity.clients import Client, new_secret

    secret, secret_hash = new_secret() if authentication == "client_secret_basic" else ("", "")
    document = {
        "id": client_id,
        "name": name or client_id,
        "redirect_uris": redirect or [],
        "logout_uris": logout or [],
        "authentication": authentication,
        "secret_hash": secret_hash,
        "jwks": _read_jwks(jwks) if jwks else None,
        "is_first_party": first_party,
        "may_introspect": introspect,
        "audience": audience,
    }
    try:
        client = msgspec.convert(document, Client)
    except msgspec.ValidationError as error:
        raise UsageError(f"this is no client: {error}", hint=_TEXTS["authentication_option"]) from error
    provider = _provider(folder)
    try:
        provider.clients.add(client)
    finally:
        provider.close()
    print(_TEXTS["client_added"].format(name=client.id))
    if secret:
        print(_TEXTS["client_secret"].format(secret=secret))
    return ExitCode.ALL_HOLD


@application.command("rotate-keys", help=_TEXTS["rotate_keys_help"])
def rotate_keys(*, folder: Folder = _STANDARD_FOLDER) -> int:
    """See `rotate_keys_help` in the catalogue of texts."""
    provider = _provider(folder)
    try:
        provider.keys.jwks()
        provider.keys.rotate()
    finally:
        provider.close()
    print(_TEXTS["keys_rotated"])
    return ExitCode.ALL_HOLD


def _provider(folder: Path, issuer: str = _NO_ISSUER) -> "Provider":
    import time

    from assay.trust.identity.provider import Provider
    from assay.trust.identity.settings import ProviderSettings

    return Provider(folder, ProviderSettings(issuer), time.time)


def _read_jwks(path: Path) -> object:
    """The public keys in a file.

    Raises:
        UsageError: They are none, or private.
    """
    import msgspec

    from assay.errors import Place, UsageError
    from assay.trust.identity.client_assertion import check_public_keys

    try:
        with path.open("rb") as file:
            document = msgspec.json.decode(file.read(_LARGEST_JWKS))
        check_public_keys(document)
    except (OSError, ValueError) as error:
        raise UsageError("this is no set of public keys", where=Place(path), hint='give {"keys": […]}') from error
    return document
