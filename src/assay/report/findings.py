"""The result of verifying a run, on a terminal."""

from rich.console import Console
from rich.text import Text

from assay.evidence import RunVerification
from assay.report.visible import one_line
from assay.report.wording import WORDS, coverage_text, points_text, size_text

__all__ = ["print_verification"]


def print_verification(console: Console, verification: RunVerification) -> None:
    """Prints what was checked, and everything that is wrong."""
    for finding in verification.findings:
        line = Text.assemble(
            (finding.kind.value, "bold red"), f"  {one_line(finding.subject)}: {one_line(finding.message)}"
        )
        console.print(line, soft_wrap=True)
    checked = WORDS["checked"].format(
        claims=verification.claims,
        files=verification.artifacts,
        size=size_text(verification.artifact_bytes),
        points=points_text(verification.derived.points),
        coverage=coverage_text(verification.derived.coverage),
        rubric=verification.derived.rubric,
    )
    result = WORDS["does_not_verify" if verification.findings else "verifies"]
    style = "bold red" if verification.findings else "green"
    console.print(Text(result.format(run=one_line(verification.run), checked=checked), style), soft_wrap=True)
