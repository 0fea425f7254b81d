"""`assay verify --engine tlc` and `--engine both`: TLC in place of Assay's checker, or beside it."""

import json
import os
import sys
from collections.abc import Callable, Sequence

from assay.cli.verify_models import check_models
from assay.cli.verify_options import Options
from assay.cli.verify_progress import Progress
from assay.errors import UsageError
from assay.exit_codes import ExitCode
from assay.texts.verify import VERIFY_TEXTS
from assay.verify.discovery import Model
from assay.verify.formats.json import document_of
from assay.verify.result import CheckResult, Verdict
from assay.verify.tlc import Difference, Installation, TlcOptions, check_with_tlc, differences, find_installation

__all__ = ["run_engines"]


def run_engines(
    models: Sequence[Model],
    options: Options,
    progress: Progress,
    show: Callable[[Options, list[CheckResult]], None],
) -> int:
    """Checks the models one after the other, and returns the exit code.

    With both engines it is that of Assay's check, or 1 where that is 0 and the verdicts or the distinct states differ.

    Raises:
        UsageError: TLC or Java is not there, or a model has no `.cfg`.
    """
    installation = find_installation(options.tlc_jar)
    without = next((model for model in models if model.configuration is None), None)
    if without:
        raise UsageError(VERIFY_TEXTS["no_configuration"].format(specification=without.specification))
    codes = []
    documents = []
    for model in models:
        if progress.stopping:
            break
        if options.engine == "tlc":
            result = _tlc(model, options, progress, installation)
            show(options, [result])
            codes.append(result.exit_code)
            continue
        ours = check_models([model], options, progress)[0]
        theirs = _tlc(model, options, progress, installation)
        found = differences(ours, theirs)
        codes.append(_code(ours, found))
        if options.format == "json":
            documents.append(_document(ours, theirs, found))
        else:
            show(options, [ours])
            _say(theirs, found)
    if documents:
        shown = documents[0] if len(documents) == 1 else documents
        sys.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    return max(codes, default=0)


def _tlc(model: Model, options: Options, progress: Progress, installation: Installation) -> CheckResult:
    if model.configuration is None:
        raise UsageError(VERIFY_TEXTS["no_configuration"].format(specification=model.specification))
    return check_with_tlc(
        model.specification,
        model.configuration,
        installation,
        TlcOptions(
            workers=options.workers or os.cpu_count() or 1,
            check_deadlock=options.check_deadlock,
            continue_after_violation=options.continue_after_violation,
            max_seconds=options.max_seconds,
            seed=options.seed,
            libraries=options.libraries,
            on_progress=lambda figures: progress.tell(f"{model.specification.stem} (TLC)", figures),
        ),
    )


def _code(ours: CheckResult, found: Sequence[Difference]) -> int:
    if ours.exit_code == ExitCode.ALL_HOLD and any(difference.is_serious for difference in found):
        return ExitCode.SOME_VIOLATED
    return ours.exit_code


def _say(theirs: CheckResult, found: Sequence[Difference]) -> None:
    print()
    if theirs.verdict in {Verdict.LIMIT, Verdict.INTERRUPTED}:
        print(VERIFY_TEXTS["not_compared"].format(message=theirs.message))
        return
    for difference in found:
        print(VERIFY_TEXTS["differs"].format(text=difference.text))
    if not found:
        text = VERIFY_TEXTS["agrees"]
        print(text.format(verdict=theirs.verdict, distinct=theirs.states.distinct, seconds=theirs.seconds))


def _document(ours: CheckResult, theirs: CheckResult, found: Sequence[Difference]) -> dict[str, object]:
    return {
        "format": "assay-comparison",
        "version": 1,
        "assay": document_of(ours),
        "tlc": document_of(theirs),
        "differences": [difference._asdict() for difference in found],
    }
