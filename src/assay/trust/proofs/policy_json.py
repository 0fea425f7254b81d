"""Cedar's JSON format of policies to expressions.

The format: https://docs.cedarpolicy.com/policies/json-format.html
"""

from typing import Any

from assay.errors import PolicyError
from assay.trust.proofs.expressions import Expression, ExpressionPool
from assay.trust.proofs.schema import EntityId

__all__ = ["condition_of"]

DEEPEST = 120
"""Levels of expressions within expressions; chains of `&&` and `||` are one level."""

_BINARY = frozenset(
    {"==", "<", "<=", "+", "-", "*", "in", "contains", "containsAll", "containsAny", "getTag", "hasTag"}
)
_UNARY = {"!": "!", "neg": "neg", "isEmpty": "isEmpty"}
_SWAPPED = {">": "<", ">=": "<="}


def condition_of(policy: dict[str, Any], pool: ExpressionPool) -> Expression:
    """What must be true for the policy to be satisfied: its scope, then its clauses, in order.

    The scope cannot fail, so it does not matter that the action is looked at first, which decides most.

    Raises:
        PolicyError: It holds something that is not known here, or is nested too deep.
    """
    reader = _Reader(pool)
    scope = [reader.scope(policy[variable], variable) for variable in ("action", "principal", "resource")]
    clauses = [reader.clause(clause) for clause in policy["conditions"]]
    return pool.make("&&", *scope, *clauses)


class _Reader:
    def __init__(self, pool: ExpressionPool) -> None:
        self._make = pool.make

    def scope(self, constraint: dict[str, Any], variable: str) -> Expression:
        subject = self._make("variable", value=variable)
        match constraint:
            case {"op": "All"}:
                return self._make("literal", value=True)
            case {"op": "==", "entity": entity}:
                return self._make("==", subject, self._entity(entity))
            case {"op": "in", "entity": entity}:
                return self._make("in", subject, self._entity(entity))
            case {"op": "in", "entities": entities}:
                return self._make("in", subject, self._make("set", *(self._entity(one) for one in entities)))
            case {"op": "is", "entity_type": str(name), "in": {"entity": entity}}:
                kind = self._make("is", subject, value=name)
                return self._make("&&", kind, self._make("in", subject, self._entity(entity)))
            case {"op": "is", "entity_type": str(name)}:
                return self._make("is", subject, value=name)
        raise _unknown("scope", constraint)

    def clause(self, clause: dict[str, Any]) -> Expression:
        body = self.expression(clause["body"], 0)
        return body if clause["kind"] == "when" else self._make("!", body)

    def expression(self, tree: Any, depth: int) -> Expression:
        if depth > DEEPEST:
            raise PolicyError(
                f"a condition is nested deeper than {DEEPEST} levels", hint="split it over several policies or clauses"
            )
        if not isinstance(tree, dict) or len(tree) != 1:
            raise _unknown("expression", tree)
        ((operator, body),) = tree.items()
        if operator in {"&&", "||"}:
            return self._make(operator, *(self.expression(one, depth + 1) for one in _chain(operator, tree)))
        if operator in _BINARY:
            return self._make(operator, *self._both(body, depth))
        if operator in _SWAPPED:
            left, right = self._both(body, depth)
            return self._make(_SWAPPED[operator], right, left)
        if operator == "!=":
            return self._make("!", self._make("==", *self._both(body, depth)))
        if operator in _UNARY:
            return self._make(operator, self.expression(body["arg"], depth + 1))
        return self._other(operator, body, depth)

    def _other(self, operator: str, body: Any, depth: int) -> Expression:  # noqa: PLR0911 # one for each operator
        match operator:
            case "Value":
                return self._constant(body, depth)
            case "Var":
                return self._make("variable", value=body)
            case "Set":
                return self._make("set", *(self.expression(one, depth + 1) for one in body))
            case "Record":
                parts = [self.expression(one, depth + 1) for one in body.values()]
                return self._make("record", *parts, value=tuple(body))
            case "." | "has":
                return self._make(operator, self.expression(body["left"], depth + 1), value=body["attr"])
            case "like":
                pattern = tuple(None if part == "Wildcard" else part["Literal"] for part in body["pattern"])
                return self._make("like", self.expression(body["left"], depth + 1), value=pattern)
            case "is":
                return self._is(body, depth)
            case "if-then-else":
                parts = [self.expression(body[name], depth + 1) for name in ("if", "then", "else")]
                return self._make("if", *parts)
        if isinstance(body, list):
            parts = [self.expression(one, depth + 1) for one in body]
            return self._make("extension", *parts, value=operator)
        raise _unknown("expression", {operator: body})

    def _is(self, body: dict[str, Any], depth: int) -> Expression:
        subject = self.expression(body["left"], depth + 1)
        kind = self._make("is", subject, value=body["entity_type"])
        if body.get("in") is None:
            return kind
        return self._make("&&", kind, self._make("in", subject, self.expression(body["in"], depth + 1)))

    def _constant(self, value: Any, depth: int) -> Expression:
        match value:
            case bool() | int() | str():
                return self._make("literal", value=value)
            case {"__entity": entity}:
                return self._entity(entity)
            case {"__extn": {"fn": str(function), "arg": argument}}:
                return self._make("extension", self._constant(argument, depth + 1), value=function)
            case list():
                return self._make("set", *(self._constant(one, depth + 1) for one in value))
        raise _unknown("constant", value)

    def _both(self, body: dict[str, Any], depth: int) -> tuple[Expression, Expression]:
        return self.expression(body["left"], depth + 1), self.expression(body["right"], depth + 1)

    def _entity(self, entity: dict[str, Any]) -> Expression:
        entity = entity.get("__entity", entity)
        return self._make("entity", value=EntityId(entity["type"], entity["id"]))


def _chain(operator: str, tree: dict[str, Any]) -> list[Any]:
    """The operands of `a && b && c`, which is `(a && b) && c`, left to right."""
    found = []
    while set(tree) == {operator}:
        found.append(tree[operator]["right"])
        tree = tree[operator]["left"]
    found.append(tree)
    return found[::-1]


def _unknown(kind: str, tree: Any) -> PolicyError:
    what = ", ".join(map(str, tree)) if isinstance(tree, dict) else repr(tree)[:80]
    return PolicyError(f"this {kind} is not known to the prover: {what}")
