"""Rules that decide nothing."""

from pathlib import Path

from assay.trust.proofs.expressions import ExpressionPool
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import read_folder
from assay.trust.proofs.rules import RuleFinding, Standing, inspect_rules
from tests.trust.proofs.folders import ALL, LOCAL, NO_GUEST, PATIENT, STAFF, folder


def inspected(at: Path) -> dict[str, RuleFinding]:
    findings = inspect_rules(read_folder(at, ExpressionPool()), Deadline(PATIENT))
    return {finding.policy.name: finding for finding in findings}


def test_finds_every_rule_needed_that_is(tmp_path: Path) -> None:
    findings = inspected(folder(tmp_path, *ALL))
    assert {name: one.standing for name, one in findings.items()} == dict.fromkeys(findings, Standing.NEEDED)
    assert all(finding.witness for finding in findings.values())


def test_finds_dead_and_shadowed_rules(tmp_path: Path) -> None:
    rules = (
        STAFF,
        NO_GUEST,
        '@id("dead") permit(principal in Group::"guest", action, resource == Service::"payments");',
        '@id("twice") permit(principal in Group::"staff", action == Action::"read", resource == Service::"catalog");',
        '@id("never") permit(principal is User, action, resource) when { principal.clearance > principal.clearance };',
        '@id("idle") forbid(principal is Workload, action, resource);',
    )
    findings = inspected(folder(tmp_path, *rules))
    assert {name: one.standing for name, one in findings.items()} == {
        "staff-read": Standing.NEEDED,
        "no-guest": Standing.NEEDED,
        "dead": Standing.OVERRULED,
        "twice": Standing.SHADOWED,
        "never": Standing.NEVER_SATISFIED,
        "idle": Standing.IDLE,
    }
    assert findings["twice"].shadowed_by == ("staff-read",)


def test_names_no_single_rule_where_it_takes_several(tmp_path: Path) -> None:
    rules = [
        f'@id("{name}") permit(principal is User, action, resource) when {{ principal.clearance {relation} }};'
        for name, relation in (("low", "< 5"), ("high", ">= 5"), ("some", "> 2"))
    ]
    findings = inspected(folder(tmp_path, *rules))
    assert findings["some"].standing is Standing.SHADOWED
    assert findings["some"].shadowed_by == ()


def test_does_not_call_a_rule_dead_that_is_not_modelled(tmp_path: Path) -> None:
    impossible = LOCAL.replace('isInRange(ip("10.0.0.0/8"))', "isIpv4() && context.address.isIpv6()")
    findings = inspected(folder(tmp_path, impossible))
    assert findings["local"].standing is Standing.UNKNOWN
