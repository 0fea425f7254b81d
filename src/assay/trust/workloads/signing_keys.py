"""Keys that follow one another, kept in a folder: roots, issuing certificates, keys for JWT-SVIDs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from assay.errors import CertificateError, Place
from assay.trust.workloads.generations import Generation
from assay.trust.workloads.key_files import read_key, read_private, write_key, write_private

__all__ = ["MOST_GENERATIONS", "SigningKey", "SigningKeys"]

MOST_GENERATIONS = 16
"""Keys of one kind at the same time: so often at most a key is replaced before the first of them has gone."""


@dataclass(frozen=True)
class SigningKey:
    """A key, when it signs, and its certificate, if it is one for certificates."""

    generation: Generation
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate | None = None


class SigningKeys:
    """The keys of one kind, in memory and in a folder: `<kind>.json` lists them, and each has files of its own.

    A key is written before the list names it, and forgotten by the list before its files go: whenever the authority
    is killed, what the list names is there.

    Raises:
        CertificateError: What is in the folder cannot be read.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder
        self._kind = kind
        self._list = folder / f"{kind}.json"
        self._keys: tuple[SigningKey, ...] = self._read() if self._list.exists() else ()

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Oldest first."""
        return self._keys

    @property
    def generations(self) -> tuple[Generation, ...]:
        """Of the keys, oldest first."""
        return tuple(key.generation for key in self._keys)

    def of(self, generation: Generation) -> SigningKey:
        """The key of a generation that `generations` names."""
        return next(key for key in self._keys if key.generation == generation)

    def add(self, key: SigningKey) -> None:
        """Keeps a key more.

        Raises:
            CertificateError: There are too many, or it cannot be written.
        """
        if len(self._keys) >= MOST_GENERATIONS:
            raise CertificateError(
                f"there are {MOST_GENERATIONS} keys of the kind {self._kind} already",
                hint="wait until those that were replaced have expired",
            )
        write_key(self._key_file(key.generation), key.key)
        if key.certificate is not None:
            write_private(self._certificate_file(key.generation), key.certificate.public_bytes(Encoding.PEM))
        self._keep((*self._keys, key))

    def keep_only(self, generations: Sequence[Generation]) -> bool:
        """Forgets all others, on disk too. Returns whether there were any."""
        gone = [key.generation for key in self._keys if key.generation not in generations]
        if not gone:
            return False
        self._keep(tuple(key for key in self._keys if key.generation in generations))
        for generation in gone:
            self._key_file(generation).unlink(missing_ok=True)
            self._certificate_file(generation).unlink(missing_ok=True)
        return True

    def _keep(self, keys: tuple[SigningKey, ...]) -> None:
        listed = [_to_dictionary(key.generation) for key in keys]
        write_private(self._list, json.dumps(listed, indent=1).encode())
        self._keys = keys

    def _key_file(self, generation: Generation) -> Path:
        return self._folder / f"{self._kind}-{generation.name}.key"

    def _certificate_file(self, generation: Generation) -> Path:
        return self._folder / f"{self._kind}-{generation.name}.pem"

    def _read(self) -> tuple[SigningKey, ...]:
        content = read_private(self._list)
        try:
            generations = [_from_dictionary(entry) for entry in json.loads(content)]
        except (KeyError, TypeError, ValueError) as error:
            raise CertificateError("the list of keys cannot be read", where=Place(self._list)) from error
        return tuple(
            SigningKey(generation, read_key(self._key_file(generation)), self._certificate(generation))
            for generation in generations
        )

    def _certificate(self, generation: Generation) -> x509.Certificate | None:
        path = self._certificate_file(generation)
        if not path.exists():
            return None
        try:
            return x509.load_pem_x509_certificate(read_private(path))
        except ValueError as error:
            raise CertificateError("the file holds no certificate", where=Place(path)) from error


def _to_dictionary(generation: Generation) -> dict[str, str]:
    return {
        "name": generation.name,
        "made": generation.made.isoformat(),
        "signs_from": generation.signs_from.isoformat(),
        "expires": generation.expires.isoformat(),
    }


def _from_dictionary(entry: Any) -> Generation:
    name = str(entry["name"])
    if not name.isalnum():
        raise ValueError(name)
    made, signs_from, expires = (_moment(entry[field]) for field in ("made", "signs_from", "expires"))
    return Generation(name, made, signs_from, expires)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
