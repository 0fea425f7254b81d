"""`assay init`: a commented `assay.toml` for the system in this folder, with the specifications found in it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from assay.texts import TEXTS

__all__ = ["command", "configuration_text"]

_MAXIMUM_FOLDERS = 2_000
"""How many folders are searched for specifications before the rest is left to the user."""

_MAXIMUM_SPECIFICATIONS = 50

_NOT_OURS = {"node_modules", "target", "states", "__pycache__", "venv", "build", "dist"}


def command(
    *,
    force: Annotated[bool, typer.Option("--force", help=TEXTS["force_help"])] = False,
) -> int:
    """See `init_help` in the catalogue of texts."""
    from assay.errors import Place, UsageError
    from assay.system import CONFIGURATION_NAME, parse_system

    path = Path.cwd() / CONFIGURATION_NAME
    if path.exists() and not force:
        raise UsageError("there is one already", where=Place(path), hint="`assay init --force` writes over it")
    specifications = _specifications(path.parent)
    text = configuration_text(path.parent.resolve().name, specifications)
    # Read before it is written: what `init` writes must never be refused by `run`.
    parse_system(text, path)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=Place(path)) from error
    typer.echo(TEXTS["init_written"].format(path=os.path.relpath(path)))
    if specifications:
        found = ", ".join(str(specification) for specification in specifications)
        typer.echo(TEXTS["init_found"].format(specifications=found))
    else:
        typer.echo(TEXTS["init_found_none"])
    return 0


def configuration_text(folder_name: str, specifications: list[Path]) -> str:
    """The text of an `assay.toml`.

    Args:
        folder_name: What to call the system.
        specifications: `.tla` files with a `.cfg` beside them, relative to the folder.
    """
    import json

    from assay.system.configuration import name_from_file
    from assay.texts.assay_toml import ASSAY_TOML, EXAMPLE_SPECIFICATION, FOUND_SPECIFICATION

    taken: set[str] = set()
    entries = []
    for path in specifications:
        name = name_from_file(path.stem)
        unique = next(
            name if count == 1 else f"{name}-{count}" for count in range(1, 1000) if _free(name, count, taken)
        )
        taken.add(unique)
        # A JSON string is a TOML basic string as well.
        entries.append(FOUND_SPECIFICATION.format(name=unique, path=json.dumps(path.as_posix())))
    return ASSAY_TOML.format(
        system=name_from_file(folder_name)[:80].strip("-"),
        specifications="\n".join(entries) if entries else EXAMPLE_SPECIFICATION,
    )


def _free(name: str, count: int, taken: set[str]) -> bool:
    return (name if count == 1 else f"{name}-{count}") not in taken


def _specifications(root: Path) -> list[Path]:
    """Specifications below `root` that have a model of the same name, sorted, relative to it."""
    found: list[Path] = []
    for folder, files in _folders(root):
        names = set(files)
        found += [
            (folder / name).relative_to(root)
            for name in files
            if name.endswith(".tla") and f"{name.removesuffix('.tla')}.cfg" in names
        ]
    return sorted(found)[:_MAXIMUM_SPECIFICATIONS]


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    for count, (folder, folders, files) in enumerate(os.walk(root)):
        if count >= _MAXIMUM_FOLDERS:
            return
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_OURS)
        yield Path(folder), files
