"""The two text formats that Prometheus reads: its own (0.0.4) and OpenMetrics (1.0.0).

They differ in three ways, as far as gauges and counters go: OpenMetrics names a counter without its `_total`, may say a
unit, and ends with a mark. Written here, since that is shorter than what a client library would need to be told.
"""

import math
import re
from collections.abc import Iterable, Mapping
from enum import Enum, unique
from typing import NamedTuple

__all__ = ["Exposition", "Family", "Kind", "Sample", "expose"]

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_COUNTED = "_total"


@unique
class Exposition(Enum):
    """A format, with the content type that announces it."""

    PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
    """Also what the textfile collector of node_exporter reads."""
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    @classmethod
    def accepted(cls, accept: str) -> "Exposition":
        """The format for the `Accept` header of a request."""
        return cls.OPENMETRICS if "application/openmetrics-text" in accept.lower() else cls.PROMETHEUS


@unique
class Kind(Enum):
    """How a metric's values follow each other."""

    GAUGE = "gauge"
    COUNTER = "counter"


class Family(NamedTuple):
    """All metrics of one name, which ends with the unit where there is one, and with `_total` for a counter."""

    name: str
    kind: Kind
    explanation: str
    unit: str = ""
    labels: tuple[str, ...] = ()


class Sample(NamedTuple):
    """One value."""

    family: Family
    labels: Mapping[str, str]
    value: float


def expose(samples: Iterable[Sample], exposition: Exposition) -> str:
    """The samples as text, those of one family together.

    Raises:
        ValueError: A sample has other labels than its family, or a name that is none, or two have the same labels.
    """
    by_family: dict[Family, dict[tuple[str, ...], float]] = {}
    for sample in samples:
        if set(sample.labels) != set(sample.family.labels) or not _NAME.fullmatch(sample.family.name):
            raise ValueError(f"{sample.family.name} has the labels {sample.family.labels}, not {tuple(sample.labels)}")
        values = by_family.setdefault(sample.family, {})
        labels = tuple(sample.labels[name] for name in sample.family.labels)
        if labels in values:
            raise ValueError(f"two values of {sample.family.name} with the labels {labels}")
        values[labels] = sample.value
    lines = [line for family, values in by_family.items() for line in _lines(family, values, exposition)]
    if exposition is Exposition.OPENMETRICS:
        lines.append("# EOF")
    return "".join(f"{line}\n" for line in lines)


def _lines(family: Family, values: Mapping[tuple[str, ...], float], exposition: Exposition) -> Iterable[str]:
    is_open = exposition is Exposition.OPENMETRICS
    name = family.name.removesuffix(_COUNTED) if is_open and family.kind is Kind.COUNTER else family.name
    yield f"# HELP {name} {_escaped(family.explanation, quotes=is_open)}"
    yield f"# TYPE {name} {family.kind.value}"
    if is_open and family.unit:
        yield f"# UNIT {name} {family.unit}"
    for labels, value in values.items():
        named = ",".join(
            f'{label}="{_escaped(text, quotes=True)}"' for label, text in zip(family.labels, labels, strict=True)
        )
        yield f"{family.name}{{{named}}} {_number(value)}" if named else f"{family.name} {_number(value)}"


def _escaped(text: str, *, quotes: bool) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value))
