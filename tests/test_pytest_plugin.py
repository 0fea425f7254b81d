"""The pytest plugin, in test runs of its own."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

pytest_plugins = ["pytester"]

COUNTER = r"""---- MODULE Counter ----
EXTENDS Naturals
CONSTANT Limit
VARIABLE count
Init == count = 0
Next == count < Limit /\ count' = count + 1
Small == count < 3
Few == count < 10
Typed == count \in Nat
Spec == Init /\ [][Next]_count
====
"""
CONFIGURATION = "CONSTANT Limit = {limit}\nSPECIFICATION Spec\nINVARIANT Small\nCHECK_DEADLOCK FALSE\n"


@pytest.fixture
def specifications(pytester: pytest.Pytester) -> pytest.Pytester:
    folder = pytester.mkdir("protocols")
    (folder / "Counter.tla").write_text(COUNTER, encoding="utf-8")
    (folder / "Counter.cfg").write_text(CONFIGURATION.format(limit=2), encoding="utf-8")
    (folder / "CounterLarge.cfg").write_text(CONFIGURATION.format(limit=5), encoding="utf-8")
    return pytester


def ran(specifications: pytest.Pytester, body: str) -> pytest.RunResult:
    lines = "\n    ".join(body.splitlines())
    test = specifications.path / "protocols" / "test_counter.py"
    test.write_text(f"def test_counter(check_spec):\n    {lines}\n", encoding="utf-8")
    return specifications.runpytest()


def test_is_found_by_pytest() -> None:
    assert [entry.value for entry in entry_points(group="pytest11", name="assay")] == ["assay.pytest_plugin"]


@pytest.mark.parametrize(
    "body",
    [
        'check_spec("Counter.tla")',
        'check_spec("protocols/Counter.tla")',
        'check_spec("Counter.cfg", workers=1, max_seconds=60)',
        'assert check_spec("Counter.tla").states.distinct == 3',
        'check_spec("Counter.tla", config="CounterLarge.cfg", violates="Small")',
        'check_spec("CounterLarge.cfg", expect="safety")',
        'check_spec("Counter.tla", check_deadlock=True, expect="deadlock")',
        'assert check_spec("Counter.tla", constants={"Limit": 1}).states.distinct == 2',
        'check_spec("specs/lock/LockBrokenFencing.cfg", violates="MutualExclusion")',
        'check_spec.mutants("Counter.tla", min_kill=0.3)',
    ],
)
def test_passes_where_the_specification_holds_as_expected(specifications: pytest.Pytester, body: str) -> None:
    ran(specifications, body).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('check_spec("Counter.tla", config="CounterLarge.cfg")', "Counter: Small is violated"),
        (
            'check_spec("Counter.tla", check_deadlock=True)',
            "Counter: a state without successors is reachable: deadlock",
        ),
        ('check_spec("Counter.tla", violates="Small")', "Small is not violated, as it should be"),
        ('check_spec("Counter.tla", expect="deadlock")', "expected deadlock, found ok"),
        ('check_spec("Counter.tla", max_states=2)', "Counter: stopped at the limit of 2 distinct states"),
        (
            'check_spec("Counter.tla", invariants=["Tiny"])',
            "error[[]config[]]: the module `Counter` does not define `Tiny`",
        ),
        ('check_spec("NotThere.tla")', "there is no file NotThere.tla"),
        ('check_spec(".")', ". stands for 2 models: name one, or parametrize the test"),
        ('check_spec.mutants("Counter.tla", invariants=["Few"])', "fewer than 90% noticed: mutants of Counter*"),
    ],
)
def test_fails_with_what_was_found(specifications: pytest.Pytester, body: str, message: str) -> None:
    result = ran(specifications, body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_shows_the_counterexample_and_no_traceback(specifications: pytest.Pytester) -> None:
    result = ran(specifications, 'check_spec("CounterLarge.cfg")')
    result.stdout.fnmatch_lines(
        [
            "*_ test_counter _*",
            "Counter: Small is violated",
            "  state 1: initial state",
            "    count = 0",
            "  state 2: Next  (*/protocols/Counter.tla:6:9)",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def test_counter*")


def test_takes_what_the_configuration_says_where_a_test_says_nothing(specifications: pytest.Pytester) -> None:
    specifications.makeini("[pytest]\nassay_workers = 1\nassay_timeout = 0.2\n")
    large = 'check_spec("Counter.tla", constants={"Limit": 100_000_000}, invariants=["Typed"])'
    ran(specifications, large).stdout.fnmatch_lines(["Counter: stopped at the limit of 0.2 seconds"])
    ran(specifications, 'assert check_spec("Counter.tla", max_seconds=60).workers == 1').assert_outcomes(passed=1)


def test_refuses_a_setting_that_is_no_number(specifications: pytest.Pytester) -> None:
    specifications.makeini("[pytest]\nassay_workers = many\n")
    result = ran(specifications, 'check_spec("Counter.tla")')
    result.stdout.fnmatch_lines(["*assay_workers: a number is needed, not 'many'"])


def test_collects_nothing_and_loads_no_checker_by_itself(specifications: pytest.Pytester) -> None:
    specifications.makepyfile(
        "import sys\ndef test_nothing_is_loaded():\n"
        "    assert [name for name in sys.modules if name.startswith('assay.verify')] == []"
    )
    result = specifications.runpytest_subprocess()
    result.assert_outcomes(passed=1)


def test_is_quick_to_load() -> None:
    script = (
        "import pytest, time; before = time.perf_counter(); import assay.pytest_plugin;"
        " print(time.perf_counter() - before)"
    )
    taken = min(
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    )
    assert taken < 0.1
