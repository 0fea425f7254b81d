"""Load: a constant rate, or constantly many users; the thresholds are the question."""

import msgspec

from assay.bench.designs.answers import answer_findings
from assay.bench.designs.procedure import Finding, Measured, Procedure, Step, observed_step, with_executor
from assay.bench.executor import ConstantArrivalRate, ConstantUsers
from assay.bench.load_test import LoadTest
from assay.bench.thresholds import Judgement, Threshold, judge
from assay.system.performance import LoadSettings

__all__ = ["LoadAnalysis", "findings", "procedure"]


class LoadAnalysis(msgspec.Struct, frozen=True, kw_only=True, tag_field="design", tag="load"):
    """What the thresholds say."""

    measured: Measured
    judgements: tuple[Judgement, ...]


def procedure(settings: LoadSettings, base: LoadTest, thresholds: tuple[Threshold, ...]) -> Procedure[LoadAnalysis]:
    """One step."""
    if settings.rate is not None:
        label, executor = f"{settings.rate:g}/s", ConstantArrivalRate(settings.rate, settings.seconds)
    else:
        users = settings.users or 1
        step = Step(label=f"{users} users", test=with_executor(base, ConstantUsers(users, settings.seconds)))
        return analyse((yield from observed_step(step)), thresholds)
    measured = yield from observed_step(Step(label=label, test=with_executor(base, executor)))
    return analyse(measured, thresholds)


def analyse(measured: Measured, thresholds: tuple[Threshold, ...]) -> LoadAnalysis:
    """Holds the result against the thresholds."""
    return LoadAnalysis(
        measured=measured, judgements=tuple(judge(threshold, measured.result) for threshold in thresholds)
    )


def findings(settings: LoadSettings, analysis: LoadAnalysis) -> tuple[Finding, ...]:
    """One for each threshold, and whether everything was answered."""
    return answer_findings(settings, analysis.measured, analysis.judgements)
