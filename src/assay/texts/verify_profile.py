"""What `assay verify --profile` says. Loaded only there."""

from typing import TypedDict

__all__ = ["PROFILE_TEXTS", "ProfileTexts"]


class ProfileTexts(TypedDict):
    """One language."""

    heading: str
    few_samples: str
    nothing: str
    expressions: str
    more: str
    between: str
    share: str
    seconds: str
    generated: str
    distinct: str
    per_second: str
    own: str
    total: str
    evaluations: str
    kinds: dict[str, str]
    """What an activity is called that is no action; `{name}` is what the specification calls it."""
    advice: dict[str, str]


PROFILE_TEXTS: ProfileTexts = {
    "heading": "where {seconds:.2f} s went, all workers together ({samples:,} samples)",
    "few_samples": "this took too short to say much: use a larger model",
    "nothing": "nothing was explored long enough to be seen",
    "expressions": "the costliest expressions",
    "more": "({count} more; --json lists them)",
    "between": "between its expressions: choosing, assigning, remembering",
    "share": "share",
    "seconds": "seconds",
    "generated": "successors",
    "distinct": "distinct",
    "per_second": "per second",
    "own": "own",
    "total": "total",
    "evaluations": "evaluated",
    "kinds": {
        "queue": "taking states from the queue, waiting",
        "initial": "initial states",
        "guards": "first guards of all actions",
        "constraint": "constraint {name}",
        "action constraint": "action constraint {name}",
        "invariant": "invariant {name}",
        "property": "property {name}, state by state",
        "steps of properties": "temporal properties: tests of steps",
        "states of properties": "temporal properties: tests of states",
        "view": "view {name}",
        "symmetry": "fingerprints under symmetry {name}",
        "fingerprints": "fingerprints",
        "storing": "storing states",
        "graph": "temporal properties: search of the graph",
        "ending": "after the last state",
    },
    "advice": {
        "expression": (
            "{location} takes {share:.0%} of the time by itself: {evaluations:,} evaluations of `{text}` in {operator}."
        ),
        "expression_once": (
            "{location} takes {share:.0%} of the time by itself: `{text}` in {operator}, which is evaluated once."
        ),
        "barren": (
            "{name} takes {share:.0%} of the time and found no new state: all its {generated:,} successors were known. "
            "If it need not be there, leave it out; else a stronger guard saves the time."
        ),
        "impossible": (
            "{name} takes {share:.0%} of the time and can never be taken: finding that out is what takes the time. "
            "Put the guard first that fails most often and costs least."
        ),
        "repeating": (
            "{name} takes {share:.0%} of the time, and {known:.1%} of its successors were known already. "
            "Perhaps its guard can be stronger, or several of its steps one."
        ),
        "invariant": (
            "The invariant {name} takes {share:.0%} of the time. Where its parts are conjuncts, a part is only "
            "evaluated again when a variable changed that it reads."
        ),
        "invariants": "Invariants take {share:.0%} of the time together.",
        "constraint": (
            "The constraint {name} takes {share:.0%} of the time. It is evaluated on every new state, and can often be "
            "said more cheaply as a guard or as a smaller constant."
        ),
        "symmetry": (
            "Fingerprints under SYMMETRY take {share:.0%} of the time: all permutations of each state are hashed."
            " Fewer symmetric values, or no SYMMETRY at all, may be faster."
        ),
        "graph": (
            "Searching the graph for behaviours that violate temporal properties takes {share:.0%} of the time. "
            "A smaller model for those properties alone often finds the same."
        ),
        "steps": (
            "What temporal properties ask of each step takes {share:.0%} of the time. "
            "A smaller model for those properties alone often finds the same."
        ),
        "waiting": (
            "Workers wait {share:.0%} of the time: there are too few states to share at once. Fewer workers do as well."
        ),
        "storing": (
            "{share:.0%} of the time goes into storing and hashing states, not into your expressions: "
            "only fewer states would take less time."
        ),
    },
}
"""In English."""
