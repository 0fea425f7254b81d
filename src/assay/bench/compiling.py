"""Flows as the native half takes them: names become numbers, templates pieces, and unknown names are found out."""

import difflib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from assay.bench.flow import Check, Data, Flow, Selector, Step
from assay.errors import InvalidLoadTestError, UnknownPlaceholderError

__all__ = ["GENERATED", "compiled"]

GENERATED = ("user", "iteration", "uuid")
"""Values that the engine makes for each iteration."""

PLACEHOLDER = re.compile(r"\{\{(?P<literal>[A-Za-z_]\w*)\}\}|\{(?P<name>[A-Za-z_]\w*)(?P<raw>:raw)?\}")


def _unknown(step: Step, name: str, known: Iterable[str]) -> UnknownPlaceholderError:
    given = sorted(known)
    similar = difflib.get_close_matches(name, given, 1)
    hint = f"did you mean {{{similar[0]}}}?" if similar else f"known here are: {', '.join(given)}"
    message = f"step {step.name!r} uses {{{name}}}, which nothing before it gives"
    return UnknownPlaceholderError(message, line=step.line, hint=hint)


class _Numbers:
    """Numbers for names, in the order in which they come."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def compiled(flows: Sequence[Flow], data: Sequence[Data], cookies: str) -> dict[str, Any]:
    """What `crates/native/src/load_test/flows.rs` reads.

    Raises:
        InvalidLoadTestError: Two tables have a column of one name.
        UnknownPlaceholderError: A step uses a value that nothing before it gives.
    """
    numbers = _Numbers()
    columns = list(chain.from_iterable(table.columns for table in data))
    twice = next((name for name in columns if columns.count(name) > 1 or name in GENERATED), None)
    if twice is not None:
        raise InvalidLoadTestError(f"{{{twice}}} would stand for two values", hint=f"rename the column {twice}")
    given = {*columns, *GENERATED}
    return {
        "flows": [_flow(flow, given, numbers) for flow in flows],
        "data": [
            {
                "name": table.name,
                "columns": [numbers.of(name) for name in table.columns],
                "rows": table.rows,
                "order": table.order,
            }
            for table in data
        ],
        "generated": [(numbers.of(name), name) for name in GENERATED],
        "cookies": cookies,
        "variables": numbers.names,
    }


def _flow(flow: Flow, given: set[str], numbers: _Numbers) -> dict[str, Any]:
    known = set(given)
    steps = []
    for step in flow.steps:
        steps.append(_step(step, known, numbers))
        known.update(name for name, _ in step.take)
    return {"name": flow.name, "weight": flow.weight, "steps": steps}


def _step(step: Step, known: set[str], numbers: _Numbers) -> dict[str, Any]:
    def template(text: str, escape: str = "none") -> dict[str, Any]:
        return {"escape": escape, "pieces": _pieces(step, text, known, numbers)}

    return {
        "name": step.name,
        "method": step.method,
        "path": template(step.path, "percent"),
        "headers": [(name, template(value)) for name, value in step.headers],
        "body": template(step.body, step.body_escape),
        "takings": [_taking(numbers.of(name), selector) for name, selector in step.take],
        "checks": [_check(check, template(check.value)) for check in step.expect],
        "pause": msgspec.to_builtins(step.pause),
    }


def _taking(variable: int, selector: Selector) -> dict[str, Any]:
    return {
        "variable": variable,
        "place": selector.place,
        "argument": selector.argument,
        "otherwise": selector.otherwise,
    }


def _check(check: Check, value: dict[str, Any]) -> dict[str, Any]:
    is_pattern = check.comparison == "matches"
    return {
        "name": check.name,
        "place": check.place,
        "argument": check.argument,
        "comparison": check.comparison,
        "ranges": check.ranges,
        "value": {"escape": "none", "pieces": []} if is_pattern else value,
        "pattern": check.value if is_pattern else "",
        "required": check.required,
    }


def _pieces(step: Step, text: str, known: set[str], numbers: _Numbers) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    end = 0
    for match in PLACEHOLDER.finditer(text):
        pieces.append(_text(text[end : match.start()]))
        end = match.end()
        name = match["name"]
        if name is None:
            pieces.append(_text(f"{{{match['literal']}}}"))
            continue
        if name not in known:
            raise _unknown(step, name, known)
        pieces.append({"raw" if match["raw"] else "value": numbers.of(name)})
    pieces.append(_text(text[end:]))
    return [piece for piece in pieces if piece != _text("")]


def _text(text: str) -> dict[str, Any]:
    return {"text": b64encode(text.encode()).decode()}
