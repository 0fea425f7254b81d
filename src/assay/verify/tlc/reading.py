"""TLC's messages read into a `CheckResult`."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from assay.verify.result import (
    Bounds,
    CheckResult,
    Collision,
    Diagnostic,
    Location,
    OutDegree,
    Property,
    PropertyKind,
    PropertyStatus,
    State,
    StateCounts,
    Step,
    Trace,
    Verdict,
)
from assay.verify.tlc.messages import Code, Message, Severity
from assay.verify.tlc.printed_values import value_of_text
from assay.verify.values import Value

__all__ = ["Asked", "Reading"]

_STATISTICS = re.compile(r"([\d,]+) states generated, ([\d,]+) distinct states found, ([\d,]+) states left on queue")
_PROGRESS = re.compile(
    r"Progress\((-?[\d,]+)\) at .*?: ([\d,]+) states generated.*?, ([\d,]+) distinct states found.*?,"
    r" ([\d,]+) states left on queue"
)
_INITIAL = re.compile(r"Finished computing initial states: ([\d,]+)")
_DEPTH = re.compile(r"graph search is ([\d,]+)")
_DEGREE = re.compile(
    r"outdegree of the complete state graph is ([\d.,]+) \(minimum is ([\d,]+), the maximum ([\d,]+) and the 95th"
    r" percentile is ([\d,]+)\)"
)
_COLLISION = re.compile(
    r"calculated \(optimistic\):\s+(?:val = )?([\d.E+-]+)(?:.*?fingerprints:\s+(?:val = )?([\d.E+-]+))?", re.DOTALL
)
_NAMED = re.compile(
    r"(?:Invariant|Action property|Property|Temporal property|Temporal properties) (.+?) (?:is|was|were) violated"
)
_STEP = re.compile(r"(\d+): (?:<(.+?)(?: line (\d+), col (\d+) to line (\d+), col (\d+) of module (\w+))?>)?")
_CONJUNCT = re.compile(r"^(?:/\\ )?(\w+) = ", re.MULTILINE)
_POSITION = re.compile(
    r"[Ll]ine (\d+), col(?:umn)? (\d+)(?: to line (\d+), col(?:umn)? (\d+))?(?:,? (?:of module|in) (\w+))?"
)

_VERDICTS = {
    0: Verdict.OK,
    10: Verdict.ASSUMPTION,
    11: Verdict.DEADLOCK,
    12: Verdict.SAFETY,
    13: Verdict.LIVENESS,
    14: Verdict.SAFETY,
}
"""What TLC ends with, `tlc2.output.EC.ExitStatus`; every other code is an error."""

_VIOLATIONS = {
    Code.INVARIANT_VIOLATED: PropertyKind.INVARIANT,
    Code.INVARIANT_VIOLATED_INITIAL: PropertyKind.INVARIANT,
    Code.ACTION_PROPERTY_VIOLATED: PropertyKind.TEMPORAL,
    Code.PROPERTY_VIOLATED_INITIAL: PropertyKind.TEMPORAL,
    Code.TEMPORAL_PROPERTY_VIOLATED: PropertyKind.TEMPORAL,
}

_KINDS = {
    Code.INVARIANT_VIOLATED: "invariant",
    Code.INVARIANT_VIOLATED_INITIAL: "invariant",
    Code.ACTION_PROPERTY_VIOLATED: "step",
    Code.PROPERTY_VIOLATED_INITIAL: "step",
    Code.TEMPORAL_PROPERTY_VIOLATED: "liveness",
}
"""Of counterexamples, see `assay.verify.result.Trace`."""

_INTRODUCTIONS = {Code.BEHAVIOR_UP_TO_THIS_POINT, Code.COUNTEREXAMPLE}
"""Errors by class, but only headings."""


class Asked(NamedTuple):
    """What TLC was asked to check."""

    specification: Path
    configuration: Path
    workers: int
    seed: int


class Reading:
    """Takes messages in, and makes a result of them at the end.

    Args:
        asked: What was checked.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.counts = StateCounts(generated=0, distinct=0, initial=0, queue=0, depth=0, walks=0)
        self.version = ""
        self._succeeded = False
        self._headline = ""
        self._kind = "error"
        self._name: str | None = None
        self._states: list[State] = []
        self._repeats_from: int | None = None
        self._traces: list[Trace] = []
        self._properties: dict[str, Property] = {}
        self._diagnostics: list[Diagnostic] = []
        self._warnings: list[Diagnostic] = []
        self._printed: list[str] = []
        self._outside: list[str] | None = None
        self._collision: Collision | None = None
        self._degree: OutDegree | None = None
        self._readers: dict[int, Callable[[str], None]] = {
            Code.STATISTICS: self._statistics,
            Code.PROGRESS: self._progress,
            Code.INITIAL_STATES: self._initial,
            Code.INITIAL_STATES_WITH_REPETITIONS: self._initial,
            Code.DEPTH: self._depth,
            Code.OUT_DEGREE: self._out_degree,
            Code.SUCCESS: self._success,
            Code.STATE: self._state,
            Code.STATE_OF_UNFINISHED_STEP: self._state,
            Code.BACK_TO_STATE: self._repeats,
            Code.STUTTERING: self._repeats,
            Code.VERSION: self._version,
            Code.SANY_START: self._begin_parsing,
            Code.SANY_END: self._end_parsing,
        }

    def read_all(self, messages: Iterable[Message]) -> None:
        """Takes in several."""
        for message in messages:
            self.read(message)

    def read(self, message: Message) -> None:
        """Takes in one message."""
        reader = self._readers.get(message.code)
        if message.code == 0:
            (self._printed if self._outside is None else self._outside).append(message.text)
        elif message.code in _VIOLATIONS or message.code in {Code.DEADLOCK, Code.ASSUMPTION_FALSE}:
            self._found(message)
        elif reader:
            reader(message.text)
        elif message.severity in {Severity.ERROR, Severity.BUG} and message.code not in _INTRODUCTIONS:
            self._error(message)
        elif message.severity == Severity.WARNING:
            self._warnings.append(self._diagnostic("tlc-warning", message.text))

    def result(self, exit_code: int, seconds: float, *, ended: tuple[Verdict, int, str] | None = None) -> CheckResult:
        """The result.

        Args:
            exit_code: Of TLC's process.
            seconds: That it took.
            ended: The verdict, exit code and message where the process was ended from outside.
        """
        self._end_trace()
        verdict = _VERDICTS.get(exit_code, Verdict.ERROR)
        message = self._headline or (
            "no violation was found" if exit_code == 0 else f"TLC ended with the code {exit_code}"
        )
        if ended:
            verdict, exit_code, message = ended
        elif verdict is Verdict.OK and not self._succeeded:
            verdict, exit_code, message = Verdict.ERROR, 153, "TLC ended without saying that it completed the check"
        complete = self._succeeded and self.counts.queue == 0
        return CheckResult(
            verdict=verdict,
            exit_code=exit_code,
            message=message,
            module=self._asked.specification.stem,
            specification=self._asked.specification,
            configuration=self._asked.configuration,
            mode="check",
            workers=self._asked.workers,
            seed=self._asked.seed,
            states=self.counts,
            bounds=Bounds(complete=complete, reason="" if complete else f"TLC: {message}", constants={}),
            collision=self._collision,
            out_degree=self._degree,
            actions=(),
            expressions=(),
            properties=tuple(self._properties.values()),
            traces=tuple(self._traces),
            graph=None,
            violations=len(self._traces),
            printed=tuple(line for line in self._printed if line),
            diagnostics=tuple(self._diagnostics),
            warnings=tuple(self._warnings),
            assumed=(),
            seconds=seconds,
            exploration_seconds=seconds,
            held_bytes=0,
            spilled_bytes=0,
        )

    def _found(self, message: Message) -> None:
        self._end_trace()
        named = _NAMED.search(message.text)
        self._name = named[1] if named else None
        headline, _, state = message.text.partition("\n")
        if message.code == Code.DEADLOCK:
            self._kind, headline = "deadlock", "a state without successors is reachable: deadlock"
            self._property("no deadlock", PropertyKind.DEADLOCK)
        elif message.code == Code.ASSUMPTION_FALSE:
            self._kind = "error"
            self._property(headline.rstrip("."), PropertyKind.ASSUMPTION)
            self._diagnostics.append(self._diagnostic("assumption", message.text))
        else:
            self._kind = _KINDS[Code(message.code)]
            headline = f"{self._name} is violated" if self._name else "a temporal property is violated"
            self._property(self._name or "a temporal property", _VIOLATIONS[Code(message.code)])
        self._headline = self._headline or headline.strip()
        if state.strip() and message.code in {Code.INVARIANT_VIOLATED_INITIAL, Code.PROPERTY_VIOLATED_INITIAL}:
            self._state(f"1: <Initial predicate>\n{state}")

    def _property(self, name: str, kind: PropertyKind) -> None:
        self._properties[name] = Property(name, kind, PropertyStatus.VIOLATED, "", None)

    def _error(self, message: Message) -> None:
        text = message.text
        if message.code == Code.PARSING_FAILED and self._outside:
            text = "\n".join([text, *self._outside])
        self._headline = self._headline or text.partition("\n")[0].strip()
        self._diagnostics.append(
            self._diagnostic("assertion" if message.code == Code.ASSERTION_FAILED else "tlc", text)
        )

    def _diagnostic(self, code: str, text: str) -> Diagnostic:
        where = _POSITION.search(text)
        location = None
        if where:
            module = where[5] or self._asked.specification.stem
            location = self._location(module, where[1], where[2], where[3] or where[1], where[4] or where[2])
        at = f"\n --> {location}" if location else ""
        stripped = text.strip()
        return Diagnostic(code, stripped, location, "", None, f"error[{code}]: {stripped}{at}")

    def _location(self, module: str, *numbers: str) -> Location:
        path = self._asked.specification.with_name(f"{module}.tla")
        line, column, end_line, end_column = map(int, numbers)
        return Location(str(path), line, column, end_line, end_column)

    def _state(self, text: str) -> None:
        head, _, body = text.partition("\n")
        found = _STEP.match(head)
        number = int(found[1]) if found else len(self._states) + 1
        if number == 1:
            self._end_states()
        action = None
        if found and found[3]:
            action = Step(found[2], self._location(found[7], found[3], found[4], found[5], found[6]))
        variables = _variables(body)
        before = self._states[-1].variables if self._states else {}
        changed = tuple(name for name, value in variables.items() if self._states and before.get(name) != value)
        self._states.append(State(number=number, action=action, variables=variables, changed=changed))

    def _repeats(self, text: str) -> None:
        """`1: Back to state: <..>` names the state; `3: Stuttering` is the number of one more that is like the last."""
        found = re.match(r"(\d+):\s*(Back|Stuttering)", text)
        if found:
            self._repeats_from = int(found[1]) if found[2] == "Back" else len(self._states)

    def _end_states(self) -> None:
        if self._states:
            trace = Trace(self._kind, self._name, tuple(self._states), repeats_from=self._repeats_from)
            self._traces.append(trace)
            self._states, self._repeats_from = [], None

    def _end_trace(self) -> None:
        self._end_states()
        self._kind, self._name = "error", None

    def _statistics(self, text: str) -> None:
        if found := _STATISTICS.search(text):
            generated, distinct, queue = map(_number, found.groups())
            self.counts = self.counts._replace(generated=generated, distinct=distinct, queue=queue)

    def _progress(self, text: str) -> None:
        if found := _PROGRESS.search(text):
            depth, generated, distinct, queue = map(_number, found.groups())
            self.counts = self.counts._replace(generated=generated, distinct=distinct, queue=queue, depth=max(0, depth))

    def _initial(self, text: str) -> None:
        if found := _INITIAL.search(text):
            self.counts = self.counts._replace(initial=_number(found[1]))

    def _depth(self, text: str) -> None:
        if found := _DEPTH.search(text):
            self.counts = self.counts._replace(depth=_number(found[1]))

    def _out_degree(self, text: str) -> None:
        if found := _DEGREE.search(text):
            minimum, maximum, percentile = map(_number, found.groups()[1:])
            self._degree = OutDegree(minimum, maximum, float(found[1].replace(",", "")), percentile)

    def _success(self, text: str) -> None:
        self._succeeded = True
        if found := _COLLISION.search(text):
            self._collision = Collision(float(found[1]), float(found[2]) if found[2] else None)

    def _version(self, text: str) -> None:
        self.version = text.strip()

    def _begin_parsing(self, _text: str) -> None:
        self._outside = []

    def _end_parsing(self, _text: str) -> None:
        self._outside = None


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _variables(text: str) -> dict[str, Value]:
    r"""`/\ x = 1` on lines of their own, or one `x = 1`; a value may take several lines."""
    starts = list(_CONJUNCT.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {start[1]: value_of_text(text[start.end() : end]) for start, end in zip(starts, ends, strict=False)}
