"""`assay trust token inspect`: what a token is, and what is wrong with it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.trust_tokens import TOKEN_TEXTS

if TYPE_CHECKING:
    from assay.trust.tokens.inspection import Check
    from assay.trust.tokens.keys import Key

__all__ = ["add_to"]

_MAXIMUM_INPUT = 64 * 1024


def add_to(application: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("inspect", help=TOKEN_TEXTS["inspect_help"], epilog=TOKEN_TEXTS["inspect_examples"])(inspect)
    # With a callback, one command alone stays a command of its group.
    group.callback()(_tokens)
    application.add_typer(group, name="token", help=TOKEN_TEXTS["group_help"])


def _tokens() -> None:
    pass


def inspect(
    token: Annotated[str, typer.Argument(metavar="TOKEN|-", help=TOKEN_TEXTS["token_help"])],
    *,
    keys: Annotated[Path | None, typer.Option("--keys", help=TOKEN_TEXTS["keys_help"])] = None,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
) -> int:
    """See `inspect_help` in the catalogue of texts."""
    import time

    from assay.trust.tokens.inspection import CheckName, CheckOutcome, inspect_token

    own = () if keys is None else _keys(keys)
    is_from_input = token == "-"  # noqa: S105 # no secret: the name of standard input
    checks = inspect_token(_read() if is_from_input else token.strip(), now=time.time(), keys=own)
    if json:
        _print_json(checks)
    else:
        for check in checks:
            named = {"check": TOKEN_TEXTS["checks"][check.name], "outcome": TOKEN_TEXTS["outcomes"][check.outcome]}
            typer.echo(TOKEN_TEXTS["line"].format(**named, detail=check.detail).rstrip())
        if any(check.name is CheckName.SIGNATURE and check.outcome is CheckOutcome.UNKNOWN for check in checks):
            typer.echo(TOKEN_TEXTS["nothing_believed"], err=True)
    is_wrong = any(check.outcome is CheckOutcome.WRONG for check in checks)
    return ExitCode.SOME_VIOLATED if is_wrong else ExitCode.ALL_HOLD


def _read() -> str:
    from assay.errors import UsageError

    data = sys.stdin.buffer.read(_MAXIMUM_INPUT + 1)
    if len(data) > _MAXIMUM_INPUT:
        raise UsageError(f"standard input has more than {_MAXIMUM_INPUT} bytes, which is the limit for a token")
    # What is not ASCII is no token, and is told so by the checks.
    return data.decode("utf-8", errors="replace").strip()


def _keys(path: Path) -> "tuple[Key, ...]":
    from assay.errors import Place, UsageError
    from assay.trust.tokens.key_ring import MAXIMUM_SET_BYTES, keys_of_set

    try:
        with path.open("rb") as file:
            data = file.read(MAXIMUM_SET_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the keys cannot be read: {error.strerror}", where=Place(path)) from None
    return keys_of_set(data, issuer="")


def _print_json(checks: "tuple[Check, ...]") -> None:
    import msgspec

    found = [{"check": check.name.value, "outcome": check.outcome.value, "detail": check.detail} for check in checks]
    typer.echo(msgspec.json.format(msgspec.json.encode({"checks": found}), indent=2))
