"""The options of `assay verify`. Read with argparse: loading typer would take longer than checking a small model."""

import argparse
import re
from pathlib import Path
from typing import NamedTuple, NoReturn

from assay.errors import UsageError
from assay.texts.verify import VERIFY_TEXTS
from assay.verify.checking import Checkpoint, Simulation
from assay.verify.formats import FORMATS

__all__ = ["Options", "read_options"]

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}
_TIMES = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


class Options(NamedTuple):
    """What the command line says."""

    paths: tuple[Path, ...]
    configurations: tuple[Path, ...]
    constants: tuple[str, ...]
    init: str | None
    next: str | None
    specification: str | None
    invariants: tuple[str, ...]
    properties: tuple[str, ...]
    constraints: tuple[str, ...]
    check_deadlock: bool | None
    workers: int | None
    memory_limit: int | None
    continue_after_violation: bool
    max_states: int | None
    max_depth: int | None
    max_seconds: float | None
    seed: int
    simulation: Simulation | None
    checkpoint: Checkpoint | None
    graph_states: int | None
    explain: bool
    expressions: tuple[str, ...]
    replay: Path | None
    interactive: bool
    libraries: tuple[Path, ...]
    parse_only: bool
    changed: bool
    format: str
    output: Path | None
    coverage: bool
    profile: bool
    verbose: bool
    mutation: "Mutation | None"
    engine: str
    tlc_jar: Path | None


class Mutation(NamedTuple):
    """What `--mutate` and its companions say."""

    min_kill: float | None
    sample: int | None
    mutant_seconds: float | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint="see `assay verify --help`")


def read_options(arguments: list[str]) -> Options:
    """Reads the command line; `--help` prints and ends the process.

    Raises:
        UsageError: It asks for something that does not exist or does not fit together.
    """
    given = _parser().parse_args(arguments)
    model_values = [f"{name} = {name}" for name in given.model_value]
    if given.resume and given.checkpoint is None:
        raise UsageError("--resume needs --checkpoint", hint="name the folder that the checkpoints are in")
    if (given.depth or given.walks) and not given.simulate:
        raise UsageError("--depth and --walks are about --simulate", hint="--max-depth bounds a complete check")
    if given.replay and (given.simulate or given.checkpoint or given.graph or given.mutate or given.parse_only):
        raise UsageError(
            "--replay looks at the states of a trace alone",
            hint="leave out --simulate, --checkpoint, --graph, --mutate and --parse-only",
        )
    if given.profile and (given.coverage or given.mutate or given.replay or given.parse_only or given.interactive):
        raise UsageError(
            "--profile is about the time of an exploration, as it is without --coverage",
            hint="leave out --coverage, --mutate, --replay, --parse-only and --interactive",
        )
    return Options(
        paths=tuple(given.paths),
        configurations=tuple(given.config),
        constants=(*given.constant, *model_values),
        init=given.init,
        next=given.next,
        specification=given.spec,
        invariants=tuple(given.invariant),
        properties=tuple(given.property),
        constraints=tuple(given.constraint),
        check_deadlock=given.deadlock,
        workers=given.workers,
        memory_limit=given.memory,
        continue_after_violation=given.continue_,
        max_states=given.max_states,
        max_depth=given.max_depth,
        max_seconds=given.timeout,
        seed=given.seed,
        simulation=Simulation(depth=given.depth or 100, walks=given.walks) if given.simulate else None,
        checkpoint=Checkpoint(given.checkpoint, given.checkpoint_every, resume=given.resume)
        if given.checkpoint
        else None,
        graph_states=given.graph,
        explain=given.explain,
        expressions=tuple(given.eval),
        replay=given.replay,
        interactive=given.interactive,
        libraries=tuple(given.library),
        parse_only=given.parse_only,
        changed=given.changed,
        format="json" if given.json else given.format,
        output=given.output,
        coverage=given.coverage,
        profile=given.profile,
        verbose=given.verbose,
        mutation=_mutation(given),
        engine=_engine(given),
        tlc_jar=given.tlc_jar,
    )


_NATIVE_ONLY = (
    *("constant", "model_value", "init", "next", "spec", "invariant", "property", "constraint", "simulate"),
    *("checkpoint", "max_states", "max_depth", "parse_only", "coverage", "profile", "graph", "mutate", "changed"),
)
"""What TLC is not asked to do: it gets the `.cfg` as it is, and explores every state."""


def _engine(given: argparse.Namespace) -> str:
    engine: str = given.engine
    if engine == "native":
        if given.tlc_jar:
            raise UsageError("--tlc-jar is about --engine tlc and --engine both")
        return engine
    asked = [f"--{name.replace('_', '-')}" for name in _NATIVE_ONLY if getattr(given, name, None)]
    if asked:
        raise UsageError(
            f"--engine {engine} does not go with {', '.join(asked)}", hint="TLC takes the model from a .cfg file"
        )
    return engine


def _mutation(given: argparse.Namespace) -> Mutation | None:
    companions = (given.min_kill, given.sample, given.mutant_timeout)
    if not given.mutate:
        if any(value is not None for value in companions):
            raise UsageError("--min-kill, --sample and --mutant-timeout are about --mutate")
        return None
    if given.simulate or given.checkpoint or given.parse_only or given.graph:
        raise UsageError(
            "--mutate explores every state of each mutant, so it goes with none of"
            " --simulate, --checkpoint, --parse-only and --graph"
        )
    if given.format not in {"text", "json"}:
        raise UsageError("--mutate writes text or json")
    return Mutation(*companions)


