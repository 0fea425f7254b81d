"""Iterations of several requests: steps, values taken from answers, checks, pauses, data."""

from typing import Annotated, Any, Literal

import msgspec

__all__ = ["Check", "Cookies", "Data", "Flow", "Selector", "Step", "ThinkTime"]

Cookies = Literal["ignored", "iteration", "user"]
"""Whether cookies that answers set are sent back: never, within the iteration, or as long as the user goes on."""


class ThinkTime(msgspec.Struct, frozen=True):
    """How long a user waits: any time between the two, in seconds, equally likely.

    Raises:
        ValueError: The longest is below the shortest.
    """

    shortest: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0
    longest: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0

    def __post_init__(self) -> None:
        if self.longest < self.shortest:
            raise ValueError("the longest think time is below the shortest")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is expected of an answer. It is counted by its name, and the iteration goes on whatever it is."""

    name: str
    place: Literal["status", "header", "cookie", "json", "body"]
    argument: str = ""
    """The name of a header or cookie, or a JSON path."""
    comparison: Literal["within", "present", "equals", "contains", "matches"]
    value: str = ""
    """What is compared with; may hold placeholders, where it is no regular expression."""
    ranges: tuple[tuple[int, int], ...] = ()
    """Statuses, both ends included."""
    required: bool = False
    """Whether the iteration ends where it does not hold."""

    def or_end(self) -> "Check":
        """The same check, that ends the iteration where it does not hold."""
        return msgspec.structs.replace(self, required=True)

    def named(self, name: str) -> "Check":
        """The same check under another name."""
        return msgspec.structs.replace(self, name=name)


class Selector(msgspec.Struct, frozen=True):
    """A value in an answer: to be taken, or to be compared."""

    place: Literal["header", "cookie", "json", "body"]
    argument: str
    """The name of a header or cookie, a JSON path, or a regular expression over the body."""
    otherwise: str | None = None
    """What is taken where the value is not there. Without it the iteration ends there."""

    def or_else(self, value: str) -> "Selector":
        """The same, with a value for where it is not there."""
        return Selector(self.place, self.argument, value)

    def exists(self) -> Check:
        """It is there."""
        return self._check("present", "", "is there")

    def equals(self, value: Any) -> Check:
        """It is this text, or a number, true, false or null as JSON writes it."""
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        return self._check("equals", text, f"is {text}")

    def contains(self, text: str) -> Check:
        """The text is somewhere in it."""
        return self._check("contains", text, f"contains {text}")

    def matches(self, pattern: str) -> Check:
        """A regular expression matches somewhere in it."""
        return self._check("matches", pattern, f"matches {pattern}")

    def _check(self, comparison: Literal["present", "equals", "contains", "matches"], value: str, words: str) -> Check:
        if self.place == "body" and comparison == "present":
            return Check(name=f"body matches {self.argument}", place="body", comparison="matches", value=self.argument)
        if self.place == "body" and self.argument:
            raise ValueError("a regular expression over the body is compared with nothing else: use .exists()")
        name = " ".join(part for part in (self.place, self.argument, words) if part)
        return Check(name=name, place=self.place, argument=self.argument, comparison=comparison, value=value)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request, what is taken from its answer, and what is expected of it.

    `{name}` in path, headers and body stands for a value: one that an earlier step took, a column of the data, or
    `{user}`, `{iteration}` and `{uuid}`, which the engine makes. `{{name}}` is the text `{name}`.
    """

    name: str
    """Under which it is reported: steps of one name are one endpoint."""
    method: str = "GET"
    path: str = "/"
    """Values are percent-encoded there."""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    body_escape: Literal["none", "percent", "json"] = "none"
    """How values are written into the body, so that they stay values. `{name:raw}` is written as it is."""
    take: tuple[tuple[str, Selector], ...] = ()
    """The names of values, and where each is."""
    expect: tuple[Check, ...] = ()
    pause: ThinkTime = ThinkTime()
    """After the answer, before the next step."""
    line: int = 0
    """Where in the scenario it is written."""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """Steps that one user does one after the other: one iteration.

    Raises:
        ValueError: There is no step.
    """

    name: str
    steps: tuple[Step, ...]
    weight: Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)] = 1
    """How often it is chosen, relative to the others."""

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"the flow {self.name} has no step")


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """A table, whose columns give values to placeholders of their names: one row for each iteration.

    Raises:
        ValueError: There is no row, or one has more or fewer values than there are columns.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    order: Literal["sequential", "random", "unique"] = "sequential"
    """One after the other, over all users, and then again from the first; any; or each for one iteration only, after
    which the test ends."""

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError(f"{self.name} has no rows")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has more or fewer values than there are columns")
