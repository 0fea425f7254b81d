"""`models.toml`: which models of a shipped protocol are checked, and what is claimed of each."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from assay.errors import Place, SpecificationError
from assay.evidence.verdict import Severity
from assay.verify.mutation.accepted import MutationEntry
from assay.verify.parameters import Parameter
from assay.verify.toml_reading import read_toml

__all__ = ["MANIFEST_NAME", "ClaimedProperty", "Manifest", "ModelEntry", "read_manifest"]

MANIFEST_NAME = "models.toml"

Text = Annotated[str, msgspec.Meta(min_length=1)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+\.(tla|cfg)$")]


class ClaimedProperty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One claim about a model."""

    id: Text
    """Of the claim, for example `verify.lock.mutual-exclusion`."""
    property: Text
    """As the check names it: an invariant, a temporal property, or `no deadlock`."""
    statement: Text
    """True where the property holds."""
    severity: Severity


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model with what is claimed of it."""

    module: FileName
    config: FileName
    claims: tuple[ClaimedProperty, ...]
    expect: Literal["ok", "safety", "deadlock", "liveness"] = "ok"
    """Anything but `ok` for a variant that is broken on purpose and must be caught."""
    distinct_states: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """The exact number, where the model is explored to its end."""
    bounds: tuple[Text, ...] = ()
    """What the model leaves out, in sentences. `{clients}` in them stands for the value of that parameter."""

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError(f"nothing is claimed of {self.config}")
        if self.is_broken_variant and len(self.claims) != 1:
            raise ValueError(f"{self.config} is a broken variant, of which there is exactly one claim")

    @property
    def is_broken_variant(self) -> bool:
        """Whether its claim must be violated."""
        return self.expect != "ok"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is claimed of one protocol."""

    protocol: Name
    """The name of its folder."""
    title: Text
    models: tuple[ModelEntry, ...]
    parameters: tuple[Parameter, ...] = ()
    """What an `assay.toml` may set."""
    mutation: tuple[MutationEntry, ...] = ()
    """Whether its properties would notice mistakes: one entry for each specification."""

    @property
    def files(self) -> list[str]:
        """The files of the folder that it names."""
        models = [name for model in self.models for name in (model.module, model.config)]
        return models + [name for entry in self.mutation for name in (entry.module, *entry.configs)]

    def __post_init__(self) -> None:
        self._refuse_claims()
        self._refuse_parameters()

    def _refuse_claims(self) -> None:
        ids = [claim.id for model in self.models for claim in model.claims]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise ValueError(f"two claims have the id {twice!r}")
        if not ids:
            raise ValueError("there is no model")
        mutated = [entry.module for entry in self.mutation]
        twice = next((name for name in mutated if mutated.count(name) > 1), None)
        if twice:
            raise ValueError(f"the mutants of {twice} are asked for twice")
        foreign = next((name for name in ids if not name.startswith(f"verify.{self.protocol}.")), None)
        if foreign:
            raise ValueError(f"the id {foreign!r} does not begin with verify.{self.protocol}")

    def _refuse_parameters(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two parameters are called {twice!r}")
        configs = {model.config for model in self.models}
        unknown = {config for parameter in self.parameters for config in parameter.models} - configs
        if unknown:
            raise ValueError(f"parameters change models that are not there: {', '.join(sorted(unknown))}")
        for model in self.models:
            for sentence in model.bounds:
                strange = set(re.findall(r"\{([^{}]*)\}", sentence)) - set(names)
                if strange:
                    raise ValueError(f"the bounds of {model.config} speak of a parameter {strange.pop()!r}")

    def assignments(self, model: ModelEntry, given: Mapping[str, int | bool]) -> tuple[str, ...]:
        """The constants of a model that parameters change, as a configuration writes them."""
        return tuple(
            parameter.assignment(given[parameter.name])
            for parameter in self.parameters
            if parameter.name in given and self._changes(parameter, model)
        )

    def not_covered(self, model: ModelEntry, given: Mapping[str, int | bool]) -> tuple[str, ...]:
        """The bounds of a model, with the values of the parameters it was checked with."""
        values = {
            parameter.name: str(
                given[parameter.name]
                if parameter.name in given and self._changes(parameter, model)
                else parameter.default
            )
            for parameter in self.parameters
        }
        return tuple(re.sub(r"\{([^{}]*)\}", lambda found: values[found[1]], sentence) for sentence in model.bounds)

    def _changes(self, parameter: Parameter, model: ModelEntry) -> bool:
        return model.config in parameter.models if parameter.models else not model.is_broken_variant


def read_manifest(folder: Path) -> Manifest:
    """Reads the `models.toml` of a protocol's folder.

    Raises:
        SpecificationError: It is missing or does not follow its form, or a file that it names is not there.
    """
    path = folder / MANIFEST_NAME
    manifest = read_toml(path, Manifest)
    if manifest.protocol != folder.name:
        raise SpecificationError(f"speaks of {manifest.protocol!r}, which is not its folder", where=Place(path))
    missing = [name for name in manifest.files if not (folder / name).is_file()]
    if missing:
        raise SpecificationError(f"names files that are not there: {', '.join(missing)}", where=Place(path))
    return manifest
