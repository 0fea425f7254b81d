"""How much a replay store of a million live entries takes, and how long a claim takes beside a bare SQLite insert.

Prints a table in Markdown. Each entry is claimed by itself, as a request would; that takes some minutes.
`python bench/replay.py --entries 20000` does less. Run it on a machine that does nothing else.
"""

import argparse
import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from assay.trust.tokens.replay import ReplayStore

NOW = 1_800_000_000.0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries = parser.parse_args().entries
    print("| | entries | µs each | MiB on disk | MiB of memory |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        began, before = time.perf_counter(), memory()
        with closing(ReplayStore(Path(folder) / "seen.db", maximum_entries=entries)) as store:
            for number in range(entries):
                store.claim("proof", str(number), expires_at=NOW + 1 + number % 600, now=NOW)
            tell("replay store", entries, began, Path(folder), memory() - before)
    with tempfile.TemporaryDirectory() as folder:
        began, before = time.perf_counter(), memory()
        with closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as bare:
            bare.execute("PRAGMA journal_mode = WAL")
            bare.execute("PRAGMA synchronous = NORMAL")
            bare.execute("CREATE TABLE seen (value TEXT PRIMARY KEY, expires REAL)")
            for number in range(entries):
                bare.execute("INSERT INTO seen VALUES (?, ?)", (str(number), NOW + 1 + number % 600))
            tell("bare inserts", entries, began, Path(folder), memory() - before)


def memory() -> int:
    """The most that this process ever had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def tell(what: str, entries: int, began: float, folder: Path, kibibytes: int) -> None:
    """One row."""
    each = (time.perf_counter() - began) / entries * 1e6
    disk = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    print(f"| {what} | {entries:,} | {each:.0f} | {disk:.0f} | {kibibytes / 1024:.0f} |", flush=True)


if __name__ == "__main__":
    main()
