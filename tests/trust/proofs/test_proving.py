"""Claims about policies: proved, or shown to be false by a request that Cedar confirms."""

from pathlib import Path
from typing import Any

import pytest

from assay.errors import PolicyError
from assay.evidence.artifacts import Artifacts
from assay.evidence.verdict import Verdict
from assay.trust.proofs.cedar import Judge
from assay.trust.proofs.claims import claim_of_proof
from assay.trust.proofs.expressions import ExpressionPool
from assay.trust.proofs.limits import Deadline, Limits
from assay.trust.proofs.policy_set import PolicySet, read_folder
from assay.trust.proofs.properties import Never, bound_property
from assay.trust.proofs.proving import Proof, prove
from tests.trust.proofs.folders import ALL, CLEARED, LOCAL, NO_GUEST, NO_SUSPENDED, PATIENT, SCHEMA, STAFF, folder

GUEST = 'principal in Group::"guest" && resource == Service::"payments"'


def proved(at: Path, when: str, *, limits: Limits | None = None, **narrowed: Any) -> Proof:
    pool = ExpressionPool()
    policies = read_folder(at, pool)
    claim = bound_property(Never(name="claim", when=when, **narrowed), policies.schema, pool, at)
    (proof,) = prove(policies, [claim], Deadline(limits or PATIENT))
    if proof.witness:
        assert allows(policies, proof), "Cedar has to confirm what is shown"
    return proof


def allows(policies: PolicySet, proof: Proof) -> bool:
    assert proof.witness
    judge = Judge(policies.text, policies.schema.text)
    return judge.decide(proof.witness.request, proof.witness.entities).allowed


def test_can_prove_that_no_guest_reaches_payments(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path, *ALL), GUEST)
    assert (proof.verdict, proof.kinds, proof.unmentioned) == (Verdict.HOLDS, 3, ())


def test_shows_a_guest_that_reaches_payments(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path, STAFF, CLEARED), GUEST)
    assert proof.verdict is Verdict.VIOLATED
    assert proof.witness
    assert proof.witness.request["resource"] == {"type": "Service", "id": "payments"}
    (principal,) = (one for one in proof.witness.entities if one["uid"] == proof.witness.request["principal"])
    assert {"type": "Group", "id": "guest"} in principal["parents"]
    assert set(proof.decided_by) <= {"staff-read", "cleared"}


def test_finds_what_a_failing_forbid_lets_through(tmp_path: Path) -> None:
    # Cedar skips a forbid that fails: here by overflow, for which only one number will do.
    overflow = "forbid(principal is User, action, resource) when { principal.clearance + 1 > 0 };"
    allow = 'permit(principal, action == Action::"write", resource);'
    proof = proved(folder(tmp_path, allow, overflow), "principal.clearance > 5", principal="User")
    assert proof.verdict is Verdict.VIOLATED
    assert proof.witness
    assert [one["attrs"]["clearance"] for one in proof.witness.entities if one["attrs"]] == [2**63 - 1]


def test_knows_that_a_principal_may_be_missing_from_the_store(tmp_path: Path) -> None:
    risky = "forbid(principal is User, action, resource) when { principal.clearance < 100 };"
    allow = 'permit(principal, action == Action::"write", resource);'
    proof = proved(folder(tmp_path, allow, risky), "!(principal has clearance)", principal="User")
    assert proof.witness
    assert proof.witness.missing == ("principal",)


def test_what_is_given_narrows_a_claim(tmp_path: Path) -> None:
    at = folder(tmp_path, *ALL)
    when = 'principal in Group::"staff" && resource == Service::"payments"'
    assert proved(at, when, principal="User").verdict is Verdict.VIOLATED
    narrowed = proved(at, when, principal="User", given="principal.clearance < 3", actions=("write",))
    assert narrowed.verdict is Verdict.HOLDS


def test_is_unknown_where_it_depends_on_what_is_not_modelled(tmp_path: Path) -> None:
    at = folder(tmp_path, LOCAL)
    proof = proved(at, "context.address.isLoopback()", principal="Workload")
    assert proof.verdict is Verdict.UNKNOWN
    assert "`isInRange`" in proof.explanation
    assert "`isLoopback`" in proof.explanation


def test_can_prove_in_spite_of_what_is_not_modelled(tmp_path: Path) -> None:
    at = folder(tmp_path, LOCAL, "forbid(principal, action, resource) unless { context.mfa };")
    proof = proved(at, 'context.address.isInRange(ip("10.0.0.0/8")) && !context.mfa')
    assert proof.verdict is Verdict.HOLDS


