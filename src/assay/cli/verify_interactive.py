"""`assay verify --interactive`: takes steps one by one, in a terminal or from a pipe."""

import random
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from assay.cli.complaint import uses_colour
from assay.cli.verify_models import options_of_check
from assay.cli.verify_options import Options
from assay.exit_codes import ExitCode
from assay.texts.verify_interactive import INTERACTIVE_TEXTS
from assay.verify.differences import changes_of
from assay.verify.discovery import Model
from assay.verify.exploring import Answer, Choice, Exploration
from assay.verify.formats.explained import guard_lines, reason_lines
from assay.verify.formats.text import changed_lines, trace_lines, value_lines
from assay.verify.result import State, Trace
from assay.verify.values import tla_text

__all__ = ["MAXIMUM_STEPS", "run_interactive"]

MAXIMUM_STEPS = 10_000
"""Of one trace."""
_LISTED = 40
"""Choices that are shown without being asked for."""
_WIDTH = 100
"""Characters of a line where there is no terminal that says."""
_DIGITS = 9
"""Of a number that is read."""
_PROMPT = "> "


def run_interactive(model: Model, options: Options) -> int:
    """Reads commands until the end; returns the exit code."""
    exploration = Exploration(model.specification, **options_of_check(model, options))
    session = _Session(exploration, model, options.seed, sys.stdout)
    return session.run(_commands(sys.stdin))


def _commands(stream: TextIO) -> Iterable[str]:
    """Lines as they are typed, with a prompt and a history; or those of a file or a pipe."""
    if not stream.isatty():
        yield from stream
        return
    import readline  # noqa: F401 # it makes `input` remember lines

    while True:
        try:
            yield input(_PROMPT)
        except EOFError:
            print()
            return


