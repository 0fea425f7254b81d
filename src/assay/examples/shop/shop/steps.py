"""One step of a protocol, as the cores report it and the event log writes it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Step"]


class Step(NamedTuple):
    """A step in the vocabulary of the protocol's specification."""

    action: str
    """The name that the action has in the specification."""
    parameters: Mapping[str, Any]
    """What the action was taken with: `voter`, `candidate`, a message's term."""
    changed: Mapping[str, Any]
    """The variables of this node that the step changed, with their new values, under the specification's names."""
