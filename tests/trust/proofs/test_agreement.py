"""The compiler against Cedar's own evaluator, on policies and requests by chance: decision, reasons and errors.

A few hundred requests in every run of the tests; `ASSAY_PROOFS_REQUESTS=10000` asks for more.
"""

import os
import re
from pathlib import Path
from typing import Any

from assay.trust.proofs.cedar import Judge, schema_as_text
from assay.trust.proofs.compilation import Compiler
from assay.trust.proofs.expressions import Effect, ExpressionPool
from assay.trust.proofs.hierarchy import hierarchy_of
from assay.trust.proofs.policy_set import PolicySet, read_policies
from assay.trust.proofs.schema import EntityId, RequestKind
from assay.trust.proofs.schema_text import read_schema_text
from assay.trust.proofs.smt import Truth, all_of, lifted, z3
from assay.trust.proofs.symbols import Symbols
from tests.trust.proofs.concrete import facts_of
from tests.trust.proofs.random_policies import SCHEMA, TEXTS, Chance

REQUESTS = int(os.environ.get("ASSAY_PROOFS_REQUESTS", "200"))
POLICIES_OF_A_SET = 6
REQUESTS_OF_A_SET = 10
SCHEMA_READ = read_schema_text(schema_as_text(SCHEMA, Path("schema.cedarschema")))


def test_agrees_with_cedar_on_policies_and_requests_by_chance() -> None:
    seen = {"allowed": 0, "errors": 0, "reasons": 0}
    for seed in range(REQUESTS // REQUESTS_OF_A_SET):
        chance = Chance(seed)
        pool = ExpressionPool()
        text = chance.policies(POLICIES_OF_A_SET)
        policies = read_policies({Path("p.cedar"): text}, SCHEMA_READ, pool, source=Path(), checked=False)
        judge = Judge(policies.text, SCHEMA_READ.text)
        for _ in range(REQUESTS_OF_A_SET):
            request, entities = chance.request(), chance.store()
            decision = judge.decide(request, entities)
            assert not decision.refused, (seed, decision.refused)
            errors = {found[1] for error in decision.errors if (found := re.search(r"policy `(\w+)`", error))}
            fine, satisfied = evaluated(policies, request, entities)
            context = f"seed {seed}\n{text}\n{request}\n{entities}\n{decision}"
            assert {policy for policy, truth in fine.items() if not truth} == errors, context
            allowed, reasons = decided(policies, satisfied)
            assert (allowed, reasons) == (decision.allowed, decision.decided_by), context
            seen["allowed"] += allowed
            seen["errors"] += bool(errors)
            seen["reasons"] += bool(reasons)
    assert all(REQUESTS // 20 < count < REQUESTS for count in seen.values()), seen


def evaluated(
    policies: PolicySet, request: dict[str, Any], entities: list[dict[str, Any]]
) -> tuple[dict[str, bool], dict[str, bool]]:
    """By policy: whether it evaluates without an error, and whether it is satisfied, as the terms say."""
    principal, resource = request["principal"]["type"], request["resource"]["type"]
    kind = RequestKind(EntityId("Action", request["action"]["id"]), principal, resource)
    symbols = Symbols(SCHEMA_READ)
    compiler = Compiler(symbols, kind)
    terms = {policy.id: compiler.satisfied(policy.condition) for policy in policies.policies}
    assert not compiler.unmodelled
    solver = z3.Solver()
    known = list(facts_of(request, entities, compiler, symbols, TEXTS))
    solver.add(*map(lifted, [*known, *hierarchy_of(symbols).facts, *symbols.facts]))
    assert solver.check() == z3.sat, "what is known contradicts what is held to be true of all requests"
    model = solver.model()
    fine = {id_: value_in(model, solver, one) for id_, (one, _) in terms.items()}
    satisfied = {id_: value_in(model, solver, one) for id_, (_, one) in terms.items()}
    as_found = [
        *(lifted(terms[id_][0]) == value for id_, value in fine.items()),
        *(lifted(terms[id_][1]) == value for id_, value in satisfied.items()),
    ]
    solver.add(z3.Not(lifted(all_of(as_found))))
    assert solver.check() == z3.unsat, "what is known leaves a policy open"
    return fine, satisfied


def value_in(model: Any, solver: Any, truth: Truth) -> bool:
    value = model.eval(lifted(truth), model_completion=True)
    # Equality of computed sets is a question for the solver, not for a model.
    return bool(z3.is_true(value) or (not z3.is_false(value) and solver.check(value) == z3.sat))


def decided(policies: PolicySet, satisfied: dict[str, bool]) -> tuple[bool, frozenset[str]]:
    by_effect = {
        effect: frozenset(one.id for one in policies.policies if one.effect is effect and satisfied[one.id])
        for effect in Effect
    }
    if by_effect[Effect.FORBID]:
        return False, by_effect[Effect.FORBID]
    return bool(by_effect[Effect.PERMIT]), by_effect[Effect.PERMIT]
