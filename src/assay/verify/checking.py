"""`check`: one specification, one model, one result."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from assay import _native
from assay.verify.discovery import configuration_beside
from assay.verify.report_reading import read_report
from assay.verify.result import CheckResult
from assay.verify.shipped import here_or_shipped
from assay.verify.values import Value, tla_text

if TYPE_CHECKING:
    from assay.verify.replay import GivenTrace

__all__ = ["CheckOptions", "CheckProgress", "Checkpoint", "Simulation", "check", "half_of_memory", "request_of"]


class CheckProgress(NamedTuple):
    """How far a check is."""

    generated: int
    distinct: int
    queue: int
    depth: int
    seconds: float
    states_per_second: float
    """Distinct states since the report before."""
    checks_properties: bool = False
    """All states are found, and temporal properties are being checked on their graph."""


class Checkpoint(NamedTuple):
    """Where a check writes down how far it is, to go on from there when it was ended."""

    folder: Path
    """For this purpose only; made if it is not there."""
    seconds: float = 600.0
    """Between two checkpoints."""
    resume: bool = False
    """Go on from what the folder holds."""


class Simulation(NamedTuple):
    """Random walks in place of every reachable state."""

    depth: int = 100
    """States of a walk."""
    walks: int | None = None
    """How many; None: until something is found, or the time is up."""


class CheckOptions(TypedDict, total=False):
    """What `check` can be told. What is said of the model stands in place of what its configuration says."""

    config: str | Path | None
    """The model; where it is not given, the `.cfg` of the specification's name beside it, if there is one."""
    constants: Mapping[str, Value] | Sequence[str]
    """Values by name, or assignments as a configuration writes them: `N = 3`, `Op <- Other`."""
    init: str | None
    """The initial predicate."""
    next: str | None
    """The next-state relation."""
    specification: str | None
    """The temporal formula that says both, such as `Spec`."""
    invariants: Sequence[str]
    properties: Sequence[str]
    """Temporal properties."""
    constraints: Sequence[str]
    """State constraints."""
    check_deadlock: bool | None
    """Whether a state without successors is a violation."""
    workers: int | None
    """Threads; as many as there are cores where it is not given."""
    memory_limit: int | None
    """Bytes for fingerprints and waiting states, what exceeds them goes to files; half of the machine's memory."""
    continue_after_violation: bool
    """Go on after a violation, to find others."""
    coverage: bool
    """Count how often each expression is evaluated. Takes time."""
    profile: bool
    """Find out where the time goes, by action and by expression. Not together with `coverage`, which evaluates without
    the shortcuts whose time is to be known."""
    max_states: int | None
    """Distinct states after which the check gives up."""
    max_depth: int | None
    """Levels of the state graph that are looked at."""
    max_seconds: float | None
    """After which the check gives up."""
    seed: int
    """Of what is random: walks, and `RandomElement` in the specification; 0 where it is not given."""
    simulate: Simulation | None
    """Walk at random instead of exploring every state."""
    checkpoint: Checkpoint | None
    """Where to write down how far the check is."""
    graph_states: int | None
    """Give the state graph as well, of at most so many states."""
    explain: bool
    """Say of each counterexample why its last state is what it is."""
    expressions: Sequence[str]
    """Expressions to be evaluated on each state of a counterexample; with primes, on each step."""
    replay: "GivenTrace | None"
    """Compare this behaviour with the specification, in place of exploring it; see `assay.verify.replay.read_trace`."""
    libraries: Sequence[str | Path]
    """Folders with modules, besides the specification's own."""
    parse_only: bool
    """Read the specification and its model, and check nothing."""
    on_progress: Callable[[CheckProgress], bool | None] | None
    """Is called about four times a second; where it returns False, the check stops and tells what it has."""


