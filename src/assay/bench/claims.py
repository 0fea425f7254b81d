"""From the outcome of a performance test to claims with bounds and evidence."""

import msgspec

from assay.bench.bottleneck import BottleneckReport, paragraphs
from assay.bench.charts import chart_of
from assay.bench.designs import Finding
from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.explained import explained, explanation_with
from assay.bench.result import LoadResult, Omission
from assay.bench.testing import Outcome, document_of
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Bounds, Claim, Evidence
from assay.evidence.verdict import Verdict
from assay.texts.bench import BENCH_TEXTS
from assay.texts.bottleneck import BOTTLENECK_TEXTS

__all__ = ["claims_of"]


def claims_of(outcome: Outcome, artifacts: Artifacts, *, reproduce: str, seed: int) -> list[Claim]:
    """One claim for each finding, all backed by the same files.

    Args:
        outcome: Of the test.
        artifacts: Where the files are stored.
        reproduce: The command that does the test again.
        seed: Of what was random.
    """
    limited = explained(outcome)
    evidence = (*_evidence(outcome, artifacts), *_analysis(outcome, limited, artifacts))
    charts = tuple(item for item in evidence if item.media_type == "image/svg+xml")
    others = tuple(item for item in evidence if item not in charts)
    return [
        Claim(
            id=f"bench.{outcome.settings.name}.{finding.name}",
            statement=finding.statement,
            verdict=finding.verdict,
            severity=outcome.settings.severity,
            bounds=_bounds(outcome, finding),
            reproduce=reproduce,
            explanation=explanation_with(limited, outcome, finding),
            # A chart is shown large: once for each test, and where one wants to see why.
            evidence=(*charts, *others) if number == 0 or finding.verdict is Verdict.VIOLATED else others,
            seed=seed,
        )
        for number, finding in enumerate(outcome.findings)
    ]


def _evidence(outcome: Outcome, artifacts: Artifacts) -> tuple[Evidence, ...]:
    name = outcome.settings.name
    found = []
    if chart := chart_of(outcome):
        found.append(
            artifacts.store(
                f"{name}.svg", chart.encode(), media_type="image/svg+xml", description=BENCH_TEXTS["chart_description"]
            )
        )
    found.append(
        artifacts.store(
            f"{name}.json",
            msgspec.json.format(msgspec.json.encode(document_of(outcome)), indent=1),
            media_type="application/json",
            description=BENCH_TEXTS["document_description"],
        )
    )
    if any(outcome.conducted.use):
        found.append(
            artifacts.store(
                f"{name}-resources.json",
                msgspec.json.encode(outcome.conducted.use),
                media_type="application/json",
                description=BENCH_TEXTS["resources_description"],
            )
        )
    return tuple(found)


def _analysis(outcome: Outcome, limited: BottleneckReport | None, artifacts: Artifacts) -> tuple[Evidence, ...]:
    if limited is None:
        return ()
    document = {"analysis": limited, "sentences": {tag: paragraphs(limited, tag) for tag in BOTTLENECK_TEXTS}}
    stored = artifacts.store(
        f"{outcome.settings.name}-bottleneck.json",
        msgspec.json.format(msgspec.json.encode(document), indent=1),
        media_type="application/json",
        description=BENCH_TEXTS["bottleneck_description"],
    )
    return (stored,)


def _bounds(outcome: Outcome, finding: Finding) -> Bounds:
    counted = [measured.result for measured in outcome.counted]
    partial = outcome.is_partial or finding.verdict is Verdict.UNKNOWN
    not_covered = (*finding.not_covered, *_of_generator(counted))
    if partial:
        not_covered = (*not_covered, BENCH_TEXTS["not_covered_partial"])
    analysis = outcome.analysis
    repetitions = len(analysis.gaps) if isinstance(analysis, CapacityAnalysis) else len(counted)
    return Bounds(
        complete=not partial,
        constants=_constants(outcome, counted),
        repetitions=repetitions,
        duration_seconds=round(sum(result.elapsed_seconds for result in counted), 3),
        not_covered=not_covered,
    )


def _constants(outcome: Outcome, counted: list[LoadResult]) -> dict[str, str]:
    base = outcome.base
    constants = {
        "target": base.target,
        "requests": ", ".join(base.endpoints[:10]),
        "load": ", ".join(measured.step.label for measured in outcome.counted[:20]),
    }
    if counted:
        constants["generator"] = f"{counted[0].tool} {counted[0].version}"
    return constants


def _of_generator(counted: list[LoadResult]) -> tuple[str, ...]:
    """What the measurements of the load generator leave out."""
    if not counted:
        return ()
    measurement = counted[0].measurement
    left_out = []
    if measurement.omission is not Omission.COUNTED:
        left_out.append(BENCH_TEXTS["not_covered_omission"].format(tool=counted[0].tool))
    if measurement.censored_above is not None:
        left_out.append(
            BENCH_TEXTS["not_covered_censored"].format(tool=counted[0].tool, seconds=measurement.censored_above)
        )
    return tuple(left_out)
