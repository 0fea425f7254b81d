"""Why a system does not do more: the resource that is used up, the figures behind it, and what could be done.

`explain` is the way in; everything here is computed from results alone, and touches no system.
"""

from assay.bench.bottleneck.explaining import explain
from assay.bench.bottleneck.report import (
    Advice,
    AdviceKind,
    BottleneckReport,
    Fact,
    Finding,
    LittleCheck,
    LittleMeaning,
    Resource,
    ResourceState,
    ScalabilityFit,
    Verdict,
)
from assay.bench.bottleneck.scalability import fit_scalability
from assay.bench.bottleneck.sentences import advice_sentences, conclusion, finding_sentence, paragraphs
from assay.bench.bottleneck.traces import SlowTrace, Span, SpanTime, read_spans, slowest_traces, traces_of

__all__ = [
    "Advice",
    "AdviceKind",
    "BottleneckReport",
    "Fact",
    "Finding",
    "LittleCheck",
    "LittleMeaning",
    "Resource",
    "ResourceState",
    "ScalabilityFit",
    "SlowTrace",
    "Span",
    "SpanTime",
    "Verdict",
    "advice_sentences",
    "conclusion",
    "explain",
    "finding_sentence",
    "fit_scalability",
    "paragraphs",
    "read_spans",
    "slowest_traces",
    "traces_of",
]
