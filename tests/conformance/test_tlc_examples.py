"""The models of a public collection of TLA+ specifications: verdicts and counts as TLC has them.

Where the collection is not here, everything is skipped. `ASSAY_WHOLE_CORPUS=1` checks every model; otherwise those are
left out that take more than a few seconds.
"""

import pytest

from assay.verify import CheckResult, PropertyStatus, Verdict, check
from tests.conformance.corpora import TLA_EXAMPLES, WHOLE, ExpectedModel, expected_models

SECONDS = 60
"""A model that takes longer counts as not checked."""

QUICK_STATES = 10_000
QUICK_TLC_SECONDS = 6.0

ENDS_EARLY = "it ends at a violation, and states come in another order, so that others are seen before"

OTHER_COUNTS: dict[str, str] = {"acp/ACP_NB_WRONG_TLC.cfg": ENDS_EARLY}
"""Models whose distinct states differ from TLC's by design, with the reason."""

OTHER_GENERATED: dict[str, str] = {
    "spanning/MC_spanning.cfg": ENDS_EARLY,
    "byzpaxos/VoteProof.cfg": "TLC makes a successor once for each way to satisfy a guard such as `there is a quorum`; "
    "here a guard is only tested",
    "Bakery-Boulangerie/MCBakery.cfg": "the initial predicate holds by several disjuncts at once; here the state comes "
    "up once for each of them, in TLC once in all",
}
"""Models of which only generated states or depth differ, with the reason."""

MUST_AGREE = 80
"""Models of the whole collection that must have TLC's distinct count within `SECONDS`."""

MODELS = expected_models()


def is_quick(model: ExpectedModel) -> bool:
    return model.distinct <= QUICK_STATES and model.tlc_seconds <= QUICK_TLC_SECONDS


CHECKED = [model for model in MODELS if WHOLE or is_quick(model)]

pytestmark = pytest.mark.skipif(not MODELS, reason=f"the collection is not here: {TLA_EXAMPLES}")


def checked(model: ExpectedModel) -> CheckResult:
    return check(model.module, config=model.config, workers=1, max_seconds=SECONDS)


@pytest.fixture(scope="module")
def agreed() -> set[str]:
    """Models that had TLC's distinct count so far."""
    return set()


@pytest.mark.parametrize("model", CHECKED, ids=lambda model: model.name)
def test_agrees_with_tlc(model: ExpectedModel, agreed: set[str]) -> None:
    result = checked(model)
    if result.verdict is Verdict.LIMIT:
        pytest.skip(f"it takes longer than {SECONDS} seconds here")
    assert result.verdict == model.verdict, result.message
    if model.verdict == "ok":
        assert {found.status for found in result.properties} <= {PropertyStatus.HOLDS}
    if model.name in OTHER_COUNTS:
        assert result.states.distinct != model.distinct, "no longer different: take it out of the table"
        return
    assert result.states.distinct == model.distinct
    agreed.add(model.name)
    counts = (result.states.generated, result.states.depth)
    if model.name in OTHER_GENERATED:
        assert counts != (model.generated, model.depth), "no longer different: take it out of the table"
    else:
        assert counts == (model.generated, model.depth)


def test_nearly_every_model_agrees(agreed: set[str]) -> None:
    assert OTHER_COUNTS.keys() | OTHER_GENERATED.keys() <= {model.name for model in MODELS}
    assert len(agreed) >= (MUST_AGREE if WHOLE else len(CHECKED) - len(OTHER_COUNTS))


def test_reports_no_limit_as_success() -> None:
    model = max(MODELS, key=lambda model: model.distinct)
    result = check(model.module, config=model.config, workers=1, max_states=1000)
    assert (result.verdict, result.exit_code) == (Verdict.LIMIT, 3)
