"""Whether two engines say the same of a model."""

from collections.abc import Iterator
from typing import NamedTuple

from assay.verify.result import CheckResult, PropertyStatus, Verdict

__all__ = ["Difference", "differences"]


class Difference(NamedTuple):
    """One thing that two engines do not agree on."""

    about: str
    """`verdict`, `distinct`, `generated`, `depth`, `property` or `counterexample`."""
    text: str

    @property
    def is_serious(self) -> bool:
        """Whether one of the engines must be wrong.

        How often a state is generated depends on how a formula is read, the depth on the order of exploration, and of
        several counterexamples each engine may show another one.
        """
        return self.about in {"verdict", "distinct"}


_UNDECIDED = {Verdict.LIMIT, Verdict.INTERRUPTED}


def differences(ours: CheckResult, theirs: CheckResult) -> tuple[Difference, ...]:
    """Where Assay's and TLC's results differ; none where they agree, or where one of them did not come to an end.

    After a violation the counts depend on the order of exploration, so they are compared only where both found none.
    Generated states are compared as well: they differ where the engines read a formula in another way.
    """
    if {ours.verdict, theirs.verdict} & _UNDECIDED:
        return ()
    return tuple(_differences(ours, theirs))


def _differences(ours: CheckResult, theirs: CheckResult) -> Iterator[Difference]:
    if ours.verdict is not theirs.verdict:
        said = f"Assay says {ours.verdict} ({ours.message}), TLC says {theirs.verdict} ({theirs.message})"
        yield Difference("verdict", f"the verdict: {said}")
        return
    if ours.verdict is Verdict.OK:
        for name in ("distinct", "generated", "depth"):
            here, there = getattr(ours.states, name), getattr(theirs.states, name)
            if here != there:
                what = "the depth" if name == "depth" else f"the {name} states"
                yield Difference(name, f"{what}: Assay counts {here:,}, TLC {there:,}")
        return
    here, there = _violated(ours), _violated(theirs)
    # TLC may not say which temporal property it is.
    if there and here != there and "a temporal property" not in there:
        said = f"Assay says {', '.join(sorted(here))}, TLC says {', '.join(sorted(there))}"
        yield Difference("property", f"what is violated: {said}")
    if ours.trace and theirs.trace and len(ours.trace.states) != len(theirs.trace.states):
        here_states, there_states = len(ours.trace.states), len(theirs.trace.states)
        text = f"the counterexample: Assay's has {here_states} states, TLC's {there_states}"
        yield Difference("counterexample", text)


def _violated(result: CheckResult) -> set[str]:
    return {known.name for known in result.properties if known.status is PropertyStatus.VIOLATED}
