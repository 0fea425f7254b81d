import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import NonceError, TokenError
from assay.trust.tokens.access_token import AccessToken, AccessTokenRules, Confirmation, issue_access_token
from assay.trust.tokens.base64url import decode_base64url
from assay.trust.tokens.dpop import Nonces, ProofRules, claim_proof, make_proof, normalised_target, verify_proof
from assay.trust.tokens.keys import Key
from assay.trust.tokens.presentation import PresentedToken, TokenVerifier, certificate_thumbprint
from assay.trust.tokens.replay import ReplayStore
from assay.trust.tokens.signatures import sign_compact
from tests.trust.tokens.made import NOW, STEADY, key

URL = "https://orders.example/orders/7"
SENDER = key("ES256", "sender")
ISSUER = "https://issuer.example"
OWN = key("Ed25519", "issuer", ISSUER)
NONCES = Nonces(b"n" * 32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplayStore]:
    opened = ReplayStore(tmp_path / "seen.db", maximum_entries=100)
    yield opened
    opened.close()


def verified(proof: str, **changes: Any) -> Any:
    return verify_proof(proof, **{"method": "GET", "url": URL, "now": NOW, "access_token": "token", **changes})


def proof(signer: Key = SENDER, header: dict[str, Any] | None = None, **changes: Any) -> str:
    made = make_proof(SENDER, method="GET", url=URL, now=NOW, access_token="token")  # noqa: S106 # stands for a token
    members, claims = (json.loads(decode_base64url(part, "it")) for part in made.split(".")[:2])
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return sign_compact(json.dumps(claims).encode(), signer, header={**members, "kid": None, **(header or {})})


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "Ed25519", "EdDSA", "PS256", "RS256"])
def test_can_prove_that_a_key_is_there(algorithm: str) -> None:
    made = make_proof(key(algorithm), method="GET", url=URL, now=NOW, access_token="token", nonce="n")  # noqa: S106 # as above
    read = verified(made)
    assert (read.key_thumbprint, read.nonce) == (key(algorithm).thumbprint, "n")


@pytest.mark.parametrize(
    ("header", "claims", "reason"),
    [
        ({"typ": "JWT"}, {}, "dpop.jwt"),
        ({"jwk": None}, {}, "no key"),
        ({"jwk": {"kty": "oct", "k": "A" * 43}}, {}, "secret"),
        ({"jwk": {**SENDER.public_members, "d": "A" * 43}}, {}, "secret"),
        ({"jwk": dict(key("ES256", "thief").public_members)}, {}, "does not hold"),
        ({"jwk": dict(key("ES384").public_members)}, {}, "takes P-256"),
        ({"jku": "https://evil.example"}, {}, "brings a key"),
        ({"crit": ["b64"], "b64": True}, {}, "not understood"),
        ({}, {"htm": "get"}, "htm"),
        ({}, {"htm": "POST"}, "htm"),
        ({}, {"htm": None}, "htm"),
        ({}, {"htu": "https://payments.example/orders/7"}, "htu"),
        ({}, {"htu": "http://orders.example/orders/7"}, "htu"),
        ({}, {"htu": "https://orders.example:8443/orders/7"}, "htu"),
        ({}, {"htu": "https://orders.example/orders/8"}, "htu"),
        ({}, {"htu": "https://orders.example/orders%2f7"}, "htu"),
        ({}, {"htu": "https://orders.example//orders/7"}, "htu"),
        ({}, {"htu": "https://orders.example@evil.example/orders/7"}, "user"),
        ({}, {"htu": "/orders/7"}, "http"),
        ({}, {"htu": None}, "htu"),
        ({}, {"iat": NOW - 60}, "60 s ago"),
        ({}, {"iat": NOW + 6}, "future"),
        ({}, {"iat": str(NOW)}, "when"),
        ({}, {"iat": True}, "when"),
        ({}, {"ath": None}, "ath"),
        ({}, {"ath": "A" * 43}, "ath"),
        ({}, {"jti": None}, "jti"),
        ({}, {"jti": ""}, "jti"),
        ({}, {"jti": "j" * 257}, "jti"),
        ({}, {"nonce": 1}, "nonce"),
    ],
)
def test_refuses_a_proof_of_something_else(header: dict[str, Any], claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        verified(proof(header=header, **claims))


def test_refuses_a_shared_secret_as_proof() -> None:
    with pytest.raises(TokenError, match="none of ES256"):
        verified(proof(key("HS256"), {"alg": "HS256", "jwk": dict(SENDER.public_members)}))


def test_a_proof_for_no_token_is_taken_for_none() -> None:
    made = make_proof(SENDER, method="GET", url=URL, now=NOW)
    assert verified(made, access_token=None).identifier
    with pytest.raises(TokenError, match="ath"):
        verified(made)
    with pytest.raises(TokenError, match="ath"):
        verified(proof(), access_token=None)


@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(STEADY, max_examples=100)
def test_refuses_a_proof_with_any_byte_changed(position: int, byte: int) -> None:
    position %= len(MADE)
    changed = MADE[:position] + chr(byte) + MADE[position + 1 :]
    if changed != MADE:
        with pytest.raises(TokenError):
            verified(changed)


MADE = proof()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://A.Example", "https://a.example:443/"),
        ("http://a.example:80/x", "HTTP://a.example/x?query#fragment"),
        ("https://a.example/a/./b/../c", "https://a.example/a/c"),
        ("https://a.example/%7Eada/%2f", "https://a.example/~ada/%2F"),
        ("https://a.example/..", "https://a.example/"),
        ("https://a.example/a/..", "https://a.example/"),
        ("https://a.example/a/.", "https://a.example/a/"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
    ],
)
def test_addresses_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert normalised_target(one) == normalised_target(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example//a", "https://a.example/a"),
        ("https://a.example/a", "https://a.example/a/"),
        ("https://a.example/a", "https://a.example/A"),
        ("https://a.example:444/", "https://a.example/"),
        ("https://a.example/a;b", "https://a.example/a"),
    ],
)
def test_addresses_that_may_differ_differ(one: str, other: str) -> None:
    assert normalised_target(one) != normalised_target(other)


