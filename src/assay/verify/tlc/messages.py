"""TLC's output taken apart.

With `-tool`, TLC puts each message between two marked lines that carry its code and its class (`tlc2.output.MP`):

    @!@!@STARTMSG 2110:1 @!@!@
    Invariant Small is violated.
    @!@!@ENDMSG 2110 @!@!@

What stands outside of such lines is the parser's, or printed by the specification.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

__all__ = ["Code", "Message", "Severity", "messages_of"]

_BEGIN = re.compile(r"@!@!@STARTMSG (-?\d+):(\d) @!@!@")
_END = re.compile(r"@!@!@ENDMSG (-?\d+) @!@!@")


class Severity(IntEnum):
    """The class of a message."""

    NONE = 0
    ERROR = 1
    BUG = 2
    WARNING = 3
    STATE = 4


class Code(IntEnum):
    """The codes of messages (`tlc2.output.EC`) that are read."""

    ASSUMPTION_FALSE = 2104
    INVARIANT_VIOLATED_INITIAL = 2107
    PROPERTY_VIOLATED_INITIAL = 2108
    INVARIANT_VIOLATED = 2110
    ACTION_PROPERTY_VIOLATED = 2112
    DEADLOCK = 2114
    TEMPORAL_PROPERTY_VIOLATED = 2116
    BEHAVIOR_UP_TO_THIS_POINT = 2121
    BACK_TO_STATE = 2122
    ASSERTION_FAILED = 2132
    INITIAL_STATES = 2190
    INITIAL_STATES_WITH_REPETITIONS = 2191
    SUCCESS = 2193
    DEPTH = 2194
    STATISTICS = 2199
    PROGRESS = 2200
    STATE_OF_UNFINISHED_STEP = 2216
    STATE = 2217
    STUTTERING = 2218
    SANY_END = 2219
    SANY_START = 2220
    VERSION = 2262
    COUNTEREXAMPLE = 2264
    OUT_DEGREE = 2268
    PARSING_FAILED = 3002


class Message(NamedTuple):
    """One message; code 0 and severity `NONE` for a line outside of messages."""

    code: int
    severity: int
    text: str


def messages_of(lines: Iterable[str]) -> Iterator[Message]:
    """The messages in `lines`, each as soon as it is complete. The last one may be cut off, and is given as it is."""
    code, severity = 0, 0
    text: list[str] | None = None
    for line in lines:
        bare = line.rstrip("\r\n")
        begins, ends = _BEGIN.fullmatch(bare), _END.fullmatch(bare)
        if begins:
            if text is not None:
                yield Message(code, severity, "\n".join(text))
            code, severity, text = int(begins[1]), int(begins[2]), []
        elif ends and text is not None:
            yield Message(code, severity, "\n".join(text))
            text = None
        elif text is None:
            yield Message(0, 0, bare)
        else:
            text.append(bare)
    if text is not None:
        yield Message(code, severity, "\n".join(text))