class _Session:
    """Where one is, and how one came there."""

    def __init__(self, exploration: Exploration, model: Model, seed: int, stream: TextIO) -> None:
        self._exploration = exploration
        self._model = model
        self._random = random.Random(seed)  # noqa: S311 # to walk, and again the same way
        self._stream = stream
        self._colour = uses_colour(stream)
        self._path: list[Choice] = []
        self._choices: list[Choice] = []
        self._more = False
        self._commands: dict[str, Callable[[str], None]] = {
            "back": self._back,
            "random": self._at_random,
            "state": lambda _: self._show_state(in_full=True),
            "list": lambda _: self._show_choices(len(self._choices)),
            "trace": lambda _: self._show_trace(),
            "invariants": lambda _: self._show_invariants(),
            "why": lambda _: self._show_blocked(),
            "eval": self._evaluate,
            "save": self._save,
            "help": lambda _: self._say(INTERACTIVE_TEXTS["help"]),
        }

    def run(self, lines: Iterable[str]) -> int:
        """Follows the commands; returns the exit code."""
        answer = self._exploration.initial()
        if answer.diagnostics:
            self._complain(answer, sys.stderr)
            return answer.exit_code
        self._say(INTERACTIVE_TEXTS["begins"].format(module=self._model.specification.stem))
        self._choices, self._more = _distinct(answer.choices), answer.more
        if not self._choices:
            self._say(INTERACTIVE_TEXTS["no_initial"])
            return ExitCode.ALL_HOLD
        if len(self._choices) == 1:
            self._take(self._choices[0])
        else:
            self._show_choices(_LISTED)
        for line in lines:
            command, _, rest = line.strip().partition(" ")
            if command in {"quit", "exit", "q"}:
                break
            try:
                self._follow(command, rest.strip())
            except KeyboardInterrupt:
                self._say(INTERACTIVE_TEXTS["stopped"])
        return ExitCode.ALL_HOLD

    def _follow(self, command: str, rest: str) -> None:
        if not command:
            return
        if command.isdecimal():
            self._take_number(int(command[:_DIGITS]))
            return
        named = [name for name in self._commands if name.startswith(command)]
        if len(named) != 1 and command not in self._commands:
            self._say(INTERACTIVE_TEXTS["no_such_command"].format(command=command))
            return
        self._commands[command if command in self._commands else named[0]](rest)

    def _take_number(self, number: int) -> None:
        if not 1 <= number <= len(self._choices):
            text = INTERACTIVE_TEXTS["no_such_choice" if self._choices else "deadlock"]
            self._say(text.format(number=number, last=len(self._choices)))
            return
        self._take(self._choices[number - 1])

    def _take(self, choice: Choice, *, quietly: bool = False) -> bool:
        if len(self._path) >= MAXIMUM_STEPS:
            self._say(INTERACTIVE_TEXTS["too_deep"].format(limit=MAXIMUM_STEPS))
            return False
        self._path.append(choice)
        return self._arrive(quietly=quietly)

    def _arrive(self, *, quietly: bool = False) -> bool:
        """Finds out what can be done from here, and shows it. Returns whether that is known."""
        answer = self._exploration.successors(self._path[-1].state)
        self._choices, self._more = _distinct(answer.choices), answer.more
        if not quietly or answer.diagnostics:
            self._show_state(in_full=len(self._path) == 1)
            self._show_violations()
            if answer.diagnostics:
                self._complain(answer, self._stream)
            else:
                self._show_choices(_LISTED)
        return not answer.diagnostics

    def _at_random(self, rest: str) -> None:
        for left in range(_count(rest), 0, -1):
            if not self._choices:
                self._say(INTERACTIVE_TEXTS["deadlock"])
                return
            last = left == 1
            if not self._take(self._random.choice(self._choices), quietly=not last):
                return
            if not last and not self._choices:
                self._arrive()
                return

    def _back(self, rest: str) -> None:
        if len(self._path) <= 1:
            self._say(INTERACTIVE_TEXTS["at_the_beginning"])
            return
        del self._path[max(1, len(self._path) - _count(rest)) :]
        self._arrive()

    def _show_state(self, *, in_full: bool) -> None:
        if not self._path:
            self._show_choices(_LISTED)
            return
        here = _trace(self._path[-2:], len(self._path))
        state = here.states[-1]
        action = state.action.label if state.action else "initial state"
        self._say(self._bright(f"state {state.number}: {action}"))
        if in_full or len(here.states) == 1:
            for name, value in state.variables.items():
                for line in value_lines(f"    {name} = ", value):
                    self._say(self._bright(line) if name in state.changed else line)
            return
        for line in changed_lines(here.states[0], state):
            self._say(line if line.startswith("    unchanged:") else self._bright(line))

    def _show_violations(self) -> None:
        answer = self._exploration.invariants(self._path[-1].state)
        violated = [known.name for known in answer.invariants if known.holds is False]
        if violated:
            self._say(self._red(INTERACTIVE_TEXTS["violated"].format(names=", ".join(violated))))

    def _show_choices(self, most: int) -> None:
        if not self._path:
            self._say(INTERACTIVE_TEXTS["choose_initial"])
        elif not self._choices:
            self._say(INTERACTIVE_TEXTS["deadlock"])
        shown = self._choices[:most]
        width = max((len(_label(choice)) for choice in shown), default=0)
        for number, choice in enumerate(shown, start=1):
            line = f"  {number:>3}  {_label(choice):<{width}}  {self._effect(choice)}"
            self._say(self._cut(line))
        if len(self._choices) > most:
            self._say(INTERACTIVE_TEXTS["more_choices"].format(count=len(self._choices) - most))
        elif self._more:
            self._say(INTERACTIVE_TEXTS["more_exist"])

    def _effect(self, choice: Choice) -> str:
        if not self._path:
            return ", ".join(f"{name} = {tla_text(value)}" for name, value in choice.variables.items())
        before = self._path[-1].variables
        signs = {"set": "=", "added": "gains", "removed": "loses"}
        changes = [
            f"{change.path} {signs[change.kind]} {tla_text(change.after)}"
            for name, value in choice.variables.items()
            for change in changes_of(name, before[name], value)
        ]
        return ", ".join(changes) or INTERACTIVE_TEXTS["changes_nothing"]

    def _show_trace(self) -> None:
        for line in trace_lines(_trace(self._path, len(self._path))):
            self._say(line)

    def _show_invariants(self) -> None:
        if not self._path:
            return
        answer = self._exploration.invariants(self._path[-1].state)
        self._complain(answer, self._stream)
        if not answer.invariants and not answer.diagnostics:
            self._say(INTERACTIVE_TEXTS["no_invariants"])
        for known in answer.invariants:
            if known.error:
                self._say(INTERACTIVE_TEXTS["no_value"].format(name=known.name, error=known.error))
            elif known.holds:
                self._say(INTERACTIVE_TEXTS["holds"].format(name=known.name))
            else:
                self._say(self._red(f"violated  {known.name}"))
                for line in reason_lines(known.reason) if known.reason else ():
                    self._say(line)

    def _show_blocked(self) -> None:
        if not self._path:
            return
        answer = self._exploration.blocked(self._path[-1].state)
        self._complain(answer, self._stream)
        for action in answer.blocked:
            for line in guard_lines(action):
                self._say(line)

    def _evaluate(self, rest: str) -> None:
        if not rest or not self._path:
            self._say(INTERACTIVE_TEXTS["eval_needs"])
            return
        here = self._path[-1].state
        answer = self._exploration.evaluate(rest, here)
        found = answer.evaluated
        if found and found.value is None and found.error is None:
            # It is about a step: the one that led here.
            if len(self._path) == 1:
                self._say(INTERACTIVE_TEXTS["no_step_yet"])
                return
            answer = self._exploration.evaluate(rest, self._path[-2].state, here)
            found = answer.evaluated
        self._complain(answer, self._stream)
        if found and found.error:
            self._say(found.error)
        elif found and found.value is not None:
            for line in value_lines("", found.value):
                self._say(line)

    def _save(self, rest: str) -> None:
        words = shlex.split(rest) if rest.count('"') % 2 == 0 and rest.count("'") % 2 == 0 else [rest]
        if len(words) != 1 or not self._path:
            self._say(INTERACTIVE_TEXTS["save_needs"])
            return
        path = Path(words[0])
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(_document(_trace(self._path, len(self._path)), self._model.specification, path))
        except FileExistsError:
            self._say(INTERACTIVE_TEXTS["save_exists"].format(path=path))
        except OSError as error:
            self._say(INTERACTIVE_TEXTS["save_failed"].format(path=path, error=error.strerror))
        else:
            self._say(INTERACTIVE_TEXTS["saved"].format(states=len(self._path), path=path))

    def _complain(self, answer: Answer, stream: TextIO) -> None:
        for diagnostic in answer.diagnostics:
            print(diagnostic.rendered, file=stream)

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)

    def _cut(self, line: str) -> str:
        width = shutil.get_terminal_size((_WIDTH, 0)).columns if self._stream.isatty() else _WIDTH
        return line if len(line) <= width else f"{line[: width - 3]}..."

    def _bright(self, line: str) -> str:
        return f"\x1b[1m{line}\x1b[0m" if self._colour else line

    def _red(self, line: str) -> str:
        return f"\x1b[1;31m{line}\x1b[0m" if self._colour else line


