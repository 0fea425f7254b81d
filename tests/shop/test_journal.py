import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from shop.failing import EXIT_CODE
from shop.journal import Journal, JournalDamagedError
from shop.raft.disk import RaftDisk
from shop.raft.effects import Disk, Persist
from shop.raft.messages import Entry
from tests.repo.files import ROOT


def written(path: Path, *records: bytes) -> None:
    journal = Journal(path)
    journal.append(*records)
    journal.close()


def read(path: Path) -> list[bytes]:
    journal = Journal(path)
    journal.close()
    return journal.take()


def test_holds_what_was_appended(tmp_path: Path) -> None:
    written(tmp_path / "deep" / "j", b"one", b"two")
    written(tmp_path / "deep" / "j", b"three")
    assert read(tmp_path / "deep" / "j") == [b"one", b"two", b"three"]


@pytest.mark.parametrize("cut", range(1, 13))
def test_a_crash_in_the_middle_of_a_record_costs_that_record_only(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    written(path, b"one", b"two")
    path.write_bytes(path.read_bytes()[:-cut])
    assert read(path) == [b"one"]
    written(path, b"three")
    assert read(path) == [b"one", b"three"]


def test_refuses_to_go_on_from_a_damaged_record(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, b"one", b"two")
    path.write_bytes(path.read_bytes().replace(b"one", b"0ne"))
    with pytest.raises(JournalDamagedError, match="record 1"):
        Journal(path)


def test_replaces_all_records_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.append(b"old")
    journal.replace([b"new"])
    journal.append(b"newer")
    journal.close()
    assert read(tmp_path / "j") == [b"new", b"newer"]


def test_refuses_a_record_of_two_lines(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    with pytest.raises(ValueError, match="one line"):
        journal.append(b"a\nb")
    journal.close()


def test_a_record_that_cannot_be_written_is_the_end(tmp_path: Path) -> None:
    """In a process of its own, which may write files of 100 bytes, and is to end at once and say why."""
    script = """
import resource, signal, sys
from pathlib import Path
from shop.failing import EXIT_CODE
from shop.journal import Journal

journal = Journal(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
journal.append(b"short")
journal.append(b"x" * 1000)
print("went on")
"""
    command = [sys.executable, "-c", script, str(tmp_path / "j")]
    ended = subprocess.run(command, cwd=ROOT / "examples" / "shop", capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (EXIT_CODE, "")
    assert ended.stderr.startswith("shop: stopped at once:")
    assert read(tmp_path / "j") == [b"short"]


def test_a_raft_disk_finds_what_was_written_on_it(tmp_path: Path) -> None:
    changes = [
        Persist(1, "s1", 1, None),
        Persist(1, "s1", 1, (Entry(1, "a"), Entry(1, "b"))),
        Persist(2, None, 2, (Entry(2, "c"), Entry(2, "d"))),
        Persist(3, "s2", 4, None),
    ]
    expected = Disk()
    disk = RaftDisk(tmp_path / "raft")
    for change in changes:
        disk.write(change)
        expected = expected.after(change)
    disk.close()
    again = RaftDisk(tmp_path / "raft")
    again.close()
    assert again.found == expected
    assert msgspec.json.encode(again.found.entries[-1]) == b'[2,"d"]'
