"""What clients call: tokens for codes and refresh tokens, who a person is, what a token is worth, and its end."""

import secrets
from typing import Any

from starlette.responses import Response

from assay.errors import TokenError
from assay.trust.identity.clients import Client
from assay.trust.identity.grants import Grant
from assay.trust.identity.levels import level_of, methods_claim
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.web import Call, Handler, json_answer

__all__ = ["HANDLERS", "ID_TOKEN"]

ID_TOKEN = "JWT"  # noqa: S105 # what `typ` says
_ACCESS_TOKEN = "at+jwt"  # noqa: S105 # RFC 9068


def _token(call: Call) -> Response:
    client = call.provider.clients.authenticate(call.headers.get("authorization"), call.form)
    grant_type = call.form.get("grant_type")
    if grant_type == "authorization_code":
        grant = call.provider.grants.redeem(
            call.form.get("code", ""), client.id, call.form.get("redirect_uri", ""), call.form.get("code_verifier", "")
        )
    elif grant_type == "refresh_token":
        grant = call.provider.grants.refresh(call.form.get("refresh_token", ""), client.id)
    else:
        raise Refusal("unsupported_grant_type", "grant_type is not authorization_code or refresh_token")
    asked = tuple(call.form.get("scope", "").split())
    if not set(asked) <= set(grant.scope):
        raise Refusal("invalid_scope", "more was asked for than was given")
    call.provider.record("tokens issued", call, client=client.id, account=grant.account_id, grant=grant.id)
    return json_answer(_issue(call, client, grant, asked or grant.scope))


def _issue(call: Call, client: Client, grant: Grant, scope: tuple[str, ...]) -> dict[str, Any]:
    provider, settings = call.provider, call.provider.settings
    now, jti, lifetimes = int(provider.store.clock()), secrets.token_urlsafe(16), settings.lifetimes
    base = {"iss": settings.issuer, "sub": grant.account_id, "iat": now, **_authentication(grant)}
    expires = now + int(lifetimes.access_token)
    provider.grants.record_access_token(grant._replace(scope=scope), jti, expires)
    audience = [settings.issuer, *([client.audience] if client.audience else [])]
    access = {"aud": audience, "client_id": client.id, "scope": " ".join(scope), "jti": jti, "exp": expires, **base}
    answer = {
        "access_token": provider.keys.sign(access, kind=_ACCESS_TOKEN, algorithm="ES256"),
        "token_type": "Bearer",
        "expires_in": int(lifetimes.access_token),
        "scope": " ".join(scope),
    }
    identity = {"aud": client.id, "sid": grant.sid, "exp": now + int(lifetimes.id_token), **base}
    if grant.nonce is not None:
        identity["nonce"] = grant.nonce
    answer["id_token"] = provider.keys.sign(identity, kind=ID_TOKEN, algorithm=client.id_token_algorithm)
    if "offline_access" in grant.scope:
        answer["refresh_token"] = provider.grants.new_refresh_token(grant)
    return answer


def _authentication(grant: Grant) -> dict[str, Any]:
    return {
        "auth_time": int(grant.auth_time),
        "acr": level_of(grant.methods).acr,
        "amr": methods_claim(grant.methods),
    }


def _userinfo(call: Call) -> Response:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise Refusal("invalid_token", "there is no bearer token in Authorization", 401)
    grant = _grant_of(call, token)
    account = call.provider.accounts.find(grant.account_id) if grant else None
    if grant is None or account is None:
        raise Refusal("invalid_token", "the token is not good", 401)
    claims: dict[str, Any] = {"sub": account.id}
    if "profile" in grant.scope:
        claims |= {"name": account.display_name, "preferred_username": account.name}
    if "email" in grant.scope and account.email:
        # Whoever runs the provider wrote it down; nobody sent a message to it.
        claims |= {"email": account.email, "email_verified": False}
    return json_answer(claims)


def _grant_of(call: Call, access_token: str) -> Grant | None:
    try:
        claims = call.provider.keys.verify(access_token, kind=_ACCESS_TOKEN)
    except TokenError:
        return None
    return call.provider.grants.of_access_token(str(claims.get("jti")))


def _introspect(call: Call) -> Response:
    client = call.provider.clients.authenticate(call.headers.get("authorization"), call.form)
    if client.authentication == "none":
        raise Refusal("invalid_client", "a client that proves nothing may not ask", 401)
    token = call.form.get("token", "")
    grant = _grant_of(call, token)
    if grant is not None and (client.may_introspect or grant.client_id == client.id):
        claims = call.provider.keys.verify(token, kind=_ACCESS_TOKEN)
        return json_answer({"active": True, "token_type": "Bearer", **claims})
    refreshing = call.provider.grants.of_refresh_token(token, client.id)
    if refreshing is None:
        return json_answer({"active": False})
    return json_answer(
        {
            "active": True,
            "iss": call.provider.settings.issuer,
            "sub": refreshing.account_id,
            "client_id": client.id,
            "scope": " ".join(refreshing.scope),
            **_authentication(refreshing),
        }
    )


def _revoke(call: Call) -> Response:
    client = call.provider.clients.authenticate(call.headers.get("authorization"), call.form)
    token = call.form.get("token")
    if token is None:
        raise Refusal("invalid_request", "there is no token")
    grant = call.provider.grants.of_refresh_token(token, client.id)
    if grant is not None:
        call.provider.grants.revoke(grant.id, "the client revoked it")
    else:
        access = _grant_of(call, token)
        if access is not None and access.client_id == client.id:
            claims = call.provider.keys.verify(token, kind=_ACCESS_TOKEN)
            call.provider.grants.revoke_access_token(str(claims["jti"]))
    # RFC 7009, 2.2: a token that is not good is as revoked as one can wish.
    return Response(status_code=200)


HANDLERS: list[tuple[str, list[str], Handler]] = [
    ("/token", ["POST"], _token),
    ("/userinfo", ["GET", "POST"], _userinfo),
    ("/introspect", ["POST"], _introspect),
    ("/revoke", ["POST"], _revoke),
]
