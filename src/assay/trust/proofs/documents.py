"""What was found as plain data, for JSON; its shape is part of the command line's interface."""

from typing import Any

from assay.trust.proofs.difference import Change, Difference, Direction
from assay.trust.proofs.proving import Proof
from assay.trust.proofs.rules import RuleFinding
from assay.trust.proofs.witness import Witness

__all__ = ["change_document", "difference_document", "proof_document", "rule_document"]


def proof_document(proof: Proof) -> dict[str, Any]:
    """One property: `name`, `statement`, `verdict`, and `witness` where it is violated."""
    return {
        "name": proof.property.never.name,
        "statement": proof.property.statement,
        "when": proof.property.never.when,
        "given": proof.property.never.given,
        "verdict": proof.verdict.value,
        "explanation": proof.explanation,
        "witness": _witness_document(proof.witness),
        "decided_by": list(proof.decided_by),
        "kinds_of_request": proof.kinds,
        "unmentioned": list(proof.unmentioned),
    }


def difference_document(difference: Difference) -> dict[str, Any]:
    """The whole change, with the verdict of each direction."""
    return {
        "newly_allowed": difference.verdict(Direction.ALLOWED).value,
        "newly_denied": difference.verdict(Direction.DENIED).value,
        "kinds_of_request": difference.kinds,
        "untouched": difference.untouched,
        "schema_changed": difference.schema_changed,
        "added": list(difference.added),
        "removed": list(difference.removed),
        "changes": [change_document(one) for one in difference.changes],
    }


def change_document(change: Change) -> dict[str, Any]:
    """One kind of request in one direction."""
    return {
        "direction": change.direction.value,
        "action": str(change.kind.action),
        "principal_type": change.kind.principal,
        "resource_type": change.kind.resource,
        "witness": _witness_document(change.witness),
        "unknown": change.unknown,
        "before": list(change.before),
        "after": list(change.after),
    }


def rule_document(finding: RuleFinding) -> dict[str, Any]:
    """One rule."""
    return {
        "name": finding.policy.name,
        "effect": finding.policy.effect.value,
        "standing": finding.standing.value,
        "shadowed_by": list(finding.shadowed_by),
        "unknown": finding.unknown,
        "witness": _witness_document(finding.witness),
    }


def _witness_document(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {"request": dict(witness.request), "entities": list(witness.entities), "missing": list(witness.missing)}
