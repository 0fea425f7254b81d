"""Questions about one kind of request, put to z3: is there one such that…; and what is found, put to Cedar."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.trust.proofs.compilation import Compiler
from assay.trust.proofs.expressions import Effect, Expression, Policy
from assay.trust.proofs.hierarchy import Question, hierarchy_of
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import PolicySet
from assay.trust.proofs.schema import EntityReference, RequestKind, Schema
from assay.trust.proofs.smt import Truth, all_of, any_of, lifted, opposite, z3
from assay.trust.proofs.symbols import Symbols
from assay.trust.proofs.values import Scalar
from assay.trust.proofs.witness import PLAIN_EXTENSIONS, Witness, witness_of

__all__ = ["SOLVER", "Finding", "Search"]

SOLVER = threading.RLock()
"""Held while z3 is used: its default context serves one thread at a time."""

_MOST_TRIES = 6
"""Models that are tried where what is not modelled makes Cedar disagree with one."""

_LITERAL = re.compile(r'\b(decimal|ip|datetime|duration)\("((?:[^"\\]|\\.)*)"\)')
_MOST_LITERALS = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question.

    `witness` where there is such a request and Cedar confirms it; `unknown` says why it is not known whether there is
    one; neither where there is none.
    """

    witness: Witness | None = None
    unknown: str = ""

    @property
    def is_none(self) -> bool:
        """True where it is proved that there is no such request."""
        return self.witness is None and not self.unknown


@dataclass(slots=True)
class _Compiled:
    """A policy set, for one kind of request."""

    permits: dict[str, Truth] = field(default_factory=dict)
    forbids: dict[str, Truth] = field(default_factory=dict)

    @property
    def allowed(self) -> Truth:
        return all_of((any_of(self.permits.values()), *(opposite(one) for one in self.forbids.values())))


