"""One threshold, parsed."""

from decimal import Decimal
from typing import Literal

import msgspec

from assay.bench.thresholds.metrics import METRICS, Aggregation, MetricKind

__all__ = ["Comparison", "Threshold", "number_text"]

Comparison = Literal["<", "<=", ">", ">=", "==", "!="]


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """A limit for one figure of a test. `parse_threshold` makes it, and refuses what makes no sense."""

    metric: str
    """A key of `METRICS`."""
    tags: tuple[tuple[str, str], ...] = ()
    aggregation: Aggregation
    percentile: float = 0.0
    """Of `p(N)`: N, from 0 to 100."""
    comparison: Comparison
    limit: float
    """Milliseconds of a duration, a share from 0 to 1, or a count."""
    window: int | None = None
    """`over`: seconds in a row, every one of which must keep the limit."""
    after: int = 0
    """Seconds of the test that are left out at its beginning."""
    until: int | None = None
    """The second of the test with which that which counts ends."""

    @property
    def kind(self) -> MetricKind:
        """The kind of its metric."""
        return METRICS[self.metric].kind

    @property
    def is_about_part(self) -> bool:
        """Whether it is about parts of the test and not about all of it."""
        return self.window is not None or self.after > 0 or self.until is not None

    @property
    def asks_for_little(self) -> bool:
        """Whether it sets an upper limit, as most do: less is better."""
        return self.comparison in {"<", "<="}

    @property
    def unit(self) -> str:
        """Of its figure: `ms`, `/s`, or nothing."""
        if self.kind is MetricKind.TREND:
            return "ms"
        return "/s" if self.kind is MetricKind.COUNTER and self.aggregation is Aggregation.RATE else ""

    @property
    def figure(self) -> str:
        """Which figure it limits, such as `p(99)` or `rate`."""
        percentile = f"({number_text(self.percentile)})" if self.aggregation is Aggregation.PERCENTILE else ""
        return f"{self.aggregation}{percentile}"

    @property
    def subject(self) -> str:
        """The metric with its tags."""
        tags = ",".join(f"{name}:{value}" for name, value in self.tags)
        return f"{self.metric}{{{tags}}}" if tags else self.metric

    def is_kept_by(self, value: float) -> bool:
        """Whether `value` is within the limit."""
        match self.comparison:
            case "<":
                return value < self.limit
            case "<=":
                return value <= self.limit
            case ">":
                return value > self.limit
            case ">=":
                return value >= self.limit
            case "==":
                return value == self.limit
            case _:
                return value != self.limit

    def tag(self, name: str) -> str | None:
        """The value that a tag must have; None where it may have any."""
        return dict(self.tags).get(name)

    def __str__(self) -> str:
        """As it is written; parsing it gives an equal threshold."""
        clauses = f" over {self.window}s" if self.window is not None else ""
        clauses += f" after {self.after}s" if self.after else ""
        clauses += f" until {self.until}s" if self.until is not None else ""
        return f"{self.subject}: {self.figure}{self.comparison}{number_text(self.limit)}{clauses}"


def number_text(number: float) -> str:
    """A number as people write it: without `.0`, never with an exponent."""
    if number == int(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")
