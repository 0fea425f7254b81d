"""Verification of a run together with the reports in its folder."""

import msgspec

from assay.evidence import Finding, FindingKind, RunFolder, RunVerification, verify_run
from assay.report.document import read_report
from assay.report.writing import RENDERINGS

__all__ = ["verify_with_reports"]


def verify_with_reports(folder: RunFolder, *, assay: str) -> RunVerification:
    """As `assay.evidence.verify_run`; where that finds nothing, every report is made again and must come out the same.

    Args:
        folder: The run.
        assay: The version of this Assay. Reports of a run by another version are not compared: it may have worded them
            differently.

    Raises:
        EvidenceError: A file of the folder cannot be read at all.
    """
    verification = verify_run(folder)
    if verification.findings or folder.record().environment.assay != assay:
        return verification
    return msgspec.structs.replace(verification, findings=tuple(_changed_reports(folder)))


def _changed_reports(folder: RunFolder) -> list[Finding]:
    report = read_report(folder)
    return [
        Finding(
            kind=FindingKind.REPORT_CHANGED,
            subject=name,
            message="it does not say what the evidence of this run says",
        )
        for name, render in RENDERINGS.items()
        if (folder.path / name).is_file() and (folder.path / name).read_bytes() != render(folder, report)
    ]
