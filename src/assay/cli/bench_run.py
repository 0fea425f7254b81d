"""`assay bench run`: performance tests from the command line, with live progress and a summary."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench import application
from assay.cli.bench_regressions import Baseline, FailOnOption, Markdown, Repeats
from assay.texts import TEXTS
from assay.texts.bench_run import BENCH_RUN_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assay.bench.designs import Settings
    from assay.bench.testing import Outcome
    from assay.bench.written_thresholds import Limits
    from assay.cli.bench_keeping import Keeping, Tell
    from assay.errors import AssayError
    from assay.system import System

__all__ = ["run"]

_TEXTS = BENCH_RUN_TEXTS

Targets = Annotated[list[str] | None, typer.Argument(metavar="[TEST]...|[URL]", help=_TEXTS["targets"])]
Thresholds = Annotated[list[str] | None, typer.Option("--threshold", help=_TEXTS["threshold"])]
Slo = Annotated[list[str] | None, typer.Option("--slo", help=_TEXTS["slo"])]
Headers = Annotated[list[str] | None, typer.Option("--header", "-H", help=_TEXTS["header"])]


@application.command(help=_TEXTS["help"], epilog=_TEXTS["examples"])
def run(  # noqa: PLR0913 # a parameter is an option
    targets: Targets = None,
    *,
    design: Annotated[str | None, typer.Option("--design", help=_TEXTS["design"])] = None,
    rate: Annotated[float | None, typer.Option("--rate", "-r", help=_TEXTS["rate"])] = None,
    users: Annotated[int | None, typer.Option("--users", "-u", help=_TEXTS["users"])] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", "-s", help=_TEXTS["seconds"])] = None,
    from_rate: Annotated[float | None, typer.Option("--from-rate", help=_TEXTS["from_rate"])] = None,
    to_rate: Annotated[float | None, typer.Option("--to-rate", help=_TEXTS["to_rate"])] = None,
    spike_rate: Annotated[float | None, typer.Option("--spike-rate", help=_TEXTS["spike_rate"])] = None,
    slo: Slo = None,
    threshold: Thresholds = None,
    method: Annotated[str | None, typer.Option("--method", "-X", help=_TEXTS["method"])] = None,
    header: Headers = None,
    body: Annotated[str | None, typer.Option("--body", "-d", help=_TEXTS["body"])] = None,
    scenario: Annotated[str | None, typer.Option("--scenario", help=_TEXTS["scenario"])] = None,
    protocol: Annotated[str | None, typer.Option("--protocol", help=_TEXTS["protocol"])] = None,
    streams: Annotated[int | None, typer.Option("--streams", help=_TEXTS["streams"])] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help=_TEXTS["insecure"])] = False,
    ca_file: Annotated[str | None, typer.Option("--ca-file", help=_TEXTS["ca_file"])] = None,
    timeout: Annotated[float | None, typer.Option("--timeout", help=_TEXTS["timeout"])] = None,
    connections: Annotated[int | None, typer.Option("--connections", help=_TEXTS["connections"])] = None,
    threads: Annotated[int | None, typer.Option("--threads", help=_TEXTS["threads"])] = None,
    traces: Annotated[bool, typer.Option("--traces", help=_TEXTS["traces"])] = False,
    tool: Annotated[str | None, typer.Option("--tool", help=_TEXTS["tool"])] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_TEXTS["output"])] = None,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
    repeats: Repeats = 1,
    baseline: Baseline = None,
    fail_on: FailOnOption = None,
    markdown: Markdown = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=_TEXTS["seed"])] = None,
    config: Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])] = None,
) -> int:
    """See `help` in the catalogue of texts."""
    from assay.cli.bench_keeping import Keeping
    from assay.cli.bench_settings import chosen_tests, refuse_options, refuse_scenarios, test_of_address
    from assay.system.performance import is_address

    given: dict[str, Any] = {
        "rate": rate,
        "users": users,
        "seconds": seconds,
        "from-rate": from_rate,
        "to-rate": to_rate,
        "spike-rate": spike_rate,
        "slo": slo,
        "thresholds": threshold,
        "method": method,
        "headers": header,
        "body": body,
        "scenario": scenario,
        "protocol": protocol,
        "streams": streams,
        "insecure": insecure or None,
        "ca-file": ca_file,
        "timeout": timeout,
        "connections": connections,
        "threads": threads,
        "traces": traces or None,
    }
    keeping = Keeping(repeats, baseline, fail_on, markdown).checked()
    options = {name: value for name, value in given.items() if value not in (None, [])}
    if targets and is_address(targets[0]):
        tests = test_of_address(targets, design, {**options, **({"tool": tool} if tool else {})})
    else:
        refuse_options([*options, *(["design"] if design else [])])
        tests = chosen_tests(targets or [], config, tool)
    refuse_scenarios(*tests)
    return _run_tests(*tests, keeping=keeping, seed=seed, as_json=json, output=output)


def _run_tests(
    system: "System",
    tests: "Sequence[tuple[Settings, Limits]]",
    *,
    keeping: "Keeping",
    seed: int | None,
    as_json: bool,
    output: Path | None,
) -> int:
    import secrets
    import sys

    from assay.cli.bench_keeping import Keeper
    from assay.cli.bench_output import LiveLine, exit_code_of, print_documents, print_outcome, write_documents
    from assay.cli.interruption import stopping_on_signals

    seed = secrets.randbelow(1_000_000) if seed is None else seed
    stop = threading.Event()
    outcomes: list[Outcome] = []
    failures: list[AssayError] = []
    keeper = Keeper(system, keeping)
    with stopping_on_signals(stop):
        for test, limits in (each for each in tests for _ in range(keeping.repeats)):
            if stop.is_set():
                break
            with LiveLine(test.name, sys.stderr) as live, keeper.telling(test.name, live.tell) as tell:
                outcome = _measured(test, system, limits, seed, (tell, live.clear), stop, failures)
            if outcome is None:
                continue
            outcomes.append(outcome)
            if not as_json:
                print_outcome(outcome, first=len(outcomes) == 1)
    code = exit_code_of(outcomes, failures, stopped=stop.is_set())
    if as_json:
        print_documents(outcomes, code)
    if output:
        write_documents(outcomes, code, output)
    return code if stop.is_set() else keeper.conclude(outcomes, code, silent=as_json)


def _measured(
    test: "Settings",
    system: "System",
    limits: "Limits",
    seed: int,
    live: "tuple[Tell, Callable[[], None]]",
    stop: threading.Event,
    failures: "list[AssayError]",
) -> "Outcome | None":
    """What came of a test. Where it could not be done that is said, and the next one has its turn."""
    from assay.bench.measuring import measure
    from assay.cli.complaint import print_complaint
    from assay.errors import AssayError

    tell, clear = live
    try:
        return measure(test, system, limits, seed=seed, progress=tell, stop=stop)
    except AssayError as error:
        clear()
        if not stop.is_set():
            print_complaint(error)
            failures.append(error)
        return None
