"""The progress of a run: a live view on a terminal, plain lines everywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from assay.evidence import RunState
from assay.evidence.events import (
    Event,
    TaskFailed,
    TaskFinished,
    TaskNotRun,
    TaskProgress,
    TaskReused,
    TaskStarted,
)
from assay.texts import TEXTS

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["Display", "line_for", "make_display"]

Display = Callable[[Event], None]

_PLAIN_INTERVAL = timedelta(seconds=10)
"""How often a plain log says how far one task is."""


@contextmanager
def make_display(state: RunState, *, silent: bool) -> Iterator[Display]:
    """What to call with each event of the run that `state` follows."""
    if silent:
        yield lambda _: None
    elif sys.stdout.isatty():
        with _LiveDisplay(state) as live:
            yield live
    else:
        yield _PlainDisplay()


def line_for(event: Event) -> str | None:
    """The line that stays on the screen after `event`, or None."""
    match event:
        case TaskFinished():
            return TEXTS["task_finished"].format(task=event.task, seconds=event.seconds, claims=event.claims)
        case TaskFailed():
            line = TEXTS["task_failed"].format(task=event.task, message=event.message)
            where = f"\n  --> {event.where}" if event.where else ""
            return line + where + (f"\n  hint: {event.hint}" if event.hint else "")
        case TaskNotRun():
            return TEXTS["task_not_run"].format(task=event.task, reason=event.reason)
        case TaskReused():
            return TEXTS["task_reused"].format(task=event.task)
        case _:
            return None


def _progress_text(event: TaskProgress) -> str:
    figures = [f"{figure:,.0f} {name}" for name, figure in event.figures.items()]
    return ", ".join([event.message, *figures])


class _PlainDisplay:
    """One line for each thing that happens, and now and then how far a long task is."""

    def __init__(self) -> None:
        self._said: dict[str, datetime] = {}

    def __call__(self, event: Event) -> None:
        line = line_for(event)
        if isinstance(event, TaskStarted):
            self._said[event.task] = event.at
            line = TEXTS["task_started"].format(task=event.task)
        elif isinstance(event, TaskProgress) and event.at - self._said.get(event.task, event.at) >= _PLAIN_INTERVAL:
            self._said[event.task] = event.at
            line = TEXTS["task_progress"].format(task=event.task, progress=_progress_text(event))
        if line:
            print(line, flush=True)


class _LiveDisplay:
    """A bar for the whole and a line for each running task; what ended scrolls up above them."""

    def __init__(self, state: RunState) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[detail]}", markup=False),
            TimeElapsedColumn(),
            transient=True,
        )
        self._lines: dict[str, TaskID] = {}
        self._whole = self._progress.add_task(TEXTS["tasks_done"], total=len(state.tasks), detail="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, TaskStarted):
            self._lines[event.task] = self._progress.add_task(event.task, total=None, detail="")
        elif isinstance(event, TaskProgress) and event.task in self._lines:
            line = self._lines[event.task]
            self._progress.update(line, completed=event.done, total=event.total, detail=_progress_text(event))
        elif text := line_for(event):
            self._end(event, text)

    def _end(self, event: Event, text: str) -> None:
        line = self._lines.pop(getattr(event, "task", ""), None)
        if line is not None:
            self._progress.remove_task(line)
        self._progress.advance(self._whole)
        bad = isinstance(event, TaskFailed | TaskNotRun)
        self._progress.console.print(text, style="red" if bad else None, markup=False, highlight=False)
