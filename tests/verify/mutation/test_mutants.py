"""Mutants of small specifications: what is noticed, what is not, and what makes no difference."""

from pathlib import Path

import msgspec
import pytest

from assay.errors import SpecificationError
from assay.verify.checking import CheckOptions
from assay.verify.mutation import Mutant, MutantOutcome, MutationOptions, MutationProgress, MutationResult, mutate
from assay.verify.mutation.accepted import accepted_beside
from assay.verify.mutation.formats import document_of, write_json, write_text
from assay.verify.result import Verdict

SPECS = Path(__file__).parent / "specs"


def tried(name: str, options: MutationOptions | None = None, **model: object) -> MutationResult:
    check_options = CheckOptions(workers=2, **model)  # type: ignore[typeddict-item] # tests name what they need
    return mutate(SPECS / name, options or MutationOptions(), check_options)


def named(result: MutationResult, name: str) -> Mutant:
    return next(mutant for mutant in result.mutants if mutant.name == name)


def test_says_what_noticed_each_mutant() -> None:
    result = tried("Turns.tla")
    mutant = named(result, '"turn\' = 1 - turn" left unchanged in Take')
    assert (mutant.outcome, mutant.killer, mutant.detail) == (MutantOutcome.KILLED, "invariant", "TurnsFit")
    assert (mutant.change, mutant.definition, mutant.location.line, mutant.location.column) == (
        "assignment", "Take", 9, 8,
    )  # fmt: skip
    assert named(result, 'branch "Take" removed from Next').noticed_by == "deadlock"
    assert (result.verdict, result.exit_code, result.models[0].distinct, result.kill_ratio) == (Verdict.OK, 0, 4, 1.0)


def test_does_not_count_what_makes_no_difference() -> None:
    result = tried("Turns.tla")
    same = [mutant.name for mutant in result.mutants if mutant.outcome is MutantOutcome.EQUIVALENT]
    assert same == [
        'guard "turn \\in {0, 1}" dropped from Take',
        'guard "count > 2" dropped from Rest',
        'comparison "count > 2" also true of equals in Rest',
        'branch "Rest" removed from Next',
    ]
    assert (result.counted, result.mutations) == (7, 11)


def test_notices_what_cannot_be_evaluated() -> None:
    result = tried("Partial.tla")
    mutant = named(result, 'guard "place < 3" dropped from Next')
    assert (mutant.outcome, mutant.killer) == (MutantOutcome.KILLED, "evaluation")
    assert "4" in mutant.detail


def test_lists_what_nothing_notices() -> None:
    result = tried("Door.tla")
    undecided = named(result, 'guard "opened < 4" dropped from Open')
    assert (undecided.outcome, undecided.detail) == (MutantOutcome.UNDECIDED, "the limit of 1036 distinct states")
    assert named(result, 'guard "~open" dropped from Open').outcome is MutantOutcome.SURVIVED
    assert named(result, 'guard "open" dropped from Shut').outcome is MutantOutcome.EQUIVALENT
    assert (len(result.survivors), result.counted, result.kill_ratio) == (8, 8, 0.0)


def test_sets_apart_what_only_does_less() -> None:
    result = tried("Door.tla")
    assert [mutant.name for mutant in result.stronger] == [
        '"open\' = FALSE" left unchanged in Shut',
        'branch "Open" removed from Next',
        'branch "Shut" removed from Next',
    ]
    assert "3 that nothing noticed and that only do less than the original, not counted" in write_text(result)


def test_never_takes_another_fairness_for_the_same_graph() -> None:
    mutant = named(tried("Door.tla"), 'fairness "WF_vars(Shut)" dropped from Spec')
    assert mutant.outcome is MutantOutcome.SURVIVED


def test_tries_with_the_next_model_what_one_does_not_notice() -> None:
    safety, liveness = (CheckOptions(workers=2, config=SPECS / name) for name in ("Door.cfg", "DoorShut.cfg"))
    result = mutate(SPECS / "Door.tla", MutationOptions(), safety, liveness)
    assert [(model.configuration, model.distinct) for model in result.models] == [
        (SPECS / "Door.cfg", 9),
        (SPECS / "DoorShut.cfg", 9),
    ]
    noticed = [mutant for mutant in result.mutants if mutant.outcome is MutantOutcome.KILLED]
    assert {(mutant.detail, mutant.configuration) for mutant in noticed} == {("AtMostFour", SPECS / "DoorShut.cfg")}
    assert named(result, 'guard "opened < 4" dropped from Open') in noticed
    assert result.mutations == len(result.mutants) == 12
    assert "Door.cfg (9 states), " in write_text(result)


