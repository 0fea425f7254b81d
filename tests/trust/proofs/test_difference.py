"""What a change of policies decides differently."""

from pathlib import Path

from assay.evidence.artifacts import Artifacts
from assay.evidence.verdict import Verdict
from assay.trust.proofs.claims import claim_of_difference
from assay.trust.proofs.difference import Difference, Direction, compare
from assay.trust.proofs.expressions import ExpressionPool
from assay.trust.proofs.limits import Deadline
from assay.trust.proofs.policy_set import read_folder
from tests.trust.proofs.folders import ALL, CLEARED, LOCAL, NO_GUEST, NO_SUSPENDED, PATIENT, SCHEMA, STAFF, folder


def compared(old: Path, new: Path) -> Difference:
    pool = ExpressionPool()
    return compare(read_folder(old, pool), read_folder(new, pool), Deadline(PATIENT))


def test_the_same_rules_in_another_order_decide_the_same(tmp_path: Path) -> None:
    difference = compared(folder(tmp_path / "old", *ALL), folder(tmp_path / "new", *reversed(ALL)))
    assert (difference.changes, difference.untouched, difference.kinds) == ((), 3, 3)


def test_rules_that_say_the_same_in_other_words_decide_the_same(tmp_path: Path) -> None:
    other = CLEARED.replace("principal.clearance > 3 && context.mfa", "!(!context.mfa || principal.clearance <= 3)")
    difference = compared(
        folder(tmp_path / "old", CLEARED, NO_SUSPENDED), folder(tmp_path / "new", other, NO_SUSPENDED)
    )
    assert difference.changes == ()
    assert (difference.added, difference.removed) == (("cleared",), ("cleared",))
    assert difference.verdict(Direction.ALLOWED) is Verdict.HOLDS


def test_shows_what_a_looser_rule_newly_allows(tmp_path: Path) -> None:
    looser = CLEARED.replace("> 3", "> 2")
    difference = compared(folder(tmp_path / "old", *ALL), folder(tmp_path / "new", STAFF, NO_GUEST, looser, LOCAL))
    assert difference.verdict(Direction.ALLOWED) is Verdict.VIOLATED
    assert difference.verdict(Direction.DENIED) is Verdict.HOLDS
    assert {(one.kind.action.id, one.kind.principal) for one in difference.changes} == {
        ("read", "User"),
        ("write", "User"),
    }
    assert all(one.after for one in difference.changes)


def test_shows_what_a_forbid_newly_denies(tmp_path: Path) -> None:
    difference = compared(folder(tmp_path / "old", STAFF), folder(tmp_path / "new", STAFF, NO_GUEST))
    (change,) = difference.changes
    assert (change.direction, change.before, change.after) == (Direction.DENIED, ("staff-read",), ("no-guest",))


def test_a_change_beside_an_unmodelled_rule_is_still_decided(tmp_path: Path) -> None:
    difference = compared(folder(tmp_path / "old", LOCAL), folder(tmp_path / "new", LOCAL, STAFF))
    assert [(one.direction, one.kind.principal) for one in difference.changes] == [(Direction.ALLOWED, "User")]


def test_an_unmodelled_change_is_unknown_and_not_equal(tmp_path: Path) -> None:
    other = LOCAL.replace("10.0.0.0/8", "10.0.0.0/9")
    difference = compared(folder(tmp_path / "old", LOCAL), folder(tmp_path / "new", other))
    assert difference.verdict(Direction.ALLOWED) is Verdict.UNKNOWN
    claim = claim_of_difference(difference, Artifacts(tmp_path / "artifacts"), reproduce="assay trust diff old new")
    assert (claim.verdict, "`isInRange`" in claim.explanation) == (Verdict.UNKNOWN, True)


def test_a_new_action_is_newly_allowed_and_a_gone_one_newly_denied(tmp_path: Path) -> None:
    everyone = "permit(principal is User, action, resource);"
    more = SCHEMA + "action drop appliesTo { principal: User, resource: Service };"
    old, new = folder(tmp_path / "old", everyone), folder(tmp_path / "new", everyone, schema=more)
    difference = compared(old, new)
    assert [(one.direction, one.kind.action.id) for one in difference.changes] == [(Direction.ALLOWED, "drop")]
    assert difference.schema_changed
    back = compared(new, old)
    assert [(one.direction, one.kind.action.id) for one in back.changes] == [(Direction.DENIED, "drop")]
