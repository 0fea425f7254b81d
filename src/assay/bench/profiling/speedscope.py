"""A profile as speedscope reads it: https://www.speedscope.app/file-format-schema.json."""

import msgspec

from assay.bench.profiling.profile import Profile
from assay.bench.profiling.stacks import Frame, Stacks

__all__ = ["speedscope_of"]

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def speedscope_of(profile: Profile) -> bytes:
    """JSON, with a view for each kind of stacks that the profile has."""
    numbers: dict[str, int] = {}
    views = [("on the processor", profile.on_cpu)]
    if profile.all_threads is not None:
        views.append(("all threads, waiting too", profile.all_threads))
    if profile.holding_gil is not None:
        views.append(("holding the GIL", profile.holding_gil))
    profiles = [_view(f"{profile.service}: {name}", stacks, profile.rate, numbers) for name, stacks in views]
    frames = [_frame(text) for text in numbers]
    document = {
        "$schema": _SCHEMA,
        "shared": {"frames": frames},
        "profiles": profiles,
        "name": profile.service,
        "activeProfileIndex": 0,
        "exporter": "assay",
    }
    return msgspec.json.encode(document)


def _view(name: str, stacks: Stacks, rate: int, numbers: dict[str, int]) -> dict[str, object]:
    samples = [[numbers.setdefault(frame, len(numbers)) for frame in frames] for frames, _ in stacks.counts]
    weights = [count / rate for _, count in stacks.counts]
    return {
        "type": "sampled",
        "name": name,
        "unit": "seconds",
        "startValue": 0,
        "endValue": sum(weights),
        "samples": samples,
        "weights": weights,
    }


def _frame(text: str) -> dict[str, object]:
    frame = Frame.parsed(text)
    known: dict[str, object] = {"name": frame.name}
    if frame.file is not None:
        known["file"] = frame.file
    if frame.line is not None:
        known["line"] = frame.line
    return known
