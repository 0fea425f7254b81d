"""Two profiles compared: which frames take a larger share of the time than before."""

from typing import NamedTuple

from assay.bench.profiling.stacks import Frame, Stacks

__all__ = ["FunctionChange", "changes_between", "folded_difference", "without_lines"]


class FunctionChange(NamedTuple):
    """How the share of one function changed."""

    frame: Frame
    before: float
    """Share of its own, from 0 to 1."""
    after: float

    @property
    def change(self) -> float:
        """By how much; positive where it takes a larger share now."""
        return self.after - self.before


def without_lines(stacks: Stacks) -> Stacks:
    """By function: a line that moved is no change."""
    return Stacks.of((tuple(_named(frame) for frame in frames), count) for frames, count in stacks.counts)


def changes_between(before: Stacks, after: Stacks) -> list[FunctionChange]:
    """Every function of the two, the one whose own share changed most first."""
    old = {one.frame: one.own for one in before.functions()}
    new = {one.frame: one.own for one in after.functions()}
    frames = sorted({*old, *new}, key=lambda frame: (frame.name, frame.file or ""))
    changes = [FunctionChange(frame, old.get(frame, 0.0), new.get(frame, 0.0)) for frame in frames]
    return sorted(changes, key=lambda one: -abs(one.change))


def folded_difference(before: Stacks, after: Stacks) -> str:
    """Lines `root;…;top before after`, as difffolded.pl writes them, `before` scaled to as many samples as `after`."""
    old, new = dict(without_lines(before).counts), dict(without_lines(after).counts)
    scale = after.samples / before.samples if before.samples else 0.0
    lines = []
    for frames in sorted({*old, *new}):
        stack = ";".join(frame.replace(";", ",") for frame in frames)
        lines.append(f"{stack} {round(old.get(frames, 0) * scale)} {new.get(frames, 0)}\n")
    return "".join(lines)


def _named(text: str) -> str:
    frame = Frame.parsed(text)
    return text if frame.line is None else f"{frame.name} ({frame.file})"
