"""JSON Web Encryption (RFC 7516), strictly and bounded: no stranger makes a reader compute, or unpack, without end.

All that can be known before decrypting is checked before; after that there is one error, whatever failed.
"""

import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import CompactEncryption, JWERegistry, Recipient

from assay.errors import TokenError
from assay.trust.tokens.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT, ContentEncryption, KeyUse
from assay.trust.tokens.base64url import decode_base64url
from assay.trust.tokens.header import decoded_header, joined_header
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import MAXIMUM_KEYS, candidate_keys
from assay.trust.tokens.strict_json import decode_json_object

__all__ = [
    "MAXIMUM_RECIPIENTS",
    "DecryptedMessage",
    "EncryptionRules",
    "decrypt_compact",
    "decrypt_json",
    "encrypt_compact",
]

MAXIMUM_RECIPIENTS = 8
"""Of one message in the JSON serialisation."""

_MAXIMUM_ATTEMPTS = 4
"""Keys that are tried for one message: each may cost a private RSA operation or a slow derivation."""

_MINIMUM_COUNT = 1000
_MINIMUM_SALT = 8
"""RFC 7518 section 4.8.1."""

_MAXIMUM_SALT = 128
_MAXIMUM_PARTY = 256


@dataclass(frozen=True, slots=True)
class EncryptionRules:
    """What a caller allows beyond the strict reading. Nothing, unless it asks."""

    maximum_bytes: int = 256 * 1024
    """Of the message, and of what it unpacks to."""

    compression: bool = False
    """Take `"zip": "DEF"`. Compression before encryption tells about the content by its length."""

    maximum_count: int = 100_000
    """Rounds of PBES2 that a message may ask for: about a tenth of a second."""

    unprotected_algorithm: bool = False
    """Take `alg` and `enc` from headers that are not covered (RFC 7520 sections 5.11 to 5.13)."""


STRICT = EncryptionRules()


@dataclass(frozen=True, slots=True)
class DecryptedMessage:
    """What a message held, for whom, and what was sent openly beside it."""

    plaintext: bytes
    header: Mapping[str, Any]
    key: Key
    additional_data: bytes | None
    """`aad`, which the encryption covers."""


@dataclass(frozen=True, slots=True)
class _Recipient:
    header: Mapping[str, Any]
    encrypted_key: bytes


@dataclass(frozen=True, slots=True)
class _Message:
    protected: str
    recipients: tuple[_Recipient, ...]
    vector: bytes
    ciphertext: bytes
    tag: bytes
    additional: str | None

    @property
    def covered(self) -> bytes:
        """Additional authenticated data: RFC 7516 section 5.1, step 14."""
        text = self.protected if self.additional is None else f"{self.protected}.{self.additional}"
        return text.encode("ascii")


def decrypt_compact(token: str, keys: Iterable[Key], *, rules: EncryptionRules = STRICT) -> DecryptedMessage:
    """What a compact serialisation holds.

    Args:
        token: Five parts between four dots.
        keys: Own keys. The header's `kid` and `alg` choose among them and add none.
        rules: What is allowed beyond the strict reading.

    Raises:
        TokenError: It cannot be read, no own key fits, or it cannot be decrypted.
    """
    if len(token) > rules.maximum_bytes:
        raise TokenError(f"the token has {len(token)} characters: the limit is {rules.maximum_bytes}")
    parts = token.split(".")
    if len(parts) != 5:  # noqa: PLR2004 # named in the message
        raise TokenError(f"an encrypted token has five parts between dots: this has {len(parts)}")
    protected, encrypted_key, *rest = parts
    header = _header(decoded_header(protected, "the protected header"), {}, {}, rules)
    recipient = _Recipient(header, decode_base64url(encrypted_key, "the encrypted key"))
    return _decrypt(_Message(protected, (recipient,), *_content(*rest), None), keys, rules)


def decrypt_json(text: bytes, keys: Iterable[Key], *, rules: EncryptionRules = STRICT) -> DecryptedMessage:
    """As `decrypt_compact`, for the JSON serialisations, general and flattened: as one of its recipients."""
    members = decode_json_object(text, "the message", maximum_bytes=rules.maximum_bytes)
    shared = {"protected", "unprotected", "iv", "aad", "ciphertext", "tag"}
    alone = {"header", "encrypted_key"}
    if members.keys() - shared - (alone if "recipients" not in members else {"recipients"}):
        raise TokenError("the message has members that no encrypted message has, or mixes its two forms")
    for name in ("protected", "iv", "aad", "ciphertext", "tag"):
        if name in members and not (isinstance(members[name], str) and members[name]):
            raise TokenError(f"the member {name} of the message is not a text, or is empty")
    entries = members.get("recipients", [{name: members[name] for name in alone & members.keys()}])
    if not isinstance(entries, list) or not 0 < len(entries) <= MAXIMUM_RECIPIENTS:
        raise TokenError(f"the message has no list of 1 to {MAXIMUM_RECIPIENTS} recipients")
    if "iv" not in members or "ciphertext" not in members or "tag" not in members:
        raise TokenError("the message lacks its iv, its ciphertext or its tag")
    protected = decoded_header(members["protected"], "the protected header") if "protected" in members else {}
    recipients = tuple(_recipient(entry, protected, members.get("unprotected"), rules) for entry in entries)
    if len({recipient.header["enc"] for recipient in recipients}) != 1:
        raise TokenError("recipients of one message disagree on its encryption (enc)")
    if "aad" in members:
        decode_base64url(members["aad"], "the additional data")
    content = _content(members["iv"], members["ciphertext"], members["tag"])
    message = _Message(members.get("protected", ""), recipients, *content, members.get("aad"))
    return _decrypt(message, keys, rules)


