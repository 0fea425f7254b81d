"""The run folder: everything that is known of one run, readable while it goes on and after it was killed.

    <run>/
      run.json         RunRecord: plan, environment, seed; written first and never again
      events.ndjson    what happened, in order; append-only
      claims.ndjson    RecordedClaim: what was found; append-only
      artifacts/       evidence, each file named by the SHA-256 of its content
      score.json       RecordedScore, at the end
      lock             held while a process writes to the folder

Reports are written beside these by `assay.report`.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from assay.errors import EvidenceError, IncompatibleSchemaError, Place, ResumeError, RunNotFoundError
from assay.evidence.artifacts import Artifacts, write_atomically
from assay.evidence.claim import Claim
from assay.evidence.events import Event, decode_event
from assay.evidence.journal import Journal, read_lines
from assay.evidence.records import RUN_SCHEMA_VERSION, RecordedClaim, RecordedScore, RunRecord
from assay.evidence.score import claims_digest, derive_score
from assay.evidence.state import RunState

__all__ = ["RunFolder", "RunWriter", "find_run", "runs_in"]

_Record = TypeVar("_Record", RunRecord, RecordedScore)


class RunFolder:
    """Reads a run folder.

    Args:
        path: The folder.

    Raises:
        RunNotFoundError: There is no run in it.
    """

    def __init__(self, path: Path) -> None:
        if not (path / "run.json").is_file():
            raise RunNotFoundError(
                f"no run in {path}",
                hint="a run folder holds run.json; `assay report show` without a name shows the latest",
            )
        self.path = path
        self.artifacts = Artifacts(path / "artifacts")

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.resolve().name

    def record(self) -> RunRecord:
        """`run.json`.

        Raises:
            EvidenceError: It is damaged, or of another version.
        """
        return _read(self.path / "run.json", RunRecord)

    def events(self) -> Iterator[Event]:
        """The events so far, oldest first; an incomplete last line is left out.

        Raises:
            EvidenceError: A line is damaged.
        """
        path = self.path / "events.ndjson"
        for number, line in read_lines(path):
            try:
                yield decode_event(line)
            except msgspec.MsgspecError as error:
                raise EvidenceError(f"not an event: {error}", where=Place(path, number)) from error

    def recorded_claims(self) -> Iterator[RecordedClaim]:
        """Every line of `claims.ndjson`, also of attempts that do not count.

        Raises:
            EvidenceError: A line is damaged.
        """
        path = self.path / "claims.ndjson"
        for number, line in read_lines(path):
            try:
                yield msgspec.json.decode(line, type=RecordedClaim)
            except msgspec.MsgspecError as error:
                raise EvidenceError(f"not a claim: {error}", where=Place(path, number)) from error

    def state(self) -> RunState:
        """Where the run stands.

        Raises:
            EvidenceError: A file is damaged.
        """
        return RunState.of(self.record(), self.events())

    def claims(self, state: RunState | None = None) -> tuple[Claim, ...]:
        """The claims that count, in the order in which they were found.

        Raises:
            EvidenceError: A file is damaged.
        """
        counting = (state or self.state()).counting(self.recorded_claims())
        return tuple(line.claim for line in counting)

    def score(self) -> RecordedScore | None:
        """`score.json`, or None where the run did not end.

        Raises:
            EvidenceError: It is damaged, or of another version.
        """
        path = self.path / "score.json"
        return _read(path, RecordedScore) if path.exists() else None


class RunWriter(RunFolder):
    """Writes a run folder. Made by `create` or `reopen`, which hold the folder's lock until `close`."""

    def __init__(self, path: Path, lock: int) -> None:
        super().__init__(path)
        self._lock = lock
        self._events = Journal(path / "events.ndjson")
        self._claims = Journal(path / "claims.ndjson")

    @classmethod
    @contextmanager
    def create(cls, runs: Path, record: RunRecord) -> Iterator["RunWriter"]:
        """A new folder `runs/<record.run>`.

        Raises:
            EvidenceError: It cannot be made.
        """
        path = runs / record.run
        try:
            path.mkdir(parents=True)
            # Locked before run.json makes it a run, so that no other process can open it in between.
            lock = _locked(path)
            write_atomically(path / "run.json", _pretty(record))
        except OSError as error:
            raise EvidenceError(f"cannot make the run folder: {error.strerror}", where=Place(path)) from error
        yield from cls._held(path, lock)

    @classmethod
    @contextmanager
    def reopen(cls, path: Path) -> Iterator["RunWriter"]:
        """An existing folder, to continue its run.

        Raises:
            RunNotFoundError: There is no run in it.
            ResumeError: Another process is writing to it.
        """
        RunFolder(path)
        yield from cls._held(path, _locked(path))

    @classmethod
    def _held(cls, path: Path, lock: int) -> Iterator["RunWriter"]:
        try:
            writer = cls(path, lock)
            try:
                yield writer
            finally:
                writer._events.close()
                writer._claims.close()
        finally:
            os.close(lock)

    def append_event(self, event: Event, *, durable: bool = False) -> None:
        """Adds to `events.ndjson`; durable where losing it to a power cut would lose work."""
        self._events.append(event, durable=durable)

    def append_claims(self, claims: Sequence[RecordedClaim]) -> None:
        """Adds to `claims.ndjson`, durably: the event that makes them count comes after."""
        self._claims.append(*claims, durable=True)

    def discard_score(self) -> None:
        """Removes `score.json`: a run that goes on has no score until it ends again.

        Raises:
            EvidenceError: It cannot be removed.
        """
        path = self.path / "score.json"
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise EvidenceError(f"cannot remove the old score: {error.strerror}", where=Place(path)) from error

    def write_score(self, state: RunState, claims: Sequence[Claim]) -> RecordedScore:
        """Derives and writes `score.json`.

        Raises:
            EvidenceError: It cannot be written.
        """
        score = RecordedScore(claims_sha256=claims_digest(claims), score=derive_score(claims, state.unanswered))
        path = self.path / "score.json"
        try:
            write_atomically(path, _pretty(score))
        except OSError as error:
            raise EvidenceError(f"cannot write the score: {error.strerror}", where=Place(path)) from error
        return score


