"""`assay doctor`: what is installed, and what each is needed for."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts import TEXTS

__all__ = ["Check", "command"]

_OLDEST_PYTHON = (3, 11)
_ENOUGH_DISK_BYTES = 1024**3
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    good: bool
    required: bool
    found: str
    purpose: str


def command(
    *,
    json: Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])] = False,
    install: Annotated[bool, typer.Option("--install", help=TEXTS["doctor_install_help"])] = False,
    yes: Annotated[bool, typer.Option("--yes", help=TEXTS["doctor_yes_help"])] = False,
) -> int:
    """See `doctor_help` in the catalogue of texts."""
    import msgspec

    if install:
        from assay.cli.doctor_install import install as install_tools

        return install_tools(run=yes)
    checks = list(_checks())
    good = all(check.good for check in checks if check.required)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode({"good": good, "checks": checks}), indent=2))
    else:
        _print_checks(checks)
        typer.echo("\n" + TEXTS["doctor_good" if good else "doctor_bad"])
    return ExitCode.ALL_HOLD if good else ExitCode.COULD_NOT_COMPLETE


def _print_checks(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.good else "BAD" if check.required else "-"
        typer.echo(f"{mark:<4}{check.name:<{width}}  {check.found}")
        typer.echo(f"    {'':<{width}}  {check.purpose}")


def _checks() -> Iterator[Check]:
    yield _python()
    yield _native()
    yield from _machine()
    yield _system()
    for name, commands, purpose in (
        ("java", ("java",), TEXTS["doctor_java"]),
        ("chromium", _BROWSERS, TEXTS["doctor_chromium"]),
        ("cargo", ("cargo",), TEXTS["doctor_cargo"]),
    ):
        yield _program(name, commands, purpose)
    yield _tlc()
    yield from _load_generators()
    yield from _profilers()


def _load_generators() -> Iterator[Check]:
    from assay.bench.tools import TOOLS
    from assay.texts.bench_tools import TOOL_TEXTS

    for tool in TOOLS:
        installation = tool.installation()
        yield Check(
            name=tool.name,
            good=installation is not None,
            required=False,
            found=f"{installation.version} at {installation.path}" if installation else TEXTS["doctor_not_found"],
            purpose=TOOL_TEXTS["doctor_tools"][tool.name],
        )


def _profilers() -> Iterator[Check]:
    """Where one is there and may not be used, the kernel's reason is what was found."""
    from assay.bench.profiling.programs import memray_command, perf_program, py_spy_program
    from assay.errors import TaskError
    from assay.texts.bench_profile import PROFILE_TEXTS

    def found_at(name: str) -> list[str]:
        if name == "memray":
            return memray_command()
        return [str(py_spy_program() if name == "py-spy" else perf_program())]

    for name, purpose in PROFILE_TEXTS["doctor_profilers"].items():
        try:
            command = found_at(name)
        except TaskError as error:
            good, found = False, f"{error.message}: {error.hint}" if error.hint else error.message
        else:
            good, found = True, f"{_first_line_of_version(*command)} at {command[0]}"
        yield Check(name=name, good=good, required=False, found=found, purpose=purpose)


def _tlc() -> Check:
    from assay.errors import UsageError
    from assay.verify.tlc.installation import find_jar

    try:
        jar = find_jar()
        found = str(jar) if jar else TEXTS["doctor_not_found"]
    except UsageError as error:
        jar, found = None, error.message
    return Check(name="tla2tools.jar", good=jar is not None, required=False, found=found, purpose=TEXTS["doctor_tlc"])


def _python() -> Check:
    return Check(
        name="python",
        good=sys.version_info >= _OLDEST_PYTHON,
        required=True,
        found=f"{sys.version.split()[0]} at {sys.executable}",
        purpose=TEXTS["doctor_python"],
    )


def _native() -> Check:
    """The two halves are installed by one wheel; an editable install can leave an old build behind."""
    from importlib import metadata

    import assay

    installed = metadata.version("assay")
    return Check(
        name="native module",
        good=installed == assay.__version__,
        required=True,
        found=assay.__version__ if installed == assay.__version__ else f"{assay.__version__}, not {installed}",
        purpose=TEXTS["doctor_native"],
    )


def _machine() -> Iterator[Check]:
    import shutil

    import assay
    from assay.evidence import Environment

    environment = Environment.of_this_machine(assay=assay.__version__)
    cores, memory = f"{environment.cores} ({environment.processor})", f"{environment.memory_gibibytes} GiB"
    yield Check(name="cores", good=True, required=False, found=cores, purpose=TEXTS["doctor_cores"])
    yield Check(name="memory", good=True, required=False, found=memory, purpose=TEXTS["doctor_memory"])
    free = shutil.disk_usage(Path.cwd()).free
    yield Check(
        name="disk",
        good=free >= _ENOUGH_DISK_BYTES,
        required=True,
        found=f"{free / 1024**3:.1f} GiB free",
        purpose=TEXTS["doctor_disk"],
    )


def _system() -> Check:
    from assay.errors import AssayError
    from assay.system import find_system

    try:
        system = find_system(Path.cwd())
        good, found = True, f"{system.name} ({system.source or TEXTS['doctor_bundled']})"
    except AssayError as error:
        good, found = False, f"{error.where}: {error.message}"
    return Check(name="system", good=good, required=True, found=found, purpose=TEXTS["doctor_system"])


def _program(name: str, commands: tuple[str, ...], purpose: str) -> Check:
    import shutil

    path = next((path for path in map(shutil.which, commands) if path), None)
    found = f"{_first_line_of_version(path)} at {path}" if path else TEXTS["doctor_not_found"]
    return Check(name=name, good=path is not None, required=False, found=found, purpose=purpose)


def _first_line_of_version(*command: str) -> str:
    import subprocess

    try:
        ended = subprocess.run(  # noqa: S603 # a path that was found for one of a few fixed names
            [*command, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "found"
    lines = (ended.stdout or ended.stderr).splitlines()
    return lines[0].strip() if lines else "found"
