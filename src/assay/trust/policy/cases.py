"""Tests of policies as data: `tests.toml`, `tests.json`, and files that end so."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from assay.errors import Place, PolicyError
from assay.trust.policy.decision import AccessRequest

__all__ = ["Expectation", "PolicyCase", "PolicyCases", "read_cases"]

_MOST_CASES = 10_000
_LARGEST_FILE = 8 * 1024 * 1024
_ENDINGS = ("tests.toml", "tests.json")


@unique
class Expectation(StrEnum):
    """What a case must end in. A request that does not fit the schema is `refused`, and never passes for `deny`."""

    ALLOW = "allow"
    DENY = "deny"
    REFUSED = "refused"


class _Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    principal: str
    action: str
    resource: str
    expect: Expectation
    context: dict[str, Any] = {}
    because: str | list[str] | None = None


class _Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    context: dict[str, Any] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: list[_Case]
    defaults: _Defaults = _Defaults()


class PolicyCase(NamedTuple):
    """A request with what must be decided.

    `because` holds policies that must be among the deciding ones; empty: no policy decides, nothing permits it; None:
    it does not matter which.
    """

    name: str
    request: AccessRequest
    expect: Expectation
    because: tuple[str, ...] | None
    where: Place


class PolicyCases(NamedTuple):
    """The cases of a folder, in the order of its files."""

    cases: tuple[PolicyCase, ...]
    files: tuple[Path, ...]


def read_cases(folder: Path) -> PolicyCases:
    """Every case of the folder.

    Raises:
        PolicyError: There are none, too many, or one is not of that form; `where` points at it.
    """
    files = tuple(sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(_ENDINGS)))
    cases = tuple(case for path in files for case in _read(path))
    if not cases:
        hint = "write them into tests.toml: [[case]] with name, principal, action, resource and expect"
        raise PolicyError("no policy tests here", where=Place(folder), hint=hint)
    if len(cases) > _MOST_CASES:
        raise PolicyError(f"{len(cases)} policy tests, and the limit is {_MOST_CASES}", where=Place(folder))
    return PolicyCases(cases, files)


def _read(path: Path) -> list[PolicyCase]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise PolicyError(f"larger than {_LARGEST_FILE} bytes", where=Place(path))
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"cannot be read: {error}", where=Place(path)) from error
    try:
        data = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
        file = msgspec.convert(data, _File)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise PolicyError(f"not TOML: {error}", where=Place(path, int(line[1]) if line else 0)) from error
    except msgspec.MsgspecError as error:
        number = re.search(r"case\[(\d+)\]", str(error))
        where = Place(path, _line_of_case(text, int(number[1])) if number else 0)
        raise PolicyError(f"not a policy test: {error}", where=where) from error
    return [_case(case, file.defaults.context, path, text, number) for number, case in enumerate(file.case)]


def _case(case: _Case, defaults: Mapping[str, Any], path: Path, text: str, number: int) -> PolicyCase:
    because = (case.because,) if isinstance(case.because, str) else case.because
    request = AccessRequest(case.principal, case.action, case.resource, {**defaults, **case.context})
    where = Place(path, _line_of_case(text, number))
    return PolicyCase(case.name, request, case.expect, None if because is None else tuple(because), where)


def _line_of_case(text: str, number: int) -> int:
    """0 in JSON, where cases have no line of their own."""
    found = [match.start() for match in re.finditer(r"^[ \t]*\[\[\s*case\s*\]\]", text, re.MULTILINE)]
    return text.count("\n", 0, found[number]) + 1 if number < len(found) else 0
