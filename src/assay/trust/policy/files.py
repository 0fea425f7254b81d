"""Policies, schema and entities as files, and what is wrong with them as errors that point."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from assay._native import Policies
from assay.errors import Place, PolicyError

__all__ = ["PolicySources", "PolicyText", "Warned", "check", "read_folder", "warnings_of"]

SCHEMA_FILE = "schema.cedarschema"
ENTITIES_FILE = "entities.json"
_MOST_FILES = 200
_LARGEST_FILE = 128 * 1024 * 1024
_MORE_SHOWN = 3


class PolicyText(NamedTuple):
    """A text with the name that errors call it by."""

    name: str
    text: str


class PolicySources(NamedTuple):
    """What an engine is loaded from. `folder` is where the names are files, for errors; None: they are only texts."""

    policies: tuple[PolicyText, ...]
    schema: PolicyText
    entities: PolicyText | None = None
    folder: Path | None = None


class Warned(NamedTuple):
    """What the validator finds odd and yet allows, as a policy that can never apply."""

    message: str
    where: Place


class _Problem(msgspec.Struct, frozen=True):
    message: str
    file: str
    line: int
    column: int
    hint: str | None


def read_folder(folder: Path) -> PolicySources:
    """`*.cedar` in alphabetical order, `schema.cedarschema`, and `entities.json` where there is one.

    Raises:
        PolicyError: A file is missing, too large, or not text.
    """
    if not folder.is_dir():
        raise PolicyError("there is no such folder of policies", where=Place(folder))
    paths = sorted(folder.glob("*.cedar"))
    if not paths:
        raise PolicyError("no policies here", where=Place(folder), hint="write them into files called *.cedar")
    if len(paths) > _MOST_FILES:
        raise PolicyError(f"{len(paths)} files of policies, and the limit is {_MOST_FILES}", where=Place(folder))
    if not (folder / SCHEMA_FILE).is_file():
        hint = f"write {SCHEMA_FILE}: it says which actions there are, and what is known of a request"
        raise PolicyError("no schema here", where=Place(folder), hint=hint)
    entities = folder / ENTITIES_FILE
    return PolicySources(
        policies=tuple(_read(path) for path in paths),
        schema=_read(folder / SCHEMA_FILE),
        entities=_read(entities) if entities.exists() else None,
        folder=folder,
    )


def _read(path: Path) -> PolicyText:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise PolicyError(f"larger than {_LARGEST_FILE} bytes", where=Place(path))
        return PolicyText(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"cannot be read: {error}", where=Place(path)) from error


def check(sources: PolicySources, shared: Policies | None = None) -> Policies:
    """Reads, types and checks `sources`; over the schema and entities of `shared`, where it is given.

    Raises:
        PolicyError: Anything is wrong. It points at the first problem and tells of the next ones.
    """
    try:
        if shared is not None:
            return shared.with_policies(_as_json(sources.policies))
        texts = {
            "policies": [text._asdict() for text in sources.policies],
            "schema": sources.schema._asdict(),
            "entities": sources.entities and sources.entities._asdict(),
        }
        return Policies(json.dumps(texts))
    except ValueError as error:
        problems = msgspec.json.decode(error.args[1], type=list[_Problem]) if len(error.args) > 1 else []
        if not problems:
            raise PolicyError(f"these policies cannot be loaded: {error}") from error
        raise _error(problems, sources.folder) from None


def warnings_of(policies: Policies, folder: Path | None) -> tuple[Warned, ...]:
    """What the validator warned of."""
    found = msgspec.json.decode(policies.warnings(), type=list[_Problem])
    return tuple(Warned(problem.message, _place(problem, folder)) for problem in found)


def _as_json(texts: Sequence[PolicyText]) -> str:
    return json.dumps([text._asdict() for text in texts])


def _error(problems: list[_Problem], folder: Path | None) -> PolicyError:
    first, *others = problems
    hint = first.hint or ""
    if others:
        shown = [f"{_place(one, folder)}: {one.message}" for one in others[:_MORE_SHOWN]]
        more = f", and {len(others) - _MORE_SHOWN} more" if len(others) > _MORE_SHOWN else ""
        hint = "; ".join([hint] * bool(hint) + ["also " + "; ".join(shown) + more])
    return PolicyError(first.message, where=_place(first, folder) if first.file else None, hint=hint or None)


def _place(problem: _Problem, folder: Path | None) -> Place:
    path = folder / problem.file if folder else Path(problem.file)
    return Place(path, problem.line, problem.column)
