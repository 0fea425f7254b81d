"""From what a check found to claims: each with its bounds, its evidence and the command that does the check again."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from assay.errors import Place, SpecificationError
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Bounds, Claim, Evidence
from assay.evidence.verdict import Severity
from assay.evidence.verdict import Verdict as ClaimVerdict
from assay.verify.formats import json as json_format
from assay.verify.result import CheckResult, Property, PropertyKind, PropertyStatus, State, Trace, Verdict
from assay.verify.values import tla_text

__all__ = ["Checked", "claim_of_property", "claim_of_variant", "counterexample_document", "refuse_unreadable", "slug"]

_VERDICTS = {
    PropertyStatus.HOLDS: ClaimVerdict.HOLDS,
    PropertyStatus.VIOLATED: ClaimVerdict.VIOLATED,
    PropertyStatus.UNKNOWN: ClaimVerdict.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One model that was checked, with what its claims have in common."""

    result: CheckResult
    artifacts: Artifacts
    reproduce: str
    not_covered: tuple[str, ...] = ()
    root: Path | None = None
    """The folder that paths are shown relative to."""

    def bounds(self, *, in_the_long_run: bool = False) -> Bounds:
        """What the check covered; of a temporal property also what it could be mistaken for."""
        result = self.result
        cautions = [warning.message for warning in result.warnings if warning.code == "caution"]
        because = () if result.bounds.complete else (f"not every reachable state was checked: {result.bounds.reason}",)
        return Bounds(
            complete=result.bounds.complete,
            constants=dict(result.bounds.constants),
            distinct_states=result.states.distinct,
            generated_states=result.states.generated,
            depth=result.states.depth,
            duration_seconds=round(result.seconds, 3),
            not_covered=(*because, *self.not_covered, *(cautions if in_the_long_run else ())),
        )

    def evidence(self, trace: Trace | None) -> tuple[Evidence, ...]:
        """The whole result, and the counterexample where there is one."""
        result = self.result
        name = result.configuration.stem if result.configuration else result.module
        stored = [
            self.artifacts.store(
                f"{name}.check.json",
                json_format.write(result).encode(),
                media_type="application/json",
                description=f"what the check of {name} found and covered",
            )
        ]
        if trace:
            stored.append(
                self.artifacts.store(
                    f"{name}.counterexample.json",
                    json.dumps(counterexample_document(trace, self.root), indent=2, ensure_ascii=False).encode(),
                    media_type="application/json",
                    description=f"how {result.module} gets from its start to the violation, step by step",
                )
            )
        return tuple(stored)


def claim_of_property(checked: Checked, found: Property, *, claim_id: str, statement: str, severity: Severity) -> Claim:
    """The claim that a property holds."""
    result = checked.result
    trace = _trace_of(result, found)
    return Claim(
        id=claim_id,
        statement=statement,
        verdict=_VERDICTS[found.status],
        severity=severity,
        bounds=checked.bounds(in_the_long_run=found.kind is PropertyKind.TEMPORAL),
        reproduce=checked.reproduce,
        explanation=_explanation(result, found),
        evidence=checked.evidence(trace),
        seed=result.seed,
    )


def claim_of_variant(
    checked: Checked, expected: Verdict, property_name: str | None, *, claim_id: str, statement: str, severity: Severity
) -> Claim:
    """A claim about a deliberately broken variant: the check must find it violated, and in the expected way."""
    result = checked.result
    violated = [known for known in result.properties if known.status is PropertyStatus.VIOLATED]
    caught = result.verdict is expected and (property_name is None or any(p.name == property_name for p in violated))
    if caught:
        verdict, explanation = ClaimVerdict.VIOLATED, f"caught, as it must be: {result.message}"
    elif result.verdict is Verdict.OK and result.bounds.complete and not _unknown(result, property_name):
        verdict, explanation = ClaimVerdict.HOLDS, "the variant is broken on purpose, but no violation was found"
    else:
        verdict, explanation = ClaimVerdict.UNKNOWN, f"not caught in the expected way: {result.message}"
    return Claim(
        id=claim_id,
        statement=statement,
        verdict=verdict,
        severity=severity,
        bounds=checked.bounds(),
        reproduce=checked.reproduce,
        expected=ClaimVerdict.VIOLATED,
        explanation=explanation,
        evidence=checked.evidence(result.trace),
        seed=result.seed,
    )


def _unknown(result: CheckResult, property_name: str | None) -> bool:
    named = [known for known in result.properties if property_name in {None, known.name}]
    return any(known.status is PropertyStatus.UNKNOWN for known in named)


def refuse_unreadable(result: CheckResult) -> None:
    """Gives up where nothing is known of the specification.

    Raises:
        SpecificationError: It cannot be read.
    """
    if result.properties or result.verdict is not Verdict.ERROR:
        return
    first = result.diagnostics[0] if result.diagnostics else None
    at = first.location if first else None
    place = Place(Path(at.path), at.line, at.column) if at else Place(result.specification)
    raise SpecificationError(result.message, where=place, hint=first.hint if first else None)


def counterexample_document(trace: Trace, root: Path | None = None) -> dict[str, object]:
    """The counterexample as reports read it: with the text of each value, and paths relative to `root`."""
    return {
        "kind": trace.kind,
        "name": trace.name,
        "states": [_state(state, root) for state in trace.states],
        "repeats_from": trace.repeats_from,
    }


def slug(name: str) -> str:
    """A name as a part of a claim's id: `MutualExclusion` becomes `mutual-exclusion`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "property"


def _state(state: State, root: Path | None) -> dict[str, object]:
    action = state.action
    location = str(action.location) if action else ""
    if root and location.startswith(f"{root}/"):
        location = location.removeprefix(f"{root}/")
    return {
        "number": state.number,
        "action": {"name": action.label, "location": location} if action else None,
        "variables": {name: tla_text(value) for name, value in state.variables.items()},
        "changed": list(state.changed),
    }


def _trace_of(result: CheckResult, found: Property) -> Trace | None:
    if found.status is not PropertyStatus.VIOLATED:
        return None
    fitting = [
        trace
        for trace in result.traces
        if (trace.name == found.name or (found.kind is PropertyKind.DEADLOCK and trace.kind == "deadlock"))
    ]
    return fitting[0] if fitting else None


def _explanation(result: CheckResult, found: Property) -> str:
    if found.status is PropertyStatus.UNKNOWN:
        went_wrong = result.verdict in {
            Verdict.ERROR,
            Verdict.LIMIT,
            Verdict.SAFETY,
            Verdict.DEADLOCK,
            Verdict.LIVENESS,
        }
        if went_wrong and (found.kind is not PropertyKind.TEMPORAL or not result.bounds.complete):
            return f"{found.reason}: {result.message}"
        return found.reason
    return result.message if found.status is PropertyStatus.VIOLATED else ""
