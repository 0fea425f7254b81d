"""What is asked, what is decided, and why."""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Any

import msgspec

__all__ = [
    "AccessRequest",
    "Clause",
    "Decision",
    "Explanation",
    "Fact",
    "Outcome",
    "Policy",
    "PolicyAccount",
    "Reason",
    "SkippedPolicy",
]


class AccessRequest(msgspec.Struct, frozen=True):
    """May `principal` do `action` to `resource`? Each is named as Cedar does: `User::"ann"`.

    `context` holds what is known of this request only: device, risk, time. Its form is the schema's to say.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, Any] = {}


class SkippedPolicy(msgspec.Struct, frozen=True):
    """A policy that could not be evaluated. Cedar skips it, also where it forbids: look at each."""

    policy: str
    message: str


class Decision(msgspec.Struct, frozen=True):
    """Allowed or not.

    Attributes:
        allowed: False unless a policy permits it, none forbids it, and the request fits the schema.
        policies: The `@id` of the permits that allowed it or of the forbids that denied it; none: nothing permits it.
        skipped: Policies that could not be evaluated.
        refusal: Why the request could not be judged at all; it is denied then.
    """

    allowed: bool
    policies: tuple[str, ...] = ()
    skipped: tuple[SkippedPolicy, ...] = ()
    refusal: str | None = None


@unique
class Reason(StrEnum):
    """The kind of reason."""

    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    NOTHING_PERMITS = "nothing-permits"
    REFUSED = "refused"


@unique
class Outcome(StrEnum):
    """How a condition turned out in a request."""

    HOLDS = "holds"
    FAILS = "fails"
    ERROR = "error"


class Fact(msgspec.Struct, frozen=True):
    """An attribute that a condition reads. `value` is as Cedar writes it; None where there is no such thing."""

    name: str
    value: str | None


class Clause(msgspec.Struct, frozen=True):
    """One condition of a policy. `place` is `scope`, `when` or `unless`; an `unless` holds where its text is false."""

    place: str
    text: str
    outcome: Outcome
    message: str | None = None
    facts: tuple[Fact, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """What is known of a policy without deciding. `effect` is `permit` or `forbid`; lines count from 1."""

    id: str
    effect: str
    file: str
    line: int


class PolicyAccount(msgspec.Struct, frozen=True):
    """One policy in one request: which of its conditions held."""

    id: str
    effect: str
    file: str
    line: int
    clauses: tuple[Clause, ...]

    @property
    def failed(self) -> tuple[Clause, ...]:
        """The conditions that kept it from applying."""
        return tuple(clause for clause in self.clauses if clause.outcome is not Outcome.HOLDS)


class Explanation(msgspec.Struct, frozen=True):
    """A decision with its reason.

    Attributes:
        allowed: As in `Decision`, with `policies`, `skipped` and `refusal`.
        considered: How many policies could apply to this kind of request.
        deciding: The policies that decided, at most five.
        nearest: Where nothing permits, the permits that lack least, nearest first, at most five.
    """

    allowed: bool
    reason: Reason
    considered: int
    policies: tuple[str, ...] = ()
    skipped: tuple[SkippedPolicy, ...] = ()
    refusal: str | None = None
    deciding: tuple[PolicyAccount, ...] = ()
    nearest: tuple[PolicyAccount, ...] = ()
