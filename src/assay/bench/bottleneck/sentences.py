"""The report in words."""

from collections.abc import Iterator

from assay.bench.bottleneck.report import (
    BottleneckReport,
    Fact,
    Finding,
    LittleCheck,
    LittleMeaning,
    ScalabilityFit,
    Verdict,
)
from assay.texts.bottleneck import BOTTLENECK_TEXTS
from assay.texts.bottleneck_catalogue import BottleneckTexts

__all__ = ["advice_sentences", "conclusion", "finding_sentence", "paragraphs"]

ENGLISH = "en"
_SLOW_TOLD = 3
"""Slow requests that are put into words."""


def conclusion(report: BottleneckReport, language: str = ENGLISH) -> str:
    """The one sentence: what limits the system, with the figures behind it.

    Args:
        report: What was found.
        language: A key of `BOTTLENECK_TEXTS`.
    """
    texts = BOTTLENECK_TEXTS[language]
    first = report.bottleneck
    if first is None:
        return texts["verdicts"][report.verdict].format(rate=report.rate)
    return finding_sentence(first, language, report.verdict)


def finding_sentence(finding: Finding, language: str = ENGLISH, verdict: Verdict = Verdict.FOUND) -> str:
    """What is used up, and the figures that say so."""
    texts = BOTTLENECK_TEXTS[language]
    resource = texts["resources"][finding.resource].format(service=finding.service or texts["nobody"])
    told = texts["verdicts"][verdict].format(resource=resource)
    figures = texts["joint"].join(_filled(texts["facts"], fact) for fact in finding.facts)
    return f"{told}{texts['colon']}{figures}" if figures else told


def advice_sentences(report: BottleneckReport, language: str = ENGLISH) -> list[str]:
    """What could be done, each with its kind."""
    texts = BOTTLENECK_TEXTS[language]
    return [f"{texts['kinds'][one.kind]}{texts['colon']}{_filled(texts['advice'], one.fact)}" for one in report.advice]


def paragraphs(report: BottleneckReport, language: str = ENGLISH) -> list[str]:
    """All of it: the conclusion, what else is used up, advice, the two laws, and what may mislead."""
    texts = BOTTLENECK_TEXTS[language]
    others = [finding_sentence(finding, language) for finding in report.findings[1:]]
    lines = [conclusion(report, language), *others, *advice_sentences(report, language)]
    if report.little is not None:
        lines.append(_little(report.little, texts))
    if report.scalability is not None:
        lines.append(texts["joint"].join(_scalability(report.scalability, texts)))
    lines += _slow_requests(report, texts)
    return [*lines, *(_filled(texts["caveats"], fact) for fact in report.caveats)]


def _slow_requests(report: BottleneckReport, texts: BottleneckTexts) -> Iterator[str]:
    """The slowest of those that began a trace: others cannot be looked for."""
    found = {trace.trace: trace for trace in report.traces}
    for request in [request for request in report.slowest if request.trace][:_SLOW_TOLD]:
        line = texts["slow"].format(
            endpoint=request.endpoint, seconds=request.seconds, end=request.end, trace=request.trace
        )
        if trace := found.get(request.trace or ""):
            largest = trace.largest
            line += texts["joint"] + texts["slow_span"].format(
                own=largest.own_seconds, service=largest.service, name=largest.name
            )
        yield line


def _filled(sentences: dict[str, str], fact: Fact) -> str:
    return sentences[fact.name].format(**fact.values)


def _little(check: LittleCheck, texts: BottleneckTexts) -> str:
    is_idle = check.meaning is LittleMeaning.IDLE or check.seen_in_service is None
    seen = check.connections if is_idle else check.seen_in_service
    return texts["little"][check.meaning].format(
        rate=check.rate, latency=check.latency_seconds, in_flight=check.in_flight, seen=seen or 0.0
    )


def _scalability(fit: ScalabilityFit, texts: BottleneckTexts) -> Iterator[str]:
    yield texts["scalability"].format(
        one=fit.throughput_of_one,
        contention=fit.contention,
        contention_low=fit.contention_interval[0],
        contention_high=fit.contention_interval[1],
        coherence=fit.coherence,
        coherence_low=fit.coherence_interval[0],
        coherence_high=fit.coherence_interval[1],
    )
    if fit.peak_concurrency is not None and fit.largest_throughput is not None:
        yield texts["scalability_peak"].format(peak=fit.peak_concurrency, largest=fit.largest_throughput)
    elif fit.largest_throughput is not None:
        yield texts["scalability_levels_off"].format(largest=fit.largest_throughput)
    else:
        yield texts["scalability_grows"]
