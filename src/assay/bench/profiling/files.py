"""The files that a profile becomes: for Assay, for other tools, and for eyes."""

import msgspec

from assay.bench.profiling.difference import folded_difference
from assay.bench.profiling.flame_graph import flame_graph
from assay.bench.profiling.profile import Profile
from assay.bench.profiling.speedscope import speedscope_of

__all__ = ["profile_files"]


def profile_files(profile: Profile, before: Profile | None = None) -> dict[str, bytes]:
    """Contents by names that begin with that of the service.

    Args:
        profile: Of now.
        before: An earlier one of the same service: the difference becomes two more files.
    """
    name = profile.service
    note = f"{profile.tool}, {profile.on_cpu.samples:,} samples in {profile.seconds:.0f} s"
    found = {
        f"{name}.json": msgspec.json.encode(profile),
        f"{name}.folded": profile.on_cpu.folded().encode(),
        f"{name}.speedscope.json": speedscope_of(profile),
        f"{name}.svg": flame_graph(profile.on_cpu, f"{name}: on the processor", note=note).encode(),
    }
    if profile.all_threads is not None:
        drawn = flame_graph(profile.all_threads, f"{name}: all threads, waiting too", note=note)
        found[f"{name}-waiting.svg"] = drawn.encode()
    if before is not None:
        title = f"{name}: difference (red: a larger share than before, blue: a smaller one)"
        drawn = flame_graph(profile.on_cpu, title, note=note, baseline=before.on_cpu)
        found[f"{name}-difference.svg"] = drawn.encode()
        found[f"{name}-difference.folded"] = folded_difference(before.on_cpu, profile.on_cpu).encode()
    return found
