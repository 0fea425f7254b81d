"""Every model that ships: its verdict, the property that it violates, and exactly how many states it has."""

from functools import cache
from pathlib import Path

import pytest

from assay.verify import CheckResult, Verdict, check
from assay.verify.manifest import MANIFEST_NAME, Manifest, ModelEntry, read_manifest
from assay.verify.result import PropertyKind, PropertyStatus
from assay.verify.shipped import SPECIFICATIONS

FOLDERS = sorted(path.parent for path in SPECIFICATIONS.glob(f"*/{MANIFEST_NAME}"))
MANIFESTS: dict[Path, Manifest] = {folder: read_manifest(folder) for folder in FOLDERS}
MODELS = [(folder, entry) for folder, manifest in MANIFESTS.items() for entry in manifest.models]
CORRECT = [pytest.param(folder, entry, id=entry.config) for folder, entry in MODELS if not entry.is_broken_variant]
BROKEN = [pytest.param(folder, entry, id=entry.config) for folder, entry in MODELS if entry.is_broken_variant]

DISTINCT_STATES = {
    "CircuitBreaker.cfg": 132_450,
    "CircuitBreakerLiveness.cfg": 5_028,
    "Discovery.cfg": 127_279,
    "DiscoveryLiveness.cfg": 10_240,
    "DiscoverySteps.cfg": 26_869,
    "LeaderLease.cfg": 44_310,
    "LeaderLeaseLiveness.cfg": 7_584,
    "Lock.cfg": 50_789,
    "LockMoreFaults.cfg": 18_760,
    "LockUnfair.cfg": 9_028,
    "Outbox.cfg": 90_769,
    "OutboxLiveness.cfg": 15_459,
    "Raft.cfg": 29_982,
    "RaftFigure8.cfg": 76_231,
    "RaftLiveness.cfg": 24_363,
    "RaftTwoServers.cfg": 208,
    "Saga.cfg": 21_261,
    "TwoPhaseCommit.cfg": 50_291,
    "TwoPhaseCommitLiveness.cfg": 14_857,
}

NEVER_TAKEN = {"RaftTwoServers.cfg": ["GoDown", "ComeBack"]}
"""Of two servers neither may be down: a majority of them is both."""

CLAIMED = {PropertyKind.INVARIANT, PropertyKind.TEMPORAL}
"""The kinds of properties of which a manifest claims something, each of them."""

LONGEST_COUNTEREXAMPLE = {"safety": 15, "deadlock": 15, "liveness": 30}
"""States. A longer one is hard to follow; a smaller model usually has a shorter one. One of liveness must also show
that the loop is fair."""


@cache
def result_of(folder: Path, entry: ModelEntry) -> CheckResult:
    return check(folder / entry.module, config=folder / entry.config)


def test_every_protocol_ships() -> None:
    assert [folder.name for folder in FOLDERS] == [
        "circuit-breaker",
        "discovery",
        "leader-lease",
        "lock",
        "outbox",
        "raft",
        "saga",
        "two-phase-commit",
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_model_is_in_its_manifest(folder: Path) -> None:
    named = {entry.config for entry in MANIFESTS[folder].models}
    assert named == {path.name for path in folder.glob("*.cfg")}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_protocol_has_broken_variants(folder: Path) -> None:
    broken = [entry for entry in MANIFESTS[folder].models if entry.is_broken_variant]
    assert len({entry.claims[0].property for entry in broken}) >= 2


@pytest.mark.parametrize(("folder", "entry"), CORRECT)
def test_a_correct_model_holds_in_every_state(folder: Path, entry: ModelEntry) -> None:
    result = result_of(folder, entry)
    assert (result.verdict, result.bounds.complete) == (Verdict.OK, True), result.message
    assert result.states.distinct == entry.distinct_states == DISTINCT_STATES[entry.config]


@pytest.mark.parametrize(("folder", "entry"), CORRECT)
def test_every_property_of_a_correct_model_is_claimed(folder: Path, entry: ModelEntry) -> None:
    checked = {known.name for known in result_of(folder, entry).properties if known.kind in CLAIMED}
    assert {claim.property for claim in entry.claims} == checked


@pytest.mark.parametrize(("folder", "entry"), CORRECT)
def test_every_action_of_a_correct_model_is_taken(folder: Path, entry: ModelEntry) -> None:
    actions = result_of(folder, entry).actions
    assert len(actions) >= 8
    assert [action.name for action in actions if not action.generated] == NEVER_TAKEN.get(entry.config, [])


@pytest.mark.parametrize(("folder", "entry"), BROKEN)
def test_a_broken_variant_is_caught_by_the_property_it_breaks(folder: Path, entry: ModelEntry) -> None:
    result = result_of(folder, entry)
    assert result.verdict is Verdict(entry.expect), result.message
    violated = [known.name for known in result.properties if known.status is PropertyStatus.VIOLATED]
    assert violated == [entry.claims[0].property]
    assert result.trace
    assert 3 <= len(result.trace.states) <= LONGEST_COUNTEREXAMPLE[entry.expect]
