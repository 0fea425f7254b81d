"""Why a system does not do more: from load results at several rates, and what was used meanwhile, to one report."""

from collections.abc import Sequence

from assay.bench.bottleneck.advising import advice_for
from assay.bench.bottleneck.causes import BUSY, hard_causes, soft_causes
from assay.bench.bottleneck.little import little_check
from assay.bench.bottleneck.observation import Observation, front_service, observations_of
from assay.bench.bottleneck.plateau import limit_of_concurrency, saturation_of
from assay.bench.bottleneck.report import BottleneckReport, Fact, Finding, Resource, Verdict
from assay.bench.bottleneck.resource_table import resource_table
from assay.bench.bottleneck.scalability import fit_scalability
from assay.bench.bottleneck.step import Step, steps_of
from assay.bench.bottleneck.traces import SlowTrace
from assay.bench.load_test import LoadTest
from assay.bench.profiling import Profile
from assay.bench.resources import MachineMeasure, ResourceUse
from assay.bench.result import LoadResult

__all__ = ["explain"]

_MACHINE_BUSY = 0.95
_MEMORY_PRESSURE = 0.2
_SOFT = 0.7
"""Times that waiting for a lock or a pool counts, which may be the consequence of what is used up behind it."""

_OTHERS_BUSY = 0.5
"""Cores that those who have no part in the test keep busy, from which on they may change what it finds."""
_ONLY_ASKING = {"GET", "HEAD"}


def explain(
    results: Sequence[LoadResult],
    use: ResourceUse | Sequence[ResourceUse | None] | None,
    *,
    tests: Sequence[LoadTest] | None = None,
    profiles: Sequence[Profile] = (),
    traces: Sequence[SlowTrace] = (),
) -> BottleneckReport:
    """Says which resource limits a system, with the figures behind it, or that it is not known.

    Args:
        results: Of load tests of the same system at different rates, or of one; the lightest and the heaviest say most.
        use: What was used: one record from before the first to after the last of them, of which what is outside a test
            is left out; or one record for each result.
        tests: What was sent, one for each result: without them repeated questions are not seen as such.
        profiles: Of services, taken under the highest load: they name functions, lines and locks.
        traces: Of slow requests of these tests, as `traces_of` finds them: they name the service that took the time.

    Raises:
        ValueError: `tests`, or records of what was used, are not as many as `results`.
    """
    if tests is not None and len(tests) != len(results):
        raise ValueError("there is not one test for each result")
    steps = steps_of(results, use, tests)
    if not steps:
        nothing = Fact("nothing_answered", {})
        return BottleneckReport(
            verdict=Verdict.UNKNOWN,
            findings=(),
            advice=(),
            resources=(),
            little=None,
            scalability=None,
            caveats=(nothing,),
        )
    top = steps[-1]
    seen = observations_of(top, {profile.service: profile for profile in profiles})
    front = front_service(top)
    findings = _findings(top, seen, front)
    verdict = Verdict.FOUND
    if not findings:
        verdict, findings = _without_cause(steps, seen, front)
    scalability = fit_scalability([(step.in_flight, step.rate) for step in steps])
    return BottleneckReport(
        verdict=verdict,
        findings=tuple(findings),
        advice=tuple(advice_for(findings, seen, top, front=front, repetition=_repetition(top))),
        resources=tuple(resource_table(top, seen)),
        little=little_check(top, seen.get(front) if front else None),
        scalability=scalability,
        caveats=tuple(_caveats(top, seen, scalability_missing=scalability is None)),
        rate=top.rate,
        slowest=top.result.slowest,
        traces=_of(top.result, traces),
    )


def _of(result: LoadResult, traces: Sequence[SlowTrace]) -> tuple[SlowTrace, ...]:
    known = {request.trace for request in result.slowest}
    return tuple(trace for trace in traces if trace.trace in known)


def _findings(top: Step, seen: dict[str, Observation], front: str | None) -> list[Finding]:
    repetition = _repetition(top)
    hard = [
        finding
        for one in seen.values()
        for finding in hard_causes(one, calls=_calls(one, front, top), repetition=repetition)
    ]
    soft = [
        finding
        for one in seen.values()
        for finding in soft_causes(one, top.in_flight, calls=_calls(one, front, top), repetition=repetition)
    ]
    ranked = [(finding.strength, finding) for finding in hard]
    ranked += [(finding.strength * _SOFT, finding) for finding in soft]
    merged = _merged([finding for _, finding in sorted(ranked, key=lambda pair: -pair[0])])
    return merged or [*_machine(top), *_generator(top)]


