"""Comparison of two runs: called better or worse only where that is fair."""

import msgspec
import pytest

from assay.evidence import Bounds, Change, Outcome, Verdict, compare
from tests.evidence.recorded import MACHINE, MakeClaim, MakeRun, record

HOLDS, VIOLATED, UNKNOWN, NOT_APPLICABLE = Verdict


@pytest.mark.parametrize(
    ("before", "after", "change", "outcome"),
    [
        (HOLDS, HOLDS, Change.SAME, Outcome.SAME),
        (HOLDS, VIOLATED, Change.BROKEN, Outcome.WORSE),
        (HOLDS, UNKNOWN, Change.UNDECIDED, Outcome.WORSE),
        (VIOLATED, HOLDS, Change.MENDED, Outcome.BETTER),
        (UNKNOWN, HOLDS, Change.DECIDED, Outcome.BETTER),
        (UNKNOWN, VIOLATED, Change.BROKEN, Outcome.WORSE),
        (VIOLATED, NOT_APPLICABLE, Change.APPLICABILITY, Outcome.SAME),
    ],
)
def test_names_what_became_of_a_claim(  # two fixtures and a table of four columns
    make_run: MakeRun, make_claim: MakeClaim, before: Verdict, after: Verdict, change: Change, outcome: Outcome
) -> None:
    comparison = compare(
        make_run(make_claim(verdict=before)), make_run(make_claim(verdict=after), record=record("second"))
    )
    assert (comparison.changes[0].change, comparison.outcome) == (change, outcome)


def test_another_machine_is_not_comparable(make_run: MakeRun, make_claim: MakeClaim) -> None:
    elsewhere = record("second", msgspec.structs.replace(MACHINE, cores=64))
    comparison = compare(make_run(make_claim(verdict=VIOLATED)), make_run(make_claim(), record=elsewhere))
    assert comparison.outcome is Outcome.NOT_COMPARABLE
    assert comparison.reasons == ("cores: 2 before, 64 now",)


def test_another_version_of_assay_on_the_same_machine_is_comparable(make_run: MakeRun, make_claim: MakeClaim) -> None:
    newer = record("second", msgspec.structs.replace(MACHINE, assay="9.9.9"))
    assert compare(make_run(make_claim()), make_run(make_claim(), record=newer)).outcome is Outcome.SAME


def test_smaller_model_is_no_improvement(make_run: MakeRun, make_claim: MakeClaim) -> None:
    smaller = make_claim(bounds=Bounds(complete=True, constants={"Clients": "1"}))
    comparison = compare(make_run(make_claim(verdict=VIOLATED)), make_run(smaller, record=record("second")))
    assert (comparison.changes[0].change, comparison.outcome) == (Change.OTHER_BOUNDS, Outcome.WORSE)


def test_dropping_a_claim_counts_as_worse(make_run: MakeRun, make_claim: MakeClaim) -> None:
    comparison = compare(make_run(make_claim(), make_claim("fencing")), make_run(make_claim(), record=record("second")))
    assert comparison.outcome is Outcome.WORSE
