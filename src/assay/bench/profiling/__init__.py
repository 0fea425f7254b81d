"""Where the time and the memory of a service go: profiles from outside, flame graphs, differences."""

from assay.bench.profiling.difference import FunctionChange, changes_between, folded_difference
from assay.bench.profiling.files import profile_files
from assay.bench.profiling.flame_graph import flame_graph
from assay.bench.profiling.memory import Allocator, MemoryProfile, profile_memory
from assay.bench.profiling.profile import Profile, ProfileTool
from assay.bench.profiling.profiling import ProfileInProgress, profile_service, profiling
from assay.bench.profiling.speedscope import speedscope_of
from assay.bench.profiling.stacks import Frame, FunctionShare, Stacks, read_folded
from assay.bench.profiling.waits import Wait, WaitShare, waits_in

__all__ = [
    "Allocator",
    "Frame",
    "FunctionChange",
    "FunctionShare",
    "MemoryProfile",
    "Profile",
    "ProfileInProgress",
    "ProfileTool",
    "Stacks",
    "Wait",
    "WaitShare",
    "changes_between",
    "flame_graph",
    "folded_difference",
    "profile_files",
    "profile_memory",
    "profile_service",
    "profiling",
    "read_folded",
    "speedscope_of",
    "waits_in",
]
