"""Artefacts: files stored under the digest of their content, so that a claim can name exactly what backs it."""

import hashlib
import os
import tempfile
from pathlib import Path

from assay.errors import EvidenceError, Place
from assay.evidence.claim import Evidence

__all__ = ["MAXIMUM_ARTIFACT_BYTES", "Artifacts", "digest_of_file"]

MAXIMUM_ARTIFACT_BYTES = 1024**3
"""A larger artefact is refused: it would make every copy of the run unwieldy. Store a summary or a part instead."""

_CHUNK = 1024**2


class Artifacts:
    """The folder `artifacts/` of a run. Several threads may store at the same time.

    Args:
        folder: Made if it is not there, when the first artefact is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, evidence: Evidence) -> Path:
        """Where the content of `evidence` is, whether it is there or not."""
        return self._folder / evidence.sha256

    def store(self, name: str, content: bytes, *, media_type: str, description: str) -> Evidence:
        """Stores `content` and returns the evidence that names it. Equal contents are stored once.

        Raises:
            EvidenceError: It is too large, or cannot be written.
        """
        if len(content) > MAXIMUM_ARTIFACT_BYTES:
            raise EvidenceError(
                f"artefact {name} has {len(content)} bytes, the limit is {MAXIMUM_ARTIFACT_BYTES}",
                hint="store a summary or a part of it",
            )
        evidence = Evidence(
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            media_type=media_type,
            description=description,
        )
        try:
            self._write(evidence, content)
        except OSError as error:
            raise EvidenceError(f"cannot store artefact {name}: {error.strerror}", where=Place(self._folder)) from error
        return evidence

    def read(self, evidence: Evidence) -> bytes:
        """The content of `evidence`, checked against its digest.

        Raises:
            EvidenceError: The file is missing, unreadable or not what the evidence names.
        """
        path = self.path_of(evidence)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EvidenceError(f"cannot read {evidence.name}: {error.strerror}", where=Place(path)) from error
        if hashlib.sha256(content).hexdigest() != evidence.sha256:
            raise EvidenceError(f"{evidence.name} was changed after the run", where=Place(path))
        return content

    def _write(self, evidence: Evidence, content: bytes) -> None:
        path = self.path_of(evidence)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)


def write_atomically(path: Path, content: bytes) -> None:
    """Puts a file in place complete or not at all, also across a power cut.

    Raises:
        OSError: It cannot be written.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".incomplete-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def digest_of_file(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal digits and size in bytes, without holding the file in memory.

    Raises:
        OSError: It cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
