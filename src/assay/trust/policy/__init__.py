"""Decisions by policies: Cedar, typed by a schema, each with its reason. What cannot be judged is denied.

engine = PolicyEngine.load(Path("policies"))
decision = engine.decide(AccessRequest('User::"ann"', 'Action::"read"', 'Order::"7"', {"risk": 5}))
"""

from assay.trust.policy.decision import (
    AccessRequest,
    Clause,
    Decision,
    Explanation,
    Fact,
    Outcome,
    Policy,
    PolicyAccount,
    Reason,
    SkippedPolicy,
)
from assay.trust.policy.engine import PolicyEngine, ReloadOutcome
from assay.trust.policy.files import PolicySources, PolicyText, Warned
from assay.trust.policy.shadow import Difference, ShadowLog
from assay.trust.policy.testing import CaseOutcome, PolicyTestReport, run_policy_tests

__all__ = [
    "AccessRequest",
    "CaseOutcome",
    "Clause",
    "Decision",
    "Difference",
    "Explanation",
    "Fact",
    "Outcome",
    "Policy",
    "PolicyAccount",
    "PolicyEngine",
    "PolicySources",
    "PolicyTestReport",
    "PolicyText",
    "Reason",
    "ReloadOutcome",
    "ShadowLog",
    "SkippedPolicy",
    "Warned",
    "run_policy_tests",
]