def _parser() -> argparse.ArgumentParser:
    texts = VERIFY_TEXTS
    parser = _Parser(
        prog="assay verify",
        description=texts["verify_help"],
        epilog=texts["examples"],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="SPEC", help=texts["paths"])
    _add_model(parser.add_argument_group(texts["group_model"]))
    _add_search(parser.add_argument_group(texts["group_search"]))
    _add_mutation(parser.add_argument_group(texts["group_mutation"]))
    _add_traces(parser.add_argument_group(texts["group_traces"]))
    _add_output(parser.add_argument_group(texts["group_output"]))
    return parser


def _add_model(group: "argparse._ArgumentGroup") -> None:
    texts = VERIFY_TEXTS
    group.add_argument("--config", action="append", default=[], type=Path, metavar="FILE", help=texts["config"])
    group.add_argument("--constant", action="append", default=[], metavar="N=3", help=texts["constant"])
    group.add_argument("--model-value", action="append", default=[], metavar="NAME", help=texts["model_value"])
    group.add_argument("--init", metavar="NAME", help=texts["init"])
    group.add_argument("--next", metavar="NAME", help=texts["next"])
    group.add_argument("--spec", metavar="NAME", help=texts["spec"])
    group.add_argument("--invariant", action="append", default=[], metavar="NAME", help=texts["invariant"])
    group.add_argument("--property", action="append", default=[], metavar="NAME", help=texts["property"])
    group.add_argument("--constraint", action="append", default=[], metavar="NAME", help=texts["constraint"])
    group.add_argument("--deadlock", action=argparse.BooleanOptionalAction, help=texts["deadlock"])
    group.add_argument("--library", action="append", default=[], type=Path, metavar="FOLDER", help=texts["library"])


def _add_search(group: "argparse._ArgumentGroup") -> None:
    texts = VERIFY_TEXTS
    group.add_argument("--engine", choices=("native", "tlc", "both"), default="native", help=texts["engine"])
    group.add_argument("--tlc-jar", type=Path, metavar="FILE", help=texts["tlc_jar"])
    group.add_argument("--workers", "-j", type=_count, metavar="N", help=texts["workers"])
    group.add_argument("--memory", type=_bytes, metavar="512MB", help=texts["memory"])
    group.add_argument("--continue", dest="continue_", action="store_true", help=texts["continue_"])
    group.add_argument("--max-states", type=_count, metavar="N", help=texts["max_states"])
    group.add_argument("--max-depth", type=_count, metavar="N", help=texts["max_depth"])
    group.add_argument("--timeout", type=_seconds, metavar="10m", help=texts["timeout"])
    group.add_argument("--simulate", action="store_true", help=texts["simulate"])
    group.add_argument("--depth", type=_count, metavar="N", help=texts["depth"])
    group.add_argument("--walks", type=_count, metavar="N", help=texts["walks"])
    group.add_argument("--seed", type=int, default=0, metavar="N", help=texts["seed"])
    group.add_argument("--checkpoint", type=Path, metavar="FOLDER", help=texts["checkpoint"])
    group.add_argument(
        "--checkpoint-every", type=_seconds, default=600.0, metavar="10m", help=texts["checkpoint_every"]
    )
    group.add_argument("--resume", action="store_true", help=texts["resume"])
    group.add_argument("--changed", action="store_true", help=texts["changed"])
    group.add_argument("--parse-only", action="store_true", help=texts["parse_only"])


def _add_mutation(group: "argparse._ArgumentGroup") -> None:
    texts = VERIFY_TEXTS
    group.add_argument("--mutate", action="store_true", help=texts["mutate"])
    group.add_argument("--min-kill", type=_share, metavar="90%%", help=texts["min_kill"])
    group.add_argument("--sample", type=_count, metavar="N", help=texts["sample"])
    group.add_argument("--mutant-timeout", type=_seconds, metavar="10s", help=texts["mutant_timeout"])


def _add_traces(group: "argparse._ArgumentGroup") -> None:
    texts = VERIFY_TEXTS
    group.add_argument("--explain", action="store_true", help=texts["explain"])
    group.add_argument("--replay", type=Path, metavar="TRACE", help=texts["replay"])
    group.add_argument("--interactive", action="store_true", help=texts["interactive"])
    group.add_argument("--eval", action="append", default=[], metavar="EXPR", help=texts["eval"])


def _add_output(group: "argparse._ArgumentGroup") -> None:
    texts = VERIFY_TEXTS
    group.add_argument("--format", choices=FORMATS, default="text", help=texts["format"])
    group.add_argument("--json", action="store_true", help=texts["json"])
    group.add_argument("--output", "-o", type=Path, metavar="FILE", help=texts["output"])
    group.add_argument("--graph", type=_count, metavar="STATES", help=texts["graph"])
    group.add_argument("--coverage", action="store_true", help=texts["coverage"])
    group.add_argument("--profile", action="store_true", help=texts["profile"])
    group.add_argument("--verbose", "-v", action="store_true", help=texts["verbose"])


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", "")) if re.fullmatch(r"[0-9][0-9_,]*", text) else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on is needed, not {text!r}")
    return number


def _share(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)( *%)?", text)
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"a share such as 90% or 0.9 is needed, not {text!r}")
    return share


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([kKmMgG]?)(i?[bB])?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"an amount of memory such as 512MB is needed, not {text!r}")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def _seconds(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([smh]?)", text)
    if not match or not float(match[1]):
        raise argparse.ArgumentTypeError(f"a time such as 90s, 10m or 2h is needed, not {text!r}")
    return float(match[1]) * _TIMES[match[2]]
