import json
from typing import Any

import pytest

from assay.errors import TokenError
from assay.trust.tokens.key_ring import KeyRing, KeyState, RingKey, keys_of_set
from tests.trust.tokens.made import NOW, key

ISSUER = "https://issuer.example"


def ring(**changes: Any) -> KeyRing:
    first = RingKey(key("ES256", "first", ISSUER), NOW)
    settings = {"issuer": ISSUER, "keys": (first,), "overlap": 600.0, "lead": 300.0, **changes}
    return KeyRing(**settings)


def rotated() -> KeyRing:
    return ring().with_next(key("ES384", "second", ISSUER), begins_at=NOW + 1000, now=NOW + 500)


@pytest.mark.parametrize(
    ("after", "states", "signs", "believed", "published"),
    [
        (500, "current next", "first", ["first"], ["first", "second"]),
        (945, "current next", "first", ["first", "second"], ["first", "second"]),
        (999.9, "current next", "first", ["first", "second"], ["first", "second"]),
        (1000, "retired current", "second", ["first", "second"], ["first", "second"]),
        (1599.9, "retired current", "second", ["first", "second"], ["first", "second"]),
        (1600, "forgotten current", "second", ["second"], ["second"]),
    ],
)
def test_a_key_is_known_before_it_signs_and_believed_after(
    after: float, states: str, signs: str, believed: list[str], published: list[str]
) -> None:
    now = NOW + after
    assert " ".join(rotated().state(name, now) for name in ("first", "second")) == states
    assert rotated().signing_key(now).identifier == signs
    assert [one.identifier for one in rotated().verification_keys(now)] == believed
    assert [one["kid"] for one in rotated().public_set(now)["keys"]] == published


def test_forgets_old_keys_when_a_new_one_comes() -> None:
    later = rotated().with_next(key("ES512", "third", ISSUER), begins_at=NOW + 2000, now=NOW + 1700)
    assert [entry.key.identifier for entry in later.keys] == ["second", "third"]
    assert later.state("first", NOW + 1700) is KeyState.FORGOTTEN


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"keys": ()}, "0 keys: 1 to 16"),
        ({"keys": (RingKey(key("HS256", "one", ISSUER), NOW),)}, "symmetric"),
        ({"keys": (RingKey(key("ES256"), NOW),)}, "not bound to the issuer"),
        (
            {"keys": (RingKey(key("ES256", "first", ISSUER), NOW), RingKey(key("ES384", "first", ISSUER), NOW + 1))},
            "one iden",
        ),
        ({"keys": (RingKey(key("ES256", "a", ISSUER), NOW), RingKey(key("ES384", "b", ISSUER), NOW))}, "order"),
        ({"overlap": 0.0}, "overlap"),
    ],
)
def test_refuses_a_ring_that_makes_no_sense(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        ring(**changes)


def test_refuses_a_key_that_others_cannot_know_in_time() -> None:
    with pytest.raises(TokenError, match="published 300 s before"):
        ring().with_next(key("ES384", "second", ISSUER), begins_at=NOW + 100, now=NOW)
    with pytest.raises(TokenError, match="no key of the ring signs yet"):
        ring().signing_key(NOW - 1)


def test_a_published_set_is_read_back_without_secrets() -> None:
    published = json.dumps(rotated().public_set(NOW + 500)).encode()
    keys = keys_of_set(published, issuer=ISSUER)
    assert [(one.identifier, one.is_private, one.issuer) for one in keys] == [
        ("first", False, ISSUER),
        ("second", False, ISSUER),
    ]
    assert b'"d"' not in published


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        ({}, "no list"),
        ({"keys": {}}, "no list"),
        ({"keys": []}, "none verifies"),
        ({"keys": [key("ES256").public_jwk()] * 2}, "one identifier"),
        ({"keys": [key("ES256").public_jwk()] * 17}, "17 keys: the limit is 16"),
        ({"keys": [{"kty": "oct", "alg": "HS256", "k": "A" * 43}]}, "secret key"),
        ({"keys": [{**key("ES256").public_jwk(), "alg": "none"}]}, "none verifies"),
        ({"keys": [{**key("ES256").public_jwk(), "use": "enc"}]}, "none verifies"),
    ],
)
def test_refuses_a_set_that_is_none(published: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        keys_of_set(published, issuer=ISSUER)