def _recipient(entry: Any, protected: Mapping[str, Any], unprotected: Any, rules: EncryptionRules) -> _Recipient:
    if not isinstance(entry, dict) or entry.keys() - {"header", "encrypted_key"}:
        raise TokenError("a recipient is no object, or has members that no recipient has")
    own = entry.get("header")
    for header in (unprotected, own):
        if header is not None and (not isinstance(header, dict) or not header):
            raise TokenError("an unprotected header is no object, or is empty")
    encrypted_key = entry.get("encrypted_key", "")
    if not isinstance(encrypted_key, str) or ("encrypted_key" in entry and not encrypted_key):
        raise TokenError("an encrypted key is not a text, or is empty")
    header = _header(protected, unprotected or {}, own or {}, rules)
    return _Recipient(header, decode_base64url(encrypted_key, "the encrypted key"))


def _header(
    protected: Mapping[str, Any], shared: Mapping[str, Any], own: Mapping[str, Any], rules: EncryptionRules
) -> dict[str, Any]:
    must_protect = ("zip",) if rules.unprotected_algorithm else ("zip", "enc", "alg")
    header = joined_header(protected, shared, own, must_protect=must_protect)
    if header.get("enc") not in CONTENT_ENCRYPTION:
        raise TokenError(f"the header names no encryption (enc) that is known: {', '.join(CONTENT_ENCRYPTION)}")
    if "zip" in header and not (rules.compression and header["zip"] == "DEF"):
        raise TokenError("the message is compressed (zip), which is not allowed here")
    return header


def _content(vector: str, ciphertext: str, tag: str) -> tuple[bytes, bytes, bytes]:
    return (
        decode_base64url(vector, "the initialisation vector"),
        decode_base64url(ciphertext, "the ciphertext"),
        decode_base64url(tag, "the authentication tag"),
    )


def _decrypt(message: _Message, keys: Iterable[Key], rules: EncryptionRules) -> DecryptedMessage:
    own = tuple(keys)
    if len(own) > MAXIMUM_KEYS:
        raise TokenError(f"a token is to be tried against {len(own)} keys: the limit is {MAXIMUM_KEYS}")
    sizes = CONTENT_ENCRYPTION[message.recipients[0].header["enc"]]
    if len(message.vector) != sizes.vector or len(message.tag) != sizes.tag:
        raise TokenError(f"the iv or the tag is not {sizes.vector} and {sizes.tag} bytes long")
    attempts = [
        (recipient, key)
        for recipient in message.recipients
        for key in candidate_keys(own, recipient.header, KeyUse.ENCRYPTION)
        if key.content_encryption in (None, recipient.header["enc"])
    ]
    if not attempts:
        raise TokenError(
            "no own key has the identifier (kid), the algorithm (alg) and the encryption (enc) of the token"
        )
    if len(attempts) > _MAXIMUM_ATTEMPTS:
        raise TokenError(
            f"{len(attempts)} own keys fit the token: at most {_MAXIMUM_ATTEMPTS} are tried; it needs a kid"
        )
    for recipient, key in attempts:
        _check_recipient(recipient, key, message, rules)
    for recipient, key in attempts:
        plaintext = _opened(message, recipient, key, sizes)
        if plaintext is not None:
            if "zip" in recipient.header:
                plaintext = _unpacked(plaintext, rules.maximum_bytes)
            additional = None if message.additional is None else decode_base64url(message.additional, "aad")
            return DecryptedMessage(plaintext, recipient.header, key, additional)
    raise TokenError("the message cannot be decrypted")


def _check_recipient(recipient: _Recipient, key: Key, message: _Message, rules: EncryptionRules) -> None:
    """All that an algorithm asks of the header, before it is begun."""
    algorithm = key.algorithm
    if not key.is_private:
        raise TokenError("the key cannot decrypt: it is public")
    if algorithm in ("dir", "ECDH-ES"):
        # RFC 7518 sections 4.5 and 4.6: no encrypted key, hence one recipient.
        if recipient.encrypted_key or len(message.recipients) > 1:
            raise TokenError(f"a message with {algorithm} has an encrypted key, or further recipients")
    elif not recipient.encrypted_key:
        raise TokenError("the encrypted key is missing")
    _check_parameters(recipient.header, key, rules)


