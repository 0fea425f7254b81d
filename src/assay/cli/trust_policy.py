"""`assay trust decide` and `assay trust test`: what policies decide, and whether it is what their tests expect."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.trust_policy import POLICY_TEXTS as _TEXTS

if TYPE_CHECKING:
    from assay.trust.policy import PolicyTestReport

__all__ = ["add_to"]

Json = Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])]


def add_to(application: typer.Typer) -> None:
    """Adds the commands."""
    application.command("decide", help=_TEXTS["decide_help"])(decide)
    application.command("test", help=_TEXTS["test_help"])(run_tests)


def decide(
    *,
    principal: Annotated[str, typer.Option("--principal", help=_TEXTS["principal"])],
    action: Annotated[str, typer.Option("--action", help=_TEXTS["action"])],
    resource: Annotated[str, typer.Option("--resource", help=_TEXTS["resource"])],
    context: Annotated[str, typer.Option("--context", help=_TEXTS["context"])] = "{}",
    policies: Annotated[Path, typer.Option("--policies", help=_TEXTS["policies"])] = Path(),
    json: Json = False,
) -> int:
    """See `decide_help` in the catalogue of texts."""
    import msgspec

    from assay.cli.trust_policy_output import print_explanation
    from assay.errors import PolicyError
    from assay.trust.policy import AccessRequest, PolicyEngine, Reason

    request = AccessRequest(principal, action, resource, _context(context))
    explanation = PolicyEngine.load(policies).explain(request)
    if json:
        print(msgspec.json.format(msgspec.json.encode(explanation), indent=2).decode())
    elif explanation.reason is Reason.REFUSED:
        raise PolicyError(explanation.refusal or _TEXTS["reasons"]["refused"])
    else:
        print_explanation(explanation)
    if explanation.reason is Reason.REFUSED:
        return ExitCode.BAD_USAGE
    return ExitCode.ALL_HOLD if explanation.allowed else ExitCode.SOME_VIOLATED


def run_tests(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_TEXTS["folder"])] = Path(),
    *,
    json: Json = False,
) -> int:
    """See `test_help` in the catalogue of texts."""
    import msgspec

    from assay.cli.trust_policy_output import print_test_report
    from assay.trust.policy import run_policy_tests

    report = run_policy_tests(folder)
    if json:
        print(msgspec.json.format(msgspec.json.encode(_as_data(report)), indent=2).decode())
    else:
        print_test_report(report)
    return ExitCode.SOME_VIOLATED if report.failed else ExitCode.ALL_HOLD


def _context(text: str) -> dict[str, Any]:
    import msgspec

    from assay.errors import UsageError

    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        hint = """write it as in --context '{"risk": 5}'"""
        raise UsageError(f"--context is not a JSON object: {error}", hint=hint) from error


def _as_data(report: "PolicyTestReport") -> dict[str, Any]:
    cases = [
        {
            "name": outcome.case.name,
            "file": str(outcome.case.where.path),
            "line": outcome.case.where.line,
            "passed": outcome.has_passed,
            "expect": outcome.case.expect,
            "because": outcome.case.because,
            "decision": outcome.decision,
            "explanation": outcome.explanation,
        }
        for outcome in report.outcomes
    ]
    warnings = [{"message": warned.message, "where": str(warned.where)} for warned in report.warnings]
    return {
        "passed": len(report.outcomes) - len(report.failed),
        "failed": len(report.failed),
        "cases": cases,
        "untouched": report.untouched,
        "warnings": warnings,
    }
