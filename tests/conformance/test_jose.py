"""The examples of RFC 7520, RFC 7797 and RFC 8037: each is read as it should be, and refused once it is changed."""

import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from assay.errors import TokenError
from assay.trust.tokens import encryption, signatures
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.encryption import EncryptionRules, decrypt_compact, decrypt_json
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import SignatureRules, verify_compact, verify_json
from tests.conformance.corpora import JOSE

pytestmark = pytest.mark.skipif(not JOSE.is_dir(), reason="the collection of JOSE examples is not here")

SIGNATURE_RULES = SignatureRules(unencoded_payload=True, unprotected_algorithm=True)
ENCRYPTION_RULES = EncryptionRules(compression=True, unprotected_algorithm=True)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

WITHOUT_CRIT = "rfc7797/4.2.hmac-sha2_b64_false.json"
"""Made after a draft: it has b64 and no crit, which RFC 7797 section 6 forbids."""


class Vector(NamedTuple):
    """One example: what was made, in one of its forms, of which content, with which keys."""

    name: str
    form: str
    made: Any
    content: bytes
    keys: tuple[Key, ...]
    is_encrypted: bool
    is_detached: bool

    def read(self, made: Any, rules: Any = None) -> bytes:
        keys = self.keys
        if self.is_encrypted:
            wanted = rules or ENCRYPTION_RULES
            if self.form == "compact":
                return decrypt_compact(made, keys, rules=wanted).plaintext
            return decrypt_json(json.dumps(made).encode(), keys, rules=wanted).plaintext
        detached = self.content if self.is_detached else None
        wanted = rules or SIGNATURE_RULES
        if self.form == "compact":
            return verify_compact(made, keys, rules=wanted, detached=detached).payload
        return verify_json(json.dumps(made).encode(), keys, rules=wanted, detached=detached).payload


def vectors() -> Iterator[Vector]:
    for path in sorted(JOSE.glob("**/*.json")):
        example = json.loads(path.read_text(encoding="utf-8"))
        name = str(path.relative_to(JOSE))
        for part in [example["sign"], example["encrypt"]] if "sign" in example else [example]:
            if "input" in part:
                yield from forms(name, part)


def forms(name: str, example: Mapping[str, Any]) -> Iterator[Vector]:
    given = example["input"]
    password = {"kty": "oct", "k": encode_base64url(given.get("pwd", "").encode())}
    jwks, algorithms = (
        value if isinstance(value, list) else [value] for value in (given.get("key", password), given["alg"])
    )
    own = tuple(
        Key.from_jwk(jwk, algorithm=algorithm, allow_rsa1_5=True)
        for jwk, algorithm in zip(jwks, algorithms, strict=True)
    )
    is_encrypted = "plaintext" in given
    content = given["plaintext" if is_encrypted else "payload"].encode()
    # Of a message for several recipients each can read all of it.
    for keys in [(key,) for key in own] if is_encrypted else [own]:
        for form, made in example["output"].items():
            yield Vector(name, form, made, content, keys, is_encrypted, "detached" in name)


VECTORS = list(vectors())
READABLE = [vector for vector in VECTORS if vector.name != WITHOUT_CRIT]


def named(vector: Vector) -> str:
    return f"{vector.name}-{vector.form}-{vector.keys[0].algorithm}"


def test_the_collection_is_read_whole() -> None:
    assert len({vector.name for vector in VECTORS}) == 26
    assert len(VECTORS) == 71


@pytest.mark.parametrize("vector", READABLE, ids=named)
def test_reads_what_the_standards_show(vector: Vector) -> None:
    assert vector.read(vector.made) == vector.content


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.name == WITHOUT_CRIT], ids=named)
def test_refuses_an_example_that_its_final_standard_forbids(vector: Vector) -> None:
    with pytest.raises(TokenError, match="without naming it in crit"):
        vector.read(vector.made)
    # Nothing else is wrong with it: its key made its signature.
    entry = vector.made["signatures"][0] if vector.form == "json" else vector.made
    key = decode_base64url(vector.keys[0].public_members["k"], "key")
    made = hmac.digest(key, f"{entry['protected']}.{vector.made['payload']}".encode(), "sha256")
    assert made == decode_base64url(entry["signature"], "signature")


