"""Adds what tests found to the history, under one name for all of them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import assay
from assay.bench.regressions.history import ResultHistory
from assay.bench.regressions.judging import history_folder
from assay.bench.regressions.outcomes import record_of
from assay.bench.regressions.records import Record
from assay.bench.testing import Outcome
from assay.evidence.environment import Environment

__all__ = ["keep"]


def keep(outcomes: Sequence[Outcome], root: Path, *, waiting: float | None = None) -> tuple[Record, ...]:
    """Keeps what came of tests: one record for each test, with a repeat for each outcome of it.

    Args:
        outcomes: Of any number of tests.
        root: Of the system: where its history is, and in whose git repository it is.
        waiting: See `Record`.

    Raises:
        EvidenceError: The history cannot be written.
    """
    now = datetime.now(UTC)
    run = f"{now:%Y%m%dT%H%M%SZ}-{secrets.randbelow(10_000):04d}"
    environment = Environment.of_this_machine(assay=assay.__version__)
    history = ResultHistory(history_folder(root))
    records = tuple(
        record_of(
            [outcome for outcome in outcomes if outcome.settings.name == test],
            run=run,
            recorded=now,
            environment=environment,
            folder=root,
            waiting=waiting,
        )
        for test in dict.fromkeys(outcome.settings.name for outcome in outcomes)
    )
    for record in records:
        history.append(record)
    return records
