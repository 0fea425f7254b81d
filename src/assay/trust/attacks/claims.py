"""From attacks to claims: that the attack fails, and as a control that it does not where its defence is missing."""

import json
from dataclasses import asdict

from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Bounds, Claim, Evidence
from assay.evidence.verdict import Severity, Verdict
from assay.trust.attacks.conducting import Conducted
from assay.trust.attacks.token_attacks import Attack

__all__ = ["claims_of"]

_REPRODUCE = "assay run security"
_NOT_COVERED = "services that read tokens with anything else than assay.trust"


def claims_of(attack: Attack, whole: Conducted, lacking: Conducted, artifacts: Artifacts) -> list[Claim]:
    """The claim and its control."""
    bounds = Bounds(complete=True, repetitions=1, not_covered=(_NOT_COVERED,))
    return [
        Claim(
            id=f"trust.tokens.{attack.name}",
            statement=_statement(attack.statement),
            verdict=_verdict(whole),
            severity=Severity.CRITICAL,
            bounds=bounds,
            reproduce=_REPRODUCE,
            explanation=f"{_explanation(whole)} (asked for by {', '.join(attack.standards)})",
            evidence=(_evidence(attack, whole, artifacts),),
        ),
        Claim(
            id=f"trust.tokens.{attack.name}-without-{attack.defence}",
            statement=f"{_statement(attack.statement)[:-1]}, even where {attack.defence} is not checked.",
            verdict=_verdict(lacking),
            severity=Severity.CRITICAL,
            bounds=bounds,
            reproduce=_REPRODUCE,
            expected=Verdict.VIOLATED,
            explanation=f"a control, to show that the attack is one: {_explanation(lacking)}",
            evidence=(_evidence(attack, lacking, artifacts),),
        ),
    ]


def _statement(sentence: str) -> str:
    """Says what was attacked: not the system, which may read tokens otherwise."""
    return f"Behind Assay's check of tokens, {sentence[0].lower()}{sentence[1:]}"


def _verdict(conducted: Conducted) -> Verdict:
    if conducted.succeeded:
        return Verdict.VIOLATED
    return Verdict.HOLDS if conducted.was_refused else Verdict.UNKNOWN


def _explanation(conducted: Conducted) -> str:
    last = conducted.exchanges[-1]
    return f"{last.request} was answered with {last.status} {last.body}"


def _evidence(attack: Attack, conducted: Conducted, artifacts: Artifacts) -> Evidence:
    lacking = f".without-{conducted.without}" if conducted.without else ""
    document = {
        "attack": attack.name,
        "defence": attack.defence,
        "server_without": conducted.without,
        "standards": attack.standards,
        "exchanges": [asdict(exchange) for exchange in conducted.exchanges],
    }
    return artifacts.store(
        f"{attack.name}{lacking}.json",
        json.dumps(document, indent=2).encode(),
        media_type="application/json",
        description="what was sent to the server, without tokens and proofs, and what it answered",
    )
