"""The engine: decisions, reasons, errors that point, reload and shadow."""

import random
from pathlib import Path
from typing import Any, cast

import cedarpy
import pytest

from assay.errors import Place, PolicyError
from assay.trust.policy import (
    AccessRequest,
    Outcome,
    PolicyEngine,
    PolicySources,
    PolicyText,
    Reason,
    ShadowLog,
)
from tests.trust.policy.sample import SAMPLE, asking, copied, facts, rewrite


@pytest.fixture(scope="module")
def engine() -> PolicyEngine:
    return PolicyEngine.load(SAMPLE)


def test_names_the_policies_that_decided(engine: PolicyEngine) -> None:
    allowed = engine.decide(asking("carol", "order", 'Product::"atlas"'))
    assert (allowed.allowed, allowed.policies) == (True, ("customers-order",))
    denied = engine.decide(asking("mallory", "order", 'Product::"atlas"'))
    assert (denied.allowed, denied.policies) == (False, ("no-suspended-accounts",))


def test_tells_the_fact_that_denied(engine: PolicyEngine) -> None:
    why = engine.explain(asking("sam", "refund", 'Payment::"p-1"', risk=45))
    assert (why.reason, why.policies) == (Reason.NOTHING_PERMITS, ())
    nearest = why.nearest[0]
    assert (nearest.id, nearest.file, len(nearest.failed)) == ("support-refunds", "roles.cedar", 1)
    lacked = nearest.failed[0]
    assert (lacked.place, lacked.text, lacked.outcome) == ("when", "context.risk < 30", Outcome.FAILS)
    assert [(fact.name, fact.value) for fact in lacked.facts] == [("context.risk", "45")]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (AccessRequest("carol", 'Action::"read"', 'Product::"atlas"', facts()), "not a name"),
        (AccessRequest('User::"\ud800"', 'Action::"read"', 'Product::"atlas"', facts()), "Unicode"),
        (asking("carol", "fly", 'Product::"atlas"'), "no action"),
        (asking("carol", "read", 'Ghost::"x"'), "Ghost"),
        (asking("carol", "charge", 'Payment::"p-1"'), "does not let"),
        (asking("carol", "read", 'Product::"atlas"', risk="high"), "context"),
        (asking("carol", "read", 'Product::"atlas"', risk=0.5), "context"),
        (asking("carol", "read", 'Product::"atlas"', risk=float("nan")), "JSON"),
        (asking("carol", "read", 'Product::"atlas"', more={1, 2}), "JSON"),
        (asking("carol", "read", 'Product::"atlas"', padding="x" * 70_000), "longer than 65536"),
        (asking("c" * 3000, "read", 'Product::"atlas"'), "longer than 2048"),
        (AccessRequest(cast("Any", None), 'Action::"read"', 'Product::"atlas"', facts()), "text"),
    ],
)
def test_denies_what_it_cannot_judge(engine: PolicyEngine, request_: AccessRequest, said: str) -> None:
    decision = engine.decide(request_)
    assert not decision.allowed
    assert decision.refusal is not None
    assert said in decision.refusal


def test_names_policies_that_could_not_be_evaluated(engine: PolicyEngine) -> None:
    decision = engine.decide(asking("nobody", "read", 'Product::"atlas"'))
    assert [one.policy for one in decision.skipped] == ["no-suspended-accounts"]


def test_decides_as_cedar_does(engine: PolicyEngine) -> None:
    policies = "".join((SAMPLE / name).read_text() for name in ("guards.cedar", "roles.cedar"))
    schema, entities = (SAMPLE / "schema.cedarschema").read_text(), (SAMPLE / "entities.json").read_text()
    chance = random.Random(5)
    pairs = [("read", "Product"), ("read", "Order"), ("read", "Payment"), ("order", "Product"), ("cancel", "Order")]
    pairs += [("refund", "Payment"), ("reprice", "Product")]
    seen = set()
    for _ in range(60):
        action, kind = chance.choice(pairs)
        who = chance.choice(["gus", "carol", "mallory", "sam", "ada"])
        thing = {"Product": "atlas", "Order": chance.choice(["o-1", "o-2"]), "Payment": chance.choice(["p-1", "p-2"])}
        device = {"compliant": chance.random() < 0.8, "trust": chance.randrange(101)}
        risk, hour = chance.randrange(101), chance.randrange(24)
        request = asking(who, action, f'{kind}::"{thing[kind]}"', device=device, risk=risk, hour=hour)
        theirs = cedarpy.is_authorized(
            {
                "principal": request.principal,
                "action": request.action,
                "resource": request.resource,
                "context": dict(request.context),
            },
            policies,
            entities,
            schema=schema,
        )
        ours = engine.decide(request)
        assert ours.allowed == theirs.allowed, request
        seen.add(ours.allowed)
    assert seen == {True, False}


def error_of(folder: Path) -> PolicyError:
    with pytest.raises(PolicyError) as raised:
        PolicyEngine.load(folder)
    return raised.value


def test_errors_point_into_the_file(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "roles.cedar", "context.risk < 70", "context.rsik < 70")
    error = error_of(folder)
    assert error.where == Place(folder / "roles.cedar", 8, 8)
    assert "rsik" in error.message
    assert error.hint is not None
    assert "risk" in error.hint


