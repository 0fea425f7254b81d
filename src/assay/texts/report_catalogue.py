"""The entries of the reports that every language has."""

from typing import TypedDict

__all__ = ["OneTwoMany", "Plural", "ReportTexts"]

Plural = tuple[str, str]
"""For one, and for any other number."""

OneTwoMany = tuple[str, str, str]


class ReportTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    # the headline
    no_claims_made: str
    claims_violated: Plural
    variants_missed: Plural
    claims_unknown: Plural
    tasks_without_result: Plural
    both: str
    nothing_violated: str
    every_claim_holds: OneTwoMany
    every_variant_caught: OneTwoMany
    nothing_applies: str
    run_interrupted: str
    run_unfinished: str

    # by their names in `Area`, `Standing`, `TaskStatus`, `Change` and `Outcome`
    area_titles: dict[str, str]
    standings: dict[str, str]
    task_statuses: dict[str, str]
    changes: dict[str, str]
    outcomes: dict[str, str]

    # scores and claims
    counted: dict[str, Plural]
    none_counted: str
    unanswered_tasks: Plural
    cap: str
    cap_also: Plural
    caught_note: str
    missed_note: str
    broken_variant: str
    scope_complete: str
    scope_incomplete: str
    figures: dict[str, str]
    counterexample: str
    counterexample_deadlock: str
    counterexample_invariant: str
    counterexample_liveness: str
    counterexample_other: str
    counterexample_step: str
    counterexample_stuttering: str
    measured: str
    measured_columns: tuple[str, ...]
    load: str
    not_measured: str
    areas_not_measured: str
    points_changed: str

    # labels
    area: str
    score: str
    coverage: str
    claims: str
    claim: str
    severity: str
    all_areas: str
    task: str
    result: str
    time: str
    purpose: str
    covered: str
    not_covered: str
    reproduce: str
    evidence: str
    report: str
    hint: str
    state: str
    action: str
    what_changed: str
    was: str
    nothing_changed: str
    unchanged: Plural
    states_left_out: Plural

    # the page
    skip: str
    run: str
    took: str
    of_hundred: str
    share_covered: str
    claims_below: Plural
    needs_attention: str
    more_below: Plural
    areas: str
    areas_caption: str
    rubric_note: str
    show: str
    search: str
    search_hint: str
    open_all: str
    close_all: str
    shown: str
    copy: str
    copied: str
    copy_by_hand: str
    claims_left_out: Plural
    no_claims: str
    tasks: str
    tasks_caption: str
    reused: str
    how_made: str
    repeat_run: str
    check_report: str
    check_note: str
    seed: str
    machine: str
    machine_value: str
    fingerprint: str
    fingerprint_note: str
    version_value: str
    other_forms: str
    untrusted: str
    show_content: str
    show_beginning: str
    cut_note: str
    bare_note: str

    # other renderings
    markdown_run: str
    markdown_score: str
    markdown_closing: str
    absent: str
    compared: str
    verifies: str
    does_not_verify: str
    checked: str
