"""Each attack fails, and shows by succeeding without its defence that it is one."""

import json
import threading
from pathlib import Path

import pytest

from assay.evidence.artifacts import Artifacts
from assay.evidence.verdict import Verdict
from assay.task import TaskContext
from assay.trust.attacks.conducting import require_normal_service, stage
from assay.trust.attacks.defence import Defence
from assay.trust.attacks.token_attacks import TOKEN_ATTACKS
from assay.trust.task_list import tasks_of

ALSO_STOPPED_BY = {
    # Without signatures, no other look at the token is worth anything.
    Defence.SIGNATURE: {
        *("algorithm-none", "algorithm-confusion", "key-in-the-token", "key-by-address", "key-by-path"),
        *("changed-claims", "identity-token"),
    },
    # Who follows the algorithm of the token, or takes its key, does not look at its type either.
    Defence.PINNED_ALGORITHM: {"algorithm-none", "algorithm-confusion", "identity-token"},
    Defence.OWN_KEYS: {"key-in-the-token", "key-by-address", "key-by-path", "identity-token"},
    # Without proofs, nothing that is about proofs is looked at.
    Defence.POSSESSION: {
        *("stolen-token", "stolen-token-as-bearer", "replayed-proof", "proof-of-another-request", "old-proof"),
    },
}
"""Which attacks a missing defence lets in, where these are more than those that name it."""


def test_serves_who_has_the_right() -> None:
    require_normal_service()


def test_a_server_with_all_defences_refuses_each() -> None:
    with stage() as conduct:
        assert [attack.name for attack in TOKEN_ATTACKS if not conduct(attack).was_refused] == []


@pytest.mark.parametrize("defence", Defence)
def test_a_missing_defence_lets_in_exactly_the_attacks_that_it_stops(defence: Defence) -> None:
    with stage(defence) as conduct:
        let_in = {attack.name for attack in TOKEN_ATTACKS if conduct(attack).succeeded}
    named = {attack.name for attack in TOKEN_ATTACKS if attack.defence is defence}
    assert let_in == ALSO_STOPPED_BY.get(defence, named)
    assert named <= let_in


def test_claims_hold_their_controls_are_caught_and_evidence_holds_no_token(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    context = TaskContext(artifacts, cores=1, seed=1, stop=threading.Event(), report=lambda _: None)
    (task,) = tasks_of()
    claims = task.work(context)
    assert len(claims) == 2 * len(TOKEN_ATTACKS)
    for claim in claims:
        assert claim.verdict is claim.expected, claim
        document = artifacts.read(claim.evidence[0]).decode()
        assert "eyJ" not in document, "the beginning of every token"
        assert json.loads(document)["exchanges"]
    assert {claim.expected for claim in claims} == {Verdict.HOLDS, Verdict.VIOLATED}
