import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jws import JWSRegistry

from assay.errors import TokenError
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import (
    MAXIMUM_KEYS,
    MAXIMUM_SIGNATURES,
    SignatureRules,
    sign_compact,
    verify_compact,
    verify_json,
)
from tests.trust.tokens.made import STEADY, key

PAYLOAD = b'{"sub":"ada"}'
TOKENS = {name: sign_compact(PAYLOAD, key(name)) for name in ("HS256", "ES256", "Ed25519", "PS256")}


def encoded(header: Mapping[str, Any] | str) -> str:
    return encode_base64url((header if isinstance(header, str) else json.dumps(header)).encode())


def forged(header: Mapping[str, Any] | str, signer: Key | None = None, payload: str | None = None) -> str:
    """Signed as its header stands, by whoever reads headers leniently."""
    covered = f"{encoded(header)}.{encode_base64url(PAYLOAD) if payload is None else payload}"
    made = key("HS256") if signer is None else signer
    return f"{covered}.{encode_base64url(JWSRegistry.algorithms[made.algorithm].sign(covered.encode(), made.jose))}"


@pytest.mark.parametrize("algorithm", TOKENS)
def test_can_verify_what_an_own_key_signed(algorithm: str) -> None:
    message = verify_compact(TOKENS[algorithm], [key("HS256", "two"), key(algorithm)])
    assert (message.payload, message.key.identifier) == (PAYLOAD, "one")


