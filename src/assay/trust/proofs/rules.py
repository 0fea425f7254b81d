"""Which rules decide nothing: never satisfied, always overruled, or covered by other rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from assay.trust.proofs.cedar import Judge
from assay.trust.proofs.expressions import Effect, Policy
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import PolicySet
from assay.trust.proofs.searching import SOLVER, Finding, Search
from assay.trust.proofs.smt import Truth, all_of, any_of, opposite
from assay.trust.proofs.witness import Witness

__all__ = ["RuleFinding", "Standing", "inspect_rules"]


@unique
class Standing(StrEnum):
    """What a rule does for the decisions of its set. Only `needed` rules change any."""

    NEEDED = "needed"
    """Without it, some request is decided differently."""
    NEVER_SATISFIED = "never-satisfied"
    """No request satisfies it."""
    OVERRULED = "overruled"
    """A permit: whenever it is satisfied, some forbid is too."""
    IDLE = "idle"
    """A forbid: whenever it is satisfied, nothing permits the request anyway."""
    SHADOWED = "shadowed"
    """Whenever it would decide, other rules of its effect decide the same."""
    UNKNOWN = "unknown"

    @property
    def is_dead(self) -> bool:
        """True where the rule never decides anything."""
        return self in {Standing.NEVER_SATISFIED, Standing.OVERRULED, Standing.IDLE}


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One rule."""

    policy: Policy
    standing: Standing
    shadowed_by: tuple[str, ...] = ()
    """A single rule that covers it, where one does; none where it takes several together."""
    witness: Witness | None = None
    """A request that only this rule decides; Cedar confirms it."""
    unknown: str = ""


def inspect_rules(policies: PolicySet, deadline: Deadline) -> tuple[RuleFinding, ...]:
    """A finding for each rule, in their order."""
    with SOLVER:
        searches = [Search(policies.schema, kind, deadline) for kind in policies.schema.request_kinds()]
        inspector = _Inspector(policies, searches)
        return tuple(inspector.finding(policy) for policy in policies.policies)


class _Inspector:
    def __init__(self, policies: PolicySet, searches: Sequence[Search]) -> None:
        self._policies = policies
        self._judge = Judge(policies.text, policies.schema.text)
        self._searches = searches

    def finding(self, policy: Policy) -> RuleFinding:
        """Asks the strictest question first: most rules are needed, and the first kind of request shows it."""
        unknown = ""
        needed = self._first(policy, self._decides_alone, self._is_decided_by(policy, alone=True))
        if needed.witness:
            return RuleFinding(policy, Standing.NEEDED, witness=needed.witness)
        unknown = needed.unknown
        decides = self._first(policy, self._decides, self._is_decided_by(policy, alone=False))
        satisfied = self._first(policy, lambda _, own, __, ___: own, lambda _: "")
        if satisfied.is_none:
            return RuleFinding(policy, Standing.NEVER_SATISFIED)
        if decides.is_none:
            standing = Standing.OVERRULED if policy.effect is Effect.PERMIT else Standing.IDLE
            return RuleFinding(policy, standing)
        unknown = unknown or decides.unknown
        if unknown:
            return RuleFinding(policy, Standing.UNKNOWN, unknown=unknown)
        return RuleFinding(policy, Standing.SHADOWED, shadowed_by=self._shadows(policy))

    @staticmethod
    def _decides_alone(policy: Policy, own: Truth, same: Mapping[str, Truth], opposed: Mapping[str, Truth]) -> Truth:
        others = [opposite(truth) for id_, truth in same.items() if id_ != policy.id]
        return all_of((_Inspector._decides(policy, own, same, opposed), *others))

    @staticmethod
    def _decides(policy: Policy, own: Truth, _same: Mapping[str, Truth], opposed: Mapping[str, Truth]) -> Truth:
        against = any_of(opposed.values())
        return all_of((own, opposite(against) if policy.effect is Effect.PERMIT else against))

    def _first(
        self,
        policy: Policy,
        question: Callable[[Policy, Truth, Mapping[str, Truth], Mapping[str, Truth]], Truth],
        confirmed: Callable[[Witness], str],
    ) -> Finding:
        """The first kind of request with an example; else why it is not known, else that there is none."""
        unknown = ""
        for search in self._searches:
            permits, forbids = search.permits(self._policies), search.forbids(self._policies)
            same, opposed = (permits, forbids) if policy.effect is Effect.PERMIT else (forbids, permits)
            own = same.get(policy.id, False)
            finding = search.find(question(policy, own, same, opposed), confirmed, self._policies.text)
            if finding.witness:
                return finding
            unknown = unknown or finding.unknown
        return Finding(unknown=unknown)

    def _is_decided_by(self, policy: Policy, *, alone: bool) -> Callable[[Witness], str]:
        def objection(witness: Witness) -> str:
            decision = self._judge.decide(witness.request, witness.entities)
            if decision.refused:
                return decision.refused
            decided = decision.decided_by == {policy.id} if alone else policy.id in decision.decided_by
            return "" if decided else "other rules decide"

        return objection

    def _shadows(self, policy: Policy) -> tuple[str, ...]:
        """A single other rule that is satisfied whenever this one would decide."""
        candidates = [one for one in self._policies.policies if one.effect is policy.effect and one is not policy]
        for search in self._searches:
            permits, forbids = search.permits(self._policies), search.forbids(self._policies)
            same, opposed = (permits, forbids) if policy.effect is Effect.PERMIT else (forbids, permits)
            own = same.get(policy.id, False)
            decides = self._decides(policy, own, same, opposed)
            if decides is False:
                continue
            candidates = [
                one
                for one in candidates
                if search.find(all_of((decides, opposite(same.get(one.id, False)))), lambda _: "").is_none
            ]
            if not candidates:
                return ()
        return tuple(one.name for one in candidates[:1])
