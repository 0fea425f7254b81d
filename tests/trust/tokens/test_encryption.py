import json
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import OKPKey

from assay.errors import TokenError
from assay.trust.tokens.algorithms import KEY_MANAGEMENT
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.encryption import EncryptionRules, decrypt_compact, decrypt_json, encrypt_compact
from assay.trust.tokens.keys import Key, generate_key
from tests.trust.tokens.made import STEADY, key

PLAINTEXT = b"who goes there"
ALGORITHMS = [name for name in KEY_MANAGEMENT if name not in ("RSA1_5", "dir")]
TOKENS = {name: encrypt_compact(PLAINTEXT, key(name), encryption="A128GCM") for name in ("A128KW", "ECDH-ES")}
TOKENS["dir"] = encrypt_compact(PLAINTEXT, key("dir"), encryption="A128GCM")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("encryption", ["A128CBC-HS256", "A256GCM"])
def test_can_decrypt_what_was_encrypted_for_an_own_key(algorithm: str, encryption: str) -> None:
    token = encrypt_compact(PLAINTEXT, key(algorithm), encryption=encryption, header={"cty": "text"})
    message = decrypt_compact(token, [key(algorithm, "two") if "RSA" not in algorithm else key("dir"), key(algorithm)])
    assert (message.plaintext, message.header["cty"], message.key.algorithm) == (PLAINTEXT, "text", algorithm)


@given(algorithm=st.sampled_from(sorted(TOKENS)), position=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(STEADY, max_examples=100)
def test_refuses_a_token_with_any_byte_changed(algorithm: str, position: int, byte: int) -> None:
    token = TOKENS[algorithm]
    position %= len(token)
    changed = token[:position] + chr(byte) + token[position + 1 :]
    if changed != token:
        with pytest.raises(TokenError):
            decrypt_compact(changed, [key(algorithm)])


@given(algorithm=st.sampled_from(sorted(TOKENS)), order=st.lists(st.integers(0, 4), max_size=7))
@settings(STEADY, max_examples=100)
def test_refuses_a_token_whose_parts_were_rearranged(algorithm: str, order: list[int]) -> None:
    token = TOKENS[algorithm]
    changed = ".".join(token.split(".")[index] for index in order)
    if changed != token:
        with pytest.raises(TokenError):
            decrypt_compact(changed, [key(algorithm)])


def made(header: dict[str, Any], recipient: Key, plaintext: bytes = PLAINTEXT) -> str:
    """By joserfc, without our checks."""
    names = [recipient.algorithm, header["enc"], "DEF"]
    registry = JWERegistry(algorithms=names, strict_check_header=False)
    return jwe.encrypt_compact({"alg": recipient.algorithm, **header}, plaintext, recipient.jose, registry=registry)


def test_refuses_a_compressed_message_unless_asked_and_then_bounds_it() -> None:
    bomb = made({"enc": "A128GCM", "zip": "DEF"}, key("A128KW"), bytes(1_000_000))
    assert len(bomb) < 3000
    with pytest.raises(TokenError, match="compressed"):
        decrypt_compact(bomb, [key("A128KW")])
    with pytest.raises(TokenError, match="more than 262144 bytes"):
        decrypt_compact(bomb, [key("A128KW")], rules=EncryptionRules(compression=True))
    allowed = EncryptionRules(compression=True, maximum_bytes=2_000_000)
    assert decrypt_compact(bomb, [key("A128KW")], rules=allowed).plaintext == bytes(1_000_000)


def test_refuses_bytes_behind_what_was_compressed() -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(PLAINTEXT) + packer.flush() + b"more"
    token = made({"enc": "A128GCM"}, key("dir"), packed).split(".")
    direct = json.dumps({"alg": "dir", "enc": "A128GCM", "zip": "DEF"}).encode()
    vector, header = bytes(12), encode_base64url(direct)
    secret = decode_base64url(key("dir").public_members["k"], "k")
    sealed = AESGCM(secret).encrypt(vector, packed, header.encode())
    parts = [header, "", *map(encode_base64url, (vector, sealed[:-16], sealed[-16:]))]
    assert len(parts) == len(token)
    with pytest.raises(TokenError, match="not compressed as it says"):
        decrypt_compact(".".join(parts), [key("dir")], rules=EncryptionRules(compression=True))


@pytest.mark.parametrize("count", [1, 999, 100_001, 2**31, True, 4096.0, "4096", None])
def test_bounds_the_rounds_that_a_message_asks_for(count: Any) -> None:
    recipient = key("PBES2-HS256+A128KW")
    token = encrypt_compact(PLAINTEXT, recipient).split(".")
    header = json.loads(decode_base64url(token[0], "header"))
    token[0] = encode_base64url(json.dumps({**header, "p2c": count}).encode())
    with pytest.raises(TokenError, match="from 1000 to 100000"):
        decrypt_compact(".".join(token), [recipient])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"epk": None}, "epk"),
        ({"epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}, "bytes"),
        (
            {"epk": {"kty": "EC", "crv": "P-256", "x": encode_base64url(bytes(32)), "y": encode_base64url(bytes(32))}},
            "curve",
        ),
        ({"epk": dict(key("ES384").public_members)}, "another curve"),
        ({"epk": {"kty": "OKP", "crv": "X25519", "x": encode_base64url(bytes(32))}}, "another curve"),
        ({"apu": "="}, "base64url"),
        ({"apv": "A" * 1000}, "750 bytes"),
        ({"alg": "dir"}, "no own key"),
        ({"alg": "RSA1_5"}, "no own key"),
        ({"enc": "A128CBC"}, "no encryption"),
        ({"enc": "A128CBC-HS256"}, "16 and 16"),
        ({"crit": ["exp"], "exp": 1}, "crit"),
        ({"jwk": {}}, "brings a key"),
        ({"zip": "GZ"}, "compressed"),
    ],
)
def test_refuses_a_header_before_computing(change: dict[str, Any], reason: str) -> None:
    token = TOKENS["ECDH-ES"].split(".")
    header = json.loads(decode_base64url(token[0], "header"))
    token[0] = encode_base64url(json.dumps({**header, **change}).encode())
    with pytest.raises(TokenError, match=reason):
        decrypt_compact(".".join(token), [key("ECDH-ES")])


