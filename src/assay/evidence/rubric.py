"""The rubric: how much a claim weighs and what a violation costs. Versioned: a score means nothing without it.

The weights are OpenSSF Scorecard's (10, 7.5, 5, 2.5 for critical, high, medium, low risk); that a grave finding caps
the grade whatever else is well is SSL Labs' rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assay.evidence.verdict import Severity

__all__ = ["CURRENT_RUBRIC", "RUBRICS", "Rubric"]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Weights and caps. `unknown` earns nothing in any rubric; that is not a setting."""

    version: str
    weights: Mapping[Severity, float]
    caps: Mapping[Severity, float]
    """The most points, of 100, that an area keeps with a violated claim of that severity; likewise the whole."""
    unanswered_task: Severity
    """A task that failed weighs as one unknown claim of this severity: failing must not pay."""


_FIRST = Rubric(
    version="1",
    weights=MappingProxyType(
        {Severity.CRITICAL: 10.0, Severity.HIGH: 7.5, Severity.MEDIUM: 5.0, Severity.LOW: 2.5},
    ),
    caps=MappingProxyType({Severity.CRITICAL: 40.0, Severity.HIGH: 70.0}),
    unanswered_task=Severity.HIGH,
)

RUBRICS: Mapping[str, Rubric] = MappingProxyType({_FIRST.version: _FIRST})
"""Every rubric there ever was: an old run is judged again by the one it was judged by."""

CURRENT_RUBRIC = _FIRST
