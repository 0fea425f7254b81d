"""`assay report`: shows a run, verifies it, compares it with another."""

from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.texts import TEXTS

if TYPE_CHECKING:
    from rich.console import Console

    from assay.evidence import RunFolder

__all__ = ["application"]

application = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@unique
class Format(StrEnum):
    """How `assay report show` writes a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Run = Annotated[str | None, typer.Argument(metavar="[RUN]", help=TEXTS["report_run_help"])]
Config = Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])]
Json = Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])]


@application.command(help=TEXTS["report_show_help"])
def show(
    run: Run = None,
    *,
    style: Annotated[Format, typer.Option("--format", help=TEXTS["report_format_help"])] = Format.TEXT,
    config: Config = None,
) -> int:
    """See `report_show_help` in the catalogue of texts."""
    from assay.report import read_report

    folder = _find(run, config)
    report = read_report(folder)
    match style:
        case Format.TEXT:
            from assay.cli.summary import print_report_of

            print_report_of(report, folder.path)
        case Format.JSON:
            from assay.report.writing import render_json

            typer.echo(render_json(folder, report), nl=False)
        case Format.MARKDOWN:
            from assay.report.markdown import render_markdown

            typer.echo(render_markdown(folder, report), nl=False)
    return 0


@application.command(help=TEXTS["report_verify_help"])
def verify(run: Run = None, *, json: Json = False, config: Config = None) -> int:
    """See `report_verify_help` in the catalogue of texts."""
    import assay
    from assay.exit_codes import ExitCode
    from assay.report.verification import verify_with_reports

    verification = verify_with_reports(_find(run, config), assay=assay.__version__)
    if json:
        _echo_json(verification)
    else:
        from assay.report.findings import print_verification

        print_verification(_console(), verification)
    return ExitCode.SOME_VIOLATED if verification.findings else ExitCode.ALL_HOLD


@application.command(help=TEXTS["report_compare_help"])
def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help=TEXTS["report_base_help"])],
    run: Run = None,
    *,
    json: Json = False,
    config: Config = None,
) -> int:
    """See `report_compare_help` in the catalogue of texts."""
    from assay.evidence import compare as compare_runs
    from assay.report.changes import exit_code_of, print_comparison

    comparison = compare_runs(_find(base, config), _find(run, config))
    if json:
        _echo_json(comparison)
    else:
        print_comparison(_console(), comparison)
    return exit_code_of(comparison)


def _find(run: str | None, config: Path | None) -> "RunFolder":
    from assay.evidence import RunFolder, find_run
    from assay.system import find_system

    if run and (Path(run) / "run.json").is_file():
        # A run that was sent here, from wherever: no system is needed to read it.
        return RunFolder(Path(run))
    return find_run(find_system(Path.cwd(), config).runs, run)


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _echo_json(document: object) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
