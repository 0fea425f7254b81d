"""What is kept of a performance test, whatever its design: a record with one repeat for each time that it was done."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.designs.spike import SpikeAnalysis
from assay.bench.designs.stress import StressAnalysis
from assay.bench.protocol import Grpc, Tls
from assay.bench.regressions.commit import current_commit
from assay.bench.regressions.measures import measures_of
from assay.bench.regressions.records import Record, Repeat
from assay.bench.testing import Outcome
from assay.evidence.environment import Environment

__all__ = ["record_of"]


def record_of(
    outcomes: Sequence[Outcome],
    *,
    run: str,
    recorded: datetime,
    environment: Environment,
    folder: Path,
    waiting: float | None,
) -> Record:
    """What is kept of the repeats of one test.

    Args:
        outcomes: One for each repeat; at least one.
        run: The name of this run, the same for all tests of it.
        recorded: When.
        environment: The machine that it ran on.
        folder: In the git repository of the system.
        waiting: See `Record`.

    Raises:
        ValueError: No outcome, outcomes of several tests, or a name that no file can have.
    """
    if len({outcome.settings.name for outcome in outcomes}) != 1:
        raise ValueError("a record is of one test, done at least once")
    steps = [step for outcome in outcomes for step in outcome.conducted.steps]
    return Record(
        test=outcomes[0].settings.name,
        run=run,
        recorded=recorded,
        commit=current_commit(folder),
        environment=environment,
        settings=_digest(outcomes[0]),
        tool=steps[0].result.tool if steps else "",
        tool_version=steps[0].result.version if steps else "",
        repeats=tuple(_repeat_of(outcome) for outcome in outcomes),
        waiting=waiting,
    )


def _repeat_of(outcome: Outcome) -> Repeat:
    counted = outcome.counted
    analysis = outcome.analysis
    measures: dict[str, float] = {}
    # What a search for a limit measures on its way is about rates that differ from run to run.
    searches = isinstance(analysis, CapacityAnalysis | StressAnalysis)
    if not searches and counted:
        measures = measures_of(counted[0].result)
    if isinstance(analysis, CapacityAnalysis) and analysis.capacity is not None:
        measures["capacity"] = analysis.capacity.estimate
    if isinstance(analysis, StressAnalysis) and analysis.last_good is not None:
        measures["last-good-rate"] = analysis.last_good
    if isinstance(analysis, SpikeAnalysis) and analysis.recovery_seconds is not None:
        measures["recovery"] = float(analysis.recovery_seconds)
    return Repeat(
        began=counted[0].result.began if counted else 0.0,
        measures=measures,
        partial=outcome.is_partial or not counted or (not searches and counted[0].result.is_partial),
        limits=counted[0].result.generator.limits if counted and not searches else (),
    )


def _digest(outcome: Outcome) -> str:
    """Of what the test asks and sends, when, and within which limits. Its seed does not count."""
    base = msgspec.structs.replace(outcome.base, target="http://target", seed=0)
    # Where files are differs between machines; what they are called is part of the settings.
    base = msgspec.structs.replace(base, tls=Tls(insecure=base.tls.insecure, server_name=base.tls.server_name))
    if isinstance(base.protocol, Grpc):
        base = msgspec.structs.replace(base, protocol=Grpc(streams=base.protocol.streams))
    return hashlib.sha256(msgspec.json.encode([outcome.settings, base], order="sorted")).hexdigest()[:16]
