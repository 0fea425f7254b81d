"""The score: what each verdict is worth, and what no verdict can buy."""

from hypothesis import given
from hypothesis import strategies as st

from assay.evidence import Area, Bounds, Claim, Evidence, Severity, Verdict, derive_score

EVIDENCE = Evidence(name="a.txt", sha256="0" * 64, size=0, media_type="text/plain", description="an artefact")


def claim(
    name: str,
    verdict: Verdict = Verdict.HOLDS,
    severity: Severity = Severity.MEDIUM,
    expected: Verdict = Verdict.HOLDS,
    package: str = "verify",
) -> Claim:
    return Claim(
        id=f"{package}.lock.{name}",
        statement="It works.",
        verdict=verdict,
        severity=severity,
        expected=expected,
        bounds=Bounds(complete=True),
        reproduce="assay verify",
        explanation="stopped",
        evidence=(EVIDENCE,),
    )


def test_everything_as_expected_gives_all_points() -> None:
    score = derive_score([claim("a"), claim("b", Verdict.VIOLATED, expected=Verdict.VIOLATED)])
    assert (score.points, score.coverage) == (100.0, 1.0)


def test_unknown_earns_nothing_and_lowers_coverage() -> None:
    score = derive_score([claim("a"), claim("b", Verdict.UNKNOWN)])
    assert (score.points, score.coverage) == (50.0, 0.5)


def test_not_applicable_changes_nothing() -> None:
    score = derive_score([claim("a"), claim("b", Verdict.NOT_APPLICABLE)])
    assert (score.points, score.coverage) == (100.0, 1.0)


def test_nothing_applicable_is_no_score_rather_than_a_good_one() -> None:
    score = derive_score([claim("b", Verdict.NOT_APPLICABLE)])
    assert (score.points, score.areas[0].points) == (None, None)


def test_critical_violation_caps_its_area_and_the_whole() -> None:
    fine = [claim(f"fine-{number}") for number in range(50)]
    elsewhere = claim("other", package="chaos")
    score = derive_score([*fine, elsewhere, claim("bad", Verdict.VIOLATED, Severity.CRITICAL)])
    assert {area.area: area.points for area in score.areas} == {Area.FORMAL_VERIFICATION: 40.0, Area.CHAOS: 100.0}
    assert score.areas[0].capped_by == ("verify.lock.bad",)
    assert score.points == 40.0


def test_control_that_is_not_caught_counts_as_violation() -> None:
    score = derive_score([claim("control", Verdict.HOLDS, Severity.CRITICAL, expected=Verdict.VIOLATED)])
    assert (score.points, score.areas[0].violated) == (0.0, 1)


def test_failed_task_cannot_pay_better_than_a_checked_one() -> None:
    score = derive_score([claim("a", severity=Severity.HIGH)], [Area.FORMAL_VERIFICATION])
    assert (score.points, score.coverage, score.areas[0].unanswered_tasks) == (50.0, 0.5, 1)


def test_areas_without_a_task_are_named() -> None:
    score = derive_score([claim("a")])
    assert score.not_measured == (Area.PERFORMANCE, Area.SECURITY, Area.OBSERVABILITY, Area.CHAOS)


VERDICTS = st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Severity)), max_size=12)


@given(VERDICTS)
def test_turning_an_unknown_into_holds_never_lowers_points(verdicts: list[tuple[Verdict, Severity]]) -> None:
    def points(replace_unknown: bool) -> float:
        claims = [
            claim(f"c{number}", Verdict.HOLDS if replace_unknown and verdict is Verdict.UNKNOWN else verdict, severity)
            for number, (verdict, severity) in enumerate(verdicts)
        ]
        return derive_score(claims).points or 0.0

    assert points(replace_unknown=False) <= points(replace_unknown=True) <= 100.0
