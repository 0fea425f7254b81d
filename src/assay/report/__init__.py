"""From a run folder to what people and machines read: terminal, HTML, Markdown, JSON, JUnit and SARIF.

Every rendering is a function of the run folder alone; none starts anything, and none decides what a verdict means.
"""

from assay.report.document import REPORT_SCHEMA_VERSION, Completion, Report, ReportedClaim, ReportedTask, read_report
from assay.report.standing import Standing, Tally

__all__ = [
    "REPORT_SCHEMA_VERSION",
    "Completion",
    "Report",
    "ReportedClaim",
    "ReportedTask",
    "Standing",
    "Tally",
    "read_report",
]
