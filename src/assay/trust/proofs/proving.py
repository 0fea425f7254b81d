"""Proves that something is never allowed, or finds a request that shows otherwise."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assay.evidence.verdict import Verdict
from assay.trust.proofs.cedar import Judge
from assay.trust.proofs.expressions import Expression
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import PolicySet
from assay.trust.proofs.properties import Property
from assay.trust.proofs.searching import SOLVER, Search
from assay.trust.proofs.smt import Truth, all_of
from assay.trust.proofs.witness import Witness

__all__ = ["Proof", "prove"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one property."""

    property: Property
    verdict: Verdict
    explanation: str = ""
    """Why it is unknown or not applicable."""
    witness: Witness | None = None
    """A request that is allowed though it must not be; Cedar confirms it."""
    decided_by: tuple[str, ...] = ()
    """The policies that allow it."""
    kinds: int = 0
    """How many kinds of request were looked at."""
    unmentioned: tuple[str, ...] = ()
    """Entities that the property names and no policy does: a slip of the pen is proved easily."""
    seconds: float = 0.0


def prove(policies: PolicySet, properties: Sequence[Property], deadline: Deadline) -> tuple[Proof, ...]:
    """A proof for each property.

    It covers every request and every store of entities that fit the schema, principals and resources that the store
    does not hold included.
    """
    with SOLVER:
        judge = Judge(policies.text, policies.schema.text)
        searches = [Search(policies.schema, kind, deadline) for kind in policies.schema.request_kinds()]
        mentioned = {name for policy in policies.policies for name in _entities(policy.condition)}
        proofs = []
        for one in properties:
            began = time.monotonic()
            proof = _proved(policies, one, searches, judge)
            unmentioned = tuple(sorted(_entities(one.condition) - mentioned - set(map(str, policies.schema.actions))))
            proofs.append(_with(proof, unmentioned, time.monotonic() - began))
        return tuple(proofs)


def _with(proof: Proof, unmentioned: tuple[str, ...], seconds: float) -> Proof:
    return Proof(
        proof.property,
        proof.verdict,
        proof.explanation,
        proof.witness,
        proof.decided_by,
        proof.kinds,
        unmentioned,
        seconds,
    )


def _proved(policies: PolicySet, wanted: Property, searches: Sequence[Search], judge: Judge) -> Proof:
    meant = Judge(wanted.text, policies.schema.text)

    def objection(witness: Witness) -> str:
        is_meant = meant.decide(witness.request, witness.entities)
        decision = judge.decide(witness.request, witness.entities)
        if is_meant.refused or decision.refused:
            return is_meant.refused or decision.refused
        if not is_meant.allowed:
            return "it is not a request that the claim is about"
        return "" if decision.allowed else "it is denied"

    unknown = ""
    for search in searches:
        meant_here = search.satisfied(wanted.condition)
        finding = search.find(
            _forbidden(search, policies, meant_here), objection, literals=f"{wanted.text}\n{policies.text}"
        )
        if finding.witness:
            decided_by = judge.decide(finding.witness.request, finding.witness.entities).decided_by
            names = policies.named(decided_by)
            return Proof(wanted, Verdict.VIOLATED, "", finding.witness, names, len(searches))
        unknown = unknown or (finding.unknown and f"{search.kind}: {finding.unknown}")
    if unknown:
        return Proof(wanted, Verdict.UNKNOWN, unknown, kinds=len(searches))
    if all(search.find(search.satisfied(wanted.condition), lambda _: "").is_none for search in searches):
        why = "the schema lets no request be such as the claim is about"
        return Proof(wanted, Verdict.NOT_APPLICABLE, why, kinds=len(searches))
    return Proof(wanted, Verdict.HOLDS, kinds=len(searches))


def _forbidden(search: Search, policies: PolicySet, meant: Truth) -> Truth:
    return all_of((meant, search.allowed(policies)))


def _entities(expression: Expression) -> set[str]:
    """The entities that an expression names."""
    found: set[str] = set()
    open_ones = [expression]
    seen: set[Expression] = set()
    while open_ones:
        one = open_ones.pop()
        if one in seen:
            continue
        seen.add(one)
        if one.operator == "entity":
            found.add(str(one.value))
        open_ones += one.operands
    return found
