"""Results of mutation testing for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assay.verify.mutation.result import Mutant, MutantOutcome, MutatedModel, MutationResult
from assay.verify.shipped import shown

__all__ = ["FORMAT", "VERSION", "document_of", "write_json", "write_text"]

FORMAT = "assay-mutation"
VERSION = 1

_APART = {"specification", "models", "mutants"}


def write_json(result: MutationResult) -> str:
    """The document as indented text."""
    return json.dumps(document_of(result), indent=2, ensure_ascii=False) + "\n"


def document_of(result: MutationResult) -> dict[str, Any]:
    """Everything there is. A version's keys keep their meaning; keys may be added to it."""
    plain = {name: value for name, value in result._asdict().items() if name not in _APART}
    return {
        "format": FORMAT,
        "version": VERSION,
        "specification": shown(str(result.specification)),
        **plain,
        "models": [_model(model) for model in result.models],
        "reasons": dict(result.reasons),
        "diagnostics": [diagnostic._asdict() for diagnostic in result.diagnostics],
        "kill_ratio": result.kill_ratio,
        "counts": {str(outcome): result.count(outcome) for outcome in MutantOutcome},
        "mutants": [_mutant(mutant, result) for mutant in result.mutants],
    }


def _model(model: MutatedModel) -> dict[str, Any]:
    return {**model._asdict(), "configuration": _path(model.configuration), "constants": dict(model.constants)}


def _mutant(mutant: Mutant, result: MutationResult) -> dict[str, Any]:
    place = {**mutant.location._asdict(), "path": shown(mutant.location.path)}
    reason = result.reasons.get(mutant.name, "")
    return {**mutant._asdict(), "location": place, "configuration": _path(mutant.configuration), "reason": reason}


def _path(path: Path | None) -> str | None:
    return shown(str(path)) if path else None


def write_text(result: MutationResult, *, all_mutants: bool = False) -> str:
    """What survived, with its place, and how many did not.

    Args:
        result: What came of it.
        all_mutants: List also those that were noticed or are equivalent.
    """
    return "\n".join(_lines(result, all_mutants=all_mutants)) + "\n"


def _lines(result: MutationResult, *, all_mutants: bool) -> Iterator[str]:
    models = [f"{_path(model.configuration) or 'no .cfg'} ({model.distinct:,} states)" for model in result.models]
    if not result.models:
        yield f"no mutant of {result.module} was tried: {result.message}"
        return
    yield f"mutants of {result.module} with {', '.join(models)}"
    if not result.holds:
        yield f"no mutant was tried, because the original was not explored to its end: {result.message}"
        return
    if result.sample is not None:
        yield f"a sample of {result.sample} of {result.mutations} mutants, seed {result.seed}"
    listed = result.mutants if all_mutants else result.survivors
    if listed:
        yield ""
    for mutant in listed:
        yield from _listed(mutant, result)
    yield ""
    yield from _summary(result)


def _listed(mutant: Mutant, result: MutationResult) -> Iterator[str]:
    yield f"{mutant.outcome:<10} {mutant.location}: {mutant.name}"
    indent = f"{'':<11}"
    if mutant.outcome is MutantOutcome.KILLED:
        named = f"{mutant.killer} {mutant.detail}" if mutant.detail else mutant.killer
        yield f"{indent}noticed by {named}"
    elif mutant.does_less:
        yield f"{indent}it only does less than the original, not counted"
    elif mutant.outcome is MutantOutcome.UNDECIDED:
        yield f"{indent}nothing noticed it up to {mutant.detail}"
    elif mutant.outcome is MutantOutcome.INVALID:
        yield f"{indent}{mutant.detail}"
    reason = result.reasons.get(mutant.name)
    if mutant.is_alive and reason:
        yield f"{indent}accepted: {reason}"


def _summary(result: MutationResult) -> Iterator[str]:
    killed = [mutant for mutant in result.mutants if mutant.outcome is MutantOutcome.KILLED]
    if result.kill_ratio is None:
        yield "no mutant differs from the original: there is nothing that a property could notice"
    else:
        yield f"{len(killed)} of {result.counted} mutants were noticed ({result.kill_ratio:.1%})"
    noticed = Counter(mutant.noticed_by for mutant in killed)
    if noticed:
        yield "first noticed by: " + ", ".join(f"{name} {count}" for name, count in noticed.most_common())
    apart = [
        f"{count} {text}"
        for count, text in (
            (result.count(MutantOutcome.EQUIVALENT), "with the same states and steps as the original, not counted"),
            (len(result.stronger), "that nothing noticed and that only do less than the original, not counted"),
            (result.count(MutantOutcome.INVALID), "that cannot be run, not counted"),
            (result.count(MutantOutcome.NOT_TRIED), "not tried"),
        )
        if count
    ]
    if apart:
        yield "; ".join(apart)
    for name in result.stale_reasons:
        yield f"accepted as a survivor, but there is none such: {name}"
    if result.message and result.count(MutantOutcome.NOT_TRIED):
        yield result.message
    yield f"{result.seconds:.2f} s"