def test_a_point_of_small_order_agrees_on_nothing() -> None:
    recipient = Key.from_jwk(OKPKey.generate_key("X25519").as_dict(private=True), algorithm="ECDH-ES")
    token = encrypt_compact(PLAINTEXT, recipient).split(".")
    header = json.loads(decode_base64url(token[0], "header"))
    header["epk"]["x"] = encode_base64url(bytes(32))
    token[0] = encode_base64url(json.dumps(header).encode())
    with pytest.raises(TokenError, match="cannot be decrypted"):
        decrypt_compact(".".join(token), [recipient])


def test_a_shorter_tag_is_refused() -> None:
    parts = TOKENS["dir"].split(".")
    parts[4] = encode_base64url(decode_base64url(parts[4], "tag")[:12])
    with pytest.raises(TokenError, match="12 and 16"):
        decrypt_compact(".".join(parts), [key("dir")])


def test_a_key_that_names_its_encryption_takes_no_other() -> None:
    jwk = {"kty": "oct", "k": encode_base64url(bytes(range(32))), "alg": "A256GCM", "kid": "one"}
    pinned = Key.from_jwk(jwk)
    free = Key.from_jwk({**jwk, "alg": "dir"})
    token = encrypt_compact(PLAINTEXT, free, encryption="A128CBC-HS256")
    assert decrypt_compact(token, [free]).plaintext == PLAINTEXT
    with pytest.raises(TokenError, match="no own key"):
        decrypt_compact(token, [pinned])


def test_refuses_a_message_in_json_with_two_readings() -> None:
    parts = dict(
        zip(("protected", "encrypted_key", "iv", "ciphertext", "tag"), TOKENS["A128KW"].split("."), strict=True)
    )
    own = [key("A128KW")]
    assert decrypt_json(json.dumps(parts).encode(), own).plaintext == PLAINTEXT
    for change, reason in (
        ({"recipients": []}, "mixes"),
        ({"header": {}}, "unprotected header"),
        ({"header": {"alg": "A128KW"}}, "stands both"),
        ({"unprotected": {"zip": "DEF"}}, "not protected"),
        ({"aad": "AB"}, "base64url"),
        ({"aad": "AA"}, "cannot be decrypted"),
        ({"aad": ""}, "empty"),
        ({"more": 1}, "members"),
        ({"tag": ""}, "tag"),
    ):
        with pytest.raises(TokenError, match=reason):
            decrypt_json(json.dumps({**parts, **change}).encode(), own)
    shared = {name: parts[name] for name in ("protected", "iv", "ciphertext", "tag")}
    entry = {"encrypted_key": parts["encrypted_key"]}
    both = json.dumps({**shared, "recipients": [{"encrypted_key": "AAAA"}, entry]}).encode()
    assert decrypt_json(both, own).plaintext == PLAINTEXT
    many = json.dumps({**shared, "recipients": [entry] * 9}).encode()
    with pytest.raises(TokenError, match="1 to 8 recipients"):
        decrypt_json(many, own)
    with pytest.raises(TokenError, match="at most 4 are tried"):
        decrypt_json(json.dumps({**shared, "recipients": [entry] * 5}).encode(), own)


def test_a_public_key_decrypts_nothing() -> None:
    recipient = generate_key("ECDH-ES")
    with pytest.raises(TokenError, match="it is public"):
        decrypt_compact(encrypt_compact(PLAINTEXT, recipient), [Key.from_jwk(recipient.public_jwk())])


@pytest.mark.parametrize("algorithm", ["dir", "ECDH-ES"])
def test_refuses_an_encrypted_key_where_none_is_needed(algorithm: str) -> None:
    """It is not covered, so that a token could have any number of spellings."""
    parts = TOKENS[algorithm].split(".")
    parts[1] = "AAAA"
    with pytest.raises(TokenError, match="has an encrypted key"):
        decrypt_compact(".".join(parts), [key(algorithm)])
