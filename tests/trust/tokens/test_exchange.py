import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import ExchangeError, TokenError
from assay.trust.tokens.access_token import (
    AccessToken,
    AccessTokenRules,
    Actor,
    Confirmation,
    issue_access_token,
    validate_access_token,
)
from assay.trust.tokens.dpop import Nonces, make_proof
from assay.trust.tokens.endpoint import ACCESS_TOKEN_TYPE, GRANT_TYPE, ExchangeEndpoint, exchange_application
from assay.trust.tokens.exchange import ExchangeRequest, ExchangeRules, ServiceRule, exchange
from assay.trust.tokens.key_ring import KeyRing, RingKey
from assay.trust.tokens.presentation import certificate_thumbprint
from assay.trust.tokens.replay import ReplayStore
from tests.trust.tokens.made import NOW, STEADY, key

ISSUER = "https://issuer.example"
URL = "https://issuer.example/token"
GATEWAY = "spiffe://shop.example/gateway"
ORDERS = "spiffe://shop.example/orders"
SERVICE_KEY = key("ES256", "service")
RING = KeyRing(ISSUER, (RingKey(key("ES256", "one", ISSUER), NOW - 1000),), overlap=600, lead=60)
RULES = ExchangeRules(
    issuer=ISSUER,
    services={
        GATEWAY: ServiceRule("gateway", frozenset({"orders", "payments", "stock"})),
        ORDERS: ServiceRule("orders", frozenset({"payments"})),
    },
)
SUBJECT = AccessToken(
    issuer=ISSUER,
    subject="ada",
    audience=("gateway", "orders", "payments"),
    client="web",
    scope=frozenset({"read", "buy"}),
    issued_at=NOW - 10,
    expires_at=NOW + 200,
    identifier="first",
    actors=(Actor("laptop", "device"),),
    confirmation=Confirmation(key_thumbprint=key("ES256", "laptop").thumbprint),
    carried={"acr": "2"},
)
ACTOR = AccessToken(
    issuer=ISSUER,
    subject=GATEWAY,
    audience=(ISSUER,),
    client=GATEWAY,
    scope=frozenset(),
    issued_at=NOW - 10,
    expires_at=NOW + 3000,
    identifier="actor",
    confirmation=Confirmation(key_thumbprint=SERVICE_KEY.thumbprint),
)


MEANT_FOR_ORDERS = issue_access_token(replace(ACTOR, audience=("orders",)), RING.signing_key(NOW))


def asked(**changes: Any) -> ExchangeRequest:
    return ExchangeRequest(**{"subject": SUBJECT, "actor": ACTOR, "audience": frozenset({"orders"}), **changes})


def test_a_call_carries_person_device_and_service() -> None:
    both = frozenset({"orders", "payments"})
    first = exchange(asked(audience=both, scope=frozenset({"buy"})), RULES, now=NOW)
    assert (first.subject, first.audience, first.scope) == ("ada", ("orders", "payments"), frozenset({"buy"}))
    assert first.expires_at == SUBJECT.expires_at
    assert first.carried == {"acr": "2"}
    assert first.confirmation == ACTOR.confirmation
    orders = replace(ACTOR, subject=ORDERS, client=ORDERS)
    second = exchange(asked(subject=first, actor=orders, audience=frozenset({"payments"})), RULES, now=NOW)
    assert second.audience == ("payments",)
    assert second.claims()["act"] == {
        "sub": ORDERS,
        "kind": "service",
        "act": {"sub": GATEWAY, "kind": "service", "act": {"sub": "laptop", "kind": "device"}},
    }