class Search:
    """For one kind of request. Sets that are asked about in one search share what they have in common.

    Args:
        schema: What requests and entities fit.
        kind: Which requests.
        deadline: Of all searches together.
    """

    def __init__(self, schema: Schema, kind: RequestKind, deadline: Deadline) -> None:
        self.kind = kind
        self._deadline = deadline
        self._symbols = Symbols(schema)
        self._compiler = Compiler(self._symbols, kind)
        self._compiled: dict[int, _Compiled] = {}
        self._solver = z3.SimpleSolver()
        self._asserted = 0
        self._asked = -1
        self._questions: tuple[Question, ...] = ()

    @property
    def unmodelled(self) -> tuple[str, ...]:
        """What was met so far that is not modelled."""
        return tuple(self._compiler.unmodelled)

    def satisfied(self, condition: Expression) -> Truth:
        """Whether a condition is true without an error."""
        return self._compiler.satisfied(condition)[1]

    def permits(self, policies: PolicySet) -> Mapping[str, Truth]:
        """By id, the permits that can be satisfied, and when they are."""
        return self._of(policies).permits

    def forbids(self, policies: PolicySet) -> Mapping[str, Truth]:
        """By id, the forbids that can be satisfied, and when they are."""
        return self._of(policies).forbids

    def allowed(self, policies: PolicySet) -> Truth:
        """Whether a request is allowed: a permit is satisfied, and no forbid."""
        return self._of(policies).allowed

    def find(self, condition: Truth, confirmed: Callable[[Witness], str], literals: str = "") -> Finding:
        """A request for which a condition is true.

        Args:
            condition: Over the terms of this search.
            confirmed: Puts a request before Cedar; what it says against it, nothing where it agrees.
            literals: Cedar text, whose constants of extension types are tried in a request.
        """
        if condition is False:
            return Finding()
        self._assert_facts()
        self._solver.push()
        try:
            self._solver.add(lifted(condition))
            return self._searched(confirmed, _extension_choices(literals))
        finally:
            self._solver.pop()

    def _searched(self, confirmed: Callable[[Witness], str], choices: list[dict[str, str]]) -> Finding:
        objection = ""
        for _ in range(_MOST_TRIES):
            answer, why = self._check()
            if answer == z3.unsat:
                return Finding(unknown=objection)
            if answer != z3.sat:
                return Finding(unknown=why)
            model = self._solver.model()
            for extensions in choices:
                for one in self._models(model):
                    witness = witness_of(one, self._compiler, self._symbols, self._questions, extensions)
                    said = confirmed(witness)
                    if not said:
                        return Finding(witness=witness)
                    objection = self._objection(said)
                if not self.unmodelled:
                    break
            if not self._exclude(model):
                break
        return Finding(unknown=objection)

    def _models(self, model: Any) -> Iterator[Any]:
        """One in which every entity that is asked about exists, where there is one; then the model itself."""
        present = [
            lifted(self._symbols.exists(Scalar(EntityReference(type_), term)))
            for type_, terms in self._symbols.entity_terms.items()
            if f"exists {type_}" in self._symbols.touched
            for term in terms.values()
        ]
        if any(not z3.is_true(model.eval(one, model_completion=True)) for one in present):
            answer, _ = self._check(*present)
            if answer == z3.sat:
                yield self._solver.model()
        yield model

    def _exclude(self, model: Any) -> bool:
        """Rules out what a model chose for what is not modelled; False where it chose nothing."""
        choices = [one for one in model.decls() if one.name().startswith("unknown ") and one.arity() == 0]
        if not choices:
            return False
        self._solver.add(z3.Or(*(one() != model[one] for one in choices)))
        return True

    def _objection(self, said: str) -> str:
        if self.unmodelled:
            return (
                f"it depends on {', '.join(self.unmodelled)}, which is not modelled; Cedar does not confirm an example"
            )
        return f"Cedar does not confirm the example: {said}"

    def _check(self, *assumptions: Any) -> tuple[Any, str]:
        limits = self._deadline.limits
        seconds = self._deadline.question_seconds
        if seconds <= 0:
            return z3.unknown, f"the limit of {limits.total_seconds:g} seconds for all questions was reached"
        self._solver.set("timeout", max(1, round(seconds * 1000)))
        if limits.question_steps:
            self._solver.set("rlimit", limits.question_steps)
        answer = self._solver.check(*assumptions)
        if answer != z3.unknown:
            return answer, ""
        reason = self._solver.reason_unknown()
        if "timeout" in reason or ("canceled" in reason and not limits.question_steps):
            reason = f"the limit of {seconds:g} seconds for one question was reached"
        elif "resource" in reason or "canceled" in reason:
            # z3 calls both limits the same.
            either = f"{limits.question_steps} solver steps or {seconds:g} seconds"
            reason = f"the limit of {either} for one question was reached"
        else:
            reason = f"z3 gave up: {reason}"
        return answer, reason

    def _assert_facts(self) -> None:
        asked = sum(map(len, self._symbols.asked.values())) + sum(map(len, self._symbols.asked_all.values()))
        if asked != self._asked:
            facts, self._questions = hierarchy_of(self._symbols)
            self._solver.add(*map(lifted, facts))
            self._asked = asked
        new = self._symbols.facts[self._asserted :]
        self._asserted += len(new)
        self._solver.add(*map(lifted, new))

    def _of(self, policies: PolicySet) -> _Compiled:
        known = self._compiled.get(id(policies))
        if known is None:
            known = self._compiled[id(policies)] = _Compiled()
            for policy in policies.policies:
                self._compile(policy, known)
        return known

    def _compile(self, policy: Policy, compiled: _Compiled) -> None:
        satisfied = self.satisfied(policy.condition)
        if satisfied is not False:
            into = compiled.permits if policy.effect is Effect.PERMIT else compiled.forbids
            into[policy.id] = satisfied


def _extension_choices(text: str) -> list[dict[str, str]]:
    """Arguments for values of extension types: plain ones first, then such as policies name."""
    choices = [dict(PLAIN_EXTENSIONS)]
    for function, argument in dict.fromkeys(_LITERAL.findall(text)):
        if len(choices) > _MOST_LITERALS:
            break
        choices.append({**PLAIN_EXTENSIONS, function: argument})
    return choices