def changed(text: str) -> Iterator[str]:
    """Some of each part: its first, middle and last character, padding, and one more or less."""
    for position in {0, len(text) // 2, len(text) - 1}:
        at = ALPHABET.find(text[position])
        for other in (1, 2, 4, 8, 16, 32):
            yield text[:position] + ALPHABET[(at ^ other) % 64] + text[position + 1 :]
    yield from (text + "=", text + "==", text + "A", text[:-1], text + "\n", " " + text)


def mutated_parts(parts: list[str]) -> Iterator[str]:
    for index, part in enumerate(parts):
        for other in changed(part) if part else ["AAAA"]:
            yield ".".join([*parts[:index], other, *parts[index + 1 :]])
        yield ".".join([*parts[:index], *parts[index + 1 :]])
        yield ".".join([*parts[:index], "", *parts[index:]])


def mutations(made: Any) -> Iterator[Any]:
    if isinstance(made, str):
        yield from mutated_parts(made.split("."))
    elif isinstance(made, list):
        for index, item in enumerate(made):
            for other in mutations(item):
                yield [*made[:index], other, *made[index + 1 :]]
    elif isinstance(made, dict):
        for name, value in made.items():
            if name in ("header", "unprotected", "kid", "alg", "enc", "cty"):
                continue  # not covered, by the sender's choice
            if isinstance(value, str):
                yield from ({**made, name: other} for other in changed(value))
            else:
                yield from ({**made, name: other} for other in mutations(value))
            yield {other: kept for other, kept in made.items() if other != name}


@pytest.mark.parametrize(
    "vector",
    # A message to several, or signed by several, stands while one of them is whole; that is tested by itself.
    [
        vector
        for vector in READABLE
        if "multiple" not in vector.name
        and vector.keys[0].algorithm not in ("RSA1_5", "PBES2-HS512+A256KW")
        # Private operations are slow, and the form has nothing to do with them.
        and (vector.form == "compact" or not vector.keys[0].algorithm.startswith(("RSA", "ECDH", "ES512")))
    ],
    ids=named,
)
def test_refuses_what_was_changed(vector: Vector) -> None:
    count = 0
    for made in mutations(vector.made):
        with pytest.raises(TokenError):
            vector.read(made)
        count += 1
    assert count > 20


@pytest.mark.parametrize("vector", [vector for vector in READABLE if "protecting" in vector.name], ids=named)
def test_refuses_an_algorithm_that_is_not_protected_unless_asked(vector: Vector) -> None:
    rules = encryption.STRICT if vector.is_encrypted else signatures.STRICT
    if "4_6" in vector.name:
        assert vector.read(vector.made, rules) == vector.content
    else:
        with pytest.raises(TokenError, match="not protected"):
            vector.read(vector.made, rules)


def test_keys_are_read_and_have_the_thumbprint_of_their_public_part() -> None:
    algorithms = {"EC": "ES512", "RSA": "RS256", "oct": None}
    found = {}
    for path in sorted((JOSE / "jwk").glob("*.json")):
        jwk = json.loads(path.read_text(encoding="utf-8"))
        found[path.name[:3]] = Key.from_jwk(jwk, algorithm=algorithms[jwk["kty"]])
    assert len(found) == 6
    assert found["3_1"].thumbprint == found["3_2"].thumbprint != found["3_3"].thumbprint == found["3_4"].thumbprint
    assert [found[name].is_private for name in sorted(found)] == [False, True, False, True, True, True]


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The thumbprint that RFC 8037 appendix A.3 gives for the key of the collection."""
    jwk = json.loads((JOSE / "curve25519" / "jws.json").read_text(encoding="utf-8"))["input"]["key"]
    key = Key.from_jwk(jwk, algorithm="EdDSA")
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
