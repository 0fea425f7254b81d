"""`assay trust prove`, `diff` and `rules`: what policies never allow, what a change allows, which rules do nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts.trust_proofs import PROOF_TEXTS as _TEXTS

if TYPE_CHECKING:
    from assay.trust.proofs.limits import Deadline
    from assay.trust.proofs.properties import Never

__all__ = ["add_to"]

_SECONDS = 120.0
_FAIL_ON = {"allows": {"allowed"}, "denies": {"denied"}, "any": {"allowed", "denied"}, "never": set[str]()}

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=_TEXTS["folder_argument"])]
Seconds = Annotated[float, typer.Option("--seconds", help=_TEXTS["seconds_option"])]
Json = Annotated[bool, typer.Option("--json", help=_TEXTS["json_option"])]
Markdown = Annotated[Path | None, typer.Option("--markdown", help=_TEXTS["markdown_option"])]


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    application.command("prove", help=_TEXTS["prove_help"])(prove)
    application.command("diff", help=_TEXTS["diff_help"])(diff)
    application.command("rules", help=_TEXTS["rules_help"])(rules)


def prove(  # noqa: PLR0913 # a parameter is an option
    folder: Folder,
    *,
    never: Annotated[list[str] | None, typer.Option("--never", help=_TEXTS["never_option"])] = None,
    no: Annotated[str | None, typer.Option("--no", help=_TEXTS["no_option"])] = None,
    reach: Annotated[str | None, typer.Option("--reach", help=_TEXTS["reach_option"])] = None,
    given: Annotated[str | None, typer.Option("--given", help=_TEXTS["given_option"])] = None,
    claims: Annotated[Path | None, typer.Option("--claims", help=_TEXTS["claims_option"])] = None,
    seconds: Seconds = _SECONDS,
    json: Json = False,
    markdown: Markdown = None,
) -> int:
    """See `prove_help` in the catalogue of texts."""
    from assay.cli import trust_proofs_output as output
    from assay.evidence.verdict import Verdict
    from assay.trust.proofs.expressions import ExpressionPool
    from assay.trust.proofs.policy_set import read_folder
    from assay.trust.proofs.properties import CLAIMS_NAME, bound_property
    from assay.trust.proofs.proving import prove as prove_all

    deadline = _deadline(seconds)
    pool = ExpressionPool()
    policies = read_folder(folder, pool)
    wanted, source = _wanted(never or [], no, reach, given), Path("--never")
    if not wanted or claims:
        source = claims or folder / CLAIMS_NAME
        wanted += _claims_of(source)
    proofs = prove_all(policies, [bound_property(one, policies.schema, pool, source) for one in wanted], deadline)
    if markdown:
        output.write(markdown, output.proofs_markdown(proofs))
    if json:
        output.print_proofs_json(proofs)
    else:
        output.print_proofs(proofs, policies)
    verdicts = {proof.verdict for proof in proofs}
    if Verdict.VIOLATED in verdicts:
        return ExitCode.SOME_VIOLATED
    return ExitCode.COULD_NOT_COMPLETE if Verdict.UNKNOWN in verdicts else ExitCode.ALL_HOLD


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help=_TEXTS["old_argument"])],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=_TEXTS["new_argument"])],
    *,
    fail_on: Annotated[str, typer.Option("--fail-on", help=_TEXTS["fail_on_option"])] = "allows",
    seconds: Seconds = _SECONDS,
    json: Json = False,
    markdown: Markdown = None,
) -> int:
    """See `diff_help` in the catalogue of texts."""
    from assay.cli import trust_proofs_output as output
    from assay.errors import UsageError
    from assay.evidence.verdict import Verdict
    from assay.trust.proofs.difference import Direction, compare
    from assay.trust.proofs.expressions import ExpressionPool
    from assay.trust.proofs.policy_set import read_folder

    if fail_on not in _FAIL_ON:
        raise UsageError(f"--fail-on {fail_on!r} is none of: {', '.join(_FAIL_ON)}")
    deadline = _deadline(seconds)
    pool = ExpressionPool()
    before = read_folder(old, pool)
    difference = compare(before, read_folder(new, pool), deadline)
    if markdown:
        output.write(markdown, output.difference_markdown(difference))
    if json:
        output.print_difference_json(difference)
    else:
        output.print_difference(difference)
    verdicts = {difference.verdict(Direction(one)) for one in _FAIL_ON[fail_on]}
    if Verdict.VIOLATED in verdicts:
        return ExitCode.SOME_VIOLATED
    return ExitCode.COULD_NOT_COMPLETE if Verdict.UNKNOWN in verdicts else ExitCode.ALL_HOLD


def rules(folder: Folder, *, seconds: Seconds = _SECONDS, json: Json = False) -> int:
    """See `rules_help` in the catalogue of texts."""
    from assay.cli import trust_proofs_output as output
    from assay.trust.proofs.expressions import ExpressionPool
    from assay.trust.proofs.policy_set import read_folder
    from assay.trust.proofs.rules import Standing, inspect_rules

    deadline = _deadline(seconds)
    policies = read_folder(folder, ExpressionPool())
    findings = inspect_rules(policies, deadline)
    if json:
        output.print_rules_json(findings)
    else:
        output.print_rules(findings, policies)
    if any(one.standing.is_dead for one in findings):
        return ExitCode.SOME_VIOLATED
    is_open = any(one.standing is Standing.UNKNOWN for one in findings)
    return ExitCode.COULD_NOT_COMPLETE if is_open else ExitCode.ALL_HOLD


def _wanted(never: list[str], no: str | None, reach: str | None, given: str | None) -> "list[Never]":
    import msgspec

    from assay.errors import UsageError
    from assay.trust.proofs.properties import Never

    if (no is None) != (reach is None):
        raise UsageError("--no and --reach belong together", hint="--no says who, --reach says what")
    conditions = list(never)
    if no is not None and reach is not None:
        conditions.append(f"({no}) && resource in {reach}")
    if given is not None and not conditions:
        raise UsageError("--given belongs to --never, or to --no and --reach")
    claims = [
        {"name": f"never-{number}", "when": condition, "given": given}
        for number, condition in enumerate(conditions, start=1)
    ]
    try:
        return msgspec.convert(claims, list[Never])
    except msgspec.ValidationError as error:
        raise UsageError(f"a condition makes no sense: {error}") from error


def _claims_of(source: Path) -> "tuple[Never, ...]":
    from assay.errors import UsageError
    from assay.trust.proofs.properties import read_claims

    if not source.exists():
        raise UsageError(f"there are no claims: {source} is not there", hint="write it, or name one with --never")
    return read_claims(source)


def _deadline(seconds: float) -> "Deadline":
    from assay.errors import UsageError
    from assay.trust.proofs.limits import Deadline, Limits

    try:
        return Deadline(Limits(total_seconds=seconds))
    except ValueError as error:
        raise UsageError(f"--seconds {seconds:g}: {error}") from error
