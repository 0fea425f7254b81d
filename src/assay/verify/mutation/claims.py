"""What a run claims of the mutants of a shipped specification."""

import shlex
from pathlib import Path

from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Bounds, Claim
from assay.evidence.verdict import Severity
from assay.evidence.verdict import Verdict as ClaimVerdict
from assay.task import Progress, TaskContext
from assay.verify.checking import CheckOptions
from assay.verify.mutation.accepted import MutationEntry
from assay.verify.mutation.formats import write_json
from assay.verify.mutation.result import MutantOutcome, MutationResult
from assay.verify.mutation.running import MutationOptions, MutationProgress, mutate
from assay.verify.result import Verdict
from assay.verify.task_checking import Settings

__all__ = ["SEED", "claim_of_mutants", "try_mutants"]

SEED = 0
"""Of samples: always the same, so that two runs try the same mutants and can be compared."""

_SURVIVORS_NAMED = 5


def try_mutants(folder: Path, entry: MutationEntry, settings: Settings, context: TaskContext) -> MutationResult:
    """Tries what one `[[mutation]]` of a protocol's manifest asks for.

    Raises:
        TaskStoppedError: The run is being stopped.
    """
    message = f"mutants of {Path(entry.module).stem}"

    def tell(progress: MutationProgress) -> bool:
        figures = {"noticed": float(progress.killed), "not noticed": float(progress.alive)}
        context.report(Progress(message, done=progress.done, total=progress.of or None, figures=figures))
        return not context.stop.is_set()

    result = mutate(
        folder / entry.module,
        MutationOptions(sample=entry.sample, reasons=entry.reasons, on_progress=tell),
        *(
            CheckOptions(
                config=folder / config,
                constants=entry.constants,
                workers=min(settings.workers, context.cores),
                max_states=settings.limits.states,
                max_seconds=settings.limits.seconds,
                seed=SEED,
            )
            for config in entry.configs
        ),
    )
    if result.verdict is Verdict.INTERRUPTED:
        context.stop_if_asked()
    return result


def claim_of_mutants(
    result: MutationResult, entry: MutationEntry, artifacts: Artifacts, *, claim_id: str, settings: Settings
) -> Claim:
    """The claim that the properties notice enough of the mutants."""
    stored = artifacts.store(
        f"{result.module}.mutants.json",
        write_json(result).encode(),
        media_type="application/json",
        description=f"each mutant of {result.module}: what noticed it, or why none of its properties need to",
    )
    return Claim(
        id=claim_id,
        statement=f"Of small mistakes that are made in {result.module} on purpose, its properties notice at least"
        f" {entry.min_kill * 100:g}%.",
        verdict=_verdict(result, entry),
        severity=Severity.MEDIUM,
        bounds=_bounds(result),
        reproduce=_command(folder=Path("specs", result.specification.parent.name), entry=entry, settings=settings),
        explanation=_explanation(result),
        evidence=(stored,),
        seed=SEED,
    )


def _verdict(result: MutationResult, entry: MutationEntry) -> ClaimVerdict:
    if result.kill_ratio is None or result.count(MutantOutcome.NOT_TRIED):
        return ClaimVerdict.UNKNOWN
    return ClaimVerdict.HOLDS if result.kill_ratio >= entry.min_kill else ClaimVerdict.VIOLATED


def _bounds(result: MutationResult) -> Bounds:
    left_out = []
    if result.sample is not None:
        left_out.append(f"A sample was tried: {result.sample} of {result.mutations} mutants, always the same ones.")
    if undecided := result.count(MutantOutcome.UNDECIDED):
        states = max(model.bound_states or 0 for model in result.models)
        left_out.append(f"Given up at {states:,} states, or for time: {undecided}.")
    if not_tried := result.count(MutantOutcome.NOT_TRIED):
        left_out.append(f"Not tried, because the time was up: {not_tried}.")
    if not result.holds:
        left_out.append("The specification itself was not explored to its end.")
    return Bounds(
        complete=not left_out,
        constants=dict(result.models[0].constants) if result.models else {},
        distinct_states=max((model.distinct for model in result.models), default=None),
        duration_seconds=round(result.seconds, 3),
        not_covered=(*left_out, "Mistakes that take more than one such change, and what the mutated model leaves out."),
    )


def _explanation(result: MutationResult) -> str:
    if result.kill_ratio is None:
        return result.message if not result.holds else "no mutant differs from the original"
    noticed = f"{result.count(MutantOutcome.KILLED)} of {result.counted} were noticed"
    same = result.count(MutantOutcome.EQUIVALENT)
    parts = [f"{noticed}; {same} more have the same states and steps as the original" if same else noticed]
    if result.stronger:
        parts.append(f"{len(result.stronger)} more were not and only do less than the original")
    open_ones = [mutant.name for mutant in result.survivors if mutant.name not in result.reasons]
    if accepted := len(result.survivors) - len(open_ones):
        parts.append(f"{accepted} that were not are accepted, each with its reason")
    if open_ones:
        more = f", and {len(open_ones) - _SURVIVORS_NAMED} more" if len(open_ones) > _SURVIVORS_NAMED else ""
        parts.append(f"not noticed: {'; '.join(open_ones[:_SURVIVORS_NAMED])}{more}")
    return ". ".join(parts)


def _command(folder: Path, entry: MutationEntry, settings: Settings) -> str:
    words = ["assay", "verify", str(folder / entry.module)]
    words += [word for config in entry.configs for word in ("--config", str(folder / config))]
    words += [word for assignment in entry.constants for word in ("--constant", assignment)]
    words += ["--mutate", "--min-kill", f"{entry.min_kill * 100:g}%"]
    if entry.sample is not None:
        words += ["--sample", str(entry.sample)]
    return shlex.join([*words, "--seed", str(SEED), "--workers", str(settings.workers)])