def _merged(findings: list[Finding]) -> list[Finding]:
    """One for each resource of each service, with the facts of all that say so."""
    by_cause: dict[tuple[Resource, str | None], Finding] = {}
    for finding in findings:
        key = (finding.resource, finding.service)
        before = by_cause.get(key)
        by_cause[key] = finding if before is None else _with_facts(before, finding.facts)
    return list(by_cause.values())


def _with_facts(finding: Finding, facts: tuple[Fact, ...]) -> Finding:
    return Finding(
        resource=finding.resource,
        service=finding.service,
        strength=finding.strength,
        facts=(*finding.facts, *(fact for fact in facts if fact not in finding.facts)),
    )


def _machine(top: Step) -> list[Finding]:
    found: list[Finding] = []
    if top.use is None:
        return found
    busy = top.use.machine_summary(MachineMeasure.CPU_BUSY)
    if busy is not None and busy.mean >= _MACHINE_BUSY * top.use.cores:
        fact = Fact("machine_busy", {"busy": busy.mean, "cores": float(top.use.cores)})
        found.append(Finding(resource=Resource.MACHINE_CPU, service=None, strength=BUSY, facts=(fact,)))
    memory = top.use.machine_summary(MachineMeasure.MEMORY_PRESSURE)
    if memory is not None and memory.mean >= _MEMORY_PRESSURE:
        fact = Fact("memory_pressure", {"share": memory.mean})
        found.append(Finding(resource=Resource.MEMORY, service=None, strength=memory.mean, facts=(fact,)))
    return found


def _generator(top: Step) -> list[Finding]:
    limits = top.result.generator.limits
    if not limits:
        return []
    fact = Fact("generator_limit", {"limit": limits[0], "tool": top.result.tool})
    return [Finding(resource=Resource.GENERATOR, service=None, strength=BUSY, facts=(fact,))]


def _without_cause(steps: list[Step], seen: dict[str, Observation], front: str | None) -> tuple[Verdict, list[Finding]]:
    saturated = saturation_of(steps)
    if saturated is False:
        return Verdict.NOT_SATURATED, []
    inferred = limit_of_concurrency(steps, seen, front) if saturated else None
    return (Verdict.INFERRED, [inferred]) if inferred is not None else (Verdict.UNKNOWN, [])


def _calls(one: Observation, front: str | None, top: Step) -> float | None:
    """How many requests reach a service for each one that reaches the system."""
    if one.name == front or one.requests is None or not top.rate:
        return None
    return one.requests / top.rate


def _repetition(top: Step) -> float | None:
    if top.test is None or any(request.method not in _ONLY_ASKING for request in top.test.requests):
        return None
    return top.result.answered / len(top.test.requests)


def _caveats(top: Step, seen: dict[str, Observation], *, scalability_missing: bool) -> list[Fact]:
    caveats = [
        Fact("generator_limit", {"limit": limit, "tool": top.result.tool}) for limit in top.result.generator.limits
    ]
    caveats += [Fact("died", {"service": one.name}) for one in seen.values() if one.died is not None]
    if top.use is None:
        caveats.append(Fact("not_watched", {}))
    others = _others_busy(top)
    if others is not None and others >= _OTHERS_BUSY:
        caveats.append(Fact("others_busy", {"cores": others}))
    if scalability_missing:
        caveats.append(Fact("few_rates", {}))
    if top.result.is_partial:
        caveats.append(Fact("partial", {"explanation": top.result.explanation}))
    return caveats


def _others_busy(top: Step) -> float | None:
    """Cores that neither services that are watched nor the generator nor the sampling kept busy."""
    busy = top.use.machine_summary(MachineMeasure.CPU_BUSY) if top.use else None
    if top.use is None or busy is None:
        return None
    services = sum(top.use.cpu_cores(service.name) or 0.0 for service in top.use.services)
    generator = top.result.generator.user_seconds + top.result.generator.system_seconds
    return busy.mean - services - generator / top.result.elapsed_seconds - top.use.cost.cpu_cores
