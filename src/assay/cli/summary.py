"""What `assay run` says at the end, and `assay report show` again."""

import os
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from assay.evidence import RunFolder
from assay.exit_codes import ExitCode
from assay.report import Report
from assay.report.terminal import print_report

__all__ = ["print_json", "print_report_of"]


def print_report_of(report: Report, folder: Path) -> None:
    """For people."""
    print_report(Console(highlight=False), report, Path(os.path.relpath(folder)))


def print_json(folder: RunFolder, code: ExitCode) -> None:
    """For programs: one document."""
    state = folder.state()
    recorded = folder.score()
    document = {
        "run": folder.name,
        "path": str(folder.path),
        "exit_code": int(code),
        "score": recorded.score if recorded else None,
        "tasks": [
            {
                "id": task.plan.id,
                "status": task.status,
                "reused": task.reused,
                "seconds": task.finished.seconds if task.finished else None,
                "error": task.failure.message if task.failure else task.reason or None,
            }
            for task in state.tasks.values()
        ],
        "claims": folder.claims(state),
    }
    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
