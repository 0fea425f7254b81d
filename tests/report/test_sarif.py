"""SARIF: the shape that the standard demands, and results only for what calls for action."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence import RunFolder, RunWriter, Verdict
from assay.report import read_report
from assay.report.sarif import render_sarif
from tests.report.sample import COUNTEREXAMPLE, claim, finish, planned, record, store_json, write_run
from tests.report.sarif_shape import SARIF_SHAPE


def parsed(folder: RunFolder) -> Any:
    document = json.loads(render_sarif(folder, read_report(folder)))
    jsonschema.Draft202012Validator(SARIF_SHAPE).validate(document)
    return document


def run_of(folder: RunFolder) -> Any:
    (run,) = parsed(folder)["runs"]
    return run


def test_only_what_calls_for_action_is_a_result(sample: RunFolder) -> None:
    results = run_of(sample)["results"]
    assert [(each["ruleId"], each["kind"], each["level"]) for each in results] == [
        ("verify.raft.one-leader-per-term", "fail", "error"),
        ("verify.raft.vote-not-persisted", "fail", "error"),
        ("verify.lock.liveness", "open", "none"),
    ]


def test_indices_lead_to_what_they_name(sample: RunFolder) -> None:
    run = run_of(sample)
    rules, artifacts = run["tool"]["driver"]["rules"], run["artifacts"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for attachment in result["attachments"]:
            location = attachment["artifactLocation"]
            artifact = artifacts[location["index"]]
            assert artifact["location"]["uri"] == location["uri"]
            assert (sample.path / location["uri"]).stat().st_size == artifact["length"]
            assert location["uri"] == f"artifacts/{artifact['hashes']['sha-256']}"


def test_a_counterexample_is_a_code_flow(sample: RunFolder) -> None:
    result = run_of(sample)["results"][0]
    ((steps,),) = [[thread["locations"] for thread in flow["threadFlows"]] for flow in result["codeFlows"]]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "1: Init",
        "2: Acquire(c1)",
        "3: Tick",
        "4: Acquire(c2)",
    ]
    assert steps[2]["location"]["physicalLocation"] == {
        "artifactLocation": {"uri": "Lock.tla"},
        "region": {"startLine": 40, "startColumn": 3},
    }
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 21


def test_says_which_tasks_gave_no_result(sample: RunFolder) -> None:
    (invocation,) = run_of(sample)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 2


def test_a_place_outside_the_project_is_no_location(tmp_path: Path) -> None:
    states = COUNTEREXAMPLE["states"]
    for number, place in enumerate(("../../etc/passwd:1:1", "/etc/passwd:1:1", "C:\\x:1", "Lock.tla", "a b.tla:1")):
        last = {**states[-1], "action": {"name": "A", "location": place}}
        with RunWriter.create(tmp_path, record(f"run-{number}", plan=(planned("chaos/x"),))) as run:
            trace = store_json(run, "counterexample.json", {**COUNTEREXAMPLE, "states": [last]}, "a way")
            finish(run, {"chaos/x": [claim("chaos.lock.safe", Verdict.VIOLATED, trace)]})
        (location,) = run_of(RunFolder(run.path))["results"][0]["locations"]
        assert "physicalLocation" not in location, place


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_keeps_its_shape_whatever_a_claim_says(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    one = claim("verify.lock.safe", Verdict.VIOLATED, statement=text, explanation=text, reproduce=text)
    run = run_of(write_run(tmp_path_factory.mktemp("runs"), one, system=text, command=text))
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == text
