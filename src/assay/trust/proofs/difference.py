"""What a change of policies allows that was denied, and denies that was allowed, with an example of each."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique

from assay.evidence.verdict import Verdict
from assay.trust.proofs.cedar import Judge
from assay.trust.proofs.expressions import Effect, Expression
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import PolicySet
from assay.trust.proofs.schema import RequestKind
from assay.trust.proofs.searching import SOLVER, Finding, Search
from assay.trust.proofs.smt import Truth, all_of, any_of, opposite
from assay.trust.proofs.witness import Witness

__all__ = ["Change", "Difference", "Direction", "compare"]


@unique
class Direction(StrEnum):
    """Which way the decision changes."""

    ALLOWED = "allowed"
    """Denied before, allowed now."""
    DENIED = "denied"
    """Allowed before, denied now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of request, one direction, where it is not proved that nothing changes."""

    kind: RequestKind
    direction: Direction
    witness: Witness | None
    """A request whose decision changes; Cedar confirms both decisions. None where it is unknown."""
    unknown: str = ""
    before: tuple[str, ...] = ()
    """The policies that decided before; none where nothing allowed it."""
    after: tuple[str, ...] = ()
    """The policies that decide now."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The whole change."""

    changes: tuple[Change, ...]
    kinds: int
    """How many kinds of request were looked at, of both schemas."""
    untouched: int
    """How many of them have the same policies on both sides, and need no proof."""
    schema_changed: bool
    added: tuple[str, ...]
    """Policies that only the new set has, by their text's meaning; one that was edited is removed and added."""
    removed: tuple[str, ...]
    seconds: float

    def verdict(self, direction: Direction) -> Verdict:
        """Of the statement that nothing is newly allowed, or newly denied."""
        found = [one for one in self.changes if one.direction is direction]
        if any(one.witness for one in found):
            return Verdict.VIOLATED
        return Verdict.UNKNOWN if found else Verdict.HOLDS


def compare(old: PolicySet, new: PolicySet, deadline: Deadline) -> Difference:
    """What changes from `old` to `new`, for every request and every store of entities.

    Both sets have to be read with one `ExpressionPool`. Requests fit the new schema where it knows their kind, else
    the old one; what a schema does not know, the set that goes with it denies.
    """
    with SOLVER:
        began = time.monotonic()
        comparison = _Comparison(old, new, deadline)
        old_kinds, new_kinds = set(old.schema.request_kinds()), set(new.schema.request_kinds())
        changes: list[Change] = []
        for kind in sorted(old_kinds | new_kinds):
            changes += comparison.of(kind, is_old=kind in old_kinds, is_new=kind in new_kinds)
        return Difference(
            tuple(changes),
            len(old_kinds | new_kinds),
            comparison.untouched,
            old.schema.text != new.schema.text,
            _only_in(new, old),
            _only_in(old, new),
            time.monotonic() - began,
        )


class _Comparison:
    def __init__(self, old: PolicySet, new: PolicySet, deadline: Deadline) -> None:
        self.untouched = 0
        self._old, self._new, self._deadline = old, new, deadline
        self._literals = f"{old.text}\n{new.text}"
        # Old policies are asked about requests of the new schema too, so each is judged under both.
        self._judges: dict[tuple[int, str], Judge] = {}

    def of(self, kind: RequestKind, *, is_old: bool, is_new: bool) -> Iterable[Change]:
        schema = self._new.schema if is_new else self._old.schema
        search = Search(schema, kind, self._deadline)
        sides = ((self._old, is_old), (self._new, is_new))
        before, after = (self._side(search, policies) if known else _Side() for policies, known in sides)
        if before.permits.keys() == after.permits.keys() and before.forbids.keys() == after.forbids.keys():
            self.untouched += 1
            return
        for direction in Direction:
            first, second = (before, after) if direction is Direction.ALLOWED else (after, before)
            condition = all_of((_suspects(first, second), second.allowed, opposite(first.allowed)))

            def objection(witness: Witness, direction: Direction = direction) -> str:
                was, now = self._decisions(witness, schema.text, is_old=is_old, is_new=is_new)
                if was is None or now is None:
                    return "it does not fit the schema"
                expected = (False, True) if direction is Direction.ALLOWED else (True, False)
                return "" if (was[0], now[0]) == expected else "the decision is the same before and after"

            finding = search.find(condition, objection, self._literals)
            if not finding.is_none:
                yield self._change(finding, direction, kind, schema.text, is_old=is_old, is_new=is_new)

    def _change(
        self, finding: Finding, direction: Direction, kind: RequestKind, schema: str, *, is_old: bool, is_new: bool
    ) -> Change:
        if finding.witness is None:
            return Change(kind, direction, None, finding.unknown)
        was, now = self._decisions(finding.witness, schema, is_old=is_old, is_new=is_new)
        return Change(kind, direction, finding.witness, "", was[1] if was else (), now[1] if now else ())

    def _decisions(
        self, witness: Witness, schema: str, *, is_old: bool, is_new: bool
    ) -> "tuple[tuple[bool, tuple[str, ...]] | None, tuple[bool, tuple[str, ...]] | None]":
        """Cedar's decisions before and after, with the policies that decided; None where Cedar refuses the request."""
        found: list[tuple[bool, tuple[str, ...]] | None] = []
        for policies, is_known in ((self._old, is_old), (self._new, is_new)):
            if not is_known:
                found.append((False, ()))
                continue
            judge = self._judges.get((id(policies), schema))
            if judge is None:
                judge = self._judges[id(policies), schema] = Judge(policies.text, schema)
            decision = judge.decide(witness.request, witness.entities)
            names = policies.named(decision.decided_by)
            found.append(None if decision.refused else (decision.allowed, names))
        return found[0], found[1]

    @staticmethod
    def _side(search: Search, policies: PolicySet) -> "_Side":
        by_effect: dict[Effect, dict[Expression, Truth]] = {effect: {} for effect in Effect}
        permits, forbids = search.permits(policies), search.forbids(policies)
        for policy in policies.policies:
            truth = permits.get(policy.id, forbids.get(policy.id, False))
            if truth is not False:
                by_effect[policy.effect][policy.condition] = truth
        return _Side(by_effect[Effect.PERMIT], by_effect[Effect.FORBID])


class _Side:
    """The policies of one set that can be satisfied, by their conditions."""

    def __init__(
        self, permits: dict[Expression, Truth] | None = None, forbids: dict[Expression, Truth] | None = None
    ) -> None:
        self.permits = permits or {}
        self.forbids = forbids or {}

    @property
    def allowed(self) -> Truth:
        return all_of((any_of(self.permits.values()), *(opposite(one) for one in self.forbids.values())))


def _suspects(first: _Side, second: _Side) -> Truth:
    """What must be so for `second` to allow what `first` denies: a permit that is new, or a forbid that is gone."""
    new_permits = [truth for condition, truth in second.permits.items() if condition not in first.permits]
    gone_forbids = [truth for condition, truth in first.forbids.items() if condition not in second.forbids]
    return any_of((*new_permits, *gone_forbids))


def _only_in(policies: PolicySet, other: PolicySet) -> tuple[str, ...]:
    known = {(one.effect, one.condition) for one in other.policies}
    return tuple(one.name for one in policies.policies if (one.effect, one.condition) not in known)
