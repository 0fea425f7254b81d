"""What `assay run` says at the end: what is violated or unknown, the score, its coverage, the evidence."""

import os

import msgspec
import typer

from assay.evidence import AreaScore, Claim, RunFolder, Score, Verdict
from assay.exit_codes import ExitCode
from assay.texts import TEXTS

__all__ = ["print_json", "print_summary"]


def print_summary(folder: RunFolder) -> None:
    """For people."""
    typer.echo("")
    for claim in folder.claims():
        if line := _claim_line(claim):
            typer.echo(line)
    if recorded := folder.score():
        for line in _score_lines(recorded.score):
            typer.echo(line)
    typer.echo(TEXTS["run_folder"].format(path=os.path.relpath(folder.path)))


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


def _claim_line(claim: Claim) -> str | None:
    if claim.verdict is Verdict.UNKNOWN:
        return TEXTS["claim_unknown"].format(id=claim.id, explanation=claim.explanation.splitlines()[0])
    if claim.as_expected or not claim.is_decided:
        return None
    return TEXTS["control_held" if claim.is_control else "claim_violated"].format(
        id=claim.id, statement=claim.statement
    )


def _score_lines(score: Score) -> list[str]:
    lines = [line for area in score.areas for line in _area_lines(area)]
    if score.points is not None and len(score.areas) > 1:
        lines.append(TEXTS["whole_score"].format(points=score.points, coverage=score.coverage, rubric=score.rubric))
    if score.not_measured:
        lines.append(TEXTS["not_measured"].format(areas=", ".join(score.not_measured)))
    return lines


def _area_lines(area: AreaScore) -> list[str]:
    if area.points is None:
        return [TEXTS["area_without_points"].format(area=area.area)]
    lines = [
        TEXTS["area_score"].format(
            area=area.area,
            points=area.points,
            coverage=area.coverage,
            as_expected=area.as_expected,
            violated=area.violated,
            unknown=area.unknown,
            unanswered=area.unanswered_tasks,
        )
    ]
    if area.capped_by:
        lines.append(TEXTS["capped_by"].format(claims=", ".join(area.capped_by)))
    return lines
