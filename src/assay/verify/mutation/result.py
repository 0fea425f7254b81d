"""What became of each mutant. Named tuples, for the reason that `assay.verify.result` gives."""

from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import NamedTuple

from assay.verify.result import Diagnostic, Location, Verdict

__all__ = ["Mutant", "MutantOutcome", "MutatedModel", "MutationResult"]


@unique
class MutantOutcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A property, the check for deadlock or the evaluation of an expression noticed it."""
    SURVIVED = "survived"
    """It behaves in another way, and nothing noticed."""
    EQUIVALENT = "equivalent"
    """It has the same states and steps as the original: there is nothing to notice."""
    UNDECIDED = "undecided"
    """Nothing noticed it before it was given up; counted like one that survived."""
    INVALID = "invalid"
    """It is no specification that could be run."""
    NOT_TRIED = "not-tried"
    """The run ended before."""


class Mutant(NamedTuple):
    """One small change and what came of it."""

    name: str
    """What was changed: `guard "owner = None" dropped from Acquire`. No two mutants of a model have one name."""
    change: str
    """The kind of change: `guard`, `branch`, `assignment`, `prime`, `update`, `comparison`, `bound`, `step`,
    `quantifier`, `fairness`, `weaker-fairness`."""
    definition: str
    location: Location
    outcome: MutantOutcome
    configuration: Path | None
    """The model that says so, where there are several: the first one that noticed it, or one that did not."""
    killer: str
    """What noticed it first: `invariant`, `property`, `deadlock`, `assertion`, `evaluation`; empty: nothing did."""
    detail: str
    """The name of the invariant or property, the message of an error, the limit that was reached."""
    does_less: bool
    """Nothing noticed it, and it does nothing that the original does not: a stronger specification, not a weaker one.
    No property of states or steps could notice it; it is not counted."""
    distinct: int
    """States that were looked at."""
    seconds: float

    @property
    def is_alive(self) -> bool:
        """Whether nothing noticed it."""
        return self.outcome in {MutantOutcome.SURVIVED, MutantOutcome.UNDECIDED}

    @property
    def noticed_by(self) -> str:
        """The property's name, or what else noticed it."""
        return self.detail if self.killer in {"invariant", "property"} else self.killer


class MutatedModel(NamedTuple):
    """A model whose mutants were tried."""

    configuration: Path | None
    constants: Mapping[str, str]
    distinct: int
    """States of the original; 0 where it does not hold, or was not explored to its end."""
    bound_states: int | None
    """States after which a mutant was given up."""
    bound_seconds: float | None


class MutationResult(NamedTuple):
    """The outcome of mutation testing of one specification with one or more models."""

    verdict: Verdict
    """Of the originals, which must hold; `interrupted` or `limit` where not every mutant was tried."""
    exit_code: int
    message: str
    module: str
    specification: Path
    models: tuple[MutatedModel, ...]
    """Those that tried mutants: what one noticed, the next did not try."""
    mutations: int
    """Mutants that there are, of which perhaps only a sample was tried."""
    sample: int | None
    seed: int
    """Of the sample."""
    mutants: tuple[Mutant, ...]
    """Those that were tried, in the order of the text."""
    reasons: Mapping[str, str]
    """Why a survivor is accepted, by its name."""
    diagnostics: tuple[Diagnostic, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether each original that was needed holds, so that its mutants could be tried."""
        return bool(self.models) and all(model.distinct for model in self.models)

    def count(self, *outcomes: MutantOutcome) -> int:
        """Mutants with one of these outcomes."""
        return sum(mutant.outcome in outcomes for mutant in self.mutants)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Mutants that do something that the original does not, or were given up, and that nothing noticed."""
        return tuple(mutant for mutant in self.mutants if mutant.is_alive and not mutant.does_less)

    @property
    def stronger(self) -> tuple[Mutant, ...]:
        """Mutants that only do less than the original, and that nothing noticed."""
        return tuple(mutant for mutant in self.mutants if mutant.is_alive and mutant.does_less)

    @property
    def counted(self) -> int:
        """Mutants that count: those that were noticed, and the survivors."""
        return self.count(MutantOutcome.KILLED) + len(self.survivors)

    @property
    def kill_ratio(self) -> float | None:
        """Killed mutants among those that count, from 0 to 1; None where there is none."""
        return self.count(MutantOutcome.KILLED) / self.counted if self.counted else None

    @property
    def stale_reasons(self) -> tuple[str, ...]:
        """Names that are accepted as survivors, where every mutant was tried and there is no such survivor."""
        if self.sample is not None or self.count(MutantOutcome.NOT_TRIED) or not self.holds:
            return ()
        alive = {mutant.name for mutant in self.survivors}
        return tuple(name for name in self.reasons if name not in alive)
