"""The thresholds of `assay.toml`, parsed, with errors that point into it."""

from collections.abc import Iterable

from assay.bench.thresholds import Threshold, ThresholdSyntaxError, parse_threshold
from assay.errors import ConfigurationError, Place
from assay.system import System
from assay.system.performance import TestSettings
from assay.system.position import line_of

__all__ = ["Limits", "limits_of"]

Limits = tuple[tuple[Threshold, ...], tuple[Threshold, ...]]
"""The thresholds of a test, and its SLO."""


def limits_of(settings: TestSettings, system: System) -> Limits:
    """Parses what a test asks for.

    Raises:
        ConfigurationError: One is no threshold; points at the character that is wrong.
    """
    return (
        tuple(_parsed(settings, system, "thresholds", settings.thresholds)),
        tuple(_parsed(settings, system, "slo", settings.slo_texts)),
    )


def _parsed(settings: TestSettings, system: System, key: str, texts: Iterable[str]) -> Iterable[Threshold]:
    for text in texts:
        try:
            yield parse_threshold(text)
        except ThresholdSyntaxError as error:
            raise ConfigurationError(
                f"`{text}` of test {settings.name} is no threshold: {error.message}",
                where=_place(settings, system, key, text, error.column),
                hint=error.hint,
            ) from error


def _place(settings: TestSettings, system: System, key: str, threshold: str, column: int) -> Place | None:
    """Where the threshold is written; its line alone where it is written with escapes."""
    if system.source is None:
        return None
    try:
        text = system.source.read_text(encoding="utf-8")
    except OSError:
        return Place(system.source)
    index = next(number for number, test in enumerate(system.performance.test) if test.name == settings.name)
    first = line_of(text, ("performance", "test", index, key))
    for number, line in enumerate(text.splitlines()[max(0, first - 1) :], start=first):
        at = line.find(threshold)
        if at >= 0:
            return Place(system.source, number, at + column)
    return Place(system.source, first)
