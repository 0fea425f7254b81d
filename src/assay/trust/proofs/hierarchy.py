"""What is true of every hierarchy of entities: no entity is its own ancestor, and ancestors of ancestors are ancestors.

It is asserted of the entities that a proof asks about, and only where two answers could form a chain: mostly nowhere,
since a policy asks whether a principal is in a group, and seldom whether that group is in another. A set of answers
that satisfies this can be completed to a hierarchy, so what is left out hides no counterexample, nor invents one.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from assay.trust.proofs.schema import EntityReference
from assay.trust.proofs.smt import Truth, all_of, implies, lifted, opposite, same, z3
from assay.trust.proofs.symbols import Symbols
from assay.trust.proofs.values import Scalar

__all__ = ["MOST_CHAINS", "Hierarchy", "Question", "answer", "hierarchy_of"]

MOST_CHAINS = 20_000
"""Pairs of answers that could form a chain, for one kind of request. What is past this is left out: a counterexample
may then rest on an impossible hierarchy, which Cedar refuses, and is called unknown."""


class Question(NamedTuple):
    """Whether one entity is in another."""

    member: Any
    member_type: str
    group: Any
    group_type: str


class Hierarchy(NamedTuple):
    """What has to be true of the answers, and to which questions; a model tells nothing of others."""

    facts: list[Truth]
    questions: tuple[Question, ...]


def hierarchy_of(symbols: Symbols) -> Hierarchy:
    """Facts about every answer that was asked for, and those that follow from them."""
    questions = dict.fromkeys(_asked(symbols))
    facts = _transitive(symbols, questions)
    facts += [_only_of_what_exists(symbols, one) for one in questions]
    facts += _irreflexive(symbols, questions)
    for member_type, group_type in symbols.asked_all:
        for key in symbols.asked_all[member_type, group_type]:
            entity = Scalar(EntityReference(member_type), symbols.entity_terms[member_type][key])
            ancestors = symbols.ancestors(entity, group_type)
            none = ancestors == z3.EmptySet(z3.IntSort())
            facts.append(implies(opposite(none), symbols.exists(entity)))
    return Hierarchy([fact for fact in facts if fact is not True], tuple(questions))


def _asked(symbols: Symbols) -> list[Question]:
    found = []
    for (member_type, group_type), pairs in symbols.asked.items():
        for member, group in pairs:
            members, groups = symbols.entity_terms[member_type], symbols.entity_terms[group_type]
            found.append(Question(members[member], member_type, groups[group], group_type))
    for (member_type, group_type), keys in symbols.asked_all.items():
        members = symbols.entity_terms[member_type]
        groups = symbols.entity_terms.get(group_type, {})
        found += [Question(members[key], member_type, group, group_type) for key in keys for group in groups.values()]
    return found


def answer(symbols: Symbols, question: Question) -> Truth:
    """Whether the one is in the other, and is not it."""
    entity = Scalar(EntityReference(question.member_type), question.member)
    ancestors = symbols.ancestors(entity, question.group_type)
    return False if ancestors is None else z3.IsMember(lifted(question.group), ancestors)


def _only_of_what_exists(symbols: Symbols, question: Question) -> Truth:
    entity = Scalar(EntityReference(question.member_type), question.member)
    return implies(answer(symbols, question), symbols.exists(entity))


def _irreflexive(symbols: Symbols, questions: Iterable[Question]) -> list[Truth]:
    return [
        implies(same(one.member, one.group), opposite(answer(symbols, one)))
        for one in questions
        if one.member_type == one.group_type
    ]


def _transitive(symbols: Symbols, questions: dict[Question, None]) -> list[Truth]:
    """That ancestors of ancestors are ancestors; adds the questions that this raises."""
    facts: list[Truth] = []
    by_member: dict[str, list[Question]] = {}
    by_group: dict[str, list[Question]] = {}
    open_ones = deque(questions)
    while open_ones:
        new = open_ones.popleft()
        by_member.setdefault(new.member_type, []).append(new)
        by_group.setdefault(new.group_type, []).append(new)
        chains = [(new, second) for second in by_member.get(new.group_type, ())]
        chains += [(first, new) for first in by_group.get(new.member_type, ()) if first is not new]
        for first, second in chains:
            joint = same(first.group, second.member)
            if joint is False:
                continue
            if len(facts) >= MOST_CHAINS:
                return facts
            whole = Question(first.member, first.member_type, second.group, second.group_type)
            chain = all_of((joint, answer(symbols, first), answer(symbols, second)))
            facts.append(implies(chain, answer(symbols, whole)))
            if whole not in questions:
                questions[whole] = None
                open_ones.append(whole)
    return facts
