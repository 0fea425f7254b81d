"""Every code that an `assay` command ends with. CI scripts depend on them: a code never changes its meaning.

| codes    | who                | meaning                                                             |
|----------|--------------------|---------------------------------------------------------------------|
| 0 to 3   | every command      | see `ExitCode`                                                      |
| 10 to 13 | `assay verify`     | a claim about the specification is violated, as TLC numbers them    |
| 75 to 77 | `assay verify`     | an expression of the specification cannot be evaluated              |
| 150 to 153 | `assay verify`   | the specification or its model cannot be read                       |
| 130      | every command      | interrupted by Ctrl-C (128 + SIGINT, as shells count)               |

Source of the numbers of `assay verify`: TLC's `tlc2.output.EC.ExitStatus`.
"""

from enum import IntEnum, unique


@unique
class ExitCode(IntEnum):
    """How an `assay` command ended."""

    ALL_HOLD = 0
    """Every claim has the verdict that was expected of it, or the command had nothing to judge and did its work."""

    SOME_VIOLATED = 1
    """At least one claim is violated, or was expected to be violated and holds."""

    BAD_USAGE = 2
    """The command line or a configuration file is wrong. Nothing was run."""

    COULD_NOT_COMPLETE = 3
    """A task failed, or a claim stayed unknown: nothing is violated, but not everything is known to hold."""

    VERIFY_ASSUMPTION = 10
    """An ASSUME or a POSTCONDITION is false."""

    VERIFY_DEADLOCK = 11
    """A state without successors was reached."""

    VERIFY_SAFETY = 12
    """An invariant or a safety property is violated."""

    VERIFY_LIVENESS = 13
    """A temporal property is violated."""

    VERIFY_ASSERT = 14
    """An `Assert` of the specification failed."""

    VERIFY_SPECIFICATION_EVALUATION = 75
    """Evaluating the initial or next-state predicate failed."""

    VERIFY_SAFETY_EVALUATION = 76
    """Evaluating an invariant failed."""

    VERIFY_LIVENESS_EVALUATION = 77
    """Evaluating a temporal property failed."""

    INTERRUPTED = 130
    """Ctrl-C. A run that was interrupted can be continued with `assay run --resume`."""

    VERIFY_SPECIFICATION_PARSE = 150
    """The specification cannot be parsed."""

    VERIFY_CONFIGURATION_PARSE = 151
    """The model's `.cfg` file cannot be read."""

    VERIFY_STATE_SPACE_TOO_LARGE = 152
    """A set or a state is too large to be enumerated."""

    VERIFY_SYSTEM = 153
    """The machine gave out: memory, disk, or a file that cannot be read."""
