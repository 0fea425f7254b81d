"""Tests of policies as data, from Python and from the command line."""

import json
from pathlib import Path

import pytest

from assay.errors import PolicyError
from assay.trust.policy import run_policy_tests
from tests.cli.conftest import Assay, assay  # noqa: F401 # a fixture
from tests.trust.policy.sample import SAMPLE, copied, facts, rewrite

REFUND = ("--principal", 'User::"sam"', "--action", 'Action::"refund"', "--resource", 'Payment::"p-1"')


def test_the_sample_passes_its_own_tests_and_they_touch_every_policy() -> None:
    report = run_policy_tests(SAMPLE)
    assert (len(report.outcomes), report.failed, report.untouched, report.warnings) == (22, (), (), ())


def test_a_changed_policy_fails_the_cases_that_it_breaks(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "roles.cedar", "context.hour < 19", "context.hour < 23")
    (failed,) = run_policy_tests(folder).failed
    assert failed.case.name == "support does not read orders by night"
    assert failed.explanation is not None
    assert failed.explanation.policies == ("support-reads-orders",)


def test_the_right_answer_for_another_reason_fails(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "tests.toml", 'because = "no-suspended-accounts"', 'because = "no-writes-at-high-risk"')
    assert [outcome.case.name for outcome in run_policy_tests(folder).failed] == ["a suspended customer cannot order"]


def test_a_refused_request_does_not_pass_for_a_denied_one(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "tests.toml", 'expect = "refused"', 'expect = "deny"')
    (failed,) = run_policy_tests(folder).failed
    assert failed.decision.refusal is not None


def test_tells_which_policies_no_test_touches(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    with (folder / "roles.cedar").open("a") as file:
        file.write('\n@id("new")\npermit (principal in Role::"admin", action == Action::"refund", resource);\n')
    assert [policy.id for policy in run_policy_tests(folder).untouched] == ["new"]


def test_cases_may_be_json(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "tests.toml").unlink()
    names = {"principal": 'User::"gus"', "action": 'Action::"read"', "resource": 'Product::"atlas"'}
    case = {"name": "a", **names, "context": facts(), "expect": "allow", "because": ["guests-browse"]}
    (folder / "tests.json").write_text(json.dumps({"case": [case]}))
    report = run_policy_tests(folder)
    assert (len(report.outcomes), report.failed, len(report.untouched)) == (1, (), 11)


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('expect = "refused"', 'expect = "maybe"', 182, "maybe"),
        ('expect = "refused"', 'expects = "deny"', 182, "expect"),
        ('because = "checkout-charges"', 'because = "checkout-charge"', 166, "checkout-charge"),
        ("risk = 5\n", "risk = \n", 5, "TOML"),
    ],
)
def test_errors_point_at_the_case(tmp_path: Path, before: str, after: str, line: int, said: str) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "tests.toml", before, after)
    with pytest.raises(PolicyError) as raised:
        run_policy_tests(folder)
    assert raised.value.where is not None
    assert (raised.value.where.path.name, raised.value.where.line) == ("tests.toml", line)
    assert said in raised.value.message


def test_no_cases_are_an_error(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "tests.toml").unlink()
    with pytest.raises(PolicyError, match="no policy tests"):
        run_policy_tests(folder)


def test_the_command_shows_failures_and_ends_with_1(assay: Assay, tmp_path: Path) -> None:  # noqa: F811 # the fixture
    folder = copied(tmp_path)
    rewrite(folder / "roles.cedar", "resource.amount <= 10000", "resource.amount <= 1000")
    ended = assay("trust", "test", "policies")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "FAILED support refunds small payments (policies/tests.toml:" in ended.stdout
    assert "resource.amount is 4500" in ended.stdout
    assert ended.stdout.splitlines()[-1].startswith("21 passed, 1 failed; 11 of 12 policies")
    shown = json.loads(assay("trust", "test", "policies", "--json").stdout)
    assert (shown["passed"], shown["failed"], shown["untouched"][0]["id"]) == (21, 1, "support-refunds")


def test_the_command_ends_with_2_where_policies_are_wrong(assay: Assay, tmp_path: Path) -> None:  # noqa: F811
    folder = copied(tmp_path)
    rewrite(folder / "roles.cedar", "context.risk < 70", "context.rsik < 70")
    ended = assay("trust", "test", "policies")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "policies/roles.cedar:8:8" in ended.stderr
    assert "when { context.rsik < 70 };" in ended.stderr


def test_decide_says_what_is_decided_and_why(assay: Assay, tmp_path: Path) -> None:  # noqa: F811
    copied(tmp_path)
    context = ("--context", json.dumps(facts(risk=45)))
    ended = assay("trust", "decide", "--policies", "policies", *REFUND, *context)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.splitlines()[:3] == [
        "denied: nothing permits it",
        "  lacks 1 of 8 conditions: support-refunds (roles.cedar:27)",
        "    fails  when   context.risk < 30  [context.risk is 45]",
    ]
    allowed = assay("trust", "decide", "--policies", "policies", *REFUND, "--context", json.dumps(facts()), "--json")
    assert allowed.returncode == 0
    assert json.loads(allowed.stdout)["policies"] == ["support-refunds"]
    assert assay("trust", "decide", "--policies", "policies", *REFUND).returncode == 2
