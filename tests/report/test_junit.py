"""JUnit: well-formed whatever a message holds, and never green for what is not known."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence import RunFolder, Verdict
from assay.report import read_report
from assay.report.junit import render_junit
from tests.report.sample import claim, write_run


def parsed(folder: RunFolder) -> ET.Element:
    return ET.fromstring(render_junit(folder, read_report(folder)))  # noqa: S314 # our own document


def outcomes(root: ET.Element) -> dict[str, str]:
    kinds = ("failure", "error", "skipped")
    return {
        f"{case.get('classname')}.{case.get('name')}": next(
            (kind for kind in kinds if case.find(kind) is not None), "passed"
        )
        for case in root.iter("testcase")
    }


def test_each_claim_is_a_case(sample: RunFolder) -> None:
    assert outcomes(parsed(sample)) == {
        "assay.verify.raft.one-leader-per-term": "failure",
        "assay.verify.raft.vote-not-persisted": "failure",
        "assay.verify.raft.log-matching": "passed",
        "assay.verify.lock.liveness": "error",
        "assay.verify.lock.mutual-exclusion": "passed",
        "assay.verify.lock.fencing": "passed",
        "assay.verify.lock.no-fencing": "passed",
        "assay.formal-verification.two-phase-commit": "error",
        "assay.trust.policy.deny-by-default": "passed",
        "assay.trust.policy.devices": "skipped",
        "assay.chaos.partition": "error",
    }


def test_counts_are_those_of_the_cases(sample: RunFolder) -> None:
    root = parsed(sample)
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["11", "2", "3", "1"]
    for suite in root.iter("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))


def test_a_case_says_how_to_reproduce_it_and_where_the_evidence_is(sample: RunFolder) -> None:
    (case,) = [each for each in parsed(sample).iter("testcase") if each.get("name") == "one-leader-per-term"]
    account = case.findtext("system-out") or ""
    assert "reproduce: assay verify specs/lock/Lock.tla" in account
    assert "not covered: More than three clients." in account
    (link,) = re.findall(r"\[\[ATTACHMENT\|(.*)\]\]", account)
    assert (sample.path / link).is_file()


def test_control_characters_are_written_out(tmp_path: Path) -> None:
    folder = write_run(tmp_path, claim("verify.lock.safe", Verdict.VIOLATED, explanation="\x1b[31m\x00 ]]> <b> \ufffe"))
    failure = parsed(folder).find(".//failure")
    assert failure is not None
    assert failure.text == "\\x1b[31m\\x00 ]]> <b> \\ufffe"


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_is_well_formed_whatever_a_message_holds(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    one = claim("verify.lock.safe", Verdict.UNKNOWN, statement=text, explanation=text, reproduce=text)
    root = parsed(write_run(tmp_path_factory.mktemp("runs"), one, system=text, command=text))
    assert outcomes(root) == {"assay.verify.lock.safe": "error"}
