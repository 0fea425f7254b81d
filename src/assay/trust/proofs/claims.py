"""Proofs and differences as claims, for runs and reports."""

import json
from typing import Any

from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Bounds, Claim
from assay.evidence.verdict import Severity, Verdict
from assay.trust.proofs.difference import Difference, Direction
from assay.trust.proofs.documents import change_document, proof_document
from assay.trust.proofs.proving import Proof

__all__ = ["claim_of_difference", "claim_of_proof"]

_NOT_COVERED = "requests and entities that do not fit the schema, which a decision point that validates refuses"


def claim_of_proof(proof: Proof, artifacts: Artifacts, *, reproduce: str) -> Claim:
    """A property as a claim; the proof, with its example, is the evidence.

    Args:
        proof: What is known.
        artifacts: Where evidence is stored.
        reproduce: The command line that proves it again.
    """
    never = proof.property.never
    return Claim(
        id=f"trust.policy.{never.name}",
        statement=proof.property.statement,
        verdict=proof.verdict,
        severity=never.severity,
        bounds=_bounds(proof.kinds, proof.verdict),
        reproduce=reproduce,
        explanation=proof.explanation,
        evidence=(_stored(artifacts, f"{never.name}.json", proof_document(proof), "what was proved, or the example"),),
    )


def claim_of_difference(difference: Difference, artifacts: Artifacts, *, reproduce: str) -> Claim:
    """That a change allows nothing new, as a claim."""
    verdict = difference.verdict(Direction.ALLOWED)
    unknown = [one.unknown for one in difference.changes if one.direction is Direction.ALLOWED and one.unknown]
    document = {"changes": [change_document(one) for one in difference.changes]}
    return Claim(
        id="trust.policy.nothing-newly-allowed",
        statement="The change of policies allows nothing that was denied",
        verdict=verdict,
        severity=Severity.HIGH,
        bounds=_bounds(difference.kinds, verdict),
        reproduce=reproduce,
        explanation="; ".join(unknown) if verdict is Verdict.UNKNOWN else "",
        evidence=(_stored(artifacts, "policy-difference.json", document, "what changes, with examples"),),
    )


def _bounds(kinds: int, verdict: Verdict) -> Bounds:
    return Bounds(
        complete=verdict is Verdict.HOLDS, constants={"kinds of request": str(kinds)}, not_covered=(_NOT_COVERED,)
    )


def _stored(artifacts: Artifacts, name: str, document: dict[str, Any], description: str) -> Any:
    content = json.dumps(document, indent=2, ensure_ascii=False).encode()
    return artifacts.store(name, content, media_type="application/json", description=description)
