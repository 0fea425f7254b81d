"""`mutate`: one specification, its models, and all mutants or a sample of them."""

import json
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assay import _native
from assay.verify.checking import CheckOptions, request_of
from assay.verify.mutation.result import Mutant, MutantOutcome, MutatedModel, MutationResult
from assay.verify.report_reading import read_diagnostic
from assay.verify.result import Location, Verdict

__all__ = ["MutationOptions", "MutationProgress", "mutate"]

_STRONGEST_FIRST = (
    MutantOutcome.KILLED,
    MutantOutcome.NOT_TRIED,
    MutantOutcome.SURVIVED,
    MutantOutcome.UNDECIDED,
    MutantOutcome.EQUIVALENT,
    MutantOutcome.INVALID,
)
"""Of a mutant that several models tried, the outcome that counts."""


class MutationProgress(NamedTuple):
    """How far it is with one model."""

    done: int
    of: int
    """0 while the original is explored."""
    killed: int
    alive: int
    seconds: float


class MutationOptions(NamedTuple):
    """How mutants are tried."""

    sample: int | None = None
    """Try so many, chosen at random with the seed of the first model; all of them where it is not given."""
    only: Collection[str] | None = None
    """Names of the mutants that are tried; all of them, or a sample, where it is not given."""
    mutant_seconds: float | None = None
    """After which a mutant is given up; twenty times what the original took where it is not given."""
    reasons: Mapping[str, str] = {}
    """Why a survivor is accepted, by its name."""
    on_progress: Callable[[MutationProgress], bool | None] | None = None
    """Is called while it runs; where it returns False, the run stops and tells what it has."""


def mutate(path: str | Path, options: MutationOptions, *models: CheckOptions) -> MutationResult:
    """Tries mutants of a TLA+ specification and says which of them nothing notices.

    What the first model does not notice, the second one tries, and so on. Each original is explored first; where one
    does not hold, the verdict says why. A mutant is given up at four times the original's states.

    Args:
        path: The root module's file.
        options: How mutants are tried.
        *models: As `check` takes them; at least one. Workers share the mutants; `max_seconds` of the first is for all.

    Raises:
        KeyboardInterrupt: Ctrl-C, unless the program handles SIGINT itself.
    """
    run = _Run(options, [request_of(Path(path), model) for model in models])
    return run.result()


class _Run:
    def __init__(self, options: MutationOptions, requests: Sequence[dict[str, Any]]) -> None:
        self._options = options
        self._requests = requests
        self._began = time.monotonic()
        self._found: dict[str, Mutant] = {}
        self._models: list[MutatedModel] = []
        self._names: list[str] = []
        self._report: dict[str, Any] = {}

    def result(self) -> MutationResult:
        lists = [self._ask(request, ()) for request in self._requests]
        unreadable = next((report for report in lists if report["exit_code"]), None)
        if unreadable is None:
            self._names = list(dict.fromkeys(name for report in lists for name in report["names"]))
            wanted = self._wanted()
            for request, report in zip(self._requests, lists, strict=True):
                self._try(request, [name for name in report["names"] if name in wanted])
                if self._report["exit_code"]:
                    self._leave_the_rest()
                    break
        else:
            self._report = unreadable
        return self._told()

    def _wanted(self) -> set[str]:
        sample, only = self._options.sample, self._options.only
        if only is not None:
            return set(only)
        if sample is None or sample >= len(self._names):
            return set(self._names)
        return set(random.Random(self._requests[0]["seed"]).sample(self._names, sample))  # noqa: S311 # no secret

    def _try(self, request: dict[str, Any], names: Iterable[str]) -> None:
        found = self._found
        open_ones = [name for name in names if name not in found or found[name].outcome is not MutantOutcome.KILLED]
        if not open_ones and self._models:
            return
        self._report = report = self._ask(request, open_ones or None)
        configuration = Path(request["configuration"]) if request["configuration"] else None
        self._models.append(
            MutatedModel(
                configuration, report["constants"], report["distinct"], report["bound_states"], report["bound_seconds"]
            )
        )
        for told in report["mutants"]:
            mutant = _mutant(told, configuration)
            before = found.get(mutant.name)
            found[mutant.name] = _stronger(before, mutant) if before else mutant

    def _ask(self, request: dict[str, Any], only: Iterable[str] | None) -> dict[str, Any]:
        """Without names (and not None) the mutants are listed, and nothing is explored."""
        check = dict(request)
        allowed = self._requests[0]["max_seconds"]
        if allowed is not None:
            check["max_seconds"] = max(0.001, allowed - (time.monotonic() - self._began))
        asked = {
            "check": check,
            "only": None if only is None else list(only),
            "mutant_seconds": self._options.mutant_seconds,
        }
        report: dict[str, Any] = json.loads(_native.mutate(json.dumps(asked), _listener(self._options.on_progress)))
        return report

    def _leave_the_rest(self) -> None:
        """Another model might have noticed what survived so far."""
        if len(self._models) < len(self._requests):
            for name, mutant in self._found.items():
                if mutant.outcome is not MutantOutcome.KILLED:
                    self._found[name] = mutant._replace(outcome=MutantOutcome.NOT_TRIED)

    def _told(self) -> MutationResult:
        report, sample = self._report, self._options.sample
        return MutationResult(
            verdict=Verdict(report["verdict"]),
            exit_code=report["exit_code"],
            message=report["message"],
            module=report["module"],
            specification=Path(self._requests[0]["specification"]),
            models=tuple(self._models),
            mutations=len(self._names),
            sample=sample if (sample or 0) < len(self._names) else None,
            seed=self._requests[0]["seed"],
            mutants=tuple(sorted(self._found.values(), key=_place)),
            reasons=self._options.reasons,
            diagnostics=tuple(map(read_diagnostic, report["diagnostics"])),
            seconds=time.monotonic() - self._began,
        )


def _mutant(told: dict[str, Any], configuration: Path | None) -> Mutant:
    return Mutant(
        name=told["name"],
        change=told["change"],
        definition=told["definition"],
        location=Location(**told["place"]),
        outcome=MutantOutcome(told["outcome"]),
        configuration=configuration,
        killer=told["killer"],
        detail=told["detail"],
        does_less=told["does_less"],
        distinct=told["distinct"],
        seconds=told["seconds"],
    )


def _stronger(before: Mutant, after: Mutant) -> Mutant:
    first, second = sorted((before, after), key=lambda mutant: _STRONGEST_FIRST.index(mutant.outcome))
    # A mutant that does more in one model does more.
    less = all(mutant.does_less for mutant in (first, second) if mutant.is_alive)
    return first._replace(does_less=first.is_alive and less, seconds=before.seconds + after.seconds)


def _place(mutant: Mutant) -> tuple[str, int, int, int, int]:
    at = mutant.location
    return (at.path, at.line, at.column, -at.end_line, -at.end_column)


def _listener(on_progress: Callable[[MutationProgress], bool | None] | None) -> Callable[..., bool] | None:
    if on_progress is None:
        return None

    def listen(*figures: Any) -> bool:
        return on_progress(MutationProgress(*figures)) is not False

    return listen
