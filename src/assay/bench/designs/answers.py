"""What every test of a constant load says: thresholds, whether requests were answered, whether the rate was kept."""

from collections.abc import Iterable

from assay.bench.designs.health import failed_share, failures_text, keeps_rate
from assay.bench.designs.procedure import Finding, Measured
from assay.bench.thresholds import Judgement
from assay.bench.thresholds.judging import doubt_about
from assay.evidence.verdict import Verdict
from assay.system.performance import TestSettings

__all__ = ["answer_findings", "threshold_findings"]


def answer_findings(settings: TestSettings, measured: Measured, judgements: Iterable[Judgement]) -> tuple[Finding, ...]:
    """Of a test of one constant load."""
    judgements = tuple(judgements)
    found = [*threshold_findings(settings, judgements, measured.step.label)]
    if not any(judgement.threshold.startswith("http_req_failed:") for judgement in judgements):
        found.append(_answered(settings, measured))
    if measured.result.intended is not None:
        found.append(_rate_kept(settings, measured))
    return tuple(found)


def threshold_findings(settings: TestSettings, judgements: Iterable[Judgement], load: str) -> tuple[Finding, ...]:
    """One for each threshold."""
    return tuple(
        Finding(
            name=f"threshold-{number}",
            statement=f"At {load}, {settings.target} keeps the threshold {judgement.threshold}.",
            verdict=judgement.verdict,
            explanation=judgement.explanation,
            threshold=judgement.threshold,
        )
        for number, judgement in enumerate(judgements, start=1)
    )


def _answered(settings: TestSettings, measured: Measured) -> Finding:
    result = measured.result
    share = failed_share(result)
    total = result.answered + result.failed
    if not total:
        verdict, text = Verdict.UNKNOWN, "no request was made"
    elif share:
        verdict, text = Verdict.VIOLATED, f"{share:.2%} of {total:,} requests failed: {failures_text(result)}"
    else:
        verdict, text = Verdict.HOLDS, f"all {total:,} requests were answered"
    if verdict is Verdict.HOLDS:
        # An error that was seen was seen, whoever stopped the test.
        doubt = doubt_about(result, holds=True, asks_for_little=True, of_time=False, counts_failures=True)
        verdict, text = (Verdict.UNKNOWN, f"{text}; {doubt}") if doubt else (verdict, text)
    return Finding(
        name="answered",
        statement=f"At {measured.step.label}, {settings.target} answers every request without an error.",
        verdict=verdict,
        explanation=text,
    )


def _rate_kept(settings: TestSettings, measured: Measured) -> Finding:
    result = measured.result
    kept = keeps_rate(result) and not result.dropped
    text = f"{result.rate:,.1f} answers/s of {result.intended_rate or 0:,.1f} intended"
    text += f", {result.dropped:,} requests never sent" if result.dropped else ""
    doubt = doubt_about(result, holds=kept, asks_for_little=False)
    verdict = Verdict.UNKNOWN if doubt and not (kept and not result.is_partial) else _verdict(kept)
    return Finding(
        name="keeps-up",
        statement=f"{settings.target} keeps up with {measured.step.label}.",
        verdict=verdict,
        explanation=f"{text}; {doubt}" if doubt else text,
    )


def _verdict(holds: bool) -> Verdict:
    return Verdict.HOLDS if holds else Verdict.VIOLATED
