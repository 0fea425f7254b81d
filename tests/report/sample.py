"""A run as real ones are: five areas' worth of outcomes, a counterexample, a task that failed. All of it real files."""

import hashlib
import json
from pathlib import Path
from typing import Any

from assay.evidence import Bounds, Claim, Evidence, RunFolder, RunWriter, Severity, Verdict, derive_score
from assay.evidence.events import (
    PlannedTask,
    RunFinished,
    RunStarted,
    TaskFailed,
    TaskFinished,
    TaskNotRun,
    TaskStarted,
)
from assay.evidence.records import RecordedClaim, RunRecord
from assay.report import Completion, Report, Tally
from tests.evidence.recorded import MACHINE, NOW

COUNTEREXAMPLE: dict[str, Any] = {
    "kind": "invariant",
    "name": "MutualExclusion",
    "states": [
        {
            "number": 1,
            "action": {"name": "Init", "location": "Lock.tla:14:3"},
            "variables": {
                "lease": '[holder |-> "none", token |-> 0]',
                "client": '[c1 |-> "idle", c2 |-> "idle"]',
                "clock": "0",
            },
            "changed": ["lease", "client", "clock"],
        },
        {
            "number": 2,
            "action": {"name": "Acquire(c1)", "location": "Lock.tla:21:3"},
            "variables": {
                "lease": '[holder |-> "c1", token |-> 1]',
                "client": '[c1 |-> "holding", c2 |-> "idle"]',
                "clock": "0",
            },
            "changed": ["lease", "client"],
        },
        {
            "number": 3,
            "action": {"name": "Tick", "location": "Lock.tla:40:3"},
            "variables": {
                "lease": '[holder |-> "none", token |-> 1]',
                "client": '[c1 |-> "holding", c2 |-> "idle"]',
                "clock": "3",
            },
            "changed": ["lease", "clock"],
        },
        {
            "number": 4,
            "action": {"name": "Acquire(c2)", "location": "Lock.tla:21:3"},
            "variables": {
                "lease": '[holder |-> "c2", token |-> 2]',
                "client": '[c1 |-> "holding", c2 |-> "holding"]',
                "clock": "3",
            },
            "changed": ["lease", "client"],
        },
    ],
}


RESULT_CONTENT = b'{"distinct": 42}'
RESULT = Evidence(
    name="result.json",
    sha256=hashlib.sha256(RESULT_CONTENT).hexdigest(),
    size=len(RESULT_CONTENT),
    media_type="application/json",
    description="what the checker counted",
)


def record(run: str = "20250102T030405Z-0001", **changes: Any) -> RunRecord:
    fields: dict[str, Any] = {
        "run": run,
        "system": "shop",
        "target": "all",
        "started": NOW,
        "command": "assay run all --seed 7",
        "seed": 7,
        "environment": MACHINE,
        "plan": (),
    }
    return RunRecord(**{**fields, **changes})


def empty_report(**changes: Any) -> Report:
    """A report on nothing, for what can be said without a run folder."""
    fields: dict[str, Any] = {
        "run": "20250102T030405Z-0001",
        "system": "shop",
        "target": "all",
        "completion": Completion.FINISHED,
        "started": NOW,
        "seconds": 1.0,
        "command": "assay run all",
        "seed": 7,
        "environment": MACHINE,
        "fingerprint": MACHINE.fingerprint,
        "tally": Tally(),
        "score": derive_score(()),
        "tasks": (),
        "claims": (),
    }
    return Report(**{**fields, **changes})


def planned(task: str, title: str = "check it") -> PlannedTask:
    return PlannedTask(id=task, title=title, inputs="digest")


def store_json(run: RunWriter, name: str, content: object, description: str) -> Evidence:
    encoded = json.dumps(content, indent=2).encode()
    return run.artifacts.store(name, encoded, media_type="application/json", description=description)


def claim(claim_id: str, verdict: Verdict, *evidence: Evidence, **changes: Any) -> Claim:
    """A claim; without evidence of its own it has some that `write_run` stores."""
    fields: dict[str, Any] = {
        "id": claim_id,
        "statement": "At no time do two clients write under the same lock.",
        "verdict": verdict,
        "severity": Severity.CRITICAL,
        "bounds": Bounds(
            complete=True,
            constants={"Clients": "{c1, c2, c3}", "Lease": "3"},
            distinct_states=123456,
            generated_states=654321,
            depth=27,
            duration_seconds=4.25,
            not_covered=("More than three clients.",),
        ),
        "reproduce": "assay verify specs/lock/Lock.tla --config specs/lock/Lock.cfg",
        "explanation": "The state space was too large for the time that was given."
        if verdict is Verdict.UNKNOWN
        else "",
        "evidence": evidence or ((RESULT,) if verdict in {Verdict.HOLDS, Verdict.VIOLATED} else ()),
    }
    return Claim(**{**fields, **changes})


def write_run(runs: Path, *claims: Claim, run: str = "20250102T030405Z-0001", **changes: Any) -> RunFolder:
    """A run with one task, whose claims these are."""
    task = planned("formal-verification/lock", "the distributed lock")
    with RunWriter.create(runs, record(run, plan=(task,), **changes)) as writer:
        writer.artifacts.store(
            RESULT.name, RESULT_CONTENT, media_type=RESULT.media_type, description=RESULT.description
        )
        finish(writer, {task.id: list(claims)})
    return RunFolder(writer.path)


