from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from assay.errors import TokenError
from assay.trust.tokens.algorithms import KEY_MANAGEMENT, SIGNATURES, KeyType
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.keys import Key, generate_key
from tests.trust.tokens.made import key

EC: dict[str, Any] = dict(key("ES256").public_members)
OKP: dict[str, Any] = dict(key("Ed25519").public_members)


def number(value: int) -> str:
    return encode_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def rsa_members(bits: int) -> dict[str, Any]:
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}


RSA = dict(key("RS256").public_members)


@pytest.mark.parametrize("algorithm", [*SIGNATURES, *(name for name in KEY_MANAGEMENT if not name.startswith("RSA"))])
def test_can_make_a_key_for_each_algorithm(algorithm: str) -> None:
    made = key(algorithm) if algorithm.startswith(("RS", "PS")) else generate_key(algorithm)
    assert made.algorithm == algorithm
    assert made.is_private
    if made.type is not KeyType.OCT:
        public = Key.from_jwk(made.public_jwk())
        assert (public.identifier, public.thumbprint, public.is_private) == (made.identifier, made.thumbprint, False)


@pytest.mark.parametrize(
    ("jwk", "algorithm", "reason"),
    [
        ({**EC, "x": EC["y"]}, "ES256", "not on its curve"),
        ({**EC, "crv": "P-384"}, "ES256", "takes P-256"),
        ({**EC, "crv": "P-384"}, "ES384", "32 bytes, not 48"),
        ({**EC, "crv": "secp256k1"}, "ES256", "takes P-256"),
        ({**EC, "x": "AA"}, "ES256", "1 bytes, not 32"),
        ({**EC, "x": EC["x"] + "="}, "ES256", "not base64url"),
        ({**EC, "d": EC["x"]}, "ES256", "private part|do not fit"),
        (EC, None, "names no algorithm"),
        (EC, "none", "is for the algorithm 'none'"),
        (EC, "HS256", "type EC cannot be used with HS256"),
        (EC, "ES256K", "is for the algorithm"),
        ({**EC, "alg": "ES256"}, "ES384", "cannot be used for"),
        ({**EC, "use": "enc"}, "ES256", "another use"),
        ({**EC, "key_ops": ["deriveKey"]}, "ES256", "key_ops"),
        ({**EC, "key_ops": ["verify", "verify"]}, "ES256", "key_ops"),
        ({**EC, "kid": ""}, "ES256", "identifier"),
        ({**EC, "kty": "ec"}, "ES256", "type"),
        ({"kty": "EC", "crv": "P-256", "x": EC["x"]}, "ES256", "lacks its member y"),
        ({**OKP, "x": encode_base64url(bytes(32))}, "Ed25519", "small order"),
        ({**OKP, "x": encode_base64url(b"\x01" + bytes(31))}, "Ed25519", "small order"),
        ({**OKP, "x": encode_base64url(b"\xff" * 32)}, "Ed25519", "small order"),
        ({**OKP, "d": OKP["x"]}, "Ed25519", "does not belong"),
        ({**OKP, "crv": "X25519"}, "Ed25519", "takes Ed25519"),
        ({"kty": "oct", "k": encode_base64url(bytes(31))}, "HS256", "31 bytes: HS256 takes 32"),
        ({"kty": "oct", "k": encode_base64url(bytes(47))}, "HS384", "47 bytes: HS384 takes 48"),
        ({"kty": "oct", "k": encode_base64url(bytes(63))}, "HS512", "63 bytes: HS512 takes 64"),
        ({"kty": "oct", "k": encode_base64url(bytes(17))}, "A128KW", "takes 16 to 16"),
        ({"kty": "oct", "k": ""}, "dir", "0 bytes"),
        ({**RSA, "e": "Aw"}, "RS256", "below 65537"),
        ({**RSA, "e": "AQ"}, "RS256", "below 65537"),
        ({**RSA, "e": "AQAA"}, "RS256", "even"),
        ({**RSA, "n": "AA" + RSA["n"]}, "RS256", "begins with zeros|not base64url"),
        ({**RSA, "n": number(int.from_bytes(decode_base64url(RSA["n"], "n"), "big") & ~1)}, "RS256", "even modulus"),
        ({**RSA, "n": number(2**8192 + 1)}, "RS256", "8193 bits"),
        (RSA, "RSA1_5", "RSA1_5 is refused"),
    ],
)
def test_refuses_a_key_that_is_weak_or_none(jwk: dict[str, Any], algorithm: str | None, reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        Key.from_jwk(jwk, algorithm=algorithm)


def test_refuses_a_short_rsa_key() -> None:
    with pytest.raises(TokenError, match="1024 bits: 2048 to 8192"):
        Key.from_jwk(rsa_members(1024), algorithm="RS256")


def test_a_public_key_is_no_secret_of_hmac() -> None:
    """The old confusion: the text of a public key, taken for a shared secret."""
    text = (
        b"-----BEGIN PUBLIC KEY-----\n"
        b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        b"-----END PUBLIC KEY-----\n"
    )
    with pytest.raises(TokenError):
        Key.from_jwk({"kty": "oct", "k": encode_base64url(text)}, algorithm="HS256")


def test_a_key_does_not_show_its_secret() -> None:
    made = key("HS256")
    assert made.public_members["k"] not in repr(made)
    with pytest.raises(TokenError, match="cannot be published"):
        made.public_jwk()
    assert "d" not in key("ES256").public_jwk()