@pytest.mark.parametrize(
    "url",
    ["", "a", "//a/b", "ftp://a/", "https:///b", "https://u@a/", "https://a/\\b", "https://a/ b", "https://a/é",
     "https://a/%zz", "https://a:x/", "https://a:99999/", "https://[a/", "https://a%2fb/", "http://[::1]x/", "http://a;b/",
     "https://a/" + "a" * 3000],
)  # fmt: skip
def test_refuses_addresses_that_are_none(url: str) -> None:
    with pytest.raises(TokenError):
        normalised_target(url)


def test_a_proof_is_taken_once(store: ReplayStore) -> None:
    read = verified(proof(jti="once"))
    claim_proof(read, store, now=NOW)
    with pytest.raises(TokenError, match="seen before"):
        claim_proof(read, store, now=NOW + 59)
    with pytest.raises(TokenError, match="60 s ago"):
        verified(proof(jti="once"), now=NOW + 60)


def test_nonces_are_good_for_a_while() -> None:
    nonce = NONCES.issue(NOW)
    assert NONCES.accepts(nonce, now=NOW + 299)
    assert not NONCES.accepts(nonce, now=NOW + 300)
    assert not Nonces(b"m" * 32).accepts(nonce, now=NOW)
    for wrong in (None, "", "AAAA", nonce + "A", nonce[:-4], "*" + nonce[1:]):
        assert not NONCES.accepts(wrong, now=NOW)
    with pytest.raises(TokenError):
        Nonces(b"short")
    with pytest.raises(TokenError):
        ProofRules(window=0)


CERTIFICATE = b"a certificate, as the connection shows it"


def issued(bound: Confirmation | None) -> str:
    token = AccessToken(ISSUER, "ada", ("orders",), "web", frozenset(), NOW, NOW + 60, "t", (), bound)
    return issue_access_token(token, OWN)


def verifier(store: ReplayStore, *, nonces: Nonces | None = None, must_bind: bool = True) -> TokenVerifier:
    rules = AccessTokenRules(issuer=ISSUER, audience="orders", require_confirmation=must_bind)
    return TokenVerifier(rules, lambda _: [OWN], store, lambda: NOW, nonces=nonces)


def presented(token: str, **changes: Any) -> PresentedToken:
    return PresentedToken(**{"scheme": "Bearer", "token": token, "method": "GET", "url": URL, **changes})


def test_a_stolen_token_is_worth_nothing_without_its_key(store: ReplayStore) -> None:
    token = issued(Confirmation(key_thumbprint=SENDER.thumbprint))

    def sent(by: Key, **changes: Any) -> PresentedToken:
        made = make_proof(by, method="GET", url=URL, now=NOW, access_token=token)
        return presented(token, **{"scheme": "DPoP", "proofs": [made], **changes})

    mine = sent(SENDER)
    assert verifier(store).verify(mine).subject == "ada"
    for wrong, reason in (
        (mine, "seen before"),
        (sent(key("ES256", "thief")), "another key"),
        (sent(SENDER, scheme="Bearer"), "scheme must be DPoP"),
        (sent(SENDER, proofs=[]), "exactly one proof"),
        (sent(SENDER, proofs=[*mine.proofs, *mine.proofs]), "exactly one proof"),
        (sent(SENDER, url="https://payments.example/"), "htu"),
    ):
        with pytest.raises(TokenError, match=reason):
            verifier(store).verify(wrong)
    with pytest.raises(NonceError):
        verifier(store, nonces=NONCES).verify(sent(SENDER))
    made = make_proof(SENDER, method="GET", url=URL, now=NOW, access_token=token, nonce=NONCES.issue(NOW))
    assert verifier(store, nonces=NONCES).verify(sent(SENDER, proofs=[made])).subject == "ada"


def test_a_refused_proof_takes_no_room_in_the_store(store: ReplayStore) -> None:
    token = issued(Confirmation(key_thumbprint=SENDER.thumbprint))
    made = make_proof(key("ES256", "thief"), method="GET", url=URL, now=NOW, access_token=token)
    with pytest.raises(TokenError):
        verifier(store).verify(presented(token, scheme="DPoP", proofs=[made]))
    assert store.live_entries(NOW) == 0


def test_a_token_bound_to_a_certificate_needs_its_connection(store: ReplayStore) -> None:
    token = issued(Confirmation(certificate_thumbprint=certificate_thumbprint(CERTIFICATE)))
    assert verifier(store).verify(presented(token, certificate=CERTIFICATE)).subject == "ada"
    for wrong, reason in (
        (presented(token), "another certificate"),
        (presented(token, certificate=CERTIFICATE + b"."), "another certificate"),
        (presented(token, certificate=b""), "0 bytes"),
        (presented(token, certificate=CERTIFICATE, proofs=[MADE]), "not bound to a key"),
        (presented(token, certificate=CERTIFICATE, scheme="DPoP"), "not bound to a key"),
    ):
        with pytest.raises(TokenError, match=reason):
            verifier(store).verify(wrong)


def test_an_unbound_token_is_refused_unless_asked(store: ReplayStore) -> None:
    token = issued(None)
    with pytest.raises(TokenError, match="not bound to its sender"):
        verifier(store).verify(presented(token))
    assert verifier(store, must_bind=False).verify(presented(token)).confirmation is None