def check(path: str | Path, **options: Unpack[CheckOptions]) -> CheckResult:
    """Checks a TLA+ specification and says what was found.

    What is wrong with the specification is in the result, not raised: its verdict, its diagnostics and its exit code
    are those of `assay verify`.

    Args:
        path: The root module's file.
        **options: See `CheckOptions`.

    Raises:
        KeyboardInterrupt: Ctrl-C, unless the program handles SIGINT itself.
        TypeError: There is no such option, or a constant has a value that TLA+ does not know.
        ValueError: Both `profile` and `coverage` are asked for.
    """
    unknown = options.keys() - CheckOptions.__annotations__.keys()
    if unknown:
        raise TypeError(f"check has no option {', '.join(sorted(unknown))}")
    if options.get("profile") and options.get("coverage"):
        raise ValueError("profile and coverage exclude each other: coverage evaluates without shortcuts")
    request = request_of(Path(path), options)
    return read_report(_native.check(json.dumps(request), _listener(options.get("on_progress"))), request)


def request_of(root: Path, options: CheckOptions) -> dict[str, Any]:
    """What the native half is asked, as `crates/native/src/verify/request.rs` has it."""
    config, simulate, checkpoint = options.get("config"), options.get("simulate"), options.get("checkpoint")
    root = here_or_shipped(root)
    configuration = here_or_shipped(Path(config)) if config is not None else configuration_beside(root)
    replay = options.get("replay")
    mode = "replay" if replay else "simulate" if simulate else "check"
    return {
        "specification": os.fspath(root),
        "configuration": os.fspath(configuration) if configuration else None,
        "libraries": [os.fspath(folder) for folder in options.get("libraries", ())],
        "overrides": _overrides(options),
        "mode": "parse" if options.get("parse_only") else mode,
        "workers": options.get("workers") or os.cpu_count() or 1,
        "memory_limit": options.get("memory_limit") or half_of_memory(),
        "continue_after_violation": options.get("continue_after_violation", False),
        "coverage": options.get("coverage", False),
        "profile": options.get("profile", False),
        "max_states": options.get("max_states"),
        "max_depth": options.get("max_depth"),
        "max_seconds": options.get("max_seconds"),
        "seed": options.get("seed", 0),
        "simulation": {"depth": simulate.depth, "walks": simulate.walks} if simulate else None,
        "checkpoint": _checkpoint(checkpoint),
        "graph_states": options.get("graph_states"),
        "explain": options.get("explain", False),
        "expressions": list(options.get("expressions", ())),
        "replay": _replay(replay) if replay else None,
    }


def _overrides(options: CheckOptions) -> dict[str, Any]:
    return {
        "constants": _assignments(options.get("constants", ())),
        "init": options.get("init"),
        "next": options.get("next"),
        "specification": options.get("specification"),
        "invariants": list(options.get("invariants", ())),
        "properties": list(options.get("properties", ())),
        "constraints": list(options.get("constraints", ())),
        "check_deadlock": options.get("check_deadlock"),
    }


def half_of_memory() -> int:
    """Bytes: what checks may hold together where nothing else is said."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _assignments(constants: Mapping[str, Value] | Sequence[str]) -> list[str]:
    if isinstance(constants, Mapping):
        return [f"{name} = {tla_text(value)}" for name, value in constants.items()]
    return list(constants)


def _checkpoint(checkpoint: Checkpoint | None) -> dict[str, Any] | None:
    if checkpoint is None:
        return None
    return {
        "directory": os.fspath(checkpoint.folder),
        "seconds": checkpoint.seconds,
        "resume": checkpoint.resume,
    }


def _replay(trace: "GivenTrace") -> dict[str, Any]:
    return {
        "states": [state._asdict() for state in trace.states],
        "texts_are_model_values": trace.texts_are_model_values,
    }


def _listener(on_progress: Callable[[CheckProgress], bool | None] | None) -> Callable[..., bool] | None:
    if on_progress is None:
        return None

    def listen(*figures: Any) -> bool:
        return on_progress(CheckProgress(*figures)) is not False

    return listen
