"""The border to Cedar itself, by cedarpy: reading, validating and deciding. Nothing else here knows that package.

Whatever a proof finds is put before Cedar here before anybody is told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.errors import Place, PolicyError, TrustError

try:
    import cedarpy
except ImportError as missing:
    raise TrustError("proofs need cedarpy, which is not installed", hint="pip install 'assay[prove]'") from missing

__all__ = ["Decision", "Judge", "check_policies", "policies_as_json", "schema_as_text"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What Cedar says of a request."""

    allowed: bool
    decided_by: frozenset[str]
    """The policies that decided, as Cedar calls them."""
    errors: tuple[str, ...]
    """What Cedar says of policies that failed."""
    refused: str = ""
    """Why the request was not even looked at: it or its entities do not fit the schema."""


def policies_as_json(text: str, path: Path) -> dict[str, Any]:
    """The policies of a file in Cedar's JSON format.

    Raises:
        PolicyError: Cedar cannot read them.
    """
    try:
        tree: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(text))
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"these policies cannot be read: {error}", where=Place(path)) from error
    return tree


def schema_as_text(text: str, path: Path) -> str:
    """A schema, in JSON where the path says so, as Cedar writes it.

    Raises:
        PolicyError: Cedar cannot read it.
    """
    try:
        is_json = path.suffix == ".json"
        return str(cedarpy.Schema.from_json_str(text) if is_json else cedarpy.Schema.from_str(text))
    except ValueError as error:
        raise PolicyError(f"this schema cannot be read: {error}", where=Place(path)) from error


def check_policies(text: str, schema: str) -> dict[str, str]:
    """What is wrong with policies, by the policy's id, where they do not fit the schema."""
    result = cedarpy.validate_policies(text, schema)
    return {error.policy_id: error.error for error in result.errors}


class Judge:
    """Asks Cedar about requests, for one policy set and schema.

    Args:
        policies: Cedar text.
        schema: Cedar schema text. Requests and entities are held to it, as a decision point does.
    """

    def __init__(self, policies: str, schema: str) -> None:
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._schema = cedarpy.Schema.from_str(schema)

    def decide(self, request: Mapping[str, Any], entities: Sequence[Mapping[str, Any]]) -> Decision:
        """Cedar's decision, with its reasons and errors."""
        answer = cedarpy.is_authorized(dict(request), self._policies, json.dumps(list(entities)), self._schema)
        diagnostics = answer.diagnostics
        refused = ""
        if answer.decision is cedarpy.Decision.NoDecision:
            refused = "; ".join(diagnostics.errors) or "Cedar gave no decision"
        return Decision(answer.allowed, frozenset(diagnostics.reasons), tuple(diagnostics.errors), refused)
