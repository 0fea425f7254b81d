"""Private keys and what goes with them on disk: readable by their owner alone, whole or not there."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from assay.errors import CertificateError, Place

__all__ = ["LARGEST_FILE", "make_private_folder", "read_key", "read_private", "write_key", "write_private"]

LARGEST_FILE = 16 << 20
"""Bytes of any file that an authority reads."""

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(path: Path) -> None:
    """Makes a folder that nobody but its owner can look into, and refuses one that somebody else could.

    Raises:
        CertificateError: It cannot be made, belongs to someone else, or others may read it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.stat()
    except OSError as error:
        raise CertificateError(f"the folder cannot be made: {error.strerror}", where=Place(path)) from error
    if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _FOR_OTHERS:
        raise CertificateError(
            "the folder holds private keys, and others may look into it", where=Place(path), hint=f"chmod 700 {path}"
        )


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read. Whoever reads it meanwhile sees the old content or the new.

    Raises:
        CertificateError: It cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise CertificateError(f"the file cannot be written: {error.strerror}", where=Place(path)) from error


def read_private(path: Path) -> bytes:
    """What a file holds that only its owner may read.

    Raises:
        CertificateError: It cannot be read, is too large, or others may read it.
    """
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _FOR_OTHERS:
                raise CertificateError("others may read the file", where=Place(path), hint=f"chmod 600 {path}")
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"the file cannot be read: {error.strerror}", where=Place(path)) from error
    if len(content) > LARGEST_FILE:
        raise CertificateError(f"the file is larger than {LARGEST_FILE} bytes", where=Place(path))
    return content


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Writes a private key as PKCS #8 in PEM form.

    Raises:
        CertificateError: It cannot be written.
    """
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The private key in a file.

    Raises:
        CertificateError: It cannot be read, others may read it, or it is no key on P-256.
    """
    content = read_private(path)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise CertificateError("the file holds no private key", where=Place(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError("the file holds no key on the curve P-256", where=Place(path))
    return key
