"""What a specification asks of the run (`TLCGet`) and tells it (`TLCSet`), across the threads of a check."""

from pathlib import Path

from assay.verify import CheckResult, Verdict, check

COUNTER = """---- MODULE Counter ----
EXTENDS Naturals, TLC
VARIABLE x
ASSUME TLCSet(1, <<"first", 7>>)
Init == x = TLCGet(1)[2]
Next == x < 12 /\\ x' = x + 1 /\\ TLCSet(2, x')
Exit == Next /\\ (x = 10 => TLCSet("exit", TRUE))
Last == TLCGet(2) = 12 /\\ TLCGet(1)[1] = "first" /\\ TLCGet("stats").distinct = 6
Settings == PrintT(TLCGet("config"))
====
"""


def checked(folder: Path, configuration: str, workers: int = 1) -> CheckResult:
    (folder / "Counter.tla").write_text(COUNTER)
    (folder / "Counter.cfg").write_text(f"INIT Init\nCHECK_DEADLOCK FALSE\n{configuration}")
    return check(folder / "Counter.tla", workers=workers)


def test_registers_pass_from_assumptions_to_states_to_the_postcondition(tmp_path: Path) -> None:
    result = checked(tmp_path, "NEXT Next\nPOSTCONDITION Last\n", workers=1)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 6), result.message


def test_every_worker_begins_with_the_registers_of_the_assumptions(tmp_path: Path) -> None:
    result = checked(tmp_path, "NEXT Next\n", workers=3)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 6), result.message


def test_specification_can_end_the_check(tmp_path: Path) -> None:
    result = checked(tmp_path, "NEXT Exit\n", workers=1)
    assert (result.verdict, result.exit_code, result.bounds.complete) == (Verdict.OK, 0, False)
    assert "TLCSet" in result.bounds.reason
    assert result.states.distinct < 6


def test_specification_sees_how_it_is_checked(tmp_path: Path) -> None:
    result = checked(tmp_path, "NEXT Next\nPOSTCONDITION Settings\n", workers=2)
    assert result.printed == ('[deadlock |-> FALSE, mode |-> "bfs", seed |-> "0", worker |-> 2]',)