def finish(writer: RunWriter, claims: dict[str, list[Claim]], *, end: bool = True) -> None:
    """Records these claims by task, and the end of the run."""
    writer.append_event(RunStarted(at=NOW, run=writer.name))
    for task, found in claims.items():
        writer.append_event(TaskStarted(at=NOW, task=task, attempt=1))
        writer.append_claims([RecordedClaim(task=task, attempt=1, claim=each) for each in found])
        writer.append_event(
            TaskFinished(at=NOW, task=task, attempt=1, inputs="digest", claims=len(found), seconds=4.25)
        )
    if end:
        state = writer.state()
        writer.write_score(state, writer.claims(state))
        writer.append_event(RunFinished(at=NOW, exit_code=0, seconds=83.4))


def write_sample(runs: Path) -> RunFolder:
    """A run with every standing that a claim can have, and tasks that failed and were not run."""
    plan = (
        planned("formal-verification/lock", "the distributed lock"),
        planned("formal-verification/raft", "consensus"),
        planned("formal-verification/two-phase-commit", "atomic commit"),
        planned("security/policy", "who may call what"),
        planned("chaos/partition", "the network falls apart"),
    )
    with RunWriter.create(runs, record(plan=plan)) as writer:
        claims = {
            "formal-verification/lock": _lock_claims(writer),
            "formal-verification/raft": _raft_claims(writer),
            "security/policy": _policy_claims(writer),
        }
        finish(writer, claims, end=False)
        writer.append_event(TaskStarted(at=NOW, task=plan[2].id, attempt=1))
        writer.append_event(
            TaskFailed(
                at=NOW,
                task=plan[2].id,
                attempt=1,
                code="specification",
                message="unknown operator `Prepre`",
                where="TwoPhaseCommit.tla:31:12",
                hint="did you mean `Prepare`?",
                seconds=0.12,
            )
        )
        writer.append_event(TaskNotRun(at=NOW, task=plan[4].id, reason="formal-verification/two-phase-commit failed"))
        state = writer.state()
        writer.write_score(state, writer.claims(state))
        writer.append_event(RunFinished(at=NOW, exit_code=1, seconds=83.4))
    return RunFolder(writer.path)


def _lock_claims(writer: RunWriter) -> list[Claim]:
    trace = store_json(writer, "counterexample.json", COUNTEREXAMPLE, "how the lock is given away twice")
    result = store_json(writer, "result.json", {"distinct": 123456, "depth": 27}, "what the checker counted")
    log = writer.artifacts.store(
        "checker.log", b"4 states\nviolated\n", media_type="text/plain", description="what the checker wrote"
    )
    return [
        claim("verify.lock.mutual-exclusion", Verdict.HOLDS, result),
        claim(
            "verify.lock.fencing",
            Verdict.HOLDS,
            result,
            statement="A client whose lease ended writes nothing.",
            severity=Severity.HIGH,
        ),
        claim(
            "verify.lock.no-fencing",
            Verdict.VIOLATED,
            trace,
            log,
            expected=Verdict.VIOLATED,
            statement="Without fencing tokens, no two clients write under the same lock.",
            explanation="MutualExclusion is false in state 4.",
        ),
        claim(
            "verify.lock.liveness",
            Verdict.UNKNOWN,
            statement="Every client that asks for the lock gets it in the end.",
            severity=Severity.MEDIUM,
            bounds=Bounds(complete=False, not_covered=("Temporal properties.",)),
            explanation="Temporal properties are not checked yet.",
        ),
    ]


def _raft_claims(writer: RunWriter) -> list[Claim]:
    trace = store_json(
        writer, "counterexample.json", {**COUNTEREXAMPLE, "name": "OneLeaderPerTerm"}, "two leaders in one term"
    )
    result = store_json(writer, "result.json", {"distinct": 99}, "what the checker counted")
    return [
        claim(
            "verify.raft.one-leader-per-term",
            Verdict.VIOLATED,
            trace,
            statement="No term ever has two leaders.",
            explanation="Two servers lead term 2 after server s1 restarts without its vote.",
        ),
        claim(
            "verify.raft.log-matching",
            Verdict.HOLDS,
            result,
            statement="Logs that agree on an entry agree on all before it.",
        ),
        claim(
            "verify.raft.vote-not-persisted",
            Verdict.HOLDS,
            result,
            expected=Verdict.VIOLATED,
            severity=Severity.HIGH,
            statement="With a vote that is lost in a crash, no term ever has two leaders.",
        ),
    ]


def _policy_claims(writer: RunWriter) -> list[Claim]:
    result = writer.artifacts.store(
        "policy.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="20" height="10"/></svg>',
        media_type="image/svg+xml",
        description="who may call what",
    )
    return [
        claim(
            "trust.policy.deny-by-default",
            Verdict.HOLDS,
            result,
            statement="What no rule allows is denied.",
            bounds=Bounds(complete=True, repetitions=1200),
        ),
        claim(
            "trust.policy.devices",
            Verdict.NOT_APPLICABLE,
            statement="Only known devices reach the administration.",
            severity=Severity.LOW,
            explanation="The system has no devices.",
            bounds=Bounds(complete=True),
        ),
    ]
