"""Which models there are: specifications with their configurations, found by their names.

- `Spec.tla` is checked with `Spec.cfg` beside it; where there is none but `MCSpec.tla` with `MCSpec.cfg`, those are
  what is meant; where there is neither, `Spec.tla` is checked without a configuration.
- A `.cfg` belongs to the module of the same name, else to the one with the longest name that its own begins with
  (`PrisonerSolo.cfg` to `Prisoner.tla`).
- A folder stands for every model in it and below.
- `specs/...` is the folder of that name here, else that of the specifications that ship with Assay.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assay.errors import Place, UsageError
from assay.verify.shipped import here_or_shipped

__all__ = ["MAXIMUM_MODELS", "Model", "configuration_beside", "find_models", "model_of_configuration"]

MAXIMUM_MODELS = 1000
"""A folder with more models than this was probably not meant."""

_SPECIFICATION = ".tla"
_CONFIGURATION = ".cfg"
_MODEL_PREFIX = "MC"


class Model(NamedTuple):
    """What is checked at once."""

    specification: Path
    configuration: Path | None
    parse_only: bool = False
    """It is only read: a module that no model uses."""

    def __str__(self) -> str:
        """The specification, and the configuration where its name says something else."""
        if self.configuration is None or self.configuration.stem == self.specification.stem:
            return str(self.specification)
        return f"{self.specification} ({self.configuration.name})"


def find_models(path: Path, configurations: tuple[Path, ...] = ()) -> list[Model]:
    """The models that `path` stands for.

    Args:
        path: A specification, a configuration, or a folder.
        configurations: With a specification: its models, in place of those found by name.

    Raises:
        UsageError: There is no such file, or no model in it.
    """
    path = here_or_shipped(path)
    if path.is_dir():
        return _models_in(path)
    if path.suffix == _CONFIGURATION:
        return [Model(_module_of(path), path)]
    specification = path if path.suffix == _SPECIFICATION else path.with_name(f"{path.name}{_SPECIFICATION}")
    if not specification.is_file():
        raise UsageError(f"there is no file {specification}", hint="name a .tla file, a .cfg file or a folder")
    if configurations:
        return [Model(specification, here_or_shipped(configuration)) for configuration in configurations]
    return [_model_of(specification)]


def configuration_beside(specification: Path) -> Path | None:
    """The `.cfg` of the same name in the same folder."""
    configuration = specification.with_suffix(_CONFIGURATION)
    return configuration if configuration.is_file() else None


def _model_of(specification: Path) -> Model:
    configuration = configuration_beside(specification)
    if configuration is None:
        model = specification.with_name(f"{_MODEL_PREFIX}{specification.name}")
        beside_model = configuration_beside(model)
        if model.is_file() and beside_model is not None:
            return Model(model, beside_model)
    return Model(specification, configuration)


def model_of_configuration(configuration: Path) -> Model | None:
    """The model of a `.cfg` file; None where no specification beside it fits its name."""
    modules = _fitting_modules(configuration)
    return Model(max(modules, key=lambda path: len(path.stem)), configuration) if modules else None


def _fitting_modules(configuration: Path) -> list[Path]:
    modules = configuration.parent.glob(f"*{_SPECIFICATION}")
    return [path for path in modules if configuration.stem.startswith(path.stem)]


def _module_of(configuration: Path) -> Path:
    model = model_of_configuration(configuration)
    if not configuration.is_file():
        raise UsageError(f"there is no file {configuration}")
    if model is None:
        raise UsageError(
            f"no specification in {configuration.parent} fits {configuration.name}",
            where=Place(configuration),
            hint=f"name it: assay verify Spec{_SPECIFICATION} --config {configuration}",
        )
    return model.specification


def _models_in(folder: Path) -> list[Model]:
    models: list[Model] = []
    for configuration in _configurations_in(folder):
        if len(models) == MAXIMUM_MODELS:
            raise UsageError(f"{folder} has more than {MAXIMUM_MODELS} models", hint="name a folder further down")
        models.append(Model(_module_of(configuration), configuration))
    if not models:
        raise UsageError(f"there is no model in {folder}", hint=f"a model is a {_CONFIGURATION} file beside its module")
    return models


def _configurations_in(folder: Path) -> Iterator[Path]:
    """Hidden folders, `states` and the like of other tools are left out by their leading dot."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(_CONFIGURATION))
