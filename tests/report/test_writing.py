"""Reports are written beside the evidence, verify with it, and do not verify once either was touched."""

import json

import jsonschema
import msgspec
import pytest

from assay.errors import EvidenceError
from assay.evidence import FindingKind, RunFolder
from assay.report import REPORT_SCHEMA_VERSION, Report, read_report
from assay.report.schema import SHIPPED_REPORT_SCHEMA, report_schema
from assay.report.verification import verify_with_reports
from assay.report.writing import RENDERINGS, write_reports
from tests.evidence.recorded import MACHINE


def kinds(folder: RunFolder, assay: str = MACHINE.assay) -> list[FindingKind]:
    return [finding.kind for finding in verify_with_reports(folder, assay=assay).findings]


def test_writes_every_report_and_they_verify(sample: RunFolder) -> None:
    report = write_reports(sample)
    assert {path.name for path in sample.path.iterdir()} >= RENDERINGS.keys()
    assert report == read_report(sample)
    assert kinds(sample) == []


@pytest.mark.parametrize("name", sorted(RENDERINGS))
def test_finds_a_report_that_was_touched(sample: RunFolder, name: str) -> None:
    write_reports(sample)
    path = sample.path / name
    path.write_bytes(path.read_bytes().replace(b"violated", b"all good"))
    verification = verify_with_reports(sample, assay=MACHINE.assay)
    assert [(each.kind, each.subject) for each in verification.findings] == [(FindingKind.REPORT_CHANGED, name)]
    # Another version may word a report differently.
    assert kinds(sample, assay="9.9.9") == []


def test_finds_an_artefact_that_was_touched(sample: RunFolder) -> None:
    write_reports(sample)
    evidence = read_report(sample).claims[0].claim.evidence[0]
    sample.artifacts.path_of(evidence).write_bytes(b"{}")
    assert kinds(sample) == [FindingKind.ARTIFACT_CHANGED]


def test_can_be_written_again(sample: RunFolder) -> None:
    write_reports(sample)
    before = {name: (sample.path / name).read_bytes() for name in RENDERINGS}
    write_reports(sample)
    assert {name: (sample.path / name).read_bytes() for name in RENDERINGS} == before


def test_says_what_cannot_be_written(sample: RunFolder) -> None:
    (sample.path / "report.md").mkdir()
    with pytest.raises(EvidenceError, match=r"cannot write report\.md"):
        write_reports(sample)


def test_json_report_fits_its_schema(sample: RunFolder) -> None:
    write_reports(sample)
    content = (sample.path / "report.json").read_bytes()
    document = json.loads(content)
    jsonschema.Draft202012Validator(json.loads(report_schema())).validate(document)
    assert document["schema"] == REPORT_SCHEMA_VERSION == 1
    assert msgspec.json.decode(content, type=Report) == read_report(sample)


def test_shipped_schema_is_the_one_the_types_give() -> None:
    assert SHIPPED_REPORT_SCHEMA.read_bytes() == report_schema()


def test_nothing_of_this_machine_is_in_a_report(sample: RunFolder) -> None:
    write_reports(sample)
    for name in RENDERINGS:
        assert str(sample.path).encode() not in (sample.path / name).read_bytes()
        assert (sample.path / name).read_bytes().endswith(b"\n")
