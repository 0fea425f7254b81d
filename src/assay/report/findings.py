"""The result of verifying a run, on a terminal."""

from rich.console import Console
from rich.text import Text

from assay.evidence import RunVerification
from assay.report.visible import one_line
from assay.report.wording import coverage_text, points_text, size_text

__all__ = ["print_verification"]


def print_verification(console: Console, verification: RunVerification) -> None:
    """Prints what was checked, and everything that is wrong."""
    for finding in verification.findings:
        line = Text.assemble(
            (finding.kind.value, "bold red"), f"  {one_line(finding.subject)}: {one_line(finding.message)}"
        )
        console.print(line, soft_wrap=True)
    files = "file" if verification.artifacts == 1 else "files"
    claims = "claim" if verification.claims == 1 else "claims"
    checked = (
        f"{verification.claims:,} {claims} backed by {verification.artifacts:,} {files} of evidence "
        f"({size_text(verification.artifact_bytes)})"
    )
    score = (
        f"score {points_text(verification.derived.points)}, "
        f"{coverage_text(verification.derived.coverage)} covered, rubric {verification.derived.rubric}"
    )
    if verification.findings:
        console.print(Text(f"{verification.run} does not verify: {checked}; {score}", "bold red"), soft_wrap=True)
    else:
        console.print(Text(f"{verification.run} verifies: {checked}; {score}", "green"), soft_wrap=True)
