"""How decisions, their reasons and policy tests look in a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.texts.trust_policy import POLICY_TEXTS as _TEXTS
from assay.trust.policy import Clause, Explanation, Outcome, PolicyAccount, PolicyTestReport, Reason

if TYPE_CHECKING:
    from assay.trust.policy import CaseOutcome

__all__ = ["print_explanation", "print_test_report"]


def print_explanation(explanation: Explanation) -> None:
    """The decision, then what decided it, then what could not be evaluated."""
    print(*_explanation_lines(explanation), sep="\n")


def print_test_report(report: PolicyTestReport) -> None:
    """What failed with its reason, what no test touches, and how many passed."""
    for outcome in report.failed:
        print(*_case_lines(outcome), "", sep="\n")
    for warned in report.warnings:
        print(_TEXTS["warning"].format(message=warned.message, place=warned.where))
    for policy in report.untouched:
        print(_TEXTS["untouched"].format(id=policy.id, place=f"{policy.file}:{policy.line}"))
    failed, policies = len(report.failed), len(report.policies)
    touched = policies - len(report.untouched)
    passed = len(report.outcomes) - failed
    print(_TEXTS["summary"].format(passed=passed, failed=failed, touched=touched, policies=policies))


def _case_lines(outcome: "CaseOutcome") -> list[str]:
    case = outcome.case
    because = ""
    if case.because is not None:
        named = _TEXTS["because"].format(policies=", ".join(case.because))
        because = named if case.because else _TEXTS["because_nothing"]
    lines = [
        _TEXTS["failed_case"].format(name=case.name, place=case.where),
        f"  {case.request.principal} {case.request.action} {case.request.resource}",
        "  " + _TEXTS["expected"].format(expectation=case.expect, because=because),
    ]
    if outcome.explanation is not None:
        first, *rest = _explanation_lines(outcome.explanation)
        lines += ["  " + _TEXTS["decided"].format(decision=first), *(f"  {line}" for line in rest)]
    return lines


def _explanation_lines(explanation: Explanation) -> list[str]:
    reason = _TEXTS["reasons"][explanation.reason].format(policies=", ".join(explanation.policies))
    lines = [_TEXTS["allowed" if explanation.allowed else "denied"].format(reason=reason)]
    if explanation.refusal:
        lines.append(f"  {explanation.refusal}")
    for account in explanation.deciding:
        title = _TEXTS["deciding"].format(effect=account.effect, id=account.id, place=_place(account))
        lines += [f"  {title}", *_clause_lines(account.clauses)]
    for account in explanation.nearest:
        failed, count = len(account.failed), len(account.clauses)
        title = _TEXTS["nearest"].format(failed=failed, all=count, id=account.id, place=_place(account))
        lines += [f"  {title}", *_clause_lines(account.failed)]
    if explanation.reason is Reason.NOTHING_PERMITS and not explanation.nearest:
        lines.append("  " + _TEXTS["no_permits"])
    lines += ["  " + _TEXTS["skipped"].format(policy=one.policy, message=one.message) for one in explanation.skipped]
    return lines


def _clause_lines(clauses: Sequence[Clause]) -> list[str]:
    lines = []
    for clause in clauses:
        told = [_TEXTS["fact"].format(name=fact.name, value=fact.value or _TEXTS["absent"]) for fact in clause.facts]
        if clause.outcome is Outcome.ERROR and clause.message:
            told.append(clause.message)
        known = f"  [{', '.join(told)}]" if told else ""
        lines.append(f"    {_TEXTS['outcomes'][clause.outcome]:<6} {clause.place:<6} {clause.text}{known}")
    return lines


def _place(account: PolicyAccount) -> str:
    return f"{account.file}:{account.line}"
