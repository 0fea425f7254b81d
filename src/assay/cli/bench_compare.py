"""`assay bench compare-tools`: the same work done by every load generator, side by side."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.bench import application
from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.bench_tools import TOOL_TEXTS as _TEXTS

if TYPE_CHECKING:
    from assay.bench import Executor, LoadTest
    from assay.bench.tools import Tool
    from assay.bench.tools.comparison import Comparison, Turn

__all__ = ["compare_tools"]

_SCHEMES = ("http", "https")
_RATE = 200
"""That every tool reaches on a small machine, Artillery included."""
_RATE_IN_STALL = 1000


@application.command("compare-tools", help=_TEXTS["help"], epilog=_TEXTS["examples"])
def compare_tools(  # noqa: PLR0913 # each is an option of the command
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help=_TEXTS["url"])] = None,
    *,
    tool: Annotated[list[str] | None, typer.Option("--tool", help=_TEXTS["tool"])] = None,
    users: Annotated[int, typer.Option("--users", min=1, max=10_000, help=_TEXTS["users"])] = 16,
    rate: Annotated[int | None, typer.Option("--rate", min=10, max=20_000, help=_TEXTS["rate"])] = None,
    seconds: Annotated[int, typer.Option("--seconds", min=1, max=600, help=_TEXTS["seconds"])] = 3,
    repeats: Annotated[int, typer.Option("--repeats", min=1, max=20, help=_TEXTS["repeats"])] = 3,
    stall: Annotated[bool, typer.Option("--stall", help=_TEXTS["stall"])] = False,
    held: Annotated[float, typer.Option("--held", min=0.01, max=60, help=_TEXTS["held"])] = 1.5,
    period: Annotated[float, typer.Option("--period", min=0.1, max=600, help=_TEXTS["period"])] = 10,
    periods: Annotated[int, typer.Option("--periods", min=1, max=100, help=_TEXTS["periods"])] = 2,
    markdown: Annotated[Path | None, typer.Option("--markdown", help=_TEXTS["markdown"])] = None,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
) -> int:
    """See `help` in the catalogue of texts."""
    from assay.bench.executor import ConstantArrivalRate, ConstantUsers
    from assay.errors import UsageError

    tools = _tools(tool)
    if stall:
        if url is not None:
            raise UsageError(
                "only a server that Assay started is held up", hint="leave out the URL, or leave out --stall"
            )
        return _stall(tools, (held, period, periods), rate or _RATE_IN_STALL, markdown, json=json)
    executors: tuple[Executor, ...] = (ConstantUsers(users, seconds), ConstantArrivalRate(rate or _RATE, seconds))
    return _compare(tools, url, executors, repeats, markdown, json=json)


def _compare(
    tools: "list[Tool]",
    url: str | None,
    executors: "tuple[Executor, ...]",
    repeats: int,
    markdown: Path | None,
    *,
    json: bool,
) -> int:
    from contextlib import ExitStack

    from assay.bench.tools.comparison import compare
    from assay.bench.tools.target_process import TargetProcess
    from assay.cli import bench_compare_output as output

    with ExitStack() as stack:
        tests = [_test(url or "http://127.0.0.1:1", executor) for executor in executors]
        runs = [one for test in tests for one in tools if one.find() and not one.refusal(test)]
        lasting = sum(getattr(executors[0], "seconds", 0.0) for _ in runs) * repeats
        _note(_TEXTS["takes"].format(runs=len(runs) * repeats, seconds=lasting), silent=json)
        stop = stack.enter_context(_stopping(silent=json))
        if url is None:
            target = stack.enter_context(TargetProcess())
            tests = [_test(target.url, executor) for executor in executors]
        comparisons = [
            compare(
                test,
                [one for one in tools if one.find()],
                repeats,
                on_turn=None if json else lambda turn: _note_turn(turn, _TEXTS["turn"]),
                stop=stop,
            )
            for test in tests
        ]
    absent = [one for one in tools if not one.find()]
    output.show_comparisons(comparisons, tests, absent, markdown, json=json)
    if stop.is_set():
        return ExitCode.INTERRUPTED
    return _code(comparisons)


def _code(comparisons: "list[Comparison]") -> int:
    failed = any(comparison.failed for comparison in comparisons)
    return ExitCode.COULD_NOT_COMPLETE if failed else ExitCode.ALL_HOLD


def _stall(
    tools: "list[Tool]", times: tuple[float, float, int], rate: int, markdown: Path | None, *, json: bool
) -> int:
    from assay.bench.tools.stall import Stall, compare_in_stall
    from assay.cli import bench_compare_output as output
    from assay.errors import UsageError

    held, period, periods = times
    try:
        stall = Stall(held, period, periods, rate)
    except ValueError as error:
        raise UsageError(str(error), hint="see --held, --period and --periods") from error
    present = [one for one in tools if one.find()]
    _note(_TEXTS["takes"].format(runs=len(present), seconds=stall.seconds * len(present)), silent=json)
    with _stopping(silent=json) as stop:
        comparison = compare_in_stall(
            stall,
            present,
            on_turn=None if json else lambda turn: _note_turn(turn, _TEXTS["turn_of_stall"]),
            stop=stop,
        )
    output.show_stall(comparison, [one for one in tools if not one.find()], markdown, json=json)
    if stop.is_set():
        return ExitCode.INTERRUPTED
    return ExitCode.COULD_NOT_COMPLETE if comparison.failed else ExitCode.ALL_HOLD


def _tools(names: list[str] | None) -> "list[Tool]":
    from assay.bench.tools import ENGINES
    from assay.errors import UsageError

    known = {tool.name: tool for tool in ENGINES}
    for name in names or ():
        if name not in known:
            raise UsageError(f"there is no load generator {name!r}", hint=f"there are: {', '.join(known)}")
    return [tool for name, tool in known.items() if not names or name in names]


def _test(url: str, executor: "Executor") -> "LoadTest":
    from urllib.parse import urlsplit

    from assay.bench import LoadTest, Request
    from assay.errors import UsageError

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{url} is no URL: {error}") from error
    if parts.scheme not in _SCHEMES or not parts.hostname or "@" in parts.netloc or port == 0:
        raise UsageError(f"{url} is no URL of a service", hint="write it as http://localhost:8080/path")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(character <= " " for character in path):
        raise UsageError(f"the path of {url} is not encoded", hint="write %20 for a space")
    users = getattr(executor, "users", 0)
    return LoadTest(
        target=f"{parts.scheme}://{parts.netloc}",
        requests=(Request(name=f"GET {path}", path=path),),
        executor=executor,
        timeout=10,
        connections=max(100, users),
    )


def _note(text: str, *, silent: bool) -> None:
    if not silent:
        print(text, file=sys.stderr, flush=True)


def _note_turn(turn: "Turn", text: str) -> None:
    print(text.format(**turn._asdict()), file=sys.stderr, flush=True)


@contextmanager
def _stopping(*, silent: bool) -> Iterator[threading.Event]:
    """The first Ctrl-C stops the tool that runs, and what was measured is shown; the second one ends at once."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        _note(_TEXTS["stopping"], silent=silent)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
