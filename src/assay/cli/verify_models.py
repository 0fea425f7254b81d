"""Checks several models side by side within the cores there are."""

import os
from collections.abc import Sequence

from assay.cli.verify_options import Options
from assay.cli.verify_progress import Progress
from assay.verify.checking import CheckOptions, check, half_of_memory
from assay.verify.discovery import Model
from assay.verify.result import CheckResult

__all__ = ["check_models", "options_of_check"]


def check_models(models: Sequence[Model], options: Options, progress: Progress) -> list[CheckResult]:
    """The results, in the order of `models`. Once a stop was asked for, models that had not begun are left out."""
    if not models:
        return []
    cores = options.workers or os.cpu_count() or 1
    side_by_side = min(cores, len(models))
    workers = max(1, cores // side_by_side)
    memory = (options.memory_limit or half_of_memory()) // side_by_side
    if len(models) == 1:
        return [_check(models[0], options, progress, workers, memory)]
    from concurrent.futures import ThreadPoolExecutor

    def check_unless_stopped(model: Model) -> CheckResult | None:
        return None if progress.stopping else _check(model, options, progress, workers, memory)

    with ThreadPoolExecutor(side_by_side) as threads:
        return [result for result in threads.map(check_unless_stopped, models) if result is not None]


def options_of_check(model: Model, options: Options) -> CheckOptions:
    """What the command line says of a check of the model; `workers` and `memory_limit` are for all models together."""
    return CheckOptions(
        config=model.configuration,
        constants=options.constants,
        init=options.init,
        next=options.next,
        specification=options.specification,
        invariants=options.invariants,
        properties=options.properties,
        constraints=options.constraints,
        check_deadlock=options.check_deadlock,
        continue_after_violation=options.continue_after_violation,
        coverage=options.coverage,
        profile=options.profile,
        max_states=options.max_states,
        max_depth=options.max_depth,
        max_seconds=options.max_seconds,
        seed=options.seed,
        simulate=options.simulation,
        checkpoint=options.checkpoint,
        graph_states=options.graph_states,
        explain=options.explain,
        expressions=options.expressions,
        libraries=options.libraries,
        parse_only=options.parse_only or model.parse_only,
        workers=options.workers,
        memory_limit=options.memory_limit,
    )


def _check(model: Model, options: Options, progress: Progress, workers: int, memory: int) -> CheckResult:
    of_model = options_of_check(model, options)
    of_model["workers"], of_model["memory_limit"] = workers, memory
    of_model["on_progress"] = lambda figures: progress.tell(model.specification.stem, figures)
    if options.replay:
        from assay.verify.replay import read_trace

        of_model["replay"] = read_trace(options.replay)
    return check(model.specification, **of_model)
