"""What SARIF 2.1.0 demands of the parts that Assay writes, as JSON schema. Properties that it does not name fail."""

from typing import Any

_Schema = dict[str, Any]

_TEXT: _Schema = {"type": "string", "minLength": 1}
_INDEX: _Schema = {"type": "integer", "minimum": 0}
_COUNT: _Schema = {"type": "integer", "minimum": 1}
_ANYTHING: _Schema = {"type": "object"}
_UTC: _Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_URI: _Schema = {"type": "string", "pattern": r"^([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}


def _object(*required: str, **properties: _Schema) -> _Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: _Schema, **more: Any) -> _Schema:
    return {"type": "array", "items": items, **more}


# 3.11.8 (text or id; Assay always gives the text), 3.4 (artifactLocation)
_MESSAGE = _object("text", text=_TEXT)
_ARTIFACT_LOCATION = _object("uri", uri=_URI, uriBaseId={"const": "RUN"}, index=_INDEX)

# 3.30.2: a text region begins with its line
_REGION = _object("startLine", startLine=_COUNT, startColumn=_COUNT)
_PHYSICAL = _object("artifactLocation", artifactLocation=_ARTIFACT_LOCATION, region=_REGION)
_LOCATION = _object(
    physicalLocation=_PHYSICAL,
    logicalLocations=_list(_object("fullyQualifiedName", fullyQualifiedName=_TEXT, kind=_TEXT), minItems=1),
    message=_MESSAGE,
)

# 3.37, 3.38: a thread flow has at least one location
_STEP = _object(
    "location",
    location=_LOCATION,
    executionOrder=_INDEX,
    state={"type": "object", "additionalProperties": _MESSAGE},
    properties=_ANYTHING,
)
_CODE_FLOW = _object(
    "threadFlows",
    message=_MESSAGE,
    threadFlows=_list(_object("locations", locations=_list(_STEP, minItems=1)), minItems=1),
)

_LEVEL: _Schema = {"enum": ["none", "note", "warning", "error"]}
_RANK: _Schema = {"type": "number", "minimum": -1, "maximum": 100}

# 3.27; and 3.27.10: whatever does not fail has the level "none"
_RESULT = {
    **_object(
        "message",
        "ruleId",
        ruleId=_TEXT,
        ruleIndex=_INDEX,
        kind={"enum": ["fail", "open"]},
        level=_LEVEL,
        rank=_RANK,
        message=_MESSAGE,
        locations=_list(_LOCATION),
        partialFingerprints={"type": "object", "additionalProperties": _TEXT},
        attachments=_list(
            _object("artifactLocation", description=_MESSAGE, artifactLocation=_ARTIFACT_LOCATION), uniqueItems=True
        ),
        codeFlows=_list(_CODE_FLOW, minItems=1),
        properties=_ANYTHING,
    ),
    "if": {"properties": {"kind": {"const": "open"}}},
    "then": {"properties": {"level": {"const": "none"}}},
    "else": {"properties": {"level": {"enum": ["note", "warning", "error"]}}},
}

_RULE = _object(
    "id",
    id=_TEXT,
    shortDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object(level=_LEVEL, rank=_RANK),
    properties=_object(tags=_list(_TEXT, uniqueItems=True)),
)

_INVOCATION = _object(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    commandLine=_TEXT,
    startTimeUtc=_UTC,
    toolExecutionNotifications=_list(_object("message", level=_LEVEL, message=_MESSAGE)),
)

_ARTIFACT = _object(
    location=_ARTIFACT_LOCATION,
    description=_MESSAGE,
    length=_INDEX,
    mimeType={"type": "string", "pattern": "^[^/]+/.+$"},
    hashes={"type": "object", "additionalProperties": _TEXT},
)

_RUN = _object(
    "tool",
    tool=_object(
        "driver", driver=_object("name", name=_TEXT, semanticVersion=_TEXT, rules=_list(_RULE, uniqueItems=True))
    ),
    automationDetails=_object(id=_TEXT),
    invocations=_list(_INVOCATION),
    originalUriBaseIds={"type": "object", "additionalProperties": _object(description=_MESSAGE)},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    artifacts=_list(_ARTIFACT, uniqueItems=True),
    results=_list(_RESULT),
)

SARIF_SHAPE: _Schema = _object(
    "version", "runs", **{"$schema": _TEXT}, version={"const": "2.1.0"}, runs=_list(_RUN, minItems=1)
)
