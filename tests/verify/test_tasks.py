"""The tasks of `assay run`: claims about shipped protocols and about the user's own specifications."""

import json
from pathlib import Path
from typing import Any

import pytest

from assay.errors import ConfigurationError, SpecificationError, TaskError, TaskStoppedError
from assay.evidence import Severity, Verdict
from assay.report.counterexample import counterexample_in
from assay.system import Limits, SpecificationToCheck, System, bundled_system
from assay.task import Task
from assay.verify import tasks
from assay.verify.manifest import read_manifest
from assay.verify.shipped import SPECIFICATIONS
from tests.verify.desk import Desk
from tests.verify.specifications import SPECS


def specification(module: str, *configs: str, **more: Any) -> SpecificationToCheck:
    settings = {
        "name": "own",
        "expect": "holds",
        "severity": Severity.HIGH,
        "workers": 1,
        "limits": Limits(),
        **more,
    }
    configurations = tuple(SPECS / f"{config}.cfg" for config in configs or (module,))
    return SpecificationToCheck(path=SPECS / f"{module}.tla", configurations=configurations, **settings)


def task_of(specification: SpecificationToCheck) -> Task:
    return tasks(System(name="shop", root=SPECS, source=SPECS / "assay.toml", specifications=(specification,)))[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_each_property_of_a_specification_becomes_a_claim(desk: Desk) -> None:
    claims = desk.claims(task_of(specification("Counter")))
    assert {name: claim.verdict for name, claim in claims.items()} == {
        "verify.own.type-ok": Verdict.HOLDS,
        "verify.own.no-deadlock": Verdict.HOLDS,
        "verify.own.returns": Verdict.HOLDS,
    }
    holds = claims["verify.own.type-ok"]
    assert (holds.bounds.complete, holds.bounds.distinct_states, holds.bounds.constants) == (True, 6, {"Limit": "5"})
    assert holds.reproduce.startswith("assay verify Counter.tla --config Counter.cfg --workers 1 --timeout 600s")


def test_the_evidence_is_the_whole_result(desk: Desk) -> None:
    claim = desk.claims(task_of(specification("Counter")))["verify.own.type-ok"]
    document = json.loads(desk.artifacts.read(claim.evidence[0]))
    assert (claim.evidence[0].name, document["format"]) == ("Counter.check.json", "assay-verify")


def test_a_violation_comes_with_a_counterexample_that_reports_can_read(desk: Desk) -> None:
    claims = desk.claims(task_of(specification("Counter", "CounterSmall")))
    violated = claims["verify.own.small"]
    assert (violated.verdict, claims["verify.own.type-ok"].verdict) == (Verdict.VIOLATED, Verdict.UNKNOWN)
    counterexample = counterexample_in(desk.artifacts.read(violated.evidence[1]))
    assert counterexample
    assert (counterexample.kind, counterexample.name) == ("invariant", "Small")
    assert [state.variables["count"] for state in counterexample.states] == ["0", "1", "2", "3"]
    assert counterexample.states[1].action
    assert counterexample.states[1].action.name == "Increment"
    assert counterexample.states[1].action.location == "Counter.tla:11:14"


def test_several_models_make_claims_of_different_names(desk: Desk) -> None:
    names = desk.claims(task_of(specification("Counter", "Counter", "CounterSmall"))).keys()
    assert {"verify.own.counter.type-ok", "verify.own.counter-small.type-ok"} <= names


def test_a_broken_variant_must_be_violated(desk: Desk) -> None:
    caught = desk.claims(task_of(specification("Counter", "CounterSmall", expect="violated")))
    claim = caught["verify.own.broken-variant"]
    assert (claim.verdict, claim.expected, claim.as_expected) == (Verdict.VIOLATED, Verdict.VIOLATED, True)
    assert len(claim.evidence) == 2
    missed = desk.claims(task_of(specification("Messages", expect="violated")))["verify.own.broken-variant"]
    assert (missed.verdict, missed.as_expected) == (Verdict.HOLDS, False)


def test_a_limit_leaves_claims_unknown(desk: Desk) -> None:
    claims = desk.claims(task_of(specification("Messages", limits=Limits(states=100))))
    claim = claims["verify.own.sound"]
    assert claim.verdict is Verdict.UNKNOWN
    assert "the limit of 100 distinct states" in claim.explanation
    assert not claim.bounds.complete
    assert "the limit of 100 distinct states" in claim.bounds.not_covered[0]


def test_a_specification_that_cannot_be_read_is_an_error_with_a_place(desk: Desk) -> None:
    with pytest.raises(SpecificationError) as caught:
        desk.claims(task_of(specification("Broken")))
    assert str(caught.value.where) == f"{SPECS / 'Broken.tla'}:6:1"


def test_a_model_that_says_nothing_is_an_error(desk: Desk) -> None:
    with pytest.raises(TaskError, match="says nothing that could be checked"):
        desk.claims(task_of(specification("Silent")))


def test_a_task_stops_when_it_is_asked_to(desk: Desk) -> None:
    desk.stop.set()
    with pytest.raises(TaskStoppedError):
        desk.claims(task_of(specification("Endless")))
    assert len(desk.told) >= 1


def test_changing_a_module_beside_the_specification_changes_the_task() -> None:
    inputs = task_of(specification("Counter")).inputs
    assert {SPECS / "Counter.tla", SPECS / "Counter.cfg", SPECS / "Large.tla"} <= set(inputs)


def test_every_shipped_protocol_is_a_task_of_the_bundled_system(tmp_path: Path) -> None:
    found = {task.id.partition("/")[2]: task for task in tasks(bundled_system(tmp_path))}
    assert found.keys() == {path.parent.name for path in SPECIFICATIONS.glob("*/models.toml")}
    assert all(task.inputs == (SPECIFICATIONS / name,) for name, task in found.items())


@pytest.mark.parametrize(
    ("protocol", "of_mutants"),
    [
        ("two-phase-commit", {"verify.two-phase-commit.mutants"}),
        ("discovery", {"verify.discovery.mutants", "verify.discovery.mutants-of-discovery-liveness"}),
    ],
)
def test_claims_about_a_shipped_protocol_are_those_of_its_manifest(
    desk: Desk, tmp_path: Path, protocol: str, of_mutants: set[str]
) -> None:
    task = next(task for task in tasks(bundled_system(tmp_path)) if task.id.endswith(f"/{protocol}"))
    claims = desk.claims(task)
    manifest = read_manifest(SPECIFICATIONS / protocol)
    of_models = {claimed.id for model in manifest.models for claimed in model.claims}
    assert claims.keys() == of_models | of_mutants
    assert all(claim.as_expected for claim in claims.values())
    assert {claim.is_control for claim in claims.values()} == {True, False}
    controls = [claim for claim in claims.values() if claim.is_control]
    assert all(counterexample_in(desk.artifacts.read(claim.evidence[1])) for claim in controls)
    assert all(claim.reproduce.startswith(f"assay verify specs/{protocol}/") for claim in claims.values())


def test_an_unknown_protocol_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="no protocol called 'nothing' ships") as caught:
        tasks(System(name="shop", root=SPECS, source=SPECS / "assay.toml", protocols=("nothing",)))
    assert caught.value.hint
    assert "lock" in caught.value.hint


