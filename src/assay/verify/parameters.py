"""The parameters of a shipped specification: sizes that an `assay.toml` may set, and the constants they become."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from assay.errors import ConfigurationError, Place
from assay.system import GivenParameter
from assay.system.parameters import SPECIFICATION_KEYS
from assay.verify.values import ModelValue, Value, tla_text

__all__ = ["Parameter", "checked_parameters"]

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One parameter, as `models.toml` declares it."""

    name: Name
    """In `assay.toml`, for example `clients`."""
    constant: Identifier
    """In the specification, for example `Clients`."""
    meaning: Text
    """In words, with the unit where there is one."""
    default: int | bool
    """What the shipped models say."""
    minimum: int | None = None
    maximum: int | None = None
    """Of a number. Beyond it the check would not end in reasonable time."""
    members: Identifier | None = None
    """Of a constant that is a set of so many members: how their names begin. With `c`, 3 is the set {c1, c2, c3}."""
    models: tuple[str, ...] = ()
    """The `.cfg` files that it changes; where none is named, every model that is not broken on purpose."""

    def __post_init__(self) -> None:
        if self.name in SPECIFICATION_KEYS:
            raise ValueError(f"a parameter cannot be called {self.name!r}: entries of assay.toml have such a key")
        if isinstance(self.default, bool):
            if self.members is not None:
                raise ValueError(f"{self.name!r} is true or false, and has no members")
            return
        if self.minimum is None or self.maximum is None:
            raise ValueError(f"{self.name!r} is a number without a minimum and a maximum")
        if not self.minimum <= self.default <= self.maximum:
            raise ValueError(f"the default of {self.name!r} is not between {self.minimum} and {self.maximum}")

    @property
    def range(self) -> str:
        """Which values there are, in words."""
        return "true or false" if isinstance(self.default, bool) else f"{self.minimum} to {self.maximum}"

    def constant_value(self, value: int | bool) -> Value:
        """The value of the constant."""
        if self.members is None:
            return value
        return frozenset(ModelValue(f"{self.members}{number}") for number in range(1, value + 1))

    def assignment(self, value: int | bool) -> str:
        """As a configuration writes it: `Clients = {c1, c2, c3}`."""
        return f"{self.constant} = {tla_text(self.constant_value(value))}"


def checked_parameters(
    known: Sequence[Parameter], given: Sequence[GivenParameter], protocol: str, source: Path | None
) -> Mapping[str, int | bool]:
    """The values that were given, by parameter.

    Raises:
        ConfigurationError: There is no such parameter, or its value is of another kind or out of its range.
    """
    by_name = {parameter.name: parameter for parameter in known}
    for one in given:
        problem = _problem(by_name, one, protocol)
        if problem:
            message, hint = problem
            raise ConfigurationError(message, where=Place(source, one.line) if source else None, hint=hint)
    return {one.name: one.value for one in given}


def _problem(known: Mapping[str, Parameter], given: GivenParameter, protocol: str) -> tuple[str, str] | None:
    """What is wrong with it, and a hint."""
    parameter = known.get(given.name)
    if parameter is None:
        return f"`{protocol}` has no parameter `{given.name}`", _similar(given.name, known)
    meaning = f"`{parameter.name}`: {parameter.meaning}; {parameter.range}, {_written(parameter.default)} by default"
    if isinstance(parameter.default, bool) != isinstance(given.value, bool):
        return f"`{given.name}`: expected {parameter.range}, got {_written(given.value)}", meaning
    if parameter.minimum is None or parameter.maximum is None:
        return None
    if not parameter.minimum <= given.value <= parameter.maximum:
        return f"`{given.name}`: {given.value} is not in the range {parameter.range}", meaning
    return None


def _similar(name: str, known: Mapping[str, Parameter]) -> str:
    similar = difflib.get_close_matches(name, [*known, *SPECIFICATION_KEYS], n=1)
    if similar:
        return f"did you mean `{similar[0]}`?"
    if not known:
        return "it has none"
    return f"it has: {', '.join(f'{parameter.name} ({parameter.range})' for parameter in known.values())}"


def _written(value: int | bool) -> str:
    """As TOML writes it."""
    return str(value).lower()
