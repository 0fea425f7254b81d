"""`mutate`: one specification, one model, all its mutants or a sample of them."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assay import _native
from assay.verify.checking import CheckOptions, request_of
from assay.verify.mutation.result import Mutant, MutantOutcome, MutationResult
from assay.verify.report_reading import read_diagnostic
from assay.verify.result import Location, Verdict

__all__ = ["MutationOptions", "MutationProgress", "mutate"]


class MutationProgress(NamedTuple):
    """How far it is."""

    done: int
    of: int
    """0 while the original is explored."""
    killed: int
    alive: int
    seconds: float


class MutationOptions(NamedTuple):
    """How mutants are tried."""

    sample: int | None = None
    """Try so many, chosen at random with the check's seed; all of them where it is not given."""
    mutant_seconds: float | None = None
    """After which a mutant is given up; twenty times what the original took where it is not given."""
    reasons: Mapping[str, str] = {}
    """Why a survivor is accepted, by its name."""
    on_progress: Callable[[MutationProgress], bool | None] | None = None
    """Is called while it runs; where it returns False, the run stops and tells what it has."""


def mutate(path: str | Path, options: MutationOptions, check_options: CheckOptions) -> MutationResult:
    """Tries mutants of a TLA+ specification and says which of them nothing notices.

    The original is explored first. Where it does not hold there are no mutants in the result, and its verdict says why.
    A mutant is given up at four times the original's states.

    Args:
        path: The root module's file.
        options: How mutants are tried.
        check_options: The model, as `check` takes it. Workers share the mutants; `max_seconds` is for all of them.

    Raises:
        KeyboardInterrupt: Ctrl-C, unless the program handles SIGINT itself.
    """
    request = request_of(Path(path), check_options)
    asked = {"check": request, "sample": options.sample, "mutant_seconds": options.mutant_seconds}
    report = json.loads(_native.mutate(json.dumps(asked), _listener(options.on_progress)))
    configuration = request["configuration"]
    return MutationResult(
        verdict=Verdict(report["verdict"]),
        exit_code=report["exit_code"],
        message=report["message"],
        module=report["module"],
        specification=Path(request["specification"]),
        configuration=Path(configuration) if configuration else None,
        constants=report["constants"],
        distinct=report["distinct"],
        mutations=report["mutations"],
        sample=options.sample if (options.sample or 0) < report["mutations"] else None,
        seed=request["seed"],
        bound_states=report["bound_states"],
        bound_seconds=report["bound_seconds"],
        mutants=_mutants(report["mutants"]),
        reasons=options.reasons,
        diagnostics=tuple(map(read_diagnostic, report["diagnostics"])),
        seconds=report["seconds"],
    )


def _mutants(found: list[dict[str, Any]]) -> tuple[Mutant, ...]:
    """The same text may stand twice in a definition: from the second on, names are numbered."""
    seen: Counter[str] = Counter()
    mutants = []
    for mutant in found:
        name = mutant["description"]
        seen[name] += 1
        mutants.append(
            Mutant(
                name=name if seen[name] == 1 else f"{name} ({seen[name]})",
                change=mutant["change"],
                definition=mutant["definition"],
                location=Location(**mutant["place"]),
                outcome=MutantOutcome(mutant["outcome"]),
                killer=mutant["killer"],
                detail=mutant["detail"],
                does_less=mutant["does_less"],
                distinct=mutant["distinct"],
                seconds=mutant["seconds"],
            )
        )
    return tuple(mutants)


def _listener(on_progress: Callable[[MutationProgress], bool | None] | None) -> Callable[..., bool] | None:
    if on_progress is None:
        return None

    def listen(*figures: Any) -> bool:
        return on_progress(MutationProgress(*figures)) is not False

    return listen