def test_gives_a_mutant_up_after_its_time() -> None:
    result = tried("Slow.tla", MutationOptions(mutant_seconds=0.3))
    mutant = named(result, 'guard "~done" dropped from Next')
    assert (mutant.outcome, mutant.detail) == (MutantOutcome.UNDECIDED, "the limit of 0.3 seconds")


def test_tries_the_same_sample_for_the_same_seed() -> None:
    whole = [mutant.name for mutant in tried("Door.tla").mutants]
    samples = [
        [mutant.name for mutant in tried("Door.tla", MutationOptions(sample=4), seed=seed).mutants]
        for seed in (1, 1, 2)
    ]
    assert samples[0] == samples[1] != samples[2]
    assert [name for name in whole if name in samples[0]] == samples[0]
    assert tried("Door.tla", MutationOptions(sample=12)).sample is None


def test_stops_where_it_is_told_to() -> None:
    told: list[MutationProgress] = []

    def stop(progress: MutationProgress) -> bool:
        told.append(progress)
        return False

    result = tried("Slow.tla", MutationOptions(mutant_seconds=60, on_progress=stop))
    assert told
    assert (result.verdict, result.exit_code) == (Verdict.INTERRUPTED, 130)
    assert result.seconds < 10


def test_refuses_an_original_that_does_not_hold() -> None:
    result = tried("Door.tla", invariants=["Closed"])
    assert (result.verdict, result.exit_code, result.message) == (Verdict.SAFETY, 12, "Closed is violated")
    assert (result.holds, result.mutants, result.kill_ratio) == (False, (), None)
    assert "no mutant was tried" in write_text(result)


def test_reports_what_cannot_be_read() -> None:
    result = tried("NotThere.tla")
    assert (result.verdict, result.exit_code) == (Verdict.ERROR, 150)
    assert result.diagnostics[0].code == "missing-module"


def test_writes_survivors_with_place_and_reason() -> None:
    reasons = accepted_beside(SPECS / "Door.tla", SPECS / "Door.cfg")
    text = write_text(tried("Door.tla", MutationOptions(reasons=reasons)))
    place = SPECS / "Door.tla"
    assert (
        f'undecided  {place}:9:8: guard "opened < 4" dropped from Open\n'
        "           nothing noticed it up to the limit of 1036 distinct states\n"
        "           accepted: only bounds the model\n"
    ) in text
    assert "\n0 of 8 mutants were noticed (0.0%)\n" in text
    assert 'accepted as a survivor, but there is none such: guard "there is no such" dropped from Open\n' in text
    assert "equivalent" not in text
    assert "\nequivalent " in write_text(tried("Door.tla"), all_mutants=True)


def test_writes_everything_for_programs() -> None:
    result = tried("Door.tla", MutationOptions(sample=3))
    document = msgspec.json.decode(write_json(result))
    assert document == document_of(result)
    assert (document["format"], document["version"], document["kill_ratio"]) == ("assay-mutation", 1, 0.0)
    assert (document["mutations"], document["sample"], len(document["mutants"])) == (12, 3, 3)
    assert document["mutants"][0].keys() >= {"name", "location", "outcome", "killer", "detail", "reason"}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("[[mutation", "not TOML"),
        ('[mutation]\nmodule = "A.tla"', "array"),
        ('[[mutation]]\nmodule = "A.tla"', "`configs`"),
        ('[[mutation]]\nmodule = "A.tla"\nconfigs = ["A.cfg"]\nmin_kill = 2.0', "min_kill"),
        ('[[mutation]]\nmodule = "A.tla"\nconfigs = ["A.cfg"]\n[[mutation.accepted]]\nmutant = "x"', "`reason`"),
    ],
)
def test_complains_about_a_table_of_another_form(tmp_path: Path, table: str, complaint: str) -> None:
    (tmp_path / "models.toml").write_text(table, encoding="utf-8")
    with pytest.raises(SpecificationError, match=complaint):
        accepted_beside(tmp_path / "A.tla", tmp_path / "A.cfg")


def test_accepts_survivors_of_the_model_that_is_named_only() -> None:
    assert accepted_beside(SPECS / "Door.tla", SPECS / "Other.cfg") == {}
    assert accepted_beside(SPECS.parent / "Door.tla", SPECS / "Door.cfg") == {}