def test_tells_of_several_problems_at_once(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rewrite(folder / "guards.cedar", "principal.suspended", "principal.suspnded")
    rewrite(folder / "roles.cedar", "context.risk < 70", 'context.risk < "70"')
    error = error_of(folder)
    assert error.where is not None
    assert (error.where.path.name, error.where.line) == ("guards.cedar", 5)
    assert error.hint is not None
    assert "roles.cedar:8" in error.hint


@pytest.mark.parametrize(
    ("name", "before", "after", "line"),
    [
        ("schema.cedarschema", "entity Role in [Role];", "entity Role in [Rolle];", 17),
        ("entities.json", '"suspended": true', '"suspended": "yes"', 8),
        ("entities.json", '{"uid": {"type": "Role", "id": "admin"}', '{"uid": {"type": "Role", "id": }', 5),
        (
            "guards.cedar",
            "forbid (principal is User, action, resource)",
            "forbid (principal is User action, resource)",
            4,
        ),
    ],
)
def test_errors_point_into_every_kind_of_file(tmp_path: Path, name: str, before: str, after: str, line: int) -> None:
    folder = copied(tmp_path)
    rewrite(folder / name, before, after)
    where = error_of(folder).where
    assert where is not None
    assert (where.path.name, where.line) == (name, line)


def test_says_what_a_folder_lacks(tmp_path: Path) -> None:
    assert "no such folder" in error_of(tmp_path / "absent").message
    assert "no policies" in error_of(tmp_path).message
    (tmp_path / "a.cedar").write_text("")
    assert "no schema" in error_of(tmp_path).message


def test_a_reload_takes_the_new_policies(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    engine = PolicyEngine.load(folder)
    request = asking("carol", "order", 'Product::"atlas"', risk=60)
    assert engine.decide(request).allowed
    rewrite(folder / "roles.cedar", "context.risk < 70", "context.risk < 50")
    assert engine.reload().is_reloaded
    assert not engine.decide(request).allowed


def test_a_bad_reload_keeps_the_old_policies_and_says_so(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    engine = PolicyEngine.load(folder)
    rewrite(folder / "roles.cedar", "context.risk < 70", "context.risk <")
    outcome = engine.reload()
    assert not outcome.is_reloaded
    assert outcome.problem is not None
    assert outcome.problem.where is not None
    assert outcome.problem.where.path.name == "roles.cedar"
    assert engine.decide(asking("carol", "order", 'Product::"atlas"')).policies == ("customers-order",)


def shadow_of(text: str) -> PolicySources:
    return PolicySources((PolicyText("shadow.cedar", text),), PolicyText("", ""))


def test_a_shadow_set_is_asked_and_never_obeyed() -> None:
    engine = PolicyEngine.load(SAMPLE)
    log = engine.start_shadow(shadow_of('@id("all") permit (principal, action, resource);'))
    denied = asking("gus", "order", 'Product::"atlas"')
    assert not engine.decide(denied).allowed
    assert engine.decide(asking("gus", "read", 'Product::"atlas"')).allowed
    assert (log.compared, log.would_allow, log.would_deny) == (2, 1, 0)
    (difference,) = log.latest()
    assert (difference.request, difference.shadow.policies) == (denied, ("all",))
    engine.stop_shadow()
    engine.decide(denied)
    assert log.compared == 2


def test_a_shadow_set_stays_through_a_reload(tmp_path: Path) -> None:
    engine = PolicyEngine.load(copied(tmp_path))
    log = engine.start_shadow(shadow_of('@id("none") forbid (principal, action, resource);'))
    assert engine.reload().is_reloaded
    assert engine.decide(asking("gus", "read", 'Product::"atlas"')).allowed
    assert log.would_deny == 1


def test_a_bad_shadow_set_changes_nothing() -> None:
    engine = PolicyEngine.load(SAMPLE)
    with pytest.raises(PolicyError, match="nothing"):
        engine.start_shadow(shadow_of("permit (principal, action, resource) when { context.nothing };"))
    engine.decide(asking("gus", "read", 'Product::"atlas"'))
    assert engine.shadow_log.compared == 0


def test_the_shadow_log_is_bounded() -> None:
    log = ShadowLog(kept=2, clock=lambda: 7.0)
    engine = PolicyEngine.load(SAMPLE)
    yes = engine.decide(asking("gus", "read", 'Product::"atlas"'))
    no = engine.decide(asking("gus", "order", 'Product::"atlas"'))
    for number in range(5):
        log.record(asking(str(number), "read", "x"), yes, no)
    assert [difference.request.principal for difference in log.latest()] == ['User::"3"', 'User::"4"']
    assert (log.dropped, log.would_deny, log.latest()[0].at) == (3, 5, 7.0)


def test_warns_of_a_policy_that_can_never_apply() -> None:
    schema = PolicyText("schema", (SAMPLE / "schema.cedarschema").read_text())
    never = '@id("never")\npermit (principal, action, resource) when { principal is Role };'
    engine = PolicyEngine.load(PolicySources((PolicyText("a.cedar", never),), schema))
    assert [warned.where.line for warned in engine.warnings] == [1]
    assert [policy.id for policy in engine.policies] == ["never"]
