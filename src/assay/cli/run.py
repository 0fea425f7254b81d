"""`assay run`: begins or continues a run, shows its progress and its result."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.interruption import stopping_on_signals
from assay.texts import TEXTS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from assay.run import OpenRun, Settings
    from assay.system import System
    from assay.task import Task

__all__ = ["command"]

_HELP = "help"
_DEFAULT_TARGET = "all"


def command(
    names: Annotated[list[str] | None, typer.Argument(metavar="[TARGET] [RUN]", help=TEXTS["run_names_help"])] = None,
    *,
    resume: Annotated[bool, typer.Option("--resume", help=TEXTS["resume_help"])] = False,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help=TEXTS["jobs_help"])] = None,
    config: Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=TEXTS["seed_help"])] = None,
) -> int:
    """See `run_help` in the catalogue of texts."""
    from assay.run import tasks_of
    from assay.system import find_system

    target, run = _target_and_run(names or [], resume=resume)
    system = find_system(Path.cwd(), config)
    tasks = tasks_of(system)
    if target == _HELP:
        from assay.cli.run_help import print_run_help

        print_run_help(system, tasks, as_json=json)
        return 0
    opened, settings = _open(system, tasks, target=target, run=run, resume=resume, jobs=jobs, config=config, seed=seed)
    with opened as open_run, stopping_on_signals(settings.stop):
        return _execute(open_run, settings, resumed=resume, as_json=json)


def _target_and_run(names: Sequence[str], *, resume: bool) -> tuple[str | None, str | None]:
    """Tells `assay run all`, `assay run --resume NAME` and `assay run all --resume NAME` apart."""
    from assay.errors import UsageError
    from assay.evidence.verdict import Area

    targets = {_DEFAULT_TARGET, _HELP, *Area}
    if not resume:
        if len(names) > 1:
            raise UsageError(f"one target at a time, not {len(names)}", hint="a run is only named with --resume")
        return (names[0] if names else _HELP), None
    target = names[0] if names and names[0] in targets else None
    rest = names[1:] if target else names
    if len(rest) > 1 or target == _HELP:
        raise UsageError("with --resume goes at most a target and a run", hint="`assay run --resume` takes the latest")
    return target, (rest[0] if rest else None)


def _open(  # noqa: PLR0913 # the command's options, passed on
    system: "System",
    tasks: "Sequence[Task]",
    *,
    target: str | None,
    run: str | None,
    resume: bool,
    jobs: int | None,
    config: Path | None,
    seed: int | None,
) -> "tuple[AbstractContextManager[OpenRun], Settings]":
    import secrets

    import assay
    from assay.errors import UsageError
    from assay.evidence import Environment, find_run
    from assay.run import Settings, begin, make_plan
    from assay.run import resume as resume_run

    environment = Environment.of_this_machine(assay=assay.__version__)
    stop = threading.Event()
    cores = min(jobs or environment.cores, environment.cores)
    if resume:
        folder = find_run(system.runs, run)
        record = folder.record()
        if target not in {None, record.target}:
            raise UsageError(f"{record.run} is a run of {record.target}, not of {target}")
        if seed not in {None, record.seed}:
            raise UsageError(f"{record.run} was begun with seed {record.seed}")
        settings = Settings(cores=cores, seed=record.seed, stop=stop)
        return resume_run(system, tasks, folder, environment=environment, settings=settings), settings
    target = target or _DEFAULT_TARGET
    if not make_plan(tasks, target, assay=assay.__version__).tasks:
        raise _nothing_to_run(system, target, any_task=any(task.is_about_system for task in tasks))
    # Small enough to be typed; what is random in a task is seeded from it with 63 bits.
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    settings = Settings(cores=cores, seed=seed, stop=stop)
    configured = f" --config {config}" if config else ""
    repeat = f"assay run {target} --seed {seed}{configured}"
    return begin(system, tasks, target=target, command=repeat, environment=environment, settings=settings), settings


def _nothing_to_run(system: "System", target: str, *, any_task: bool) -> Exception:
    from assay.errors import Place, UsageError

    if any_task or not system.source:
        hint = "`assay run help` lists the tasks there are"
        return UsageError(f"there is nothing to run: {system.name} has no task in {target}", hint=hint)
    return UsageError(
        f"there is nothing to run: {system.name} names neither specifications, protocols nor performance tests",
        where=Place(system.source),
        hint='for example `protocols = ["lock"]` there checks the distributed lock that ships with Assay',
    )


def _execute(run: "OpenRun", settings: "Settings", *, resumed: bool, as_json: bool) -> int:
    from assay.cli.display import make_display
    from assay.cli.summary import print_json, print_report_of
    from assay.exit_codes import ExitCode
    from assay.report.writing import write_reports

    if not as_json:
        text = TEXTS["run_resumes" if resumed else "run_begins"]
        record = run.state.record
        typer.echo(
            text.format(
                run=record.run,
                system=record.system,
                tasks=len(run.plan.tasks),
                cores=settings.cores,
                seed=settings.seed,
            )
        )
    with make_display(run.state, silent=as_json) as display:
        code: ExitCode = run.execute(settings, display)
    report = write_reports(run.writer)
    if as_json:
        print_json(run.writer, code)
    elif code is ExitCode.INTERRUPTED:
        typer.echo(TEXTS["interrupted"].format(run=run.state.record.run), err=True)
    else:
        typer.echo("")
        print_report_of(report, run.path)
    return code
