"""A scenario file, read: what is wrong with it is one error that points at a line."""

import ast
import difflib
import inspect
import re
import traceback
from pathlib import Path
from typing import Any

import msgspec

from assay.bench.compiling import compiled
from assay.bench.load_test import LoadTest
from assay.bench.scenario.dynamic import DynamicTest
from assay.errors import AssayError, InvalidLoadTestError, Place, UnknownPlaceholderError

__all__ = ["load_scenario"]

LARGEST_SCENARIO = 1024 * 1024
"""Bytes of a scenario file."""

VARIABLE = "test"


def load_scenario(path: str | Path) -> LoadTest | DynamicTest:
    """Runs a scenario file once, and returns the load test that it describes.

    Raises:
        InvalidLoadTestError: It cannot be read, is no Python, raises something, or describes no load test that
            makes sense. The error points at the line and says what to do.
    """
    file = Path(path).resolve()
    tree, source = _parsed(file)
    namespace: dict[str, Any] = {"__file__": str(file), "__name__": "scenario"}
    try:
        exec(compile(source, str(file), "exec"), namespace)  # noqa: S102 # a scenario is a program of its user
    except AssayError:
        raise
    except (Exception, SystemExit) as error:
        raise _raised(error, file, namespace) from error
    return _checked(_found(namespace, file), file, tree)


def _parsed(file: Path) -> tuple[ast.Module, str]:
    try:
        if file.stat().st_size > LARGEST_SCENARIO:
            raise InvalidLoadTestError(f"the scenario is larger than {LARGEST_SCENARIO} bytes", where=Place(file))
        source = file.read_text(encoding="utf-8")
        return ast.parse(source, str(file)), source
    except OSError as error:
        raise InvalidLoadTestError(f"the scenario cannot be read: {error.strerror}", where=Place(file)) from error
    except UnicodeDecodeError as error:
        raise InvalidLoadTestError("the scenario is not UTF-8", where=Place(file)) from error
    except SyntaxError as error:
        place = Place(file, error.lineno or 0, error.offset or 0)
        raise InvalidLoadTestError(f"the scenario is no Python: {error.msg}", where=place) from error
    except ValueError as error:
        raise InvalidLoadTestError(f"the scenario is no Python: {error}", where=Place(file)) from error


def _raised(error: BaseException, file: Path, namespace: dict[str, Any]) -> InvalidLoadTestError:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    message = f"the scenario ended with {type(error).__name__}: {error}"
    return InvalidLoadTestError(message, where=Place(file, (lines or [0])[-1] or 0), hint=_hint(error, namespace))


def _hint(error: BaseException, namespace: dict[str, Any]) -> str | None:
    """The name that was meant, where one is similar."""
    if isinstance(error, NameError):
        return _similar(error.name or "", namespace)
    if isinstance(error, AttributeError):
        return _similar(error.name or "", dir(error.obj))
    if isinstance(error, ImportError):
        match = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
        if match and match[2].startswith("assay.bench"):
            from assay.bench import scenario  # noqa: PLC0415 # it imports this module

            return _similar(match[1], scenario.__all__)
    match = re.search(r"(?:(\w+)\(\) got an unexpected|Unexpected) keyword argument '(\w+)'", str(error))
    if isinstance(error, TypeError) and match:
        return _similar(match[2], _parameters(namespace))
    return None


def _parameters(namespace: dict[str, Any]) -> list[str]:
    """Of everything that the scenario can call."""
    from assay.bench.scenario.steps import StepOptions  # noqa: PLC0415 # only where something went wrong

    names = list(StepOptions.__annotations__)
    for value in list(namespace.values()):
        if isinstance(value, type) and issubclass(value, msgspec.Struct):
            names.extend(value.__struct_fields__)
        elif inspect.isfunction(value):
            names.extend(inspect.signature(value).parameters)
    return names


def _similar(name: str, names: Any) -> str | None:
    found = difflib.get_close_matches(name, [str(one) for one in names], 1)
    return f"did you mean {found[0]}?" if found else None


def _found(namespace: dict[str, Any], file: Path) -> LoadTest | DynamicTest:
    if VARIABLE not in namespace:
        other = next((name for name, value in namespace.items() if isinstance(value, LoadTest | DynamicTest)), None)
        hint = f"rename {other} to {VARIABLE}" if other else f"end it with `{VARIABLE} = LoadTest(...)`"
        raise InvalidLoadTestError(f"the scenario has no `{VARIABLE}`", where=Place(file), hint=hint)
    test = namespace[VARIABLE]
    if not isinstance(test, LoadTest | DynamicTest):
        message = f"`{VARIABLE}` is a {type(test).__name__}, not a LoadTest or DynamicTest"
        raise InvalidLoadTestError(message, where=Place(file))
    return test


def _checked(test: LoadTest | DynamicTest, file: Path, tree: ast.Module) -> LoadTest | DynamicTest:
    if isinstance(test, DynamicTest):
        return test
    try:
        test = msgspec.convert(msgspec.to_builtins(test), LoadTest)
    except (msgspec.ValidationError, TypeError) as error:
        message, _, field = str(error).partition(" - at ")
        place = Place(file, _line_of(tree, field))
        name = field.strip("`").removeprefix("$.")
        raise InvalidLoadTestError(
            f"{name}: {message[:1].lower()}{message[1:]}" if name else message, where=place
        ) from error
    try:
        compiled(test.flows, test.data, test.cookies)
    except UnknownPlaceholderError as error:
        raise InvalidLoadTestError(error.message, where=Place(file, error.line), hint=error.hint) from error
    return test


def _line_of(tree: ast.Module, field: str) -> int:
    """The line on which a field of the test is given its value by name; else the one where `test` is assigned."""
    names = re.findall(r"[A-Za-z_]\w*", field)
    for name in reversed(names):
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == name:
                return node.value.lineno
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == VARIABLE for target in targets):
            return statement.lineno
    return 0
