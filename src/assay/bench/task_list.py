"""The tasks of the group `performance`: one for each test that `assay.toml` describes."""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from assay.bench.claims import claims_of
from assay.bench.conducting import StepProgress
from assay.bench.designs import Settings
from assay.bench.measuring import measure, services_of
from assay.bench.regressions.keeping import keep
from assay.bench.testing import Outcome
from assay.bench.written_thresholds import Limits, limits_of
from assay.errors import EvidenceError
from assay.evidence.claim import Claim
from assay.evidence.verdict import Area
from assay.system import System
from assay.system.performance import (
    CapacitySettings,
    LoadSettings,
    SoakSettings,
    SpikeSettings,
    StressSettings,
)
from assay.task import Progress, Resources, Task, TaskContext
from assay.texts.bench import BENCH_TEXTS

__all__ = ["tasks_of"]


def tasks_of(system: System) -> list[Task]:
    """See `assay.bench.tasks`."""
    return [_task(test, system) for test in system.performance.test]


def _task(test: Settings, system: System) -> Task:
    limits = limits_of(test, system)
    scenario = (system.root / test.scenario,) if test.scenario else ()
    return Task(
        id=f"{Area.PERFORMANCE}/{test.name}",
        title=_title(test),
        work=partial(_work, test, system, limits),
        inputs=scenario,
        settings=_settings_text(test, system),
        # The generator and the services share the machine; nothing else may.
        resources=Resources(cores=1, network_quiet=True),
    )


def _settings_text(test: Settings, system: System) -> str:
    services = [service for service in system.services if service.name in services_of(test, system)]
    # Environments of services may hold secrets; what a service is, its command and address say.
    described = [(service.name, service.url, service.start) for service in services]
    return msgspec.json.encode([test, system.performance.tool, described]).decode()


def _title(test: Settings) -> str:
    texts = BENCH_TEXTS["titles"]
    match test:
        case LoadSettings():
            load = f"{test.rate:g}/s" if test.rate is not None else BENCH_TEXTS["users"].format(count=test.users)
            return texts["load"].format(target=test.target, load=load)
        case StressSettings():
            return texts["stress"].format(target=test.target, low=test.from_rate, high=test.to_rate)
        case SpikeSettings():
            return texts["spike"].format(target=test.target, rate=test.spike_rate)
        case SoakSettings():
            return texts["soak"].format(target=test.target, rate=test.rate, seconds=test.seconds)
        case CapacitySettings():
            return texts["capacity"].format(target=test.target)


def _work(test: Settings, system: System, limits: Limits, context: TaskContext) -> Sequence[Claim]:
    outcome = measure(test, system, limits, seed=context.seed, progress=_Teller(context), stop=context.stop)
    context.stop_if_asked()
    _keep(outcome, system, context)
    reproduce = shlex.join(["assay", "bench", test.name, "--seed", str(context.seed), *_configuration(system)])
    return claims_of(outcome, context.artifacts, reproduce=reproduce, seed=context.seed)


def _keep(outcome: Outcome, system: System, context: TaskContext) -> None:
    """Adds it to the history. A history that cannot be written takes nothing from what was found."""
    try:
        # How busy the machine was is not known: a test that ended just before had its part in it.
        keep([outcome], system.root)
    except EvidenceError as error:
        context.report(Progress(f"not kept: {error.where}: {error.message}"))


def _configuration(system: System) -> list[str]:
    usual = system.root / "assay.toml"
    if system.source is None or system.source.resolve() == usual:
        return []
    return ["--config", str(_relative(system.source, system.root))]


def _relative(path: Path, root: Path) -> Path:
    resolved = path.resolve()
    return resolved.relative_to(root) if resolved.is_relative_to(root) else resolved


class _Teller:
    """Passes on how far a test is."""

    def __init__(self, context: TaskContext) -> None:
        self._context = context

    def __call__(self, progress: StepProgress) -> None:
        load = progress.load
        figures = {"answers/s": load.rate, "ms (p99)": load.p99 * 1000, "failed": float(load.failed)} if load else {}
        self._context.report(Progress(f"{progress.step.label} (step {progress.number})", figures=figures))
