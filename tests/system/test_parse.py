"""`assay.toml`: what it can say, and how well it is refused."""

from pathlib import Path

import pytest

from assay.errors import ConfigurationError
from assay.evidence import Severity
from assay.system import GivenParameter, Limits, System, find_system, parse_system, read_system

WHOLE = """
[system]
name = "shop"

[[service]]
name = "orders"
url = "http://localhost:8080"
start = "python -m orders"
health = "/ready"

[formal-verification]
protocols = ["lock"]
workers = 2
limits = { seconds = 30 }

[[formal-verification.spec]]
path = "specs/OrderSaga.tla"

[[formal-verification.spec]]
name = "no-log"
path = "specs/OrderSaga.tla"
configs = ["specs/OrderSaga.cfg", "specs/NoLog.cfg"]
expect = "violated"
severity = "critical"
workers = 1
limits = { states = 7 }
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    for name in ("OrderSaga.tla", "OrderSaga.cfg", "NoLog.cfg"):
        (tmp_path / "specs" / name).touch()
    return tmp_path / "assay.toml"


def test_reads_everything_it_can_say(toml: Path) -> None:
    system = parse_system(WHOLE, toml)
    saga, no_log = system.specifications
    assert (system.name, system.protocols, system.protocol_workers) == ("shop", ("lock",), 2)
    assert system.services[0].health == "/ready"
    assert system.protocol_limits == Limits(seconds=30)
    assert (saga.name, saga.configurations) == ("order-saga", (toml.parent / "specs/OrderSaga.cfg",))
    assert (saga.workers, saga.limits, saga.severity) == (2, Limits(seconds=30), Severity.HIGH)
    assert (no_log.expect, no_log.severity, no_log.workers) == ("violated", Severity.CRITICAL, 1)
    assert no_log.limits == Limits(states=7)


@pytest.mark.parametrize(
    ("old", "new", "message", "line", "hint"),
    [
        ('name = "shop"', 'nam = "shop"', "unknown key `nam` in [system]", 3, "did you mean `name`?"),
        ("[system]", "[sytem]", "unknown key `sytem`", 2, "did you mean `system`?"),
        (
            'expect = "violated"',
            'zzz = "violated"',
            "unknown key `zzz` in [formal-verification.spec]",
            23,
            "known here",
        ),
        ("workers = 2", 'workers = "2"', "`formal-verification.workers`: expected `int`, got `str`", 13, None),
        ("workers = 1", "workers = 0", "`formal-verification.spec.workers`: expected `int` >= 1", 25, None),
        ('name = "shop"', 'name = "Shop"', "`system.name`: expected lower-case words joined by hyphens", 3, None),
        ("[system]\nname =", "[formal-verification.limits]\nx =", "not TOML: ", 14, None),
        ('name = "shop"', "name = ", "not TOML: invalid value", 3, None),
        ("specs/OrderSaga.tla", "specs/Nowhere.tla", "no file specs/Nowhere.tla", 17, "paths are relative to"),
        ("specs/NoLog.cfg", "specs/Gone.cfg", "no file specs/Gone.cfg", 22, "paths are relative to"),
        ('name = "no-log"', "", "two of the specification entries are named 'order-saga'", 19, "another `name`"),
        ('name = "no-log"', 'name = "lock"', "has the name of a protocol", 19, "another `name`"),
    ],
)
def test_refuses_and_points(toml: Path, old: str, new: str, message: str, line: int, hint: str | None) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigurationError) as caught:
        parse_system(WHOLE.replace(old, new, 1), toml)
    assert message in caught.value.message
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (toml, line)
    assert hint is None or hint in (caught.value.hint or "")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x = " + b"[" * 100_000, b"#" * (1024**2 + 1), b""])
def test_bad_input_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "assay.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):
        read_system(path)


def test_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot read") as caught:
        find_system(tmp_path, tmp_path / "assay.toml")
    assert caught.value.hint == "`assay init` writes one"


def test_without_a_file_the_bundled_system_is_found(tmp_path: Path) -> None:
    system: System = find_system(tmp_path)
    assert (system.source, system.root) == (None, tmp_path)
    assert system.protocols


SHIPPED = """
[system]
name = "shop"

[formal-verification]
protocols = ["raft"]
workers = 2

[[formal-verification.spec]]
spec = "lock"
clients = 3
fast = true

[[formal-verification.spec]]
name = "long-lease"
spec = "lock"
lease = 4
limits = { seconds = 9 }
"""


def test_a_shipped_specification_takes_parameters(toml: Path) -> None:
    system = parse_system(SHIPPED, toml)
    lock, long_lease = system.shipped_specifications
    assert (lock.name, lock.protocol, lock.line, lock.workers, lock.limits) == ("lock", "lock", 10, 2, Limits())
    assert lock.parameters == (GivenParameter("clients", 3, 11), GivenParameter(name="fast", value=True, line=12))
    assert (long_lease.name, long_lease.protocol, long_lease.limits) == ("long-lease", "lock", Limits(seconds=9))
    assert long_lease.parameters == (GivenParameter("lease", 4, 17),)
    assert system.specifications == ()


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("clients = 3", "clients = 3.5", "`clients`: a parameter of a specification is a whole number", 11),
        ("clients = 3", 'clients = "3"', "`clients`: a parameter of a specification is a whole number", 11),
        ("clients = 3", "clients = [3]", "`clients`: a parameter of a specification is a whole number", 11),
        ("clients = 3", 'path = "specs/OrderSaga.tla"', "with which `path` does not go", 9),
        ("clients = 3", 'severity = "low"', "with which `severity` does not go", 9),
        ("clients = 3", 'expect = "holds"', "with which `expect` does not go", 9),
        ('spec = "lock"', 'specs = "lock"', "unknown key `specs` in [formal-verification.spec]", 10),
        ('spec = "lock"\nclients = 3\nfast = true', 'name = "nothing"', "neither a `path` nor a `spec`", 9),
        ('spec = "lock"', "spec = 3", "`formal-verification.spec.spec`: expected `str | null`, got `int`", 10),
        ('name = "long-lease"', "", "two of the specification entries are named 'lock'", 14),
        ('spec = "lock"', 'spec = "raft"', "has the name of a protocol", 9),
    ],
)
def test_refuses_a_shipped_specification_and_points(toml: Path, old: str, new: str, message: str, line: int) -> None:
    assert old in SHIPPED
    with pytest.raises(ConfigurationError) as caught:
        parse_system(SHIPPED.replace(old, new, 1), toml)
    assert message in caught.value.message
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (toml, line)


@pytest.mark.parametrize(
    "text", ["formal-verification = 3", "[formal-verification]\nspec = [3]", "formal-verification.spec = 1"]
)
def test_a_table_of_another_kind_is_refused(toml: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="expected"):
        parse_system(f'{text}\n[system]\nname = "shop"', toml)
