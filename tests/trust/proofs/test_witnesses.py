"""Every example that the solver finds for policies by chance is a request that Cedar takes, and decides as foretold."""

from pathlib import Path

import pytest

from assay.trust.proofs.cedar import Judge, schema_as_text
from assay.trust.proofs.expressions import ExpressionPool
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import PolicySet, read_policies
from assay.trust.proofs.schema_text import read_schema_text
from assay.trust.proofs.searching import Search
from assay.trust.proofs.smt import opposite
from assay.trust.proofs.witness import Witness
from tests.trust.proofs.folders import PATIENT
from tests.trust.proofs.random_policies import SCHEMA, Chance

SCHEMA_READ = read_schema_text(schema_as_text(SCHEMA, Path("schema.cedarschema")))


@pytest.mark.parametrize("seed", range(20))
def test_cedar_confirms_what_the_solver_finds(seed: int) -> None:
    policies = by_chance(seed)
    judge = Judge(policies.text, SCHEMA_READ.text)

    def objection(witness: Witness, *, allowed: bool) -> str:
        decision = judge.decide(witness.request, witness.entities)
        return decision.refused or ("" if decision.allowed is allowed else f"{decision} of {witness}")

    for kind in SCHEMA_READ.request_kinds():
        search = Search(SCHEMA_READ, kind, Deadline(PATIENT))
        allowed = search.allowed(policies)
        permitted = search.find(allowed, lambda witness: objection(witness, allowed=True))
        denied = search.find(opposite(allowed), lambda witness: objection(witness, allowed=False))
        assert not permitted.unknown, (policies.text, permitted.unknown)
        assert not denied.unknown, (policies.text, denied.unknown)
        assert permitted.witness or denied.witness


def by_chance(seed: int) -> PolicySet:
    text = f"permit(principal, action, resource);\n{Chance(seed).policies(6)}"
    return read_policies({Path("p.cedar"): text}, SCHEMA_READ, ExpressionPool(), source=Path(), checked=False)