def runs_in(runs: Path) -> list[RunFolder]:
    """The runs in a folder of runs, oldest first; none where there is no folder."""
    return [RunFolder(record.parent) for record in sorted(runs.glob("*/run.json"))]


def find_run(runs: Path, name: str | None = None) -> RunFolder:
    """A run by its name, the beginning of its name, or its path; the latest where no name is given.

    Raises:
        RunNotFoundError: There is none, or more than one begins like that.
    """
    known = runs_in(runs)
    if name is None:
        if not known:
            raise RunNotFoundError(f"no run in {runs} yet", hint="make one with `assay run all`")
        return known[-1]
    if (Path(name) / "run.json").is_file():
        return RunFolder(Path(name))
    matching = [run for run in known if run.name.startswith(name)]
    exact = [run for run in matching if run.name == name]
    if len(exact or matching) != 1:
        raise RunNotFoundError(
            f"no run {name!r} in {runs}" if not matching else f"{len(matching)} runs begin with {name!r}",
            hint=_known_names([run.name for run in matching or known]),
        )
    return (exact or matching)[0]


def _known_names(names: Iterable[str], limit: int = 5) -> str:
    latest = sorted(names)[-limit:]
    return f"the latest are {', '.join(latest)}" if latest else "make one with `assay run all`"


def _locked(path: Path) -> int:
    """A descriptor that holds the folder's lock; the kernel releases it when the process ends, however it ends."""
    descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise ResumeError(
            "another process is working on this run", where=Place(path), hint="wait for it, or stop it first"
        ) from error
    return descriptor


def _read(path: Path, kind: type[_Record]) -> _Record:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"cannot read: {error.strerror}", where=Place(path)) from error
    try:
        version = msgspec.json.decode(content, type=_Versioned).schema
        if version != RUN_SCHEMA_VERSION:
            raise IncompatibleSchemaError(
                f"version {version} of the run folder; this Assay reads version {RUN_SCHEMA_VERSION}",
                where=Place(path),
                hint="read it with the Assay that wrote it",
            )
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise EvidenceError(f"damaged: {error}", where=Place(path)) from error


def _pretty(record: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


class _Versioned(msgspec.Struct, frozen=True):
    schema: int
