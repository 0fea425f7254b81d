"""Expressions and policies of Cedar, each expression once: two that are alike are one object.

So what was compiled for one policy is there for every other that says the same, and a policy that two sets share is
one term in the proof that compares them.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum, unique

__all__ = ["Effect", "Expression", "ExpressionPool", "Policy"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An operator with its operands. Equal to itself only; `ExpressionPool` makes that enough.

    `operator` is Cedar's, as its JSON format writes it, where there is one; else `literal`, `entity`, `variable`,
    `set`, `record`, `if` and `extension`. `&&` and `||` take any number of operands. `value` is what is no operand: a
    constant, a name, a pattern (None for a wildcard), the names of a record's attributes.
    """

    operator: str
    operands: tuple["Expression", ...] = ()
    value: Hashable = None


@unique
class Effect(StrEnum):
    """What a policy does where it is satisfied."""

    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: it is satisfied where `condition`, scope and clauses in one, is true without an error."""

    id: str
    """What Cedar calls it: `policy0`."""
    name: str
    """What people call it: its `@id`, else its file and line."""
    effect: Effect
    condition: Expression


class ExpressionPool:
    """Makes expressions, each only once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Expression] = {}

    def make(self, operator: str, *operands: Expression, value: Hashable = None) -> Expression:
        """The one expression that is this."""
        # True is 1 in Python, but not in Cedar.
        key = (operator, operands, type(value), value)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Expression(operator, operands, value)
        return known
