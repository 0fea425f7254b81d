"""`assay verify`: checks models side by side, shows how far they are, and ends with TLC's exit codes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assay.cli.verify_models import check_models
from assay.cli.verify_options import Options, read_options
from assay.cli.verify_output import write_output
from assay.cli.verify_progress import Progress
from assay.errors import UsageError
from assay.texts.verify import VERIFY_TEXTS
from assay.verify.discovery import Model, find_models
from assay.verify.formats import write

if TYPE_CHECKING:
    from types import FrameType

    from assay.verify.result import CheckResult

__all__ = ["run"]


def run(arguments: list[str]) -> int:
    """Runs the command; returns its exit code.

    Raises:
        UsageError: The command line is wrong.
    """
    options = read_options(arguments)
    models = _models(options)
    if len(models) > 1 and (options.output or options.checkpoint or options.replay):
        raise UsageError("--output, --checkpoint and --replay are for one model", hint="name one model")
    if options.interactive:
        from assay.cli.verify_interactive import run_interactive

        if len(models) != 1:
            raise UsageError("--interactive steps through one model", hint="name one model")
        return run_interactive(models[0], options)
    progress = Progress(sys.stderr)
    if options.mutation:
        from assay.cli.verify_mutants import run_mutants

        with _stopping_on_signals(progress), progress:
            return run_mutants(models, options, options.mutation, progress)
    if options.engine != "native":
        from assay.cli.verify_engines import run_engines

        with _stopping_on_signals(progress), progress:
            return run_engines(models, options, progress, _show)
    with _stopping_on_signals(progress), progress:
        results = check_models(models, options, progress)
    _show(options, results)
    if len(results) < len(models):
        print(VERIFY_TEXTS["not_begun"].format(models=len(models) - len(results)), file=sys.stderr)
    return max((result.exit_code for result in results), default=0)


def _models(options: Options) -> list[Model]:
    if options.changed:
        from assay.verify.changes import models_that_use

        return models_that_use(options.paths)
    return [model for path in options.paths for model in find_models(path, options.configurations)]


def _show(options: Options, results: "list[CheckResult]") -> None:
    for result in results:
        for line in result.printed:
            print(line, file=sys.stdout if options.format == "text" and not options.output else sys.stderr)
    if options.format == "text":
        _show_text(options, results)
        return
    documents = [write(result, options.format) for result in results]
    together = "".join(documents)
    if options.format in {"json", "itf"} and len(documents) > 1:
        together = f"[\n{','.join(documents)}]\n"
    write_output(options.output, together)


def _show_text(options: Options, results: "list[CheckResult]") -> None:
    from assay.verify.formats.text import coverage_lines
    from assay.verify.formats.text import write as write_text

    texts = []
    for result in results:
        if result.diagnostics and not result.traces and not result.states.generated:
            # The specification is at fault: that goes where errors go.
            for diagnostic in result.diagnostics:
                print(diagnostic.rendered, file=sys.stderr)
            continue
        text = write_text(result, all_variables=options.verbose)
        if options.coverage:
            text += "\n".join(coverage_lines(result)) + "\n"
        if result.profile:
            from assay.verify.formats.profiled import profile_lines

            text += "\n" + "\n".join(profile_lines(result.profile)) + "\n"
        texts.append(text)
    write_output(options.output, "\n".join(texts))
    if os.environ.get("GITHUB_ACTIONS") == "true" and options.output is None:
        # The runner takes such lines out of the log and shows them where they belong.
        for result in results:
            sys.stdout.write(write(result, "github"))
    if len(results) > 1:
        _print_table(results)


def _print_table(results: "list[CheckResult]") -> None:
    names = [str(Model(result.specification, result.configuration)) for result in results]
    width = max(map(len, names))
    print()
    for name, result in zip(names, results, strict=True):
        figures = f"{result.states.distinct:>12,} states {result.seconds:>8.2f} s"
        print(f"{result.verdict:<11} {name:<{width}} {figures}")
    outcomes = [str(result.verdict) for result in results]
    counted = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(outcomes))
    print(VERIFY_TEXTS["summary"].format(models=len(results), outcomes=counted))


@contextmanager
def _stopping_on_signals(progress: Progress) -> Iterator[None]:
    """The first Ctrl-C asks the checks to stop and report what they have; a second one ends the process at once."""
    import signal

    def ask(number: int, _frame: "FrameType | None") -> None:
        if progress.stopping:
            os._exit(128 + number)
        progress.stop(VERIFY_TEXTS["stopping"])

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