def test_finds_an_address_that_a_policy_names(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path, LOCAL), 'resource == Service::"payments"')
    assert proof.verdict is Verdict.VIOLATED
    assert proof.witness
    assert proof.witness.request["context"]["address"] == {"__extn": {"fn": "ip", "arg": "10.0.0.0/8"}}


def test_follows_groups_in_groups(tmp_path: Path) -> None:
    rule = (
        'permit(principal in Group::"staff", action, resource);'
        'forbid(principal, action, resource) when { Group::"staff" in Group::"guest" };'
    )
    inner = 'Group::"staff" in Group::"guest"'
    at = folder(tmp_path, rule)
    assert proved(at, inner).verdict is Verdict.HOLDS
    chain = (
        'principal in Group::"contractor" && Group::"contractor" in Group::"staff" && !(principal in Group::"staff")'
    )
    assert (
        proved(folder(tmp_path / "open", "permit(principal, action, resource);"), chain).verdict
        is Verdict.NOT_APPLICABLE
    )
    circle = 'Group::"a" in Group::"b" && Group::"b" in Group::"a"'
    assert proved(tmp_path / "open", circle).verdict is Verdict.NOT_APPLICABLE


def test_names_the_limit_that_was_reached(tmp_path: Path) -> None:
    hard = "principal.clearance * principal.clearance * principal.clearance == 12345678987654323"
    at = folder(tmp_path, f"permit(principal is User, action, resource) when {{ {hard} }};")
    proof = proved(at, 'resource == Service::"payments"', limits=Limits(question_steps=1, question_seconds=600))
    assert proof.verdict is Verdict.UNKNOWN
    assert "the limit of 1 solver steps" in proof.explanation


def test_names_the_limit_of_all_questions_together(tmp_path: Path) -> None:
    pool = ExpressionPool()
    policies = read_folder(folder(tmp_path, *ALL), pool)
    claim = bound_property(Never(name="claim", when=GUEST), policies.schema, pool, tmp_path)
    times = iter([0.0, *[1000.0] * 100])
    (proof,) = prove(policies, [claim], Deadline(Limits(total_seconds=5), clock=lambda: next(times)))
    assert proof.verdict is Verdict.UNKNOWN
    assert "the limit of 5 seconds for all questions" in proof.explanation


def test_says_that_no_policy_names_an_entity(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path, NO_GUEST, NO_SUSPENDED), 'resource == Service::"paymets"')
    assert (proof.verdict, proof.unmentioned) == (Verdict.HOLDS, ('Service::"paymets"',))


def test_a_claim_about_no_request_is_not_applicable(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path, *ALL), "principal is Workload", principal="User")
    assert proof.verdict is Verdict.NOT_APPLICABLE
    assert proved(tmp_path, "context.mfa && !context.mfa").verdict is Verdict.NOT_APPLICABLE


def test_becomes_a_claim_with_evidence(tmp_path: Path) -> None:
    proof = proved(folder(tmp_path / "policies", *ALL), GUEST)
    artifacts = Artifacts(tmp_path / "artifacts")
    claim = claim_of_proof(proof, artifacts, reproduce="assay trust prove policies")
    assert (claim.id, claim.verdict, claim.bounds.complete) == ("trust.policy.claim", Verdict.HOLDS, True)
    assert b'"verdict": "holds"' in artifacts.read(claim.evidence[0])


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("principal.", "is not Cedar"),
        ("true }; permit(principal, action, resource) when { true", "more than a condition"),
        ("true } unless { false", "more than a condition"),
        ("principal.nothing == 1", "does not fit the schema"),
    ],
)
def test_refuses_a_condition_that_is_none(tmp_path: Path, when: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        proved(folder(tmp_path, *ALL), when)


def test_refuses_policies_that_do_not_fit_the_schema(tmp_path: Path) -> None:
    at = folder(tmp_path, STAFF, "permit(principal, action, resource) when { principal.clearance };")
    with pytest.raises(PolicyError, match="does not fit the schema") as raised:
        read_folder(at, ExpressionPool())
    assert str(raised.value.where) == f"{at / 'rules.cedar'}:4"


def test_refuses_what_is_no_policy_or_no_schema(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="these policies cannot be read"):
        read_folder(folder(tmp_path / "a", "permit(principal"), ExpressionPool())
    with pytest.raises(PolicyError, match="this schema cannot be read"):
        read_folder(folder(tmp_path / "b", *ALL, schema="entity User in [Nobody];"), ExpressionPool())
    assert SCHEMA
