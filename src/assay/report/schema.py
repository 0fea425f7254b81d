"""The published JSON schema of `report.json`, for readers other than Assay.

The schema that ships, `report.schema.json`, is generated from the types; a test fails where the two differ.
"""

from pathlib import Path

import msgspec

from assay.report.document import REPORT_SCHEMA_VERSION, Report

__all__ = ["SHIPPED_REPORT_SCHEMA", "report_schema"]

SHIPPED_REPORT_SCHEMA = Path(__file__).with_name("report.schema.json")


def report_schema() -> bytes:
    """JSON Schema 2020-12 of `Report`, indented, ending in a newline."""
    (reference,), components = msgspec.json.schema_components((Report,), ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:assay:report:{REPORT_SCHEMA_VERSION}",
        **reference,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(document, order="deterministic"), indent=2) + b"\n"
