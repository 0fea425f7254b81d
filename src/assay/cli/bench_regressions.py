"""`assay bench history`, `compare`, `serve-metrics`, `metrics` and `dashboard`: results that were kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.bench import application
from assay.exit_codes import ExitCode
from assay.texts import TEXTS
from assay.texts.bench_regressions import REGRESSION_TEXTS as _TEXTS

if TYPE_CHECKING:
    from assay.bench.prometheus import Exporter
    from assay.system import System

__all__ = ["Baseline", "Confidence", "FailOnOption", "Markdown", "MinimumEffect", "Repeats", "compare", "history"]

Config = Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])]
Json = Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])]
Measures = Annotated[list[str] | None, typer.Option("--measure", help=_TEXTS["measure_option"])]
MinimumEffect = Annotated[float, typer.Option("--minimum-effect", help=_TEXTS["minimum_effect_option"])]
Confidence = Annotated[float, typer.Option("--confidence", help=_TEXTS["confidence_option"])]
Baseline = Annotated[str | None, typer.Option("--baseline", help=_TEXTS["baseline_option"])]
FailOnOption = Annotated[
    str | None, typer.Option("--fail-on", metavar="[regression|unknown]", help=_TEXTS["fail_on_option"])
]
Repeats = Annotated[int, typer.Option("--repeats", min=1, max=1000, help=_TEXTS["repeats_option"])]
Markdown = Annotated[Path | None, typer.Option("--markdown", help=_TEXTS["markdown_option"])]
Output = Annotated[Path | None, typer.Option("--output", help=_TEXTS["output_option"])]

_DEFAULT_EFFECT = 0.05
_DEFAULT_CONFIDENCE = 0.99


@application.command(help=_TEXTS["history_help"])
def history(
    test: Annotated[str | None, typer.Argument(metavar="[TEST]", help=_TEXTS["test_argument"])] = None,
    *,
    measure: Measures = None,
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help=_TEXTS["last_option"])] = 30,
    json: Json = False,
    config: Config = None,
) -> int:
    """See `history_help` in the catalogue of texts."""
    from assay.bench.regressions import ResultHistory
    from assay.bench.regressions.judging import history_folder
    from assay.cli.bench_regressions_output import print_history, print_tests
    from assay.errors import UsageError

    kept = ResultHistory(history_folder(_system(config).root))
    if test is None:
        print_tests(kept, json=json)
        return ExitCode.ALL_HOLD
    if test not in kept.tests:
        raise UsageError(
            f"no results of a test {test!r}", hint=f"there are: {', '.join(kept.tests)}" if kept.tests else None
        )
    print_history(kept.records(test), tuple(measure or ()), last=last, json=json)
    return ExitCode.ALL_HOLD


@application.command(help=_TEXTS["compare_help"])
def compare(  # noqa: PLR0913 # a parameter is an option
    base: Annotated[str, typer.Argument(metavar="BASE", help=_TEXTS["base_argument"])],
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=_TEXTS["run_argument"])] = None,
    *,
    measure: Measures = None,
    minimum_effect: MinimumEffect = _DEFAULT_EFFECT,
    confidence: Confidence = _DEFAULT_CONFIDENCE,
    fail_on: FailOnOption = None,
    markdown: Markdown = None,
    github: Annotated[bool, typer.Option("--github", help=_TEXTS["github_option"])] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """See `compare_help` in the catalogue of texts."""
    from assay.bench.regressions import ResultHistory
    from assay.bench.regressions.judging import history_folder, judge, run_of
    from assay.cli.bench_regressions_output import (
        fail_on_of,
        print_comparison,
        print_comparison_json,
        rules_of,
        write_comparison,
    )

    rules = rules_of(minimum_effect, confidence, tuple(measure or ()))
    wanted = fail_on_of(fail_on)
    root = _system(config).root
    kept = ResultHistory(history_folder(root))
    judged = judge(kept, run_of(kept, run), baseline=base, folder=root, rules=rules)
    if markdown is not None:
        write_comparison(markdown, judged, base, rules)
    if json:
        print_comparison_json(judged, base, rules)
    else:
        print_comparison(judged, base, rules, github=github)
    return ExitCode.SOME_VIOLATED if judged.fails(wanted) else ExitCode.ALL_HOLD


@application.command("serve-metrics", help=_TEXTS["serve_metrics_help"])
def serve_metrics(
    *,
    host: Annotated[str, typer.Option("--host", help=_TEXTS["host_option"])] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help=_TEXTS["port_option"])] = 9464,
    config: Config = None,
) -> int:
    """See `serve_metrics_help` in the catalogue of texts."""
    from assay.bench.prometheus import server

    made = server(_exporter(config), host, port)
    shown = f"http://[{host}]" if ":" in host else f"http://{host}"
    typer.echo(_TEXTS["serving"].format(address=f"{shown}:{made.server_address[1]}/metrics"))
    with made:
        # Ctrl-C is how it ends: the entry point makes that the exit code 130.
        made.serve_forever()
    return ExitCode.ALL_HOLD


@application.command(help=_TEXTS["metrics_help"])
def metrics(
    *,
    textfile: Annotated[Path | None, typer.Option("--textfile", help=_TEXTS["textfile_option"])] = None,
    config: Config = None,
) -> int:
    """See `metrics_help` in the catalogue of texts."""
    from assay.bench.prometheus import Exposition, write_textfile

    exporter = _exporter(config)
    if textfile is None:
        typer.echo(exporter.text(Exposition.OPENMETRICS), nl=False)
    else:
        write_textfile(exporter, textfile)
        typer.echo(_TEXTS["written"].format(path=textfile))
    return ExitCode.ALL_HOLD


@application.command(help=_TEXTS["dashboard_help"])
def dashboard(*, output: Output = None) -> int:
    """See `dashboard_help` in the catalogue of texts."""
    from assay.bench.prometheus import dashboard_text
    from assay.cli.bench_regressions_output import write_text

    if output is None:
        typer.echo(dashboard_text(), nl=False)
    else:
        write_text(output, dashboard_text())
        typer.echo(_TEXTS["written"].format(path=output))
    return ExitCode.ALL_HOLD


def _exporter(config: Path | None) -> "Exporter":
    from assay.bench.prometheus import Exporter, LiveFile, live_path
    from assay.bench.regressions import ResultHistory
    from assay.bench.regressions.judging import history_folder

    root = _system(config).root
    return Exporter(ResultHistory(history_folder(root)), LiveFile(live_path(root)))


def _system(config: Path | None) -> "System":
    from assay.system import find_system

    return find_system(Path.cwd(), config)
