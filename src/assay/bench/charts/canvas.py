"""Panels with axes, drawn as SVG."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

__all__ = ["WIDTH", "Canvas", "Panel", "Scale", "decades", "round_steps"]

WIDTH = 760
_LEFT, _RIGHT = 64, 12

_STYLE = """\
text{font:12px system-ui,sans-serif;fill:#444}.grid{stroke:#8884;stroke-width:1}.line{fill:none;stroke-width:1.6}
.p50{stroke:#2a7ab0}.p95{stroke:#c47f17}.p99{stroke:#b5304a}.answered{fill:#2a7ab0}.failed{fill:#b5304a}
.dropped{fill:#7a4fa3}.kept{fill:#2a7ab0}.lost{fill:#b5304a}.key-p50{fill:#2a7ab0}.key-p95{fill:#c47f17}
.key-p99{fill:#b5304a}.intended{stroke:#888;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#bbb}.p50{stroke:#6db3e2}.p95{stroke:#e3ab55}.p99{stroke:#ec7c92}
.answered,.kept,.key-p50{fill:#6db3e2}.failed,.lost,.key-p99{fill:#ec7c92}.dropped{fill:#b795dc}.key-p95{fill:#e3ab55}}"""


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places."""

    low: float
    high: float
    begin: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Where `value` is, within the axis."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)


@dataclass(slots=True)
class Panel:
    """One coordinate system."""

    x: Scale
    y: Scale
    parts: list[str] = field(default_factory=list)

    def axes(self, x_ticks: Iterable[float], y_ticks: Iterable[float], *, x_label: str, y_label: str) -> None:
        """Lines, their values, and what they mean."""
        for tick in y_ticks:
            at = self.y(tick)
            self.parts.append(f'<path class="grid" d="M{self.x.begin:.1f} {at:.1f}H{self.x.end:.1f}"/>')
            self._text(self.x.begin - 6, at + 4, _number(tick), "end")
        for tick in x_ticks:
            self._text(self.x(tick), self.y.begin + 15, _number(tick), "middle")
        self._text(self.x.begin, self.y.end - 8, y_label, "start")
        if x_label:
            self._text(self.x.end, self.y.begin + 30, x_label, "end")

    def line(self, points: Sequence[tuple[float, float]], style: str) -> None:
        """A line through points."""
        if points:
            way = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
            self.parts.append(f'<path class="line {style}" d="M{way}"/>')

    def bar(self, begin: float, end: float, low: float, high: float, style: str) -> None:
        """A bar between two values of each axis."""
        left, right, top, bottom = self.x(begin), self.x(end), self.y(high), self.y(low)
        if bottom > top:
            size = f'width="{max(right - left, 0.5):.1f}" height="{bottom - top:.1f}"'
            self.parts.append(f'<rect class="{style}" x="{left:.1f}" y="{top:.1f}" {size}/>')

    def dot(self, x: float, y: float, style: str) -> None:
        """A dot."""
        self.parts.append(f'<circle class="{style}" cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4"/>')

    def legend(self, entries: Iterable[tuple[str, str]]) -> None:
        """Names of styles, at the top on the right."""
        at = self.x.end
        for style, name in reversed(list(entries)):
            self._text(at, self.y.end - 8, name, "end")
            at -= 7 * len(name) + 16
            self.parts.append(f'<rect class="{style}" x="{at:.1f}" y="{self.y.end - 17:.1f}" width="10" height="10"/>')
            at -= 10

    def _text(self, x: float, y: float, text: str, anchor: str) -> None:
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>')


class Canvas:
    """Panels below each other.

    Args:
        title: What is drawn, for those who cannot see it.
        height: In pixels.
    """

    def __init__(self, title: str, height: int) -> None:
        self._title = title
        self._height = height
        self._panels: list[Panel] = []

    def panel(self, top: float, height: float, *, x: tuple[float, float], y: tuple[float, float], log: str) -> Panel:
        """A panel.

        Args:
            top: Where it begins.
            height: Of what is within its axes.
            x: The range of its values.
            y: Likewise.
            log: The names of the axes that are logarithmic.
        """
        panel = Panel(
            Scale(*x, _LEFT, WIDTH - _RIGHT, "x" in log), Scale(*y, top + height, top, logarithmic="y" in log)
        )
        self._panels.append(panel)
        return panel

    def text(self) -> str:
        """The SVG file."""
        body = "\n".join(part for panel in self._panels for part in panel.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._height}" width="{WIDTH}" '
            f'height="{self._height}" role="img"><title>{escape(self._title)}</title><style>{_STYLE}</style>\n'
            f"{body}\n</svg>\n"
        )


def decades(low: float, high: float) -> tuple[tuple[float, float], list[float]]:
    """The range of a logarithmic axis that holds both, and its ticks: 1, 3, 10, 30, ..."""
    begin, end = math.floor(math.log10(low)), math.ceil(math.log10(high))
    end = max(end, begin + 1)
    ticks = [factor * 10.0**power for power in range(begin, end + 1) for factor in (1, 3)]
    return (10.0**begin, 10.0**end), [tick for tick in ticks if tick <= 10.0**end * (1 + 1e-9)]


def round_steps(high: float, steps: int = 4) -> list[float]:
    """Round numbers from 0 to just above `high`."""
    rough = max(high, 1e-9) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [number * step for number in range(math.ceil(high / step - 1e-9) + 1)] if high > 0 else [0.0, step]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"  # noqa: PLR2004 # whole from ten on
