"""The mutants of the specifications that ship: what is accepted as a survivor is one."""

from pathlib import Path

import pytest

from assay.verify.checking import CheckOptions
from assay.verify.manifest import MANIFEST_NAME, read_manifest
from assay.verify.mutation import MutationOptions, mutate
from assay.verify.mutation.accepted import MutationEntry
from assay.verify.shipped import SPECIFICATIONS

FOLDERS = sorted(path.parent for path in SPECIFICATIONS.glob(f"*/{MANIFEST_NAME}"))
WITH_SURVIVORS = [
    pytest.param(folder, entry, id=Path(entry.module).stem)
    for folder in FOLDERS
    for entry in read_manifest(folder).mutation
    if entry.accepted
]


def models(folder: Path, entry: MutationEntry) -> list[CheckOptions]:
    return [CheckOptions(config=folder / config, constants=entry.constants, workers=2) for config in entry.configs]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_protocol_has_mutants_that_are_tried(folder: Path) -> None:
    assert read_manifest(folder).mutation


@pytest.mark.parametrize(("folder", "entry"), WITH_SURVIVORS)
def test_a_survivor_that_is_accepted_is_one(folder: Path, entry: MutationEntry) -> None:
    options = MutationOptions(only=entry.reasons, reasons=entry.reasons)
    result = mutate(folder / entry.module, options, *models(folder, entry))
    assert {mutant.name for mutant in result.survivors} == set(entry.reasons)