@pytest.mark.parametrize(
    ("changes", "oauth", "reason"),
    [
        ({"audience": frozenset()}, "invalid_target", "audience"),
        ({"audience": frozenset({"stock"})}, "invalid_target", "more than the subject"),
        ({"audience": frozenset({"gateway"})}, "invalid_target", "may call"),
        ({"audience": frozenset({"orders", "stock"})}, "invalid_target", "audience"),
        ({"scope": frozenset({"read", "admin"})}, "invalid_scope", "scope"),
        ({"actor": replace(ACTOR, subject="spiffe://shop.example/other")}, "unauthorized_client", "no service"),
        ({"actor": replace(ACTOR, actors=(Actor("x", "service"),))}, "unauthorized_client", "no service"),
        ({"actor": replace(ACTOR, confirmation=None)}, "invalid_request", "not bound"),
        ({"actor": replace(ACTOR, issuer="https://other.example")}, "invalid_request", "another issuer"),
        ({"subject": replace(SUBJECT, issuer="https://other.example")}, "invalid_request", "another issuer"),
        ({"subject": replace(SUBJECT, audience=("orders",))}, "invalid_request", "not meant for the actor"),
        ({"subject": replace(SUBJECT, may_act=ORDERS)}, "invalid_request", "may_act"),
        (
            {"subject": replace(SUBJECT, actors=(Actor("x", "service"),) * 4)},
            "invalid_request",
            "5 actors: the limit is 4",
        ),
        ({"subject": replace(SUBJECT, expires_at=NOW + 0.5)}, "invalid_request", "about to expire"),
        ({"actor": replace(ACTOR, expires_at=NOW + 0.5)}, "invalid_request", "about to expire"),
    ],
)
def test_refuses_to_give_more_than_there_was(changes: dict[str, Any], oauth: str, reason: str) -> None:
    with pytest.raises(ExchangeError, match=reason) as refused:
        exchange(asked(**changes), RULES, now=NOW)
    assert refused.value.oauth == oauth


NAMES = st.frozensets(st.sampled_from(["gateway", "orders", "payments", "stock"]))
SCOPES = st.frozensets(st.sampled_from(["read", "buy", "admin"]))


@given(
    has=NAMES.filter(bool),
    asks=NAMES,
    scope=SCOPES,
    wants=st.none() | SCOPES,
    left=st.integers(-5, 600),
    depth=st.integers(0, 5),
)
@settings(STEADY, max_examples=200)
def test_an_exchange_never_gives_more(
    *,
    has: frozenset[str],
    asks: frozenset[str],
    scope: frozenset[str],
    wants: frozenset[str] | None,
    left: int,
    depth: int,
) -> None:
    subject = replace(
        SUBJECT,
        audience=tuple(sorted(has)),
        scope=scope,
        issued_at=NOW - 1000,
        expires_at=NOW + left,
        actors=(Actor("x", "service"),) * depth,
    )
    try:
        new = exchange(asked(subject=subject, audience=asks, scope=wants), RULES, now=NOW)
    except ExchangeError:
        return
    assert set(new.audience) == asks <= has & RULES.services[GATEWAY].may_call
    assert new.scope <= scope
    assert NOW < new.expires_at <= min(subject.expires_at, NOW + RULES.lifetime)
    assert new.actors[1:] == subject.actors
    assert len(new.actors) <= RULES.maximum_depth
    assert new.subject == subject.subject


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplayStore]:
    opened = ReplayStore(tmp_path / "seen.db", maximum_entries=100)
    yield opened
    opened.close()


def endpoint(store: ReplayStore, **changes: Any) -> ExchangeEndpoint:
    settings_ = {"rules": RULES, "ring": lambda: RING, "replay": store, "clock": lambda: NOW, "url": URL, **changes}
    return ExchangeEndpoint(**settings_)


