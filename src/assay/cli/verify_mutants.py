"""`assay verify --mutate`: the mutants of one specification after the other, each with all its models."""

import sys
from collections.abc import Sequence

from assay.cli.verify_models import check_models, options_of_check
from assay.cli.verify_options import Mutation, Options
from assay.cli.verify_output import write_output
from assay.cli.verify_progress import Progress
from assay.exit_codes import ExitCode
from assay.texts.verify import VERIFY_TEXTS
from assay.verify.discovery import Model
from assay.verify.formats.text import write as write_check
from assay.verify.mutation import MutationOptions, MutationProgress, MutationResult, mutate
from assay.verify.mutation.accepted import accepted_beside
from assay.verify.mutation.formats import write_json, write_text
from assay.verify.result import Verdict

__all__ = ["run_mutants"]


def run_mutants(models: Sequence[Model], options: Options, mutation: Mutation, progress: Progress) -> int:
    """Tries the mutants, writes what came of them, and returns the exit code: the greatest of any model.

    Models of one specification belong together: a mutant that the first one does not notice is tried with the next.
    A model that does not hold as it is ends with the code of its check, and its check is shown.
    """
    codes: list[int] = []
    documents: list[str] = []
    for group in _by_specification(models):
        if progress.stopping:
            break
        result = _mutate(group, options, mutation, progress)
        if not result.holds and result.verdict not in {Verdict.INTERRUPTED, Verdict.LIMIT, Verdict.OK}:
            codes.append(_show_why_not(group[max(0, len(result.models) - 1)], options, progress))
            continue
        documents.append(_written(result, options))
        codes.append(max(result.exit_code, _code_of_share(result, mutation)))
    together = "".join(documents)
    if options.format == "json" and len(documents) > 1:
        together = f"[\n{','.join(documents)}]\n"
    write_output(options.output, together)
    return max(codes, default=0)


def _by_specification(models: Sequence[Model]) -> list[list[Model]]:
    groups: dict[object, list[Model]] = {}
    for model in models:
        groups.setdefault(model.specification, []).append(model)
    return list(groups.values())


def _mutate(models: Sequence[Model], options: Options, mutation: Mutation, progress: Progress) -> MutationResult:
    specification = models[0].specification
    name = specification.stem

    def line(figures: MutationProgress) -> str:
        if not figures.of:
            return VERIFY_TEXTS["preparing"].format(name=name)
        return VERIFY_TEXTS["mutants_progress"].format(name=name, **figures._asdict())

    return mutate(
        specification,
        MutationOptions(
            sample=mutation.sample,
            mutant_seconds=mutation.mutant_seconds,
            reasons=accepted_beside(specification, models[0].configuration),
            on_progress=lambda figures: progress.tell_line(lambda: line(figures)),
        ),
        *(options_of_check(model, options) for model in models),
    )


def _show_why_not(model: Model, options: Options, progress: Progress) -> int:
    """Checks the model as it is, since that is what must be mended first."""
    (result,) = check_models([model], options, progress)
    for diagnostic in result.diagnostics:
        print(diagnostic.rendered, file=sys.stderr)
    if not result.diagnostics:
        print(write_check(result, all_variables=options.verbose), end="", file=sys.stderr)
    return result.exit_code


def _written(result: MutationResult, options: Options) -> str:
    return write_json(result) if options.format == "json" else write_text(result, all_mutants=options.verbose)


def _code_of_share(result: MutationResult, mutation: Mutation) -> int:
    wanted, killed = mutation.min_kill, result.kill_ratio
    if wanted is None or not result.holds:
        return ExitCode.ALL_HOLD
    if killed is None:
        print(VERIFY_TEXTS["nothing_killed"].format(name=result.module), file=sys.stderr)
        return ExitCode.COULD_NOT_COMPLETE
    if killed < wanted:
        text = VERIFY_TEXTS["too_few_killed"].format(name=result.module, killed=killed, wanted=wanted)
        print(text, file=sys.stderr)
        return ExitCode.SOME_VIOLATED
    return ExitCode.ALL_HOLD
