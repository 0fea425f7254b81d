"""Runs tests of policies, and tells which policies none of them touches."""

import difflib
from pathlib import Path
from typing import NamedTuple

from assay.errors import PolicyError
from assay.trust.policy.cases import Expectation, PolicyCase, read_cases
from assay.trust.policy.decision import Decision, Explanation, Policy
from assay.trust.policy.engine import PolicyEngine
from assay.trust.policy.files import Warned

__all__ = ["CaseOutcome", "PolicyTestReport", "run_policy_tests"]


class CaseOutcome(NamedTuple):
    """A case and what was decided. `explanation` is None where the case passed."""

    case: PolicyCase
    decision: Decision
    explanation: Explanation | None

    @property
    def has_passed(self) -> bool:
        """Whether the decision is the expected one, for the expected reason."""
        return self.explanation is None


class PolicyTestReport(NamedTuple):
    """What the cases of a folder came to. `untouched` are the policies that decided in none of them."""

    outcomes: tuple[CaseOutcome, ...]
    policies: tuple[Policy, ...]
    untouched: tuple[Policy, ...]
    warnings: tuple[Warned, ...]

    @property
    def failed(self) -> tuple[CaseOutcome, ...]:
        """The cases that did not pass."""
        return tuple(outcome for outcome in self.outcomes if not outcome.has_passed)


def run_policy_tests(folder: Path) -> PolicyTestReport:
    """Loads the policies of `folder` and asks what its cases ask.

    Raises:
        PolicyError: The policies or the cases cannot be read, or a case names a policy that there is not.
    """
    engine = PolicyEngine.load(folder)
    cases = read_cases(folder).cases
    policies = engine.policies
    _check_names(cases, [policy.id for policy in policies])
    outcomes = tuple(_run(engine, case) for case in cases)
    touched = {name for outcome in outcomes for name in outcome.decision.policies}
    untouched = tuple(policy for policy in policies if policy.id not in touched)
    return PolicyTestReport(outcomes, policies, untouched, engine.warnings)


def _run(engine: PolicyEngine, case: PolicyCase) -> CaseOutcome:
    decision = engine.decide(case.request)
    explanation = None if _fits(case, decision) else engine.explain(case.request)
    return CaseOutcome(case, decision, explanation)


def _fits(case: PolicyCase, decision: Decision) -> bool:
    if decision.refusal is not None:
        return case.expect is Expectation.REFUSED
    if case.expect is Expectation.REFUSED or decision.allowed != (case.expect is Expectation.ALLOW):
        return False
    if case.because is None:
        return True
    return set(case.because) <= set(decision.policies) if case.because else not decision.policies


def _check_names(cases: tuple[PolicyCase, ...], known: list[str]) -> None:
    for case in cases:
        for name in case.because or ():
            if name not in known:
                similar = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {similar[0]}?" if similar else "`because` names policies by their @id"
                raise PolicyError(f"no policy is called {name!r}", where=case.where, hint=hint)
