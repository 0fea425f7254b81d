import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import TokenError
from assay.trust.tokens.access_token import (
    MAXIMUM_ACTORS,
    AccessToken,
    AccessTokenRules,
    Actor,
    Confirmation,
    issue_access_token,
    validate_access_token,
)
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import sign_compact
from tests.trust.tokens.made import NOW, STEADY, key

ISSUER = "https://issuer.example"
OWN = key("ES256", "one", ISSUER)
RULES = AccessTokenRules(issuer=ISSUER, audience="orders")
TOKEN = AccessToken(
    issuer=ISSUER,
    subject="ada",
    audience=("orders",),
    client="gateway",
    scope=frozenset({"read", "write"}),
    issued_at=NOW,
    expires_at=NOW + 300,
    identifier="t-1",
    actors=(Actor("gateway", "service"), Actor("laptop", "device")),
    confirmation=Confirmation(key_thumbprint=key("ES256").thumbprint),
    carried={"acr": "2"},
)


def signed(signer: Key = OWN, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {name: value for name, value in {**TOKEN.claims(), **changes}.items() if value is not None}
    return sign_compact(json.dumps(claims).encode(), signer, header=header or {"typ": "at+jwt"})


def test_what_was_issued_is_believed_and_reads_the_same() -> None:
    assert validate_access_token(issue_access_token(TOKEN, OWN), [OWN], RULES, now=NOW) == TOKEN
    plain = dataclasses.replace(TOKEN, scope=frozenset(), actors=(), carried={}, may_act="gateway")
    assert validate_access_token(issue_access_token(plain, OWN), [OWN], RULES, now=NOW) == plain


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://issuer.example/"}, "another issuer"),
        ({"iss": None}, "iss"),
        ({"aud": "payments"}, "another audience"),
        ({"aud": "Orders"}, "another audience"),
        ({"aud": "orders "}, "another audience"),
        ({"aud": ["orders", "payments"]}, "for others as well"),
        ({"aud": ["orders", "orders"]}, "each once"),
        ({"aud": []}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [1]}, "audience"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "empty"),
        ({"sub": "a" * 600}, "longer than 512"),
        ({"client_id": None}, "client_id"),
        ({"jti": None}, "jti"),
        ({"exp": None}, "exp"),
        ({"exp": str(NOW)}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": -1}, "exp"),
        ({"exp": 10**19}, "exp"),
        ({"exp": NOW - 31, "iat": NOW - 60}, "expired 31 s ago"),
        ({"exp": NOW - 30, "iat": NOW - 60}, "expired 30 s ago"),
        ({"exp": NOW, "iat": NOW}, "ends before it begins"),
        ({"iat": None}, "iat"),
        ({"iat": NOW + 31}, "in the future"),
        ({"nbf": NOW + 31}, "not valid yet"),
        ({"nbf": "now"}, "nbf"),
        ({"exp": NOW + 3601}, "longer than 3600 s"),
        ({"scope": ["read"]}, "scope"),
        ({"scope": "read  write"}, "empty"),
        ({"scope": 'a"b'}, "quotes"),
        ({"scope": " ".join(map(str, range(40)))}, "up to 32"),
        ({"cnf": None}, "not bound to its sender"),
        ({"cnf": {}}, "exactly one"),
        ({"cnf": {"jkt": "A" * 43, "x5t#S256": "A" * 43}}, "exactly one"),
        ({"cnf": {"kid": "one"}}, "not known"),
        ({"cnf": {"jkt": "AAAA"}}, "no SHA-256"),
        ({"cnf": "A"}, "not known"),
        ({"act": "gateway"}, "actor"),
        ({"act": {}}, "sub"),
        ({"act": {"sub": "a", "act": []}}, "actor"),
        ({"may_act": "gateway"}, "sub"),
    ],
)
def test_refuses_a_token_that_does_not_say_what_it_should(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        validate_access_token(signed(**changes), [OWN], RULES, now=NOW)


@pytest.mark.parametrize("kind", [None, "JWT", "dpop+jwt", "at+jwt ", "id+jwt"])
def test_refuses_what_was_signed_for_something_else(kind: str | None) -> None:
    with pytest.raises(TokenError, match=r"not at\+jwt"):
        validate_access_token(signed(header={"typ": kind}), [OWN], RULES, now=NOW)


def test_names_the_limit_of_a_chain() -> None:
    act: dict[str, Any] = {"sub": "a"}
    for _ in range(MAXIMUM_ACTORS):
        act = {"sub": "a", "act": act}
    with pytest.raises(TokenError, match=f"more actors than {MAXIMUM_ACTORS}"):
        validate_access_token(signed(act=act), [OWN], RULES, now=NOW)


def test_leeway_ends_where_it_says() -> None:
    validate_access_token(signed(exp=NOW - 29, iat=NOW - 60), [OWN], RULES, now=NOW)
    validate_access_token(signed(iat=NOW + 30, nbf=NOW + 30), [OWN], RULES, now=NOW)


def test_takes_keys_of_its_issuer_alone() -> None:
    for other in (key("ES256"), key("ES256", "one", "https://other.example")):
        with pytest.raises(TokenError, match="no own key"):
            validate_access_token(signed(other), [other], RULES, now=NOW)
    shared = key("HS256", "one", ISSUER)
    with pytest.raises(TokenError, match="no own key"):
        validate_access_token(signed(shared), [shared], RULES, now=NOW)
    with pytest.raises(TokenError, match="verifiers could sign"):
        issue_access_token(TOKEN, shared)


@pytest.mark.parametrize(
    "settings_", [{"leeway": 121.0}, {"leeway": -1.0}, {"maximum_lifetime": 0.0}, {"algorithms": frozenset({"HS256"})}]
)
def test_refuses_rules_that_are_none(settings_: dict[str, Any]) -> None:
    with pytest.raises(TokenError):
        AccessTokenRules(issuer=ISSUER, audience="orders", **settings_)


@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(STEADY, max_examples=100)
def test_refuses_a_token_with_any_byte_changed(position: int, byte: int) -> None:
    token = ISSUED
    position %= len(token)
    changed = token[:position] + chr(byte) + token[position + 1 :]
    if changed != token:
        with pytest.raises(TokenError):
            validate_access_token(changed, [OWN], RULES, now=NOW)


ISSUED = issue_access_token(TOKEN, OWN)
