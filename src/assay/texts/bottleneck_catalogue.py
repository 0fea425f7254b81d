"""What an analysis of bottlenecks says: the entries that every language has."""

from typing import TypedDict

__all__ = ["BottleneckTexts"]


class BottleneckTexts(TypedDict):
    """One language."""

    verdicts: dict[str, str]
    """By `Verdict`."""
    resources: dict[str, str]
    """What is used up, by `Resource`; `{service}` is where."""
    facts: dict[str, str]
    """Figures behind it, by the name of a `Fact`."""
    kinds: dict[str, str]
    """By `AdviceKind`."""
    advice: dict[str, str]
    little: dict[str, str]
    """By `LittleMeaning`."""
    scalability: str
    scalability_peak: str
    scalability_levels_off: str
    scalability_grows: str
    slow: str
    slow_span: str
    caveats: dict[str, str]
    nobody: str
    """In place of a service, where it is not known."""
    joint: str
    """Between figures."""
    colon: str
