"""Expressions of Cedar to terms, for one kind of request: exactly Cedar's semantics, its errors included.

An error is the absence of a value. What is not modelled (calls of extension types, sets of sets) becomes a symbol of
its own that may be anything, an error too: the same for the same expression, since evaluation is deterministic. So a
proof that holds for whatever it may be holds; a counterexample that rests on it has to be confirmed by Cedar.

The semantics: Cedar's reference, and the evaluator of the crate `cedar-policy-core`, against which
`tests/trust/proofs/test_agreement.py` compares this module.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from assay.trust.proofs.expressions import Expression
from assay.trust.proofs.patterns import regular_expression
from assay.trust.proofs.relations import NotModelledError, Relations, all_entities
from assay.trust.proofs.schema import EntityId, EntityReference, Extension, RequestKind, SetOf, ValueType
from assay.trust.proofs.smt import Truth, all_of, any_of, lifted, opposite, z3
from assay.trust.proofs.symbols import LARGEST, SMALLEST, Symbols
from assay.trust.proofs.values import (
    BOOLEAN,
    LONG,
    STRING,
    Case,
    Field,
    ListedSet,
    Opaque,
    Outcome,
    Record,
    Scalar,
    SymbolicSet,
    Value,
    holds_in,
    joined,
    just,
    truth_of,
    under,
)

__all__ = ["Compiler"]

_MOST_CASES = 64
"""Of one value. Only an `if` within an `if` whose branches are of different types, or listed sets, makes many."""

_RESULTS: dict[str, ValueType] = {
    **{name: Extension(name) for name in ("decimal", "datetime", "duration")},
    "ip": Extension("ipaddr"),
    "offset": Extension("datetime"),
    "durationSince": Extension("duration"),
    "toDate": Extension("datetime"),
    "toTime": Extension("duration"),
    **dict.fromkeys(("toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"), LONG),
    **dict.fromkeys(("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"), BOOLEAN),
    **dict.fromkeys(("isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange"), BOOLEAN),
}


class _TooManyCasesError(Exception):
    """An expression has more cases than are followed; the policy that holds it becomes an unknown."""


class Compiler:
    """For one kind of request; over symbols that several may share.

    Attributes:
        unmodelled: What was met that is not modelled, in words for people.
    """

    def __init__(self, symbols: Symbols, kind: RequestKind) -> None:
        self.kind = kind
        self.unmodelled: dict[str, None] = {}
        self._symbols = symbols
        self._relations = Relations(symbols)
        self._known: dict[Expression, Outcome] = {}
        self._variables = {
            "principal": just(symbols.entity(kind.principal, z3.Int("principal"))),
            "action": just(symbols.entity(kind.action.type, symbols.number(kind.action))),
            "resource": just(symbols.entity(kind.resource, z3.Int("resource"))),
            "context": symbols.value("context", symbols.schema.actions[kind.action].context),
        }

    def satisfied(self, condition: Expression) -> tuple[Truth, Truth]:
        """Whether the condition of a policy evaluates without an error; and whether it is satisfied."""
        try:
            fine, value = truth_of(self.outcome(condition))
        except _TooManyCasesError:
            fine, value = truth_of(self._unknown(condition, BOOLEAN))
            self._known[condition] = just(Scalar(BOOLEAN, value), fine)
        return fine, all_of((fine, value))

    def variable(self, name: str) -> Outcome:
        """`principal`, `action`, `resource` or `context`."""
        return self._variables[name]

    def outcome(self, expression: Expression) -> Outcome:
        """What an expression evaluates to."""
        known = self._known.get(expression)
        if known is None:
            try:
                known = joined(_COMPILERS[expression.operator](self, expression))
                if len(known) > _MOST_CASES:
                    raise _TooManyCasesError
            except NotModelledError:
                known = self._unknown(expression, BOOLEAN)
            self._known[expression] = known
        return known

    def _unknown(self, expression: Expression, type_: ValueType) -> Outcome:
        """Anything of a type, or an error."""
        name = expression.value if expression.operator == "extension" else expression.operator
        self.unmodelled[f"`{name}`"] = None
        symbol = f"unknown {len(self._known)} {self.kind}"
        return under(z3.Bool(f"{symbol} is fine"), self._symbols.value(symbol, type_))

    def _literal(self, expression: Expression) -> Outcome:
        value = expression.value
        if isinstance(value, bool):
            return just(Scalar(BOOLEAN, value))
        if isinstance(value, int):
            return just(Scalar(LONG, value))
        text = cast("str", value)
        return just(Scalar(STRING, text))

    def _entity(self, expression: Expression) -> Outcome:
        entity = cast("EntityId", expression.value)
        return just(self._symbols.entity(entity.type, self._symbols.number(entity)))

    def _variable(self, expression: Expression) -> Outcome:
        return self._variables[cast("str", expression.value)]

    def _and(self, expression: Expression) -> Outcome:
        """Left to right; what comes after something false is not evaluated, so its errors are none."""
        fine: Truth = True
        so_far: Truth = True
        for operand in expression.operands:
            has_value, value = truth_of(self.outcome(operand))
            fine = all_of((fine, any_of((opposite(so_far), has_value))))
            so_far = all_of((so_far, has_value, value))
            if so_far is False:
                break
        return just(Scalar(BOOLEAN, so_far), fine)

    def _or(self, expression: Expression) -> Outcome:
        fine: Truth = True
        none_yet: Truth = True
        for operand in expression.operands:
            has_value, value = truth_of(self.outcome(operand))
            fine = all_of((fine, any_of((opposite(none_yet), has_value))))
            none_yet = all_of((none_yet, opposite(all_of((has_value, value)))))
            if none_yet is False:
                break
        return just(Scalar(BOOLEAN, opposite(none_yet)), fine)

    def _not(self, expression: Expression) -> Outcome:
        fine, value = truth_of(self.outcome(expression.operands[0]))
        return just(Scalar(BOOLEAN, opposite(value)), fine)

    def _if(self, expression: Expression) -> Outcome:
        condition, first, second = expression.operands
        fine, value = truth_of(self.outcome(condition))
        cases: list[Case] = []
        for branch, chosen_branch in ((first, value), (second, opposite(value))):
            taken = all_of((fine, chosen_branch))
            if taken is not False:
                cases += under(taken, self.outcome(branch))
        return tuple(cases)

    def _equal(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)
        fine = all_of((holds_in(left), holds_in(right)))
        return just(Scalar(BOOLEAN, fine is not False and self._relations.equal_outcomes(left, right)), fine)

    def _compare(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)
        if any(isinstance(case.value, Opaque) for case in (*left, *right)):
            raise NotModelledError
        is_strict = expression.operator == "<"

        def compared(one: Any, other: Any) -> Case:
            return Case(when=True, value=Scalar(BOOLEAN, one < other if is_strict else one <= other))

        return self._for_numbers(left, right, compared)

    def _arithmetic(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)

        def computed(one: Any, other: Any) -> Case:
            match expression.operator:
                case "+":
                    result = one + other
                case "-":
                    result = one - other
                case _:
                    result = one * other
            return Case(_fits(result), Scalar(LONG, result))

        return self._for_numbers(left, right, computed)

    def _negation(self, expression: Expression) -> Outcome:
        cases = []
        for when, value in self.outcome(expression.operands[0]):
            if isinstance(value, Scalar) and value.type == LONG:
                cases.append(Case(all_of((when, _fits(-value.term))), Scalar(LONG, -value.term)))
        return tuple(cases)

    def _for_numbers(self, left: Outcome, right: Outcome, combine: Callable[[Any, Any], Case]) -> Outcome:
        """For two Longs; anything else is an error."""
        cases = []
        for one in left:
            for other in right:
                if not (isinstance(one.value, Scalar) and isinstance(other.value, Scalar)):
                    continue
                if one.value.type == other.value.type == LONG:
                    when, value = combine(one.value.term, other.value.term)
                    cases.append(Case(all_of((one.when, other.when, when)), value))
        return tuple(cases)

    def _in(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)
        cases = []
        for one in left:
            if not (isinstance(one.value, Scalar) and isinstance(one.value.type, EntityReference)):
                continue
            for other in right:
                fine, truth = self._within(one.value, other.value)
                cases.append(Case(all_of((one.when, other.when, fine)), Scalar(BOOLEAN, truth)))
        return tuple(cases)

    def _within(self, entity: Scalar, group: Value) -> tuple[Truth, Truth]:
        match group:
            case Scalar() if isinstance(group.type, EntityReference):
                return True, self._relations.within(entity, group)
            case ListedSet():
                truths = [
                    all_of((case.when, self._relations.within(entity, case.value)))
                    for outcome in group.elements
                    for case in outcome
                    if isinstance(case.value, Scalar) and isinstance(case.value.type, EntityReference)
                ]
                return all_entities(group.elements), any_of(truths)
            case SymbolicSet() if isinstance(group.element, EntityReference):
                return True, self._relations.within_any(entity, group)
            case SymbolicSet():
                # An empty set has no element that is not an entity.
                return self._relations.is_empty(group), False
            case Opaque() if isinstance(group.type, SetOf):
                raise NotModelledError
        return False, False

    def _set(self, expression: Expression) -> Outcome:
        elements = tuple(self.outcome(operand) for operand in expression.operands)
        return just(ListedSet(elements), all_of(holds_in(one) for one in elements))

    def _record(self, expression: Expression) -> Outcome:
        names = cast("Sequence[str]", expression.value)
        outcomes = [self.outcome(operand) for operand in expression.operands]
        fields = {name: Field(present=True, outcome=one) for name, one in zip(names, outcomes, strict=True)}
        return just(Record(fields), all_of(holds_in(one) for one in outcomes))

    def _set_operation(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)
        relation = {"containsAll": self._relations.contains_all, "containsAny": self._relations.contains_any}
        fine = all_of((_has_set(left), _has_set(right)))
        truths = [
            all_of((one.when, other.when, relation[expression.operator](one.value, other.value)))
            for one in left
            for other in right
            if _is_set(one.value) and _is_set(other.value)
        ]
        return just(Scalar(BOOLEAN, any_of(truths)), fine)

    def _contains(self, expression: Expression) -> Outcome:
        left, right = self._operands(expression)
        fine = all_of((_has_set(left), holds_in(right)))
        truths = [all_of((one.when, self._relations.contains(one.value, right))) for one in left if _is_set(one.value)]
        return just(Scalar(BOOLEAN, any_of(truths)), fine)

    def _is_empty(self, expression: Expression) -> Outcome:
        subject = self.outcome(expression.operands[0])
        truths = [all_of((case.when, self._relations.is_empty(case.value))) for case in subject if _is_set(case.value)]
        return just(Scalar(BOOLEAN, any_of(truths)), _has_set(subject))

    def _attribute(self, expression: Expression) -> Outcome:
        name = cast("str", expression.value)
        cases: list[Case] = []
        for when, value in self.outcome(expression.operands[0]):
            match value:
                case Record():
                    field = value.fields.get(name)
                    exists: Truth = True
                case Scalar() if isinstance(value.type, EntityReference):
                    field = self._symbols.attribute(value, name)
                    exists = field is not None and self._symbols.exists(value)
                case _:
                    continue
            if field is not None:
                cases += under(all_of((when, exists, field.present)), field.outcome)
        return tuple(cases)

    def _has(self, expression: Expression) -> Outcome:
        name = cast("str", expression.value)
        cases: list[Case] = []
        for when, value in self.outcome(expression.operands[0]):
            match value:
                case Record():
                    field = value.fields.get(name)
                    truth = field.present if field else False
                case Scalar() if isinstance(value.type, EntityReference):
                    field = self._symbols.attribute(value, name)
                    truth = all_of((self._symbols.exists(value), field.present)) if field else False
                case _:
                    continue
            cases.append(Case(when, Scalar(BOOLEAN, truth)))
        return tuple(cases)

    def _has_tag(self, expression: Expression) -> Outcome:
        return tuple(
            Case(when, Scalar(BOOLEAN, field.present if field else False)) for when, field in self._tags(expression)
        )

    def _get_tag(self, expression: Expression) -> Outcome:
        cases: list[Case] = []
        for when, field in self._tags(expression):
            if field:
                cases += under(all_of((when, field.present)), field.outcome)
        return tuple(cases)

    def _tags(self, expression: Expression) -> list[tuple[Truth, Field | None]]:
        """The tags that are asked for, each under its condition; None where the type has none."""
        left, right = self._operands(expression)
        found = []
        for one in left:
            for other in right:
                entity, key = one.value, other.value
                is_entity = isinstance(entity, Scalar) and isinstance(entity.type, EntityReference)
                if is_entity and isinstance(key, Scalar) and key.type == STRING:
                    found.append((all_of((one.when, other.when)), self._symbols.tag(cast("Scalar", entity), key)))
        return found

    def _like(self, expression: Expression) -> Outcome:
        pattern = cast("tuple[str | None, ...]", expression.value)
        cases = [
            Case(case.when, Scalar(BOOLEAN, z3.InRe(lifted(case.value.term), regular_expression(pattern))))
            for case in self.outcome(expression.operands[0])
            if isinstance(case.value, Scalar) and case.value.type == STRING
        ]
        return tuple(cases)

    def _is(self, expression: Expression) -> Outcome:
        return tuple(
            Case(when, Scalar(BOOLEAN, value.type.type == expression.value))
            for when, value in self.outcome(expression.operands[0])
            if isinstance(value, Scalar) and isinstance(value.type, EntityReference)
        )

    def _extension(self, expression: Expression) -> Outcome:
        return self._unknown(expression, _RESULTS.get(cast("str", expression.value), BOOLEAN))

    def _operands(self, expression: Expression) -> tuple[Outcome, Outcome]:
        left, right = expression.operands
        return self.outcome(left), self.outcome(right)


def _fits(number: Any) -> Truth:
    """Whether a number has 64 bits; else it is an overflow, which is an error."""
    if isinstance(number, int):
        return SMALLEST <= number <= LARGEST
    return z3.And(number >= SMALLEST, number <= LARGEST)


def _is_set(value: Value) -> bool:
    return isinstance(value, SymbolicSet | ListedSet) or (isinstance(value, Opaque) and isinstance(value.type, SetOf))


def _has_set(outcome: Outcome) -> Truth:
    return any_of(case.when for case in outcome if _is_set(case.value))


_COMPILERS: dict[str, Callable[[Compiler, Expression], Outcome]] = {
    "literal": Compiler._literal,  # noqa: SLF001 # the table is part of the class, after it only because it names it
    "entity": Compiler._entity,  # noqa: SLF001
    "variable": Compiler._variable,  # noqa: SLF001
    "&&": Compiler._and,  # noqa: SLF001
    "||": Compiler._or,  # noqa: SLF001
    "!": Compiler._not,  # noqa: SLF001
    "neg": Compiler._negation,  # noqa: SLF001
    "if": Compiler._if,  # noqa: SLF001
    "==": Compiler._equal,  # noqa: SLF001
    "<": Compiler._compare,  # noqa: SLF001
    "<=": Compiler._compare,  # noqa: SLF001
    "+": Compiler._arithmetic,  # noqa: SLF001
    "-": Compiler._arithmetic,  # noqa: SLF001
    "*": Compiler._arithmetic,  # noqa: SLF001
    "in": Compiler._in,  # noqa: SLF001
    "set": Compiler._set,  # noqa: SLF001
    "record": Compiler._record,  # noqa: SLF001
    "contains": Compiler._contains,  # noqa: SLF001
    "containsAll": Compiler._set_operation,  # noqa: SLF001
    "containsAny": Compiler._set_operation,  # noqa: SLF001
    "isEmpty": Compiler._is_empty,  # noqa: SLF001
    ".": Compiler._attribute,  # noqa: SLF001
    "has": Compiler._has,  # noqa: SLF001
    "hasTag": Compiler._has_tag,  # noqa: SLF001
    "getTag": Compiler._get_tag,  # noqa: SLF001
    "like": Compiler._like,  # noqa: SLF001
    "is": Compiler._is,  # noqa: SLF001
    "extension": Compiler._extension,  # noqa: SLF001
}
