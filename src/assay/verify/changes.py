"""Which models a change may concern: those that use a changed file, found among the files beside it."""

import re
from collections.abc import Iterable
from pathlib import Path

from assay.verify.discovery import Model, model_of_configuration

__all__ = ["models_that_use"]

_EXTENDS = re.compile(r"\bEXTENDS\s+(\w+(?:\s*,\s*\w+)*)")
_INSTANCE = re.compile(r"\bINSTANCE\s+(\w+)")


def models_that_use(paths: Iterable[Path]) -> list[Model]:
    """The models that a change of these files may concern, each once.

    Of a configuration that is its model; of a module every model in its folder whose specification uses it, itself or
    through modules of the folder. A module that no model uses is a model that is only read. Files that are gone, of
    another kind, or a `.cfg` that is no model's (`setup.cfg`) concern none.
    """
    models: dict[Model, None] = {}
    for path in paths:
        if not path.is_file():
            continue
        if path.suffix == ".cfg":
            found = model_of_configuration(path)
            models.update(dict.fromkeys([found] if found else []))
        elif path.suffix == ".tla":
            using = [model for model in _models_beside(path) if path.stem in _modules_of(model.specification)]
            models.update(dict.fromkeys(using or [Model(path, None, parse_only=True)]))
    return list(models)


def _models_beside(path: Path) -> list[Model]:
    found = (model_of_configuration(configuration) for configuration in sorted(path.parent.glob("*.cfg")))
    return [model for model in found if model]


def _modules_of(specification: Path) -> set[str]:
    """Names of the modules of its folder that a specification uses, its own included.

    Comments are read along: a module that only they name is one too many, which does no harm.
    """
    modules: set[str] = set()
    waiting = [specification]
    while waiting:
        path = waiting.pop()
        if path.stem in modules or not path.is_file():
            continue
        modules.add(path.stem)
        text = path.read_text(encoding="utf-8", errors="replace")
        used = [*_INSTANCE.findall(text), *(name for names in _EXTENDS.findall(text) for name in names.split(","))]
        waiting += [specification.with_name(f"{name.strip()}.tla") for name in used]
    return modules