MODEL = """
[[models]]
module = "Counter.tla"
config = "{config}.cfg"
expect = "{expect}"
[[models.claims]]
id = "{id}"
property = "TypeOK"
statement = "It counts."
severity = "low"
"""


def manifest(*models: str, protocol: str = "specs") -> str:
    return f'protocol = "{protocol}"\ntitle = "a counter"\n' + "".join(models)


MUTANTS = '[[mutation]]\nmodule = "Counter.tla"\nconfigs = ["Counter.cfg"]\n'
GOOD = MODEL.format(config="Counter", expect="ok", id="verify.specs.type")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (manifest(GOOD, GOOD), "two claims have the id 'verify.specs.type'"),
        (manifest(MODEL.format(config="Nowhere", expect="ok", id="verify.specs.a")), "not there: Nowhere.cfg"),
        (manifest(MODEL.format(config="Counter", expect="fine", id="verify.specs.a")), "invalid enum value 'fine'"),
        (manifest(MODEL.format(config="Counter", expect="ok", id="verify.lock.a")), "does not begin with verify.specs"),
        (manifest(GOOD.replace("verify.specs", "verify.lock"), protocol="lock"), "speaks of 'lock'"),
        (manifest(GOOD, MUTANTS, MUTANTS), "the mutants of Counter.tla are asked for twice"),
        (manifest(), "missing required field"),
        ("protocol = ", "not TOML"),
    ],
)
def test_a_manifest_with_a_mistake_is_refused(tmp_path: Path, text: str, message: str) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    for name in ("Counter.tla", "Counter.cfg"):
        (folder / name).write_text((SPECS / name).read_text())
    (folder / "models.toml").write_text(text)
    with pytest.raises(SpecificationError) as caught:
        read_manifest(folder)
    assert message.lower() in caught.value.message.lower()
