"""Parameters of shipped specifications: from `assay.toml` to claims that state them, or to a clear error."""

import re
from pathlib import Path
from typing import Any

import pytest

from assay.errors import ConfigurationError, SpecificationError
from assay.evidence import Verdict
from assay.evidence.claim import Claim
from assay.system import parse_system
from assay.task import Task
from assay.verify import tasks
from assay.verify.manifest import MANIFEST_NAME, read_manifest
from assay.verify.parameters import Parameter
from assay.verify.shipped import SPECIFICATIONS
from tests.verify.desk import Desk
from tests.verify.specifications import SPECS

SMALL_LOCK = 'spec = "lock"\nclients = 1\nlease = 2\nmargin = 0\nlag = 0\ntokens = 1\nfaults = 1\n'


def task_of(entry: str, folder: Path) -> Task:
    text = f'[system]\nname = "shop"\n[[formal-verification.spec]]\n{entry}'
    return tasks(parse_system(text, folder / "assay.toml"))[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def correct(claims: dict[str, Claim]) -> list[Claim]:
    return [claim for claim in claims.values() if not claim.is_control]


def test_parameters_become_constants_that_the_claims_state(desk: Desk, tmp_path: Path) -> None:
    claims = desk.claims(task_of(SMALL_LOCK, tmp_path))
    claim = claims["verify.lock.mutual-exclusion"]
    assert claim.verdict is Verdict.HOLDS
    stated = {name: claim.bounds.constants[name] for name in ("Clients", "LeaseTime", "Margin", "MaxLag", "MaxToken")}
    assert stated == {"Clients": "{c1}", "LeaseTime": "2", "Margin": "0", "MaxLag": "0", "MaxToken": "1"}
    assert any("1 clients" in sentence for sentence in claim.bounds.not_covered)
    assert "--constant 'Clients = {c1}'" in claim.reproduce


def test_broken_variants_are_checked_with_their_own_sizes(desk: Desk, tmp_path: Path) -> None:
    claims = desk.claims(task_of(SMALL_LOCK, tmp_path))
    controls = [claim for claim in claims.values() if claim.is_control]
    assert len(controls) >= 5
    assert all("--constant" not in claim.reproduce for claim in controls)


def test_a_protocol_can_be_checked_twice_under_two_names(desk: Desk, tmp_path: Path) -> None:
    claims = desk.claims(task_of(f'name = "small-lock"\n{SMALL_LOCK}', tmp_path))
    assert all(name.startswith("verify.small-lock.") for name in claims)


def test_other_sizes_are_another_task(tmp_path: Path) -> None:
    one, two = task_of('spec = "lock"\nclients = 1', tmp_path), task_of('spec = "lock"\nclients = 2', tmp_path)
    assert (one.settings, one.title) != (two.settings, two.title)
    assert "clients = 1" in one.title


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        ("client = 3", "`lock` has no parameter `client`", "did you mean `clients`?"),
        ("worker = 3", "`lock` has no parameter `worker`", "did you mean `workers`?"),
        ("qqqq = 3", "`lock` has no parameter `qqqq`", "it has: clients (1 to "),
        ("clients = 99", "`clients`: 99 is not in the range 1 to ", "`clients`: how many compete for the lock"),
        ("clients = 0", "`clients`: 0 is not in the range 1 to ", "2 by default"),
        ("clients = true", "`clients`: expected 1 to ", "got true"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(tmp_path: Path, entry: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        task_of(f'spec = "lock"\n{entry}', tmp_path)
    assert message in caught.value.message
    assert hint in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.where is not None
    assert caught.value.where.line == 5


def test_parameters_that_contradict_each_other_are_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"do not go together: .*ASSUME.*Margin") as caught:
        desk.claims(task_of('spec = "lock"\nlease = 1\nmargin = 2', tmp_path))
    assert caught.value.where is not None
    assert caught.value.where.line == 4


def test_an_unknown_protocol_is_refused_where_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no protocol called 'locks' ships") as caught:
        task_of('spec = "locks"', tmp_path)
    assert caught.value.where is not None
    assert caught.value.where.line == 4


@pytest.mark.parametrize("folder", [path.parent for path in SPECIFICATIONS.glob(f"*/{MANIFEST_NAME}")], ids=str)
def test_defaults_are_what_the_shipped_models_say(folder: Path) -> None:
    manifest = read_manifest(folder)
    defaults = {parameter.name: parameter.default for parameter in manifest.parameters}
    for model in manifest.models:
        written = re.findall(r"^\s*(\w+) = (.*)$", (folder / model.config).read_text(encoding="utf-8"), re.MULTILINE)
        said = {f"{constant} = {value}" for constant, value in written}
        assert [one for one in manifest.assignments(model, defaults) if one not in said] == []


def test_a_set_of_members_is_written_as_configurations_write_it() -> None:
    parameter = Parameter(
        name="clients", constant="Clients", meaning="how many", default=2, minimum=0, maximum=3, members="c"
    )
    assert [parameter.assignment(number) for number in (0, 1, 3)] == [
        "Clients = {}",
        "Clients = {c1}",
        "Clients = {c1, c2, c3}",
    ]


def test_a_switch_is_written_as_configurations_write_it() -> None:
    parameter = Parameter(name="fast", constant="Fast", meaning="whether it is fast", default=True)
    assert (parameter.range, parameter.assignment(value=False)) == ("true or false", "Fast = FALSE")


PARAMETER: dict[str, Any] = {
    "name": '"limit"', "constant": '"Limit"', "meaning": '"how far it counts"', "default": 5, "minimum": 1, "maximum": 9
}  # fmt: skip

MODEL = """
[[models]]
module = "Counter.tla"
config = "Counter.cfg"
bounds = ["It counts to {BOUND}."]
[[models.claims]]
id = "verify.specs.type"
property = "TypeOK"
statement = "It counts."
severity = "low"
"""


def declared(**changes: object) -> str:
    given = {**PARAMETER, **changes}
    lines = [f"{key} = {value}" for key, value in given.items() if value is not None]
    return "[[parameters]]\n" + "\n".join(lines) + "\n"


def specification_folder(folder: Path, parameters: str, bound: str = "{limit}") -> Path:
    specs = folder / "specs"
    specs.mkdir()
    for name in ("Counter.tla", "Counter.cfg"):
        (specs / name).write_text((SPECS / name).read_text())
    model = MODEL.replace("{BOUND}", bound)
    (specs / MANIFEST_NAME).write_text(f'protocol = "specs"\ntitle = "a counter"\n{parameters}{model}')
    return specs


def test_bounds_state_the_values_of_parameters(tmp_path: Path) -> None:
    manifest = read_manifest(specification_folder(tmp_path, declared()))
    model = manifest.models[0]
    assert manifest.not_covered(model, {}) == ("It counts to 5.",)
    assert manifest.not_covered(model, {"limit": 7}) == ("It counts to 7.",)
    assert manifest.assignments(model, {"limit": 7}) == ("Limit = 7",)
    assert manifest.assignments(model, {}) == ()


@pytest.mark.parametrize(
    ("parameters", "bound", "message"),
    [
        (declared(minimum=None), "{limit}", "a number without a minimum and a maximum"),
        (declared(default=12), "{limit}", "not between 1 and 9"),
        (declared(name='"workers"'), "", "entries of assay.toml have such a key"),
        (declared(name='"Limit"'), "", "expected `str` matching"),
        (declared(default='"five"'), "{limit}", "expected `bool | int`"),
        (declared(default="true", minimum=None, maximum=None, members='"c"'), "{limit}", "has no members"),
        (declared(models='["Other.cfg"]'), "{limit}", "models that are not there: Other.cfg"),
        (declared() + declared(), "{limit}", "two parameters are called 'limit'"),
        (declared(), "{size}", "speak of a parameter 'size'"),
    ],
)
def test_a_parameter_with_a_mistake_is_refused(tmp_path: Path, parameters: str, bound: str, message: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        read_manifest(specification_folder(tmp_path, parameters, bound))
    assert message in caught.value.message
