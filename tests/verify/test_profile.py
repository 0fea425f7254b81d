"""Where the time of a check goes: the costly expression is named first, and the shares add up."""

import json

import pytest

from assay.verify import CheckResult, check
from assay.verify.advice import ENOUGH_SAMPLES, advice_of
from assay.verify.formats import write
from assay.verify.formats.profiled import profile_lines
from assay.verify.profile import ActivityTime, ExpressionTime, Profile
from assay.verify.result import Location
from tests.verify.specifications import SPECS
from tests.verify.test_command import run


@pytest.fixture(scope="module")
def profiled() -> CheckResult:
    return check(SPECS / "Profiled.tla", profile=True, workers=1)


def profile_of(result: CheckResult) -> Profile:
    assert result.profile is not None
    return result.profile


def test_names_the_costly_expression_first(profiled: CheckResult) -> None:
    profile = profile_of(profiled)
    first = profile.expressions[0]
    assert first.operator == "Costly"
    assert first.location.line == 10
    costly = sum(known.own_share for known in profile.expressions if known.operator == "Costly")
    assert costly > 0.6, profile
    whole = next(known for known in profile.expressions if known.text.startswith("{s \\in SUBSET (0 .. 9)"))
    assert whole.total_share > 0.6
    assert whole.own_share < whole.total_share
    assert whole.evaluations > 0


def test_names_the_actions_that_take_the_time(profiled: CheckResult) -> None:
    profile = profile_of(profiled)
    assert {known.name for known in profile.activities[:2]} == {"Look", "Glance"}
    actions = {known.name: known for known in profile.activities if known.kind == "action"}
    assert actions.keys() == {"Count", "Paint", "Look", "Glance"}
    assert actions["Count"].generated == 4001
    assert actions["Look"].generated == 0
    assert actions["Glance"].distinct == 0
    assert (actions["Glance"].generated_per_second or 0) > 0


def test_shares_add_up(profiled: CheckResult) -> None:
    profile = profile_of(profiled)
    assert sum(known.share for known in profile.activities) == pytest.approx(1)
    between = sum(known.between_seconds for known in profile.activities)
    own = sum(known.own_seconds for known in profile.expressions)
    assert own + between == pytest.approx(profile.seconds)
    assert profile.seconds < profiled.seconds * 1.05 + 0.01


def test_changes_nothing_that_is_found(profiled: CheckResult) -> None:
    plain = check(SPECS / "Profiled.tla", workers=1)
    assert plain.profile is None
    assert (plain.verdict, plain.states, plain.actions) == (profiled.verdict, profiled.states, profiled.actions)


def test_advises_against_actions_that_find_nothing(profiled: CheckResult) -> None:
    # How many samples there are is a matter of the machine; that few of them say nothing is shown further down.
    measured = profile_of(profiled)
    sampled_enough = tuple(known._replace(samples=ENOUGH_SAMPLES) for known in measured.activities)
    advice = {known.kind: known.text for known in advice_of(measured._replace(activities=sampled_enough))}
    assert advice["barren"].startswith("Glance takes ")
    assert advice["impossible"].startswith("Look takes ")
    assert "Profiled.tla:10:" in advice["expression"]


def test_is_shown_as_tables_and_written_as_json(profiled: CheckResult) -> None:
    profile = profile_of(profiled)
    lines = list(profile_lines(profile))
    assert lines[0].startswith("where ")
    assert any(line.lstrip().startswith("Glance") and "Profiled.tla:16:" in line for line in lines)
    assert lines.index("the costliest expressions") < len(lines) - 3
    document = json.loads(write(profiled, "json"))["profile"]
    assert len(document["activities"]) == len(profile.activities)
    assert document["expressions"][0]["location"]["line"] == 10
    assert [known["text"] for known in document["advice"]] == [known.text for known in profile.advice]


def test_can_be_asked_for_on_the_command_line() -> None:
    done = run("Profiled.tla", "--profile", "--workers", "1", "--constant", "Limit=50")
    assert done.returncode == 0
    assert "the costliest expressions" in done.stdout
    assert "Costly: {s \\in SUBSET (0 .. 9)" in done.stdout


def test_refuses_coverage_beside_it() -> None:
    with pytest.raises(ValueError, match="profile and coverage"):
        check(SPECS / "Profiled.tla", profile=True, coverage=True)
    assert run("Profiled.tla", "--profile", "--coverage").returncode == 2


def test_profiles_random_walks_too() -> None:
    done = run("Profiled.tla", "--profile", "--simulate", "--walks", "20", "--workers", "1")
    assert done.returncode == 0
    assert "Glance" in done.stdout


_PLACE = Location("M.tla", 3, 1, 3, 9)


def activity(kind: str, share: float, name: str | None = None, **counts: int) -> ActivityTime:
    generated, distinct = counts.get("generated"), counts.get("distinct")
    return ActivityTime(kind, name, _PLACE, share, share, round(1000 * share), share, generated, distinct)


def profile_with(*activities: ActivityTime, expressions: tuple[ExpressionTime, ...] = ()) -> Profile:
    return Profile(1.0, 1000, activities, expressions, ())


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (["invariant"], {"invariant"}),
        (["constraint"], {"constraint"}),
        (["symmetry"], {"symmetry"}),
        (["graph"], {"graph"}),
        (["steps of properties"], {"steps"}),
        (["queue"], {"waiting"}),
        (["storing"], {"storing"}),
        (["guards"], set()),
    ],
)
def test_advises_by_what_takes_most(kinds: list[str], found: set[str]) -> None:
    busy = [activity(kind, 0.7, "It") for kind in kinds]
    profile = profile_with(*busy, activity("action", 0.3, "Step", generated=100, distinct=90))
    assert {advice.kind for advice in advice_of(profile)} == found


def test_calls_what_is_no_action_by_what_it_is() -> None:
    kinds = ["guards", "storing", "queue", "fingerprints"]
    lines = list(profile_lines(profile_with(*(activity(kind, 0.2) for kind in kinds), activity("view", 0.2, "Seen"))))
    said = [
        "first guards of all actions",
        "storing states",
        "taking states from the queue",
        "fingerprints",
        "view Seen",
    ]
    assert all(line.startswith(f"  {words}") for line, words in zip(lines[2:], said, strict=False))


def test_adds_up_invariants_that_say_little_one_by_one() -> None:
    many = [activity("invariant", 0.15, f"Inv{index}") for index in range(4)]
    assert [advice.kind for advice in advice_of(profile_with(*many))] == ["invariants"]


def test_says_nothing_of_few_samples() -> None:
    few = activity("invariant", 0.9, "Inv")._replace(samples=20)
    profile = profile_with(few)
    assert advice_of(profile) == []
    assert any("too short" in line for line in profile_lines(profile))
