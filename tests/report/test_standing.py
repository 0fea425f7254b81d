"""How a claim stands, and in what order claims are read."""

from pathlib import Path

import pytest

from assay.evidence import Severity, Verdict
from assay.report import Standing, Tally, read_report
from assay.report.standing import in_reading_order, standing_of
from tests.report.sample import claim, write_run, write_sample


@pytest.mark.parametrize(
    ("verdict", "expected", "standing"),
    [
        (Verdict.HOLDS, Verdict.HOLDS, Standing.HOLDS),
        (Verdict.VIOLATED, Verdict.HOLDS, Standing.VIOLATED),
        (Verdict.UNKNOWN, Verdict.HOLDS, Standing.UNKNOWN),
        (Verdict.NOT_APPLICABLE, Verdict.HOLDS, Standing.NOT_APPLICABLE),
        (Verdict.VIOLATED, Verdict.VIOLATED, Standing.CAUGHT),
        (Verdict.HOLDS, Verdict.VIOLATED, Standing.MISSED),
        (Verdict.UNKNOWN, Verdict.VIOLATED, Standing.UNKNOWN),
    ],
)
def test_a_broken_variant_must_be_violated(verdict: Verdict, expected: Verdict, standing: Standing) -> None:
    assert standing_of(claim("verify.lock.safe", verdict, expected=expected)) is standing


def test_what_calls_for_action_is_read_first() -> None:
    claims = [
        claim("verify.lock.a", Verdict.HOLDS),
        claim("verify.lock.b", Verdict.UNKNOWN),
        claim("verify.lock.c", Verdict.VIOLATED, severity=Severity.LOW),
        claim("verify.lock.d", Verdict.VIOLATED, severity=Severity.CRITICAL),
        claim("verify.lock.e", Verdict.HOLDS, expected=Verdict.VIOLATED),
    ]
    assert [each.id[-1] for each in in_reading_order(claims)] == ["d", "c", "e", "b", "a"]


def test_tally_counts_every_claim_once(tmp_path: Path) -> None:
    report = read_report(write_sample(tmp_path))
    assert report.tally == Tally(holds=4, caught=1, violated=1, missed=1, unknown=1, not_applicable=1)
    assert report.tally.total == len(report.claims)


def test_reports_a_run_that_ended_as_it_went(tmp_path: Path) -> None:
    report = read_report(write_run(tmp_path, claim("verify.lock.safe", Verdict.HOLDS)))
    assert (report.completion, report.seconds, report.score.points) == ("finished", 83.4, 100.0)
    assert [(task.id, task.status) for task in report.tasks] == [("formal-verification/lock", "finished")]
