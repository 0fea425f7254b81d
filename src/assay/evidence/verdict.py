"""The four verdicts, the severities and the areas of the score."""

from enum import StrEnum, unique


@unique
class Verdict(StrEnum):
    """What is known about a claim."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"
    """Not checked to the end, or not checked at all. Never counts as `holds`."""
    NOT_APPLICABLE = "not-applicable"
    """The claim says nothing about this system; it is left out of the score and of its coverage."""


@unique
class Severity(StrEnum):
    """What it costs the users of the system if the claim is false."""

    CRITICAL = "critical"
    """Data is lost or wrong, or a stranger gets in."""
    HIGH = "high"
    """A service stops doing its work until somebody acts."""
    MEDIUM = "medium"
    """Work gets slower or has to be done again."""
    LOW = "low"
    """Worth mending when one is there anyway."""


@unique
class Area(StrEnum):
    """One family of tasks: a task group's name in `assay run`, and a line of the score."""

    FORMAL_VERIFICATION = "formal-verification"
    PERFORMANCE = "performance"
    SECURITY = "security"
    OBSERVABILITY = "observability"
    CHAOS = "chaos"

    @property
    def package(self) -> str:
        """The name of the pillar's package, which is the first part of its claims' ids."""
        return _PACKAGES[self]

    @classmethod
    def of_package(cls, package: str) -> "Area | None":
        """The area whose pillar lives in `assay.<package>`, or None."""
        return next((area for area, name in _PACKAGES.items() if name == package), None)


_PACKAGES = {
    Area.FORMAL_VERIFICATION: "verify",
    Area.PERFORMANCE: "bench",
    Area.SECURITY: "trust",
    Area.OBSERVABILITY: "observe",
    Area.CHAOS: "chaos",
}
