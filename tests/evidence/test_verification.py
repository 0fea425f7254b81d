"""Verification of a run: each way in which a folder can lie is found."""

from pathlib import Path

from assay.evidence import FindingKind, RunFolder, RunWriter, Verdict, verify_run
from tests.evidence.recorded import MakeClaim, MakeRun, record


def kinds(run: RunFolder) -> list[FindingKind]:
    return [finding.kind for finding in verify_run(run).findings]


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_untouched_run_verifies(make_run: MakeRun, make_claim: MakeClaim) -> None:
    result = verify_run(make_run(make_claim()))
    assert (result.findings, result.claims, result.artifacts, result.artifact_bytes) == ((), 1, 1, 2)
    assert result.derived == result.recorded


def test_finds_changed_and_missing_artifacts(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim())
    (artifact,) = (run.path / "artifacts").iterdir()
    artifact.write_bytes(b"[]")
    assert kinds(run) == [FindingKind.ARTIFACT_CHANGED]
    artifact.unlink()
    assert kinds(run) == [FindingKind.ARTIFACT_MISSING]


def test_finds_a_verdict_that_was_turned(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim(verdict=Verdict.VIOLATED), make_claim("fencing"))
    edit(run.path / "claims.ndjson", b'"verdict":"violated"', b'"verdict":"holds"')
    assert kinds(run) == [FindingKind.CLAIMS_CHANGED, FindingKind.SCORE_DIFFERS]


def test_finds_a_statement_that_was_turned(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim())
    edit(run.path / "claims.ndjson", b"never", b"always")
    assert kinds(run) == [FindingKind.CLAIMS_CHANGED]


def test_finds_a_claim_that_was_taken_out(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim(), make_claim("fencing"))
    path = run.path / "claims.ndjson"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert FindingKind.CLAIMS_MISSING in kinds(run)


def test_finds_a_score_that_was_raised(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim(verdict=Verdict.VIOLATED))
    edit(run.path / "score.json", b'"points": 0.0', b'"points": 99.0')
    assert kinds(run) == [FindingKind.SCORE_DIFFERS]


def test_finds_that_a_run_did_not_end(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path, record()) as run:
        pass
    assert kinds(run) == [FindingKind.UNFINISHED]
