"""The terminal: one line a claim, colour only where there is a terminal."""

import io

from rich.console import Console

from assay.evidence import RunFolder, Verdict
from assay.report import read_report
from assay.report.terminal import print_report
from tests.report.sample import claim, write_run


def printed(folder: RunFolder, *, terminal: bool = False, width: int = 80) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=width, color_system="truecolor" if terminal else None)
    print_report(console, read_report(folder), folder.path)
    return stream.getvalue()


def test_prints_one_line_a_claim_and_more_for_what_calls_for_action(sample: RunFolder) -> None:
    lines = printed(sample).splitlines()
    assert lines[:4] == [
        "Formal verification",
        "  violated        No term ever has two leaders.  verify.raft.one-leader-per-term",
        "                  Two servers lead term 2 after server s1 restarts without its vote.",
        "                  reproduce: assay verify specs/lock/Lock.tla --config specs/lock/Lock.cfg",
    ]
    assert sum("verify.lock.mutual-exclusion" in line for line in lines) == 1


def test_prints_coverage_beside_every_score(sample: RunFolder) -> None:
    text = printed(sample)
    assert (
        "Formal verification     40      81 %  "
        "1 violated, 1 not caught, 1 unknown, 3 hold, 1 caught, 1 task without a result" in text
    )
    assert "all                     40      60 %" in text
    assert "Formal verification: Held at 40" in text
    assert "not measured: performance, observability" in text


def test_says_where_the_report_is_once_it_is_there(sample: RunFolder) -> None:
    assert "report:" not in printed(sample)
    (sample.path / "report.html").touch()
    assert printed(sample).endswith(f"report: {sample.path / 'report.html'}\n")


def test_colours_and_cuts_only_on_a_terminal(sample: RunFolder) -> None:
    assert "\x1b[" not in printed(sample)
    narrow = printed(sample, terminal=True, width=40)
    assert "\x1b[" in narrow
    assert "verify.lock.mutual-exclusion" not in narrow
    assert "…" in narrow


def test_a_claim_cannot_command_the_terminal(sample: RunFolder) -> None:
    folder = write_run(
        sample.path.parent,
        claim("verify.lock.safe", Verdict.UNKNOWN, statement="\x1b[2J [bold]x", explanation="\x1b]0;t\x07"),
        run="x",
    )
    text = printed(folder)
    assert "\x1b" not in text
    assert "␛[2J [bold]x" in text
