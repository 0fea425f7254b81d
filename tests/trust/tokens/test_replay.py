import multiprocessing
import os
import secrets
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assay.errors import TokenError
from assay.trust.tokens.replay import ReplayStore
from tests.trust.tokens.made import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seen.db"


@pytest.fixture
def store(path: Path) -> Iterator[ReplayStore]:
    opened = ReplayStore(path, maximum_entries=10)
    yield opened
    opened.close()


def accepts(store: ReplayStore, value: str, *, expires_at: float = NOW + 60, now: float = NOW) -> bool:
    try:
        store.claim("it", value, expires_at=expires_at, now=now)
    except TokenError as refused:
        if "seen before" in refused.message:
            return False
        raise
    return True


def test_accepts_a_value_once_until_its_time_is_over(store: ReplayStore) -> None:
    assert accepts(store, "a")
    assert not accepts(store, "a")
    assert not accepts(store, "a", now=NOW + 59.999)
    assert accepts(store, "b")
    assert accepts(store, "a", now=NOW + 60, expires_at=NOW + 120)
    assert not accepts(store, "a", now=NOW + 119, expires_at=NOW + 180)
    assert store.live_entries(NOW + 61) == 1


def test_kinds_do_not_disturb_each_other(store: ReplayStore) -> None:
    store.claim("a", "bc", expires_at=NOW + 1, now=NOW)
    store.claim("ab", "c", expires_at=NOW + 1, now=NOW)
    store.claim("abc", "", expires_at=NOW + 1, now=NOW)
    assert store.live_entries(NOW) == 3


def test_refuses_everything_when_it_is_full_and_says_which_limit(store: ReplayStore) -> None:
    for number in range(10):
        assert accepts(store, str(number), expires_at=NOW + 60 + number)
    with pytest.raises(TokenError, match=r"full: 10 live entries \(maximum_entries\)"):
        store.claim("it", "new", expires_at=NOW + 60, now=NOW)
    assert not accepts(store, "0")
    # One is over: there is room for one.
    assert accepts(store, "new", now=NOW + 60, expires_at=NOW + 120)
    with pytest.raises(TokenError, match="full"):
        store.claim("it", "newer", expires_at=NOW + 120, now=NOW + 60)


def test_a_clock_that_goes_back_forgives_nothing(store: ReplayStore) -> None:
    assert accepts(store, "a")
    assert accepts(store, "b", now=NOW + 100, expires_at=NOW + 160)
    with pytest.raises(TokenError, match="the clock went back"):
        store.claim("it", "a", expires_at=NOW + 60, now=NOW)
    with pytest.raises(TokenError, match="time of what is to be remembered is over"):
        store.claim("it", "c", expires_at=NOW, now=NOW)


def test_counts_right_when_a_value_comes_again_before_it_was_forgotten(path: Path) -> None:
    with closing(ReplayStore(path, maximum_entries=200)) as store:
        for number in range(100):
            assert accepts(store, str(number), expires_at=NOW + 60 + number / 100)
        # More expired than one claim forgets; the last of them is still there.
        assert accepts(store, "99", now=NOW + 70, expires_at=NOW + 130)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT entries, (SELECT count(*) FROM seen) FROM state").fetchone() == (36, 36)


def test_remembers_when_it_is_opened_again(store: ReplayStore, path: Path) -> None:
    assert accepts(store, "a")
    with closing(ReplayStore(path, maximum_entries=10)) as other:
        assert not accepts(other, "a")
        assert accepts(other, "b")
    assert not accepts(store, "b")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def claim_all(path: Path, count: int, accepted: "multiprocessing.Queue[int]") -> None:
    with closing(ReplayStore(path)) as store:
        accepted.put(sum(accepts(store, str(number)) for number in range(count)))


def test_accepts_each_value_once_over_all_processes(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    accepted = context.Queue()
    processes = [context.Process(target=claim_all, args=(path, 100, accepted)) for _ in range(3)]
    for process in processes:
        process.start()
    counts = [accepted.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    accepted.close()
    accepted.join_thread()
    assert sum(counts) == 100


def claim_until_killed(path: Path, last: "multiprocessing.Queue[str]") -> None:
    with closing(ReplayStore(path)) as store:
        for number in range(1_000_000):
            accepts(store, str(number))
            if number == 50:
                last.put(str(number))


def test_what_a_killed_process_accepted_stays_accepted(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    reached = context.Queue()
    process = context.Process(target=claim_until_killed, args=(path, reached))
    process.start()
    assert reached.get(timeout=120) == "50"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    reached.close()
    reached.join_thread()
    with closing(ReplayStore(path)) as store:
        assert not any(accepts(store, str(number)) for number in range(51))
        with closing(sqlite3.connect(path)) as connection:
            counted = connection.execute("SELECT (SELECT count(*) FROM seen) = entries FROM state").fetchone()
            assert counted == (1,)


def test_nothing_is_accepted_when_the_file_is_damaged(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"no database at all, and long enough to be looked at by whoever opens it" * 20)
    with pytest.raises(TokenError, match="damaged"):
        ReplayStore(path)
    with pytest.raises(TokenError, match="cannot be opened"):
        ReplayStore(tmp_path / "no-such-folder" / "seen.db")
    with pytest.raises(TokenError, match="at least one"):
        ReplayStore(tmp_path / "none.db", maximum_entries=0)


def test_a_hundred_thousand_live_entries_take_less_than_20_mib(path: Path) -> None:
    """A tenth of what is promised of a million, which `bench/replay.py` fills by real claims."""
    count = 100_000
    with closing(ReplayStore(path, maximum_entries=count)) as store:
        assert accepts(store, "first", expires_at=NOW + 600)
        # As the store writes them, in no order, but in one transaction.
        rows = ((secrets.token_bytes(16), NOW + 1 + number % 600) for number in range(count - 1))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA cache_size = -65536")
            connection.executemany("INSERT INTO seen VALUES (?, ?)", rows)
            connection.execute("UPDATE state SET entries = ?", (count,))
        assert not accepts(store, "first", expires_at=NOW + 600)
        with pytest.raises(TokenError, match="100,000 live entries"):
            store.claim("it", "one more", expires_at=NOW + 600, now=NOW)
        assert accepts(store, "one more", expires_at=NOW + 600, now=NOW + 1)
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 20 * 2**20
