"""Records as a test leaves them, made from a seed."""

import math
import random
from datetime import UTC, datetime

from assay.bench.regressions import Commit, Record, Repeat
from assay.evidence.environment import Environment

ENVIRONMENT = Environment(
    operating_system="Linux",
    kernel="6.1",
    architecture="x86_64",
    processor="a processor",
    cores=4,
    memory_gibibytes=8,
    python="3.11.2",
    assay="0.1.0",
)

COMMIT = Commit(
    hash="0123456789abcdef0123456789abcdef01234567",
    dirty=False,
    branch="main",
    committed=datetime(2026, 1, 1, tzinfo=UTC),
    subject="Answer faster",
)

LEVELS = {"p50": 0.01, "p95": 0.03, "p99": 0.05, "rate": 400.0}


def recorded(
    test: str,
    *,
    seed: int,
    count: int = 6,
    commit: Commit | None = COMMIT,
    factor: float = 1.0,
    spread: float = 0.005,
) -> Record:
    """A record of a test whose latencies are `factor` times the usual ones."""
    generator = random.Random(seed)
    return Record(
        test=test,
        run=f"20260101T{seed:06d}Z-0001",
        recorded=datetime(2026, 1, 1, seed % 24, tzinfo=UTC),
        commit=commit,
        environment=ENVIRONMENT,
        settings="1f",
        tool="assay",
        tool_version="1",
        repeats=tuple(
            Repeat(
                began=1_767_225_600.0 + 60 * number,
                measures={
                    name: level * math.exp(generator.gauss(0, spread)) * (factor if name != "rate" else 1)
                    for name, level in LEVELS.items()
                },
            )
            for number in range(count)
        ),
    )
