"""What a run claims of mutants."""

import threading
from pathlib import Path

import msgspec
import pytest

from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.evidence.verdict import Verdict
from assay.system import Limits
from assay.task import Progress, TaskContext
from assay.verify.mutation.accepted import AcceptedSurvivor, MutationEntry
from assay.verify.mutation.claims import claim_of_mutants, try_mutants
from assay.verify.task_checking import Settings

SPECS = Path(__file__).parent / "specs"
SETTINGS = Settings(2, Limits(seconds=60, states=100_000))
DOOR = MutationEntry(module="Door.tla", configs=("Door.cfg",))
TURNS = MutationEntry(module="Turns.tla", configs=("Turns.cfg",))


@pytest.fixture
def context(tmp_path: Path) -> TaskContext:
    def report(_: Progress) -> None:
        pass

    return TaskContext(artifacts=Artifacts(tmp_path), cores=2, seed=5, stop=threading.Event(), report=report)


def claimed(entry: MutationEntry, context: TaskContext, settings: Settings = SETTINGS) -> Claim:
    result = try_mutants(SPECS, entry, settings, context)
    return claim_of_mutants(result, entry, context.artifacts, claim_id="verify.door.mutants", settings=settings)


def test_holds_where_enough_is_noticed(context: TaskContext) -> None:
    claim = claimed(TURNS, context)
    assert (claim.verdict, claim.bounds.complete, claim.bounds.distinct_states) == (Verdict.HOLDS, True, 4)
    assert claim.statement.endswith("its properties notice at least 90%.")
    assert claim.explanation == "7 of 7 were noticed; 4 more have the same states and steps as the original"
    assert claim.reproduce == (
        "assay verify specs/specs/Turns.tla --config specs/specs/Turns.cfg --mutate --min-kill 90% --seed 0 --workers 2"
    )


def test_is_violated_where_too_little_is_noticed(context: TaskContext) -> None:
    survivor = AcceptedSurvivor(mutant='guard "opened < 4" dropped from Open', reason="it only bounds the model")
    claim = claimed(msgspec.structs.replace(DOOR, accepted=(survivor,)), context)
    assert (claim.verdict, claim.bounds.complete) == (Verdict.VIOLATED, False)
    assert claim.bounds.not_covered[0] == "Given up at 1,036 states, or for time: 1."
    assert "1 that were not are accepted, each with its reason" in claim.explanation
    assert 'not noticed: "opened = 0" off by one in Init' in claim.explanation
    assert claim.explanation.endswith("and 2 more")


def test_states_that_a_sample_was_tried(context: TaskContext) -> None:
    claim = claimed(msgspec.structs.replace(TURNS, sample=3), context)
    assert not claim.bounds.complete
    assert claim.bounds.not_covered[0] == "A sample was tried: 3 of 11 mutants, always the same ones."
    assert "--sample 3 --seed 0" in claim.reproduce


def test_is_unknown_where_the_original_is_too_large(context: TaskContext) -> None:
    claim = claimed(DOOR, context, Settings(2, Limits(seconds=60, states=3)))
    assert (claim.verdict, claim.explanation) == (Verdict.UNKNOWN, "stopped at the limit of 3 distinct states")


def test_takes_other_constants(context: TaskContext) -> None:
    entry = MutationEntry(module="Turns.tla", configs=("Turns.cfg",), constants=("TurnsFit = TRUE",))
    assert "--constant 'TurnsFit = TRUE'" in claimed(entry, context).reproduce
