"""Claim, its bounds and its evidence: what every pillar returns and everything downstream reads.

An invalid claim cannot be built, neither in Python nor by decoding JSON: the constructors are the check.
"""

import re
from typing import Annotated, Self

import msgspec

from assay.evidence.verdict import Area, Severity, Verdict

__all__ = ["Bounds", "Claim", "Evidence"]

_CLAIM_ID = re.compile(r"[a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*){2,}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# A name is shown, offered for download and used as a file name in an exported report, so it must not lead elsewhere.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]{0,199}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")

Text = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file that backs a claim. It is stored in the run folder as `artifacts/<sha256>`."""

    name: Annotated[str, msgspec.Meta(pattern=f"^{_NAME.pattern}$")]
    """A file name for people, for example `counterexample.json`. Not unique."""
    sha256: Annotated[str, msgspec.Meta(pattern=f"^{_SHA256.pattern}$")]
    """Digest of the content, 64 lower-case hexadecimal digits; also where the content is found."""
    size: Count
    """Bytes."""
    media_type: Annotated[str, msgspec.Meta(pattern=f"^{_MEDIA_TYPE.pattern}$")]
    """Such as `application/json`; a text file is UTF-8."""
    description: Text
    """What a reader finds in it, one line."""

    def __post_init__(self) -> None:
        _require(_NAME.fullmatch(self.name), f"evidence name {self.name!r} is not a plain file name")
        _require(_SHA256.fullmatch(self.sha256), f"evidence {self.name!r} has no SHA-256 digest but {self.sha256!r}")
        _require(self.size >= 0, f"evidence {self.name!r} has a negative size")
        _require(_MEDIA_TYPE.fullmatch(self.media_type), f"evidence {self.name!r} has no media type")
        _require(self.description.strip(), f"evidence {self.name!r} has no description")


class Bounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was covered and what was not. A verdict says no more than its bounds allow."""

    complete: bool
    """True where everything inside the constants below was covered; False where a limit or a violation ended that."""
    constants: dict[str, str] = {}
    """The model's size: constant to value, as a reader would write it, for example `Nodes` to `{n1, n2, n3}`."""
    distinct_states: Count | None = None
    generated_states: Count | None = None
    depth: Count | None = None
    """Length of the longest shortest path, in states."""
    repetitions: Count | None = None
    """How often a measurement or an attack was repeated."""
    duration_seconds: Seconds | None = None
    not_covered: tuple[Text, ...] = ()
    """Sentences that name what the verdict says nothing about."""

    def __post_init__(self) -> None:
        for name in ("distinct_states", "generated_states", "depth", "repetitions", "duration_seconds"):
            amount = getattr(self, name)
            _require(amount is None or amount >= 0, f"{name} is negative")
        _require(
            self.complete or self.not_covered,
            "bounds that are not complete must say in not_covered what is missing",
        )


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement about the system with a verdict, and what backs it."""

    id: Annotated[str, msgspec.Meta(pattern=f"^{_CLAIM_ID.pattern}$")]
    """`<package>.<subject>.<property>`, for example `verify.lock.mutual-exclusion`; unique in a run."""
    statement: Text
    """One sentence that a manager can read, true where the verdict is `holds`."""
    verdict: Verdict
    severity: Severity
    bounds: Bounds
    reproduce: Text
    """A command line that does the work again."""
    expected: Verdict = Verdict.HOLDS
    """`violated` for a control: a deliberately broken variant, there to show that the check can fail."""
    explanation: str = ""
    """Why this verdict: what happened when violated, what stopped the work when unknown. Plain text, may have lines."""
    evidence: tuple[Evidence, ...] = ()
    seed: int | None = None
    """The seed of what was random, so that `reproduce` gives the same again."""

    def __post_init__(self) -> None:
        _require(_CLAIM_ID.fullmatch(self.id), f"claim id {self.id!r} is not of the form verify.lock.mutual-exclusion")
        _require(
            Area.of_package(self.id.partition(".")[0]), f"claim id {self.id!r} does not begin with a pillar's name"
        )
        _require(self.statement.strip(), f"claim {self.id} has no statement")
        _require(self.reproduce.strip(), f"claim {self.id} has no command to reproduce it")
        _require(
            self.expected in {Verdict.HOLDS, Verdict.VIOLATED}, f"claim {self.id} can only be expected to hold or not"
        )
        decided = self.verdict in {Verdict.HOLDS, Verdict.VIOLATED}
        _require(not decided or self.evidence, f"claim {self.id} is {self.verdict} without evidence")
        _require(
            self.verdict is not Verdict.UNKNOWN or self.explanation.strip(),
            f"claim {self.id} is unknown without an explanation",
        )

    @property
    def area(self) -> Area:
        """The area whose score this claim counts in."""
        area = Area.of_package(self.id.partition(".")[0])
        if area is None:  # the constructor has refused it
            raise ValueError(self.id)
        return area

    @property
    def as_expected(self) -> bool:
        """True where the verdict is the one that was expected; a control is as expected when it is violated."""
        return self.verdict is self.expected

    @property
    def is_control(self) -> bool:
        """True for a deliberately broken variant."""
        return self.expected is Verdict.VIOLATED

    @property
    def is_decided(self) -> bool:
        """True where the verdict is `holds` or `violated`."""
        return self.verdict in {Verdict.HOLDS, Verdict.VIOLATED}

    def with_evidence(self, *evidence: Evidence) -> Self:
        """A copy that is backed by these files as well."""
        return msgspec.structs.replace(self, evidence=(*self.evidence, *evidence))


def _require(condition: object, message: str) -> None:
    """Refuses a value; when decoding, msgspec turns the ValueError into a ValidationError with the path."""
    if not condition:
        raise ValueError(message)
