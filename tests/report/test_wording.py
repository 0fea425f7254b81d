"""The sentences on top, and the figures beside them."""

import pytest

from assay.evidence import Verdict
from assay.report import Completion, Report
from assay.report.document import ReportedClaim
from assay.report.standing import Tally, standing_of
from assay.report.wording import completion_note, coverage_text, duration_text, headline, points_text, size_text
from tests.report.sample import claim, empty_report

HOLDS = claim("verify.lock.holds", Verdict.HOLDS)
CAUGHT = claim("verify.lock.caught", Verdict.VIOLATED, expected=Verdict.VIOLATED)
MISSED = claim("verify.lock.missed", Verdict.HOLDS, expected=Verdict.VIOLATED)
VIOLATED = claim("verify.lock.violated", Verdict.VIOLATED)
UNKNOWN = claim("verify.lock.unknown", Verdict.UNKNOWN)
OUT = claim("verify.lock.out", Verdict.NOT_APPLICABLE)


def report_of(*claims: object) -> Report:
    made = [each for each in claims if isinstance(each, type(HOLDS))]
    reported = tuple(ReportedClaim(standing=standing_of(each), area=each.area, claim=each) for each in made)
    return empty_report(claims=reported, tally=Tally.of(made))


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ((), "The run made no claims"),
        ((HOLDS,), "The claim holds"),
        ((HOLDS, HOLDS, CAUGHT), "Both claims hold and the broken variant was caught"),
        ((HOLDS, HOLDS, HOLDS, *[CAUGHT] * 8), "All 3 claims hold and all 8 broken variants were caught"),
        ((CAUGHT,), "The broken variant was caught"),
        ((OUT,), "No claim applies to this system"),
        ((HOLDS, UNKNOWN), "Nothing is violated, but 1 claim is unknown"),
        ((VIOLATED, UNKNOWN, HOLDS), "1 claim is violated"),
        ((VIOLATED, VIOLATED, MISSED), "2 claims are violated and 1 broken variant was not caught"),
        ([HOLDS] * 1234, "All 1,234 claims hold"),
    ],
)
def test_headline_says_the_worst_first(claims: tuple[object, ...], sentence: str) -> None:
    assert headline(report_of(*claims)) == sentence


def test_says_that_a_run_is_not_complete() -> None:
    assert completion_note(empty_report()) == ""
    assert "`assay run --resume`" in completion_note(empty_report(completion=Completion.INTERRUPTED))


def test_coverage_is_never_rounded_up() -> None:
    assert [coverage_text(share) for share in (0.0, 0.29, 0.9999, 1.0)] == ["0 %", "29 %", "99 %", "100 %"]


def test_points_are_a_dash_where_there_is_nothing_to_judge() -> None:
    assert [points_text(points) for points in (None, 0.0, 87.5, 100.0)] == ["–", "0", "87.5", "100"]  # noqa: RUF001 # a dash


def test_durations_and_sizes_read_as_people_say_them() -> None:
    seconds = (0.0123, 0.5, 9.9, 42.4, 185.2, 7805)
    assert [duration_text(each) for each in seconds] == ["12 ms", "0.5 s", "9.9 s", "42 s", "3 min 5 s", "2 h 10 min"]
    sizes = (0, 1023, 3500, 5 * 1024**2, 3 * 1024**4)
    assert [size_text(each) for each in sizes] == ["0 B", "1023 B", "3.4 KiB", "5.0 MiB", "3072.0 GiB"]