def _distinct(choices: tuple[Choice, ...]) -> list[Choice]:
    """Each way to the same state by the same action once."""
    found: dict[tuple[str, frozenset[object]], Choice] = {}
    for choice in choices:
        found.setdefault((_label(choice), frozenset(choice.variables.items())), choice)
    return list(found.values())


def _label(choice: Choice) -> str:
    return choice.action.label if choice.action else ""


def _trace(path: list[Choice], last: int) -> Trace:
    """The path as a trace whose last state has the number `last`."""
    states = []
    first = last - len(path) + 1
    for number, choice in enumerate(path, start=first):
        before = path[number - first - 1].variables if number > first else {}
        changed = tuple(name for name, value in choice.variables.items() if name in before and before[name] != value)
        states.append(State(number, choice.action, choice.variables, changed))
    return Trace("interactive", None, tuple(states))


def _document(trace: Trace, specification: Path, path: Path) -> str:
    import json

    if path.name.endswith(".itf.json"):
        from assay.verify.formats.itf import document_of

        document = document_of(trace, specification)
    else:
        from assay.verify.formats.json import trace_document

        document = trace_document(trace, specification)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _count(text: str) -> int:
    """How often: a number from 1 on, 1 where it is none."""
    return min(max(1, int(text[:_DIGITS])), MAXIMUM_STEPS) if text.isdecimal() else 1
