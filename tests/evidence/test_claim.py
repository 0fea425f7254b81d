"""Claims: what can be built, what cannot, and what crosses JSON unharmed."""

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from assay.evidence import Area, Bounds, Claim, Evidence, Severity, Verdict
from assay.evidence.schema import SHIPPED_CLAIM_SCHEMA, claim_schema

EVIDENCE = Evidence(
    name="result.json", sha256="ab" * 32, size=12, media_type="application/json", description="the checker's result"
)


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "id": "verify.lock.mutual-exclusion",
        "statement": "Two clients never hold the lock at once.",
        "verdict": Verdict.HOLDS,
        "severity": Severity.CRITICAL,
        "bounds": Bounds(complete=True, constants={"Clients": "{c1, c2}"}, distinct_states=42, depth=7),
        "reproduce": "assay verify specs/lock/Lock.tla",
        "evidence": (EVIDENCE,),
        **changes,
    }


def test_claim_survives_json() -> None:
    claim = Claim(**fields(seed=7))
    assert msgspec.json.decode(msgspec.json.encode(claim), type=Claim) == claim


def test_claim_knows_its_area() -> None:
    assert Claim(**fields()).area is Area.FORMAL_VERIFICATION


def test_control_is_as_expected_only_when_violated() -> None:
    assert Claim(**fields(expected=Verdict.VIOLATED, verdict=Verdict.VIOLATED)).as_expected
    assert not Claim(**fields(expected=Verdict.VIOLATED)).as_expected


def test_unknown_is_never_as_expected() -> None:
    assert not Claim(**fields(verdict=Verdict.UNKNOWN, explanation="time ran out")).as_expected


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": "lock"}, "is not of the form"),
        ({"id": "nobody.lock.mutual-exclusion"}, "does not begin with a pillar's name"),
        ({"statement": "  "}, "has no statement"),
        ({"reproduce": ""}, "no command to reproduce"),
        ({"evidence": ()}, "without evidence"),
        ({"verdict": Verdict.UNKNOWN}, "without an explanation"),
        ({"expected": Verdict.UNKNOWN}, "can only be expected"),
    ],
)
def test_invalid_claim_cannot_be_built(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Claim(**fields(**changes))


def test_invalid_claim_cannot_be_decoded() -> None:
    document = json.loads(msgspec.json.encode(Claim(**fields())))
    document["evidence"] = []
    with pytest.raises(msgspec.ValidationError, match="without evidence"):
        msgspec.json.decode(json.dumps(document), type=Claim)


def test_incomplete_bounds_must_say_what_is_missing() -> None:
    with pytest.raises(ValueError, match="not_covered"):
        Bounds(complete=False)


@pytest.mark.parametrize("name", ["../etc/passwd", ".hidden", "a/b", ""])
def test_evidence_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(ValueError, match="not a plain file name"):
        Evidence(name=name, sha256="ab" * 32, size=1, media_type="text/plain", description="x")


def test_shipped_schema_is_the_one_the_types_give() -> None:
    assert SHIPPED_CLAIM_SCHEMA.read_bytes() == claim_schema()


def test_schema_accepts_a_claim_and_refuses_an_unknown_key() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(claim_schema()))
    document = json.loads(msgspec.json.encode(Claim(**fields())))
    validator.validate(document)
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        validator.validate({**document, "surprise": 1})
