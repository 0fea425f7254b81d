"""`results.sarif`: what does not stand as it should, for editors and code scanning (SARIF 2.1.0, OASIS).

Only violations and unknown claims become results: code scanning shows every result as an alert, also one that says
`pass`. `report.json` has all claims. A counterexample becomes a code flow, through which editors step state by state.
"""

import hashlib
import re
from typing import Any

import msgspec

from assay.evidence import Evidence, RunFolder, Severity
from assay.report import wording
from assay.report.counterexample import Counterexample, State
from assay.report.document import Report, ReportedClaim
from assay.report.exhibits import Exhibits, link_to
from assay.report.standing import Standing
from assay.report.wording import WORDS

__all__ = ["render_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_RANKS = {Severity.CRITICAL: 95.0, Severity.HIGH: 75.0, Severity.MEDIUM: 50.0, Severity.LOW: 25.0}

_LOCATION = re.compile(r"(?P<path>[A-Za-z0-9_][A-Za-z0-9_./+-]*):(?P<line>[1-9]\d{0,8})(?::(?P<column>[1-9]\d{0,8}))?")

_MAXIMUM_STATES = 1000

_Object = dict[str, Any]


def render_sarif(folder: RunFolder, report: Report) -> bytes:
    """The whole document.

    Args:
        folder: Where the evidence is; counterexamples become code flows.
        report: What it says.
    """
    exhibits = Exhibits(folder)
    shown = report.claims_standing(Standing.VIOLATED, Standing.MISSED, Standing.UNKNOWN)
    evidence = {item.sha256: item for reported in shown for item in reported.claim.evidence}
    index_of = {digest: index for index, digest in enumerate(evidence)}
    run = {
        "tool": {
            "driver": {
                "name": "Assay",
                "semanticVersion": report.environment.assay,
                "rules": [_rule(reported) for reported in shown],
            }
        },
        "automationDetails": {"id": f"assay/{_segment(report.system)}/{_segment(report.run)}"},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {"RUN": {"description": {"text": "the run folder, where this file is"}}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(item) for item in evidence.values()],
        "results": [
            _result(reported, number, index_of, exhibits.counterexample(reported.claim.evidence))
            for number, reported in enumerate(shown)
        ],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _rule(reported: ReportedClaim) -> _Object:
    claim = reported.claim
    return {
        "id": claim.id,
        "shortDescription": {"text": claim.statement},
        "help": {"text": f"{WORDS['reproduce']}: {claim.reproduce}"},
        "defaultConfiguration": {"level": _LEVELS[claim.severity], "rank": _RANKS[claim.severity]},
        "properties": {"tags": [reported.area.value, claim.severity.value]},
    }


def _result(
    reported: ReportedClaim, number: int, index_of: dict[str, int], counterexample: Counterexample | None
) -> _Object:
    claim = reported.claim
    fails = reported.standing.is_failure
    result: _Object = {
        "ruleId": claim.id,
        "ruleIndex": number,
        "kind": "fail" if fails else "open",
        # SARIF 2.1.0, 3.27.10: a level other than "none" is only for results that fail.
        "level": _LEVELS[claim.severity] if fails else "none",
        "rank": _RANKS[claim.severity] if fails else -1.0,
        "message": {"text": _message(reported)},
        "locations": [_claim_location(reported, counterexample)],
        "partialFingerprints": {"assayClaim/v1": hashlib.sha256(claim.id.encode()).hexdigest()},
        "attachments": [
            {
                "description": {"text": item.description},
                "artifactLocation": _artifact_location(item, index_of[item.sha256]),
            }
            for item in claim.evidence
        ],
        "properties": {
            "standing": reported.standing.value,
            "reproduce": claim.reproduce,
            "bounds": msgspec.to_builtins(claim.bounds),
        },
    }
    if counterexample:
        result["codeFlows"] = [_code_flow(counterexample)]
    return result


def _message(reported: ReportedClaim) -> str:
    claim = reported.claim
    parts = [
        f"{WORDS['standings'][reported.standing]}: {claim.statement}",
        claim.explanation,
        wording.scope_sentence(claim.bounds),
        *(f"{WORDS['not_covered']}: {sentence}" for sentence in claim.bounds.not_covered),
        f"{WORDS['reproduce']}: {claim.reproduce}",
    ]
    return "\n".join(part for part in parts if part)


def _claim_location(reported: ReportedClaim, counterexample: Counterexample | None) -> _Object:
    location: _Object = {
        "logicalLocations": [{"fullyQualifiedName": reported.claim.id, "kind": "claim"}],
    }
    if counterexample:
        location.update(_physical(counterexample.states[-1]))
    return location


def _code_flow(counterexample: Counterexample) -> _Object:
    states = counterexample.states[-_MAXIMUM_STATES:]
    return {
        "message": {"text": wording.counterexample_caption(counterexample)},
        "threadFlows": [{"locations": [_step(state) for state in states]}],
    }


def _step(state: State) -> _Object:
    action = state.action.name if state.action else "state"
    changes = [f"{name} = {state.variables[name]}" for name in state.changed if name in state.variables]
    return {
        "executionOrder": max(state.number, 0),
        "location": {**_physical(state), "message": {"text": f"{state.number}: {action}"}},
        "state": {name: {"text": value} for name, value in state.variables.items()},
        "properties": {"changed": changes},
    }


def _physical(state: State) -> _Object:
    """Where the action that led to the state is written, where that is known."""
    location = state.action.location if state.action else None
    match = _LOCATION.fullmatch(location) if location else None
    if not match or ".." in match["path"].split("/"):
        return {}
    region = {"startLine": int(match["line"]), **({"startColumn": int(match["column"])} if match["column"] else {})}
    return {"physicalLocation": {"artifactLocation": {"uri": match["path"].replace("+", "%2B")}, "region": region}}


def _invocation(report: Report) -> _Object:
    notifications = [
        {
            "level": "error",
            "message": {"text": " ".join(part for part in (task.id, task.message, task.where, task.hint) if part)},
        }
        for task in report.unanswered
    ]
    return {
        "executionSuccessful": not report.unanswered,
        "commandLine": report.command,
        "startTimeUtc": f"{report.started:%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": notifications,
    }


def _artifact(item: Evidence) -> _Object:
    return {
        "location": {"uri": link_to(item), "uriBaseId": "RUN"},
        "description": {"text": item.description},
        "length": item.size,
        "mimeType": item.media_type,
        "hashes": {"sha-256": item.sha256},
    }


def _artifact_location(item: Evidence, index: int) -> _Object:
    return {"uri": link_to(item), "uriBaseId": "RUN", "index": index}


def _segment(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text) or "-"
