"""What `assay bench run` does beside measuring: keeps and compares results, and lets others know how far it is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import typer

from assay.bench.conducting import StepProgress
from assay.bench.prometheus.live import LiveFile, live_of, live_path
from assay.bench.regressions import ResultHistory, Rules
from assay.bench.regressions.judging import history_folder, judge
from assay.bench.regressions.keeping import keep
from assay.bench.regressions.quietness import waiting_share
from assay.bench.testing import Outcome
from assay.cli.bench_regressions_output import fail_on_of, print_comparison, write_comparison
from assay.errors import UsageError
from assay.exit_codes import ExitCode
from assay.system import System

__all__ = ["Keeper", "Keeping"]

Tell = Callable[[StepProgress], None]


class Keeping(NamedTuple):
    """What the command line asks for."""

    repeats: int = 1
    baseline: str | None = None
    fail_on: str | None = None
    markdown: Path | None = None

    def checked(self) -> "Keeping":
        """The same.

        Raises:
            UsageError: The options do not fit together, or one of them makes no sense.
        """
        fail_on_of(self.fail_on)
        for option, value in (("--fail-on", self.fail_on), ("--markdown", self.markdown)):
            if value is not None and self.baseline is None:
                raise UsageError(f"{option} without something to compare with", hint="name it with --baseline main")
        return self


class Keeper:
    """Keeps what is found of a system that is described in a file, or where it is to be compared with something.

    Made before the first test: then the machine shows what else it does.
    """

    def __init__(self, system: System, keeping: Keeping) -> None:
        self._keeping = keeping
        self._root = system.root
        self._keeps = system.source is not None or keeping.baseline is not None
        self._waiting = waiting_share()

    @contextmanager
    def telling(self, test: str, tell: Tell) -> Iterator[Tell]:
        """Passes on how far a test is, and has `assay bench serve-metrics` know it."""
        if not self._keeps:
            yield tell
            return
        file = LiveFile(live_path(self._root))

        def told(progress: StepProgress) -> None:
            tell(progress)
            if progress.load is not None:
                file.write(live_of(test, progress.load))

        try:
            yield told
        finally:
            file.remove()

    def conclude(self, outcomes: Sequence[Outcome], code: ExitCode, *, silent: bool) -> ExitCode:
        """Keeps what was found, compares it where that is asked for, and returns what the command ends with.

        Raises:
            UsageError: The baseline is nothing, or the Markdown cannot be written.
            EvidenceError: The history is damaged, or cannot be written.
        """
        if not self._keeps or not outcomes:
            return code
        records = keep(outcomes, self._root, waiting=self._waiting)
        baseline = self._keeping.baseline
        if baseline is None:
            return code
        rules = Rules()
        history = ResultHistory(history_folder(self._root))
        judged = judge(history, records, baseline=baseline, folder=self._root, rules=rules)
        if self._keeping.markdown is not None:
            write_comparison(self._keeping.markdown, judged, baseline, rules)
        if not silent:
            typer.echo()
            print_comparison(judged, baseline, rules)
        return ExitCode.SOME_VIOLATED if judged.fails(fail_on_of(self._keeping.fail_on)) else code