def form(**changes: Any) -> dict[str, Any]:
    signer = RING.signing_key(NOW)
    fields = {
        "grant_type": GRANT_TYPE,
        "subject_token": issue_access_token(SUBJECT, signer),
        "subject_token_type": ACCESS_TOKEN_TYPE,
        "actor_token": issue_access_token(ACTOR, signer),
        "actor_token_type": ACCESS_TOKEN_TYPE,
        "audience": "orders",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def post(
    asked: ExchangeEndpoint, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> httpx.Response:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}

    async def answered() -> httpx.Response:
        transport = httpx.ASGITransport(app=exchange_application(asked))
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
            return await client.post("/token", content=urlencode(fields, doseq=True), headers=sent)

    return asyncio.run(answered())


def proof(nonce: str | None = None) -> dict[str, str]:
    return {"DPoP": make_proof(SERVICE_KEY, method="POST", url=URL, now=NOW, nonce=nonce)}


def test_the_endpoint_exchanges_a_token_for_a_narrower_one(store: ReplayStore) -> None:
    answer = post(endpoint(store), form(scope="buy"), proof())
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    expected = {"issued_token_type": ACCESS_TOKEN_TYPE, "token_type": "DPoP", "expires_in": 200, "scope": "buy"}
    assert {name: body[name] for name in expected} == expected
    rules = AccessTokenRules(issuer=ISSUER, audience="orders")
    token = validate_access_token(body["access_token"], RING.verification_keys(NOW), rules, now=NOW)
    assert (token.subject, token.client, token.actors[0]) == ("ada", GATEWAY, Actor(GATEWAY, "service"))


@pytest.mark.parametrize(
    ("changes", "headers", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, proof, 400, "unsupported_grant_type"),
        ({"grant_type": None}, proof, 400, "unsupported_grant_type"),
        ({"subject_token": None}, proof, 400, "invalid_request"),
        ({"actor_token": None}, proof, 400, "invalid_request"),
        ({"subject_token": "a.b.c"}, proof, 400, "invalid_request"),
        ({"actor_token": "a.b.c"}, proof, 401, "invalid_client"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, proof, 400, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:id_token"}, proof, 400, "invalid_request"),
        ({"scope": ["buy", "buy"]}, proof, 400, "invalid_request"),
        ({"actor_token": MEANT_FOR_ORDERS}, proof, 401, "invalid_client"),
        ({"audience": "stock"}, proof, 400, "invalid_target"),
        ({"audience": ["orders", "stock"]}, proof, 400, "invalid_target"),
        ({"audience": None}, proof, 400, "invalid_target"),
        ({"resource": "https://orders.example"}, proof, 400, "invalid_target"),
        ({"scope": "admin"}, proof, 400, "invalid_scope"),
        ({"scope": " buy"}, proof, 400, "invalid_scope"),
        ({}, dict, 401, "invalid_client"),
        ({}, lambda: {"DPoP": "a.b.c"}, 401, "invalid_client"),
        ({}, lambda: {"Content-Type": "application/json"}, 400, "invalid_request"),
        ({"x": "y" * 70_000}, proof, 400, "invalid_request"),
        ({f"x{number}": "y" for number in range(40)}, proof, 400, "invalid_request"),
    ],
)
def test_the_endpoint_refuses_by_the_codes_of_oauth(
    store: ReplayStore, changes: dict[str, Any], headers: Any, status: int, error: str
) -> None:
    answer = post(endpoint(store), form(**changes), headers())
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "eyJ" not in answer.text


def test_the_endpoint_asks_for_a_nonce_and_takes_a_proof_once(store: ReplayStore) -> None:
    asking = endpoint(store, nonces=Nonces(b"n" * 32))
    refused = post(asking, form(), proof())
    assert (refused.status_code, refused.json()["error"]) == (400, "use_dpop_nonce")
    good = proof(refused.headers["dpop-nonce"])
    assert post(asking, form(), good).status_code == 200
    again = post(asking, form(), good)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


def test_an_actor_can_prove_itself_by_its_certificate(store: ReplayStore) -> None:
    bound = Confirmation(certificate_thumbprint=certificate_thumbprint(b"certificate"))
    actor = issue_access_token(replace(ACTOR, confirmation=bound), RING.signing_key(NOW))
    for shown, status in ((b"certificate", 200), (b"another", 401), (None, 401)):
        asking = endpoint(store, certificate=lambda _, shown=shown: shown)
        assert post(asking, form(actor_token=actor)).status_code == status


def test_refuses_rules_that_are_none() -> None:
    with pytest.raises(TokenError, match="1 to 6"):
        replace(RULES, maximum_depth=7)
    with pytest.raises(TokenError, match="less than a second"):
        replace(RULES, lifetime=0.5)
