"""Models are found by their names, and checked without a configuration where there is none."""

from pathlib import Path

import pytest

from assay.errors import UsageError
from assay.verify import ModelValue, Verdict, check, find_models
from tests.verify.specifications import SPECS


def names(path: Path, *configurations: Path) -> list[str]:
    return [str(model) for model in find_models(path, configurations)]


def test_finds_the_configuration_of_the_same_name() -> None:
    model = find_models(SPECS / "Counter.tla")[0]
    assert (model.specification, model.configuration) == (SPECS / "Counter.tla", SPECS / "Counter.cfg")


def test_finds_a_specification_without_its_ending() -> None:
    assert find_models(SPECS / "Counter") == find_models(SPECS / "Counter.tla")


def test_finds_the_model_whose_name_begins_with_mc() -> None:
    model = find_models(SPECS / "Large.tla")[0]
    assert (model.specification, model.configuration) == (SPECS / "MCLarge.tla", SPECS / "MCLarge.cfg")


def test_finds_the_module_of_a_configuration() -> None:
    assert find_models(SPECS / "CounterSmall.cfg")[0].specification == SPECS / "Counter.tla"


def test_finds_every_model_in_a_folder() -> None:
    models = find_models(SPECS)
    assert len(models) == len(list(SPECS.glob("*.cfg")))
    assert [model for model in find_models(SPECS.parent) if model.specification.parent == SPECS] == models


def test_takes_the_configurations_that_are_named() -> None:
    found = names(SPECS / "Counter.tla", SPECS / "Counter.cfg", SPECS / "CounterSmall.cfg")
    assert found == [str(SPECS / "Counter.tla"), f"{SPECS / 'Counter.tla'} (CounterSmall.cfg)"]


@pytest.mark.parametrize(
    ("path", "message"),
    [("Nothing.tla", "there is no file"), ("Nothing.cfg", "there is no file"), ("../__pycache__", "no model in")],
)
def test_says_what_is_missing(path: str, message: str) -> None:
    (SPECS / "../__pycache__").mkdir(exist_ok=True)
    with pytest.raises(UsageError, match=message):
        find_models(SPECS / path)


def test_can_check_without_a_configuration() -> None:
    result = check(SPECS / "Long.tla", workers=1)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 1)
    assert result.assumed == ("INIT Init", "NEXT Next")


def test_takes_the_usual_names_and_says_so() -> None:
    result = check(SPECS / "Usual.tla", constants={"Limit": 3}, workers=1)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 4)
    assert result.assumed == ("SPECIFICATION Spec", "INVARIANT TypeOK")


def test_says_that_nothing_says_what_behaves() -> None:
    result = check(SPECS / "Nameless.tla", workers=1)
    assert (result.verdict, result.exit_code) == (Verdict.ERROR, 151)
    assert "nothing says how `Nameless` behaves" in result.message


def test_what_is_said_stands_in_place_of_the_configuration() -> None:
    result = check(SPECS / "Counter.tla", constants={"Limit": 2}, invariants=["Small"], workers=1)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 3)
    assert result.bounds.constants == {"Limit": "2"}
    assert [found.name for found in result.properties] == ["Small", "no deadlock", "Returns"]


def test_init_and_next_stand_in_place_of_the_specification() -> None:
    result = check(SPECS / "Counter.tla", init="Init", next="Increment", check_deadlock=False, workers=1)
    # It does not return to 0 then.
    assert (result.verdict, result.states.generated) == (Verdict.LIVENESS, 6)


def test_constants_can_be_python_values() -> None:
    a, b = ModelValue("a"), ModelValue("b")
    result = check(SPECS / "Given.tla", constants={"Set": frozenset({a, b}), "Text": "x", "Pair": (1, True)}, workers=1)
    assert result.verdict is Verdict.OK
    assert result.bounds.constants == {"Set": "{a, b}", "Text": '"x"', "Pair": "<<1, TRUE>>"}


def test_a_mistake_in_a_constant_points_into_it() -> None:
    result = check(SPECS / "Counter.tla", constants=["Limit = ="], workers=1)
    assert (result.exit_code, result.diagnostics[0].line) == (151, "Limit = =")
    assert result.diagnostics[0].rendered.splitlines()[1].strip() == "--> --constant:1:9"


def test_a_misspelt_constant_is_no_silent_success() -> None:
    result = check(SPECS / "Counter.tla", constants=["Limti = 3"], workers=1)
    assert [warning.message for warning in result.warnings] == ["the module `Counter` has no constant `Limti`"]


def test_a_library_is_looked_in() -> None:
    result = check(SPECS / "UsesLibrary.tla", libraries=[SPECS / "library"], workers=1)
    assert result.verdict is Verdict.OK
