"""The published JSON schema of a claim: what `claims.ndjson` and `assay run --json` hold, for readers other than Assay.

The schema that ships, `claim.schema.json`, is generated from the types; a test fails where the two differ. A change
that a reader of the old version would misunderstand raises `CLAIM_SCHEMA_VERSION`.
"""

from pathlib import Path

import msgspec

from assay.evidence.claim import Claim

__all__ = ["CLAIM_SCHEMA_VERSION", "SHIPPED_CLAIM_SCHEMA", "claim_schema"]

CLAIM_SCHEMA_VERSION = 1

SHIPPED_CLAIM_SCHEMA = Path(__file__).with_name("claim.schema.json")


def claim_schema() -> bytes:
    """JSON Schema 2020-12 of `Claim`, indented, ending in a newline."""
    (reference,), components = msgspec.json.schema_components((Claim,), ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:assay:claim:{CLAIM_SCHEMA_VERSION}",
        **reference,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=2) + b"\n"