@given(algorithm=st.sampled_from(sorted(TOKENS)), position=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(STEADY, max_examples=150)
def test_refuses_a_token_with_any_byte_changed(algorithm: str, position: int, byte: int) -> None:
    token = TOKENS[algorithm]
    position %= len(token)
    changed = token[:position] + chr(byte) + token[position + 1 :]
    if changed != token:
        with pytest.raises(TokenError):
            verify_compact(changed, [key(algorithm)])


@given(
    algorithm=st.sampled_from(sorted(TOKENS)),
    order=st.lists(st.integers(0, 2), max_size=5),
    joint=st.sampled_from([".", "..", ""]),
)
@settings(STEADY, max_examples=100)
def test_refuses_a_token_whose_parts_were_rearranged(algorithm: str, order: list[int], joint: str) -> None:
    token = TOKENS[algorithm]
    changed = joint.join(token.split(".")[index] for index in order)
    if changed != token:
        with pytest.raises(TokenError):
            verify_compact(changed, [key(algorithm)])


@given(position=st.integers(0, 10_000), text=st.text("aZ9-_.=+/\n é", max_size=3), removed=st.integers(0, 3))
@settings(STEADY, max_examples=150)
def test_refuses_a_token_with_text_put_in_or_taken_out(position: int, text: str, removed: int) -> None:
    token = TOKENS["HS256"]
    position %= len(token) + 1
    changed = token[:position] + text + token[position + removed :]
    if changed != token:
        with pytest.raises(TokenError):
            verify_compact(changed, [key("HS256")])


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none"}, "no own key"),
        ({"alg": "None"}, "no own key"),
        ({"alg": "hs256"}, "no own key"),
        ({"alg": "HS512"}, "no own key"),
        ({"alg": "ES256"}, "no own key"),
        ({"alg": 1}, "alg"),
        ({"alg": ["HS256"]}, "alg"),
        ({}, "no algorithm"),
        ('{"alg":"HS256","alg":"HS256"}', "stands twice"),
        ({"alg": "HS256", "kid": "other"}, "no own key"),
        ({"alg": "HS256", "kid": "../../dev/null"}, "no own key"),
        ({"alg": "HS256", "kid": "' or 1=1 --"}, "no own key"),
        ({"alg": "HS256", "kid": 1}, "kid"),
        ({"alg": "HS256", "kid": "o" * 600}, "kid"),
        ({"alg": "HS256", "jwk": {"kty": "oct", "k": "AA"}}, "brings a key"),
        ({"alg": "HS256", "jku": "https://evil.example/keys"}, "jku"),
        ({"alg": "HS256", "x5u": "https://evil.example/keys"}, "x5u"),
        ({"alg": "HS256", "x5c": ["AA=="]}, "x5c"),
        ({"alg": "HS256", "crit": []}, "crit"),
        ({"alg": "HS256", "crit": ["alg"]}, "crit"),
        ({"alg": "HS256", "crit": ["exp"]}, "crit"),
        ({"alg": "HS256", "crit": ["exp"], "exp": 1}, "not understood"),
        ({"alg": "HS256", "crit": "b64", "b64": False}, "crit"),
        ({"alg": "HS256", "crit": ["b64"], "b64": False}, "not understood"),
        ({"alg": "HS256", "b64": True}, "b64"),
        ({"alg": "HS256", "b64": False}, "b64"),
        ({"alg": "HS256", "enc": "A128GCM"}, "enc"),
        ({"alg": "HS256", "pad": "x" * 9000}, "limit is 8192"),
    ],
)
def test_refuses_a_header_that_steers_the_reader(header: Mapping[str, Any] | str, reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        verify_compact(forged(header), [key("HS256")])
    # And the forging is right: without the trick, the same way of signing is accepted.
    assert verify_compact(forged({"alg": "HS256"}), [key("HS256")]).payload == PAYLOAD


def test_refuses_a_public_key_used_as_a_secret() -> None:
    public = Key.from_jwk(key("RS256").public_jwk())
    text = json.dumps(key("RS256").public_jwk()).encode()
    secret = Key.from_jwk({"kty": "oct", "k": encode_base64url(text), "kid": "one"}, algorithm="HS256")
    with pytest.raises(TokenError, match="no own key"):
        verify_compact(sign_compact(PAYLOAD, secret), [public])


@pytest.mark.parametrize("made", [b"", bytes(64), b"\x00" * 31 + b"\x01" + b"\x00" * 32, b"\xff" * 64, bytes(2000)])
def test_refuses_signatures_of_no_value(made: bytes) -> None:
    covered = TOKENS["ES256"].rsplit(".", 1)[0]
    with pytest.raises(TokenError):
        verify_compact(f"{covered}.{encode_base64url(made)}", [key("ES256")])


def test_refuses_a_signature_in_der() -> None:
    covered, made = TOKENS["ES256"].rsplit(".", 1)
    raw = decode_base64url(made, "signature")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    with pytest.raises(TokenError, match="does not hold"):
        verify_compact(f"{covered}.{encode_base64url(der)}", [key("ES256")])


def test_names_the_limit_that_a_token_passes() -> None:
    with pytest.raises(TokenError, match="the limit is 100"):
        verify_compact(TOKENS["PS256"], [key("PS256")], rules=SignatureRules(maximum_bytes=100))
    with pytest.raises(TokenError, match=f"the limit is {MAXIMUM_KEYS}"):
        verify_compact(TOKENS["PS256"], [key("PS256")] * (MAXIMUM_KEYS + 1))


def flattened(**changes: Any) -> bytes:
    protected, payload, signature = TOKENS["HS256"].split(".")
    members = {"protected": protected, "payload": payload, "signature": signature, **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def general(*entries: Mapping[str, Any], **changes: Any) -> bytes:
    return json.dumps({"payload": TOKENS["HS256"].split(".")[1], "signatures": entries, **changes}).encode()


def entry(algorithm: str, **changes: Any) -> dict[str, Any]:
    protected, _, signature = TOKENS[algorithm].split(".")
    return {"protected": protected, "signature": signature, **changes}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (flattened(signatures=[]), "mixes"),
        (flattened(header={}), "unprotected header"),
        (flattened(header={"kid": "one"}), "stands both"),
        (flattened(header={"jwk": {}}), "brings a key"),
        (flattened(header={"crit": ["b64"]}), "crit"),
        (flattened(header=["a"]), "unprotected header"),
        (flattened(protected=None, header={"alg": "HS256"}), "not protected"),
        (flattened(protected=""), "empty"),
        (flattened(payload=None), "no payload"),
        (flattened(payload=1), "payload"),
        (flattened(signature=""), "0 bytes"),
        (flattened(signature=None), "not a text"),
        (flattened(more=1), "members"),
        (general(), "0 signatures"),
        (general(*[entry("HS256")] * (MAXIMUM_SIGNATURES + 1)), f"1 to {MAXIMUM_SIGNATURES}"),
        (general(entry("HS256", payload="AA")), "members"),
        (general(entry("HS256"), header={}), "mixes"),
        (general(entry("HS256"), entry("ES256", signature=entry("HS256")["signature"])), "does not hold"),
        (general(entry("PS256")), "no own key"),
        (b"[]", "not a JSON object"),
    ],
)
def test_refuses_a_message_in_json_with_two_readings(text: bytes, reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        verify_json(text, [key("HS256"), key("ES256")])


def test_passes_over_signatures_of_strangers() -> None:
    message = verify_json(general(entry("HS256"), entry("PS256"), entry("ES256")), [key("HS256"), key("ES256")])
    assert [signature.key.algorithm for signature in message.signatures] == ["HS256", "ES256"]


def test_can_verify_a_payload_that_was_sent_apart() -> None:
    header, _, signature = TOKENS["ES256"].split(".")
    assert verify_compact(f"{header}..{signature}", [key("ES256")], detached=PAYLOAD).payload == PAYLOAD
    with pytest.raises(TokenError, match="does not hold"):
        verify_compact(f"{header}..{signature}", [key("ES256")], detached=PAYLOAD + b" ")
    with pytest.raises(TokenError, match="does not hold"):
        verify_compact(f"{header}..{signature}", [key("ES256")])
    with pytest.raises(TokenError, match="given apart"):
        verify_compact(TOKENS["ES256"], [key("ES256")], detached=PAYLOAD)


@pytest.mark.parametrize("header", [{"crit": ["b64"]}, {"crit": ["b64", "b64"], "b64": False}, {"b64": False}])
def test_refuses_an_extension_that_is_named_without_being_there(header: dict[str, Any]) -> None:
    rules = SignatureRules(unencoded_payload=True)
    with pytest.raises(TokenError, match="crit"):
        verify_compact(forged({"alg": "HS256", **header}), [key("HS256")], rules=rules)
    good = forged({"alg": "HS256", "crit": ["b64"], "b64": False}, payload="a payload as it is")
    assert verify_compact(good, [key("HS256")], rules=rules).payload == b"a payload as it is"
