"""`assay bench profile`: where a service that runs spends its time or its memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.bench import application
from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.bench_profile import PROFILE_TEXTS

if TYPE_CHECKING:
    from assay.bench.profiling import MemoryProfile, Profile
    from assay.system import System

__all__ = ["command"]

_MOST_FUNCTIONS = 10
_MOST_CHANGES = 5
_MOST_WAITS = 5


@application.command("profile", help=PROFILE_TEXTS["help"], epilog=PROFILE_TEXTS["examples"])
def command(
    service: Annotated[str, typer.Argument(metavar="SERVICE|PID", help=PROFILE_TEXTS["service_help"])],
    *,
    seconds: Annotated[float, typer.Option(min=1, max=600, help=PROFILE_TEXTS["seconds_help"])] = 10.0,
    memory: Annotated[bool, typer.Option("--memory", help=PROFILE_TEXTS["memory_help"])] = False,
    against: Annotated[Path | None, typer.Option(help=PROFILE_TEXTS["against_help"])] = None,
    output: Annotated[Path | None, typer.Option(help=PROFILE_TEXTS["output_help"])] = None,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
    config: Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])] = None,
) -> int:
    """See `help` in the catalogue of texts."""
    from assay.bench.profiling import profile_memory, profile_service
    from assay.errors import UsageError
    from assay.system import find_system

    if memory and against is not None:
        raise UsageError("--against compares profiles of the processor, not of memory", hint="leave one of them out")
    system = find_system(Path.cwd(), config)
    pid = _pid_of(system, service)
    before = _earlier(against) if against is not None else None
    if not json:
        typer.echo(PROFILE_TEXTS["looking"].format(service=service, pid=pid, seconds=seconds), err=True)
    folder = output or system.root / ".assay" / "profiles"
    if memory:
        _tell_memory(profile_memory(service, pid, seconds), folder, as_json=json)
    else:
        profile = profile_service(service, pid, seconds)
        _tell_time(profile, before, against, folder, as_json=json)
    return ExitCode.ALL_HOLD


def _pid_of(system: "System", service: str) -> int:
    """The process of a service by its name, or a process by its number.

    Raises:
        UsageError: No such service runs.
    """
    from assay.bench.resources import watched_services
    from assay.errors import UsageError

    if service.isdecimal() and Path(f"/proc/{service}").exists():
        return int(service)
    watched = watched_services(system)
    for one in watched:
        if one.name == service:
            return one.pid
    running = ", ".join(one.name for one in watched)
    raise UsageError(
        f"no service or process {service!r} runs here",
        hint=f"these run: {running}" if running else "`assay system up` starts the services",
    )


def _earlier(path: Path) -> "Profile":
    """A profile that an earlier command wrote.

    Raises:
        UsageError: It cannot be read, or is none.
    """
    import msgspec

    from assay.bench.profiling import Profile
    from assay.errors import Place, UsageError

    try:
        return msgspec.json.decode(path.read_bytes(), type=Profile)
    except OSError as error:
        raise UsageError(f"cannot read it: {error.strerror}", where=Place(path)) from error
    except msgspec.DecodeError as error:
        raise UsageError(
            f"this is no profile: {error}", where=Place(path), hint="name the .json that `assay bench profile` wrote"
        ) from error


def _tell_time(
    profile: "Profile", before: "Profile | None", against: Path | None, folder: Path, *, as_json: bool
) -> None:
    import msgspec

    from assay.bench.profiling import changes_between, profile_files, waits_in

    files = _written(folder, profile_files(profile, before))
    changes = changes_between(before.on_cpu, profile.on_cpu)[:_MOST_CHANGES] if before is not None else []
    if as_json:
        told = {"profile": profile, "gil_share": profile.gil_share, "changes": changes, "files": files}
        typer.echo(msgspec.json.encode(told, enc_hook=str).decode())
        return
    _print_functions(profile)
    if profile.gil_share is not None:
        typer.echo(PROFILE_TEXTS["gil"].format(share=profile.gil_share))
    waits = waits_in(profile.all_threads, profile.looks)[:_MOST_WAITS] if profile.all_threads else []
    if waits:
        typer.echo("\n" + PROFILE_TEXTS["waits"])
    for one in waits:
        threads = one.samples / (profile.looks or 1)
        typer.echo(f"  {threads:6.2f}  {PROFILE_TEXTS['wait'][one.wait]}: {one.frame.short()}  {one.text}")
    if changes:
        typer.echo("\n" + PROFILE_TEXTS["changes"].format(file=against))
    for change in changes:
        line = PROFILE_TEXTS["change"].format(
            change=change.change, function=change.frame.short(), before=change.before, after=change.after
        )
        typer.echo(f"  {line}")
    for note in profile.notes:
        typer.echo(PROFILE_TEXTS["note"].format(note=note))
    _print_files(files)


def _print_functions(profile: "Profile") -> None:
    samples = profile.on_cpu.samples
    heading = PROFILE_TEXTS["heading"]
    typer.echo(heading.format(service=profile.service, tool=profile.tool, samples=samples, seconds=profile.seconds))
    if not samples:
        typer.echo(PROFILE_TEXTS["nothing"])
        return
    typer.echo(f"  {PROFILE_TEXTS['own']:>6}  {PROFILE_TEXTS['total']:>6}")
    for one in profile.on_cpu.functions()[:_MOST_FUNCTIONS]:
        typer.echo(f"  {one.own:6.1%}  {one.total:6.1%}  {one.frame.short()}")


def _tell_memory(profile: "MemoryProfile", folder: Path, *, as_json: bool) -> None:
    import msgspec

    files = _written(folder, {f"{profile.service}-memory.json": msgspec.json.encode(profile)})
    if as_json:
        typer.echo(msgspec.json.encode({"profile": profile, "files": files}).decode())
        return
    heading = PROFILE_TEXTS["memory_heading"]
    typer.echo(
        heading.format(
            service=profile.service,
            seconds=profile.seconds,
            allocated=profile.allocated_bytes,
            allocations=profile.allocations,
            peak=profile.peak_bytes,
        )
    )
    for one in profile.largest[:_MOST_FUNCTIONS]:
        typer.echo(PROFILE_TEXTS["allocator"].format(bytes=one.allocated_bytes, place=one.place))
    _print_files(files)


def _written(folder: Path, contents: dict[str, bytes]) -> list[str]:
    """Where the files are.

    Raises:
        UsageError: They cannot be written there.
    """
    from assay.errors import Place, UsageError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"cannot write: {error.strerror}", where=Place(folder), hint="name another folder with --output"
        ) from error
    return [str(folder / name) for name in contents]


def _print_files(files: list[str]) -> None:
    typer.echo("\n" + PROFILE_TEXTS["files"])
    for file in files:
        typer.echo(f"  {file}")
