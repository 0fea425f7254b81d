"""Claims and run folders for the tests of this folder, all of them real files."""

from pathlib import Path
from typing import Any

import pytest

from assay.evidence import Bounds, Claim, RunFolder, RunWriter, Severity, Verdict
from assay.evidence.artifacts import Artifacts
from assay.evidence.events import RunStarted, TaskFinished, TaskStarted
from assay.evidence.records import RecordedClaim, RunRecord
from tests.evidence.recorded import NOW, TASK, MakeClaim, MakeRun, record


@pytest.fixture
def make_claim(tmp_path: Path) -> MakeClaim:
    evidence = Artifacts(tmp_path / "loose").store(
        "result.json", b"{}", media_type="application/json", description="the result"
    )

    def make(property_name: str = "mutual-exclusion", verdict: Verdict = Verdict.HOLDS, **changes: Any) -> Claim:
        fields: dict[str, Any] = {
            "id": f"verify.lock.{property_name}",
            "statement": "Two clients never hold the lock at once.",
            "verdict": verdict,
            "severity": Severity.CRITICAL,
            "bounds": Bounds(complete=True, constants={"Clients": "2"}),
            "reproduce": "assay verify Lock.tla",
            "explanation": "time ran out" if verdict is Verdict.UNKNOWN else "",
            "evidence": (evidence,),
        }
        return Claim(**{**fields, **changes})

    return make


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """A complete run with these claims, each with its artefact stored in the run."""

    def make(*claims: Claim, record: RunRecord = record()) -> RunFolder:  # noqa: B008 # frozen
        with RunWriter.create(tmp_path / "runs", record) as run:
            run.artifacts.store("result.json", b"{}", media_type="application/json", description="the result")
            run.append_event(RunStarted(at=NOW, run=record.run))
            run.append_event(TaskStarted(at=NOW, task=TASK, attempt=1))
            run.append_claims([RecordedClaim(task=TASK, attempt=1, claim=claim) for claim in claims])
            run.append_event(
                TaskFinished(at=NOW, task=TASK, attempt=1, inputs="digest", claims=len(claims), seconds=1.0)
            )
            state = run.state()
            run.write_score(state, run.claims(state))
        return RunFolder(run.path)

    return make
