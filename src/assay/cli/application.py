"""The commands, each in a module of its own. Plain help without markup, because importing rich takes long."""

from typing import Annotated

import typer

from assay.cli import (
    bench,
    bench_compare,  # noqa: F401 # as the others of bench
    bench_profile,  # noqa: F401 # as the others of bench
    bench_regressions,  # noqa: F401 # its commands hang themselves onto those of bench
    bench_run,  # noqa: F401 # as the others of bench
    doctor,
    init,
    report,
    run,
    system,
    trust,
)
from assay.texts import TEXTS
from assay.texts.bench import BENCH_TEXTS
from assay.texts.trust import TRUST_TEXTS

__all__ = ["application"]

application = typer.Typer(
    name="assay",
    help=TEXTS["assay_help"],
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import assay

        typer.echo(f"assay {assay.__version__}")
        raise typer.Exit


@application.callback()
def _assay(
    version: Annotated[
        bool, typer.Option("--version", help=TEXTS["version_help"], callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _verify(context: typer.Context) -> int:
    """Listed here for `assay --help`. The entry point runs it past typer, which would take longer than the check."""
    from assay.cli import verify

    return verify.run(context.args)


application.command("run", help=TEXTS["run_help"])(run.command)
application.command(
    "verify",
    help=TEXTS["verify_summary"],
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(_verify)
application.add_typer(bench.application, name="bench", help=BENCH_TEXTS["help"])
application.command("init", help=TEXTS["init_help"])(init.command)
application.add_typer(report.application, name="report", help=TEXTS["report_help"])
application.add_typer(system.application, name="system", help=TEXTS["system"]["help"])
application.add_typer(trust.application, name="trust", help=TRUST_TEXTS["help"])
application.command("doctor", help=TEXTS["doctor_help"])(doctor.command)
