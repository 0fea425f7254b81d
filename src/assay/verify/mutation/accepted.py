"""`[[mutation]]` of a `models.toml`: whose mutants are tried, and the survivors that are accepted."""

from pathlib import Path
from typing import Annotated

import msgspec

from assay.verify.toml_reading import read_toml

__all__ = ["AcceptedSurvivor", "MutationEntry", "accepted_beside"]

Text = Annotated[str, msgspec.Meta(min_length=1)]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+\.(tla|cfg)$")]


class AcceptedSurvivor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that no property notices, and why that is right."""

    mutant: Text
    """Its name, as `assay verify --mutate` prints it after the place."""
    reason: Text


class MutationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which model's mutants are tried, and what is expected of its properties."""

    module: FileName
    configs: Annotated[tuple[FileName, ...], msgspec.Meta(min_length=1)]
    """Its models: what one does not notice, the next one tries."""
    sample: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """How many mutants a run tries, always the same ones; all of them where it is not given."""
    min_kill: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9
    """The least share of mutants, of those that differ from the original, that must be noticed."""
    constants: tuple[Text, ...] = ()
    """Values in place of those of the configuration, for a smaller model: `N = 3`."""
    accepted: tuple[AcceptedSurvivor, ...] = ()

    @property
    def reasons(self) -> dict[str, str]:
        """Why a survivor is accepted, by its name."""
        return {survivor.mutant: survivor.reason for survivor in self.accepted}


class _Manifest(msgspec.Struct, frozen=True):
    """What a `models.toml` says of mutants; the rest of it is not looked at."""

    mutation: tuple[MutationEntry, ...] = ()


def accepted_beside(specification: Path, configuration: Path | None) -> dict[str, str]:
    """The accepted survivors: what a `models.toml` in the specification's folder says of a model with others, or alone.

    Raises:
        SpecificationError: The file cannot be read, or a `[[mutation]]` does not follow its form.
    """
    path = specification.parent / "models.toml"
    if configuration is None or not path.is_file():
        return {}
    entries = read_toml(path, _Manifest).mutation
    named = (entry for entry in entries if entry.module == specification.name and configuration.name in entry.configs)
    return next((entry.reasons for entry in named), {})
