"""What `assay verify` shows of a check while it runs."""

import io

import pytest

from assay.cli.verify_progress import Progress
from assay.verify import CheckProgress


class Terminal(io.StringIO):
    """A terminal, as far as anybody asks."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (CheckProgress(0, 0, 0, 0, 0.1, 0.0), "Lock: evaluating constants and assumptions"),
        (
            CheckProgress(9000, 1200, 30, 7, 1.0, 1200.0),
            "Lock: 1,200 distinct states, 1,200 per second, 30 waiting, depth 7",
        ),
        (
            CheckProgress(9000, 1234, 0, 9, 12.4, 0.0, checks_properties=True),
            "Lock: checking temporal properties on all 1,234 states, after 12 s",
        ),
    ],
)
def test_a_line_says_what_a_check_is_at(progress: CheckProgress, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.cli.verify_progress._QUIET_SECONDS", 0.0)
    terminal = Terminal()
    assert Progress(terminal).tell("Lock", progress)
    assert terminal.getvalue() == f"\r\x1b[2K{shown}"