def _check_parameters(header: Mapping[str, Any], key: Key, rules: EncryptionRules) -> None:
    algorithm = key.algorithm
    if algorithm.endswith("GCMKW"):
        for name, length in (("iv", 12), ("tag", 16)):
            _bytes_of(header, name, length, length)
    if algorithm.startswith("PBES2"):
        _bytes_of(header, "p2s", _MINIMUM_SALT, _MAXIMUM_SALT)
        count = header.get("p2c")
        if type(count) is not int or not _MINIMUM_COUNT <= count <= rules.maximum_count:
            raise TokenError(f"the rounds (p2c) are no number from {_MINIMUM_COUNT} to {rules.maximum_count}")
    if algorithm.startswith("ECDH-ES"):
        for name in ("apu", "apv"):
            if name in header:
                _bytes_of(header, name, 1, _MAXIMUM_PARTY)
        _check_ephemeral(header.get("epk"), key)


def _bytes_of(header: Mapping[str, Any], name: str, least: int, most: int) -> None:
    value = header.get(name)
    if not isinstance(value, str):
        raise TokenError(f"the member {name} of the header is missing, or not a text")
    length = len(decode_base64url(value, f"the member {name} of the header"))
    if not least <= length <= most:
        raise TokenError(f"the member {name} of the header has {length} bytes: {least} to {most} are allowed")


def _check_ephemeral(shown: Any, key: Key) -> None:
    """A point off the curve would give away the private key, one answer at a time."""
    if not isinstance(shown, dict) or shown.keys() - {"kty", "crv", "x", "y", "kid", "use", "alg"}:
        raise TokenError("the ephemeral key (epk) is no public key")
    members = {name: shown[name] for name in ("kty", "crv", "x", "y") if name in shown}
    ephemeral = Key.from_jwk(members, algorithm=key.algorithm)
    if ephemeral.public_members["crv"] != key.public_members["crv"]:
        raise TokenError("the ephemeral key (epk) is on another curve than the key")


def _opened(message: _Message, recipient: _Recipient, key: Key, sizes: ContentEncryption) -> bytes | None:
    """The plaintext; None where anything fails, without saying what."""
    encryption = JWERegistry.algorithms["enc"][recipient.header["enc"]]
    entry: Recipient[Any] = Recipient(CompactEncryption(dict(recipient.header)), None, key.jose)
    entry.encrypted_key = recipient.encrypted_key
    try:
        content_key = _content_key(key, encryption, entry)
    except (ValueError, TypeError, JoseError):
        content_key = b""
    if len(content_key) != sizes.key:
        # RFC 7516 section 11.5: go on with a key of chance, so that time does not tell a bad padding from a bad tag.
        content_key = secrets.token_bytes(sizes.key)
    try:
        return encryption.decrypt(message.ciphertext, message.tag, content_key, message.vector, message.covered)
    except (ValueError, TypeError, JoseError):
        return None


def _content_key(key: Key, encryption: Any, recipient: "Recipient[Any]") -> bytes:
    """The key that the content is encrypted with, by the way of the algorithm (RFC 7516 section 5.2, steps 6 to 11)."""
    management: Any = JWERegistry.algorithms["alg"][key.algorithm]
    if key.algorithm == "dir":
        content_key = management.compute_cek(encryption.cek_size, recipient)
    elif key.algorithm == "ECDH-ES":
        content_key = management.decrypt_agreed_upon_key(encryption, recipient)
    elif key.algorithm.startswith("ECDH-ES+"):
        agreed = management.decrypt_agreed_upon_key(encryption, recipient)
        content_key = management.unwrap_cek_with_auk(recipient.encrypted_key, agreed)
    else:
        content_key = management.decrypt_cek(recipient)
    return bytes(content_key)


def _unpacked(data: bytes, maximum_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(data, maximum_bytes + 1)
    except zlib.error:
        raise TokenError("the message is not compressed as it says") from None
    if len(unpacked) > maximum_bytes:
        raise TokenError(f"the message unpacks to more than {maximum_bytes} bytes, which is the limit")
    if not unpacker.eof or unpacker.unused_data:
        raise TokenError("the message is not compressed as it says")
    return unpacked


def encrypt_compact(
    plaintext: bytes, key: Key, *, encryption: str = "A256GCM", header: Mapping[str, Any] | None = None
) -> str:
    """A compact serialisation for the holder of the key; `alg` and `kid` are those of the key.

    Raises:
        TokenError: The key is not for encryption, or not for this one.
    """
    if key.algorithm not in KEY_MANAGEMENT or encryption not in CONTENT_ENCRYPTION:
        raise TokenError("the key is not for encryption, or the encryption (enc) is not known")
    if key.content_encryption not in (None, encryption):
        raise TokenError(f"the key is for {key.content_encryption}, not for {encryption}")
    members = {"alg": key.algorithm, "enc": encryption, "kid": key.identifier, **(header or {})}
    registry = JWERegistry(algorithms=[key.algorithm, encryption], strict_check_header=False)
    try:
        return jwe.encrypt_compact(members, plaintext, key.jose, registry=registry)
    except (ValueError, TypeError, JoseError):
        raise TokenError("the message cannot be encrypted with this key") from None
