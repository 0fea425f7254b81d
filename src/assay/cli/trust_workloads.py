"""`assay trust ca up` and `assay trust svid`: identities for the processes of this machine."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.trust_workloads import WORKLOAD_TEXTS

if TYPE_CHECKING:
    from assay.trust.workloads.workload_api.client import WorkloadContext
    from assay.trust.workloads.workload_api.identities import Identities

__all__ = ["add_to"]

_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_TO_WAIT = 30.0


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("up", help=WORKLOAD_TEXTS["up_help"], epilog=WORKLOAD_TEXTS["up_examples"])(up)
    # With a callback, one command alone stays a command of its group.
    group.callback()(_authority)
    application.add_typer(group, name="ca", help=WORKLOAD_TEXTS["ca_help"])
    application.command("svid", help=WORKLOAD_TEXTS["svid_help"], epilog=WORKLOAD_TEXTS["svid_examples"])(svid)


def _authority() -> None:
    pass


def up(
    registry: Annotated[Path, typer.Argument(metavar="REGISTRY", help=WORKLOAD_TEXTS["registry_help"])],
    *,
    folder: Annotated[Path, typer.Option("--folder", help=WORKLOAD_TEXTS["folder_help"])] = Path(
        ".assay/trust/authority"
    ),
    socket: Annotated[Path, typer.Option("--socket", help=WORKLOAD_TEXTS["socket_help"])] = Path(
        ".assay/trust/workloads.sock"
    ),
) -> int:
    """See `up_help` in the catalogue of texts."""
    from assay.cli.complaint import print_complaint
    from assay.trust.workloads.authority import Authority
    from assay.trust.workloads.registration import read_registry
    from assay.trust.workloads.workload_api.client import ENDPOINT
    from assay.trust.workloads.workload_api.identities import Identities
    from assay.trust.workloads.workload_api.server import WorkloadApiServer

    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    seen = _state(registry)
    entries = read_registry(registry)
    with Authority(folder, entries.trust_domain) as authority:
        identities = Identities(authority, entries)
        with WorkloadApiServer(socket, identities, on_trouble=print_complaint) as server:
            said = {"trust_domain": entries.trust_domain, "entries": len(entries.entries)}
            typer.echo(WORKLOAD_TEXTS["up_line"].format(**said, variable=ENDPOINT, address=server.address))
            _follow(registry, seen, identities, stopping)
    typer.echo(WORKLOAD_TEXTS["ended_line"])
    return ExitCode.ALL_HOLD


def _follow(path: Path, seen: tuple[int, int], identities: "Identities", stopping: threading.Event) -> None:
    """Takes up a registry that changed, until it is time to stop."""
    from assay.cli.complaint import print_complaint
    from assay.errors import CertificateError
    from assay.trust.workloads.registration import read_registry

    while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
        now = _state(path)
        if now == seen:
            continue
        seen = now
        try:
            entries = read_registry(path)
            identities.register(entries)
        except CertificateError as error:
            print_complaint(error)
            typer.echo(WORKLOAD_TEXTS["kept_line"], err=True)
        else:
            typer.echo(WORKLOAD_TEXTS["reloaded_line"].format(entries=len(entries.entries)))


def _state(path: Path) -> tuple[int, int]:
    """What changes when a file does; that it is not there is a state too."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_ino)


def svid(
    *,
    address: Annotated[str | None, typer.Option("--address", help=WORKLOAD_TEXTS["address_help"])] = None,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
) -> int:
    """See `svid_help` in the catalogue of texts."""
    from assay.errors import CertificateError
    from assay.trust.workloads.workload_api.client import WorkloadFollower

    came = threading.Event()
    contexts: list[WorkloadContext | None] = []

    def take(context: "WorkloadContext | None") -> None:
        contexts.append(context)
        came.set()

    with WorkloadFollower(take, address):
        came.wait(_SECONDS_TO_WAIT)
    context = contexts[0] if contexts else None
    if context is None:
        reason = "it has none for this command" if contexts else f"no answer in {_SECONDS_TO_WAIT:.0f} seconds"
        raise CertificateError(f"the Workload API gave no identity: {reason}")
    (_print_json if json else _print)(context)
    return ExitCode.ALL_HOLD


def _print(context: "WorkloadContext") -> None:
    for identity in context.identities:
        certificate = identity.chain[0]
        until = f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S}"
        said = {"spiffe_id": identity.spiffe_id, "serial": f"{certificate.serial_number:x}", "until": until}
        typer.echo(WORKLOAD_TEXTS["identity_line"].format(**said))
    trusted = ", ".join(str(bundle.trust_domain) for bundle in context.bundles)
    typer.echo(WORKLOAD_TEXTS["trusts_line"].format(trust_domains=trusted))


def _print_json(context: "WorkloadContext") -> None:
    import msgspec

    identities = [
        {
            "spiffe_id": str(identity.spiffe_id),
            "serial": f"{identity.chain[0].serial_number:x}",
            "until": identity.chain[0].not_valid_after_utc.isoformat(),
            "hint": identity.hint,
        }
        for identity in context.identities
    ]
    trusted = [str(bundle.trust_domain) for bundle in context.bundles]
    typer.echo(msgspec.json.encode({"identities": identities, "trust_domains": trusted}).decode())
