"""What clients find out by themselves: the discovery document of OpenID Connect and the public keys."""

from starlette.responses import Response

from assay.trust.identity.clients import SCOPES
from assay.trust.identity.levels import ACR_VALUES
from assay.trust.identity.signing import ALGORITHMS
from assay.trust.identity.web import Call, Handler, json_answer

__all__ = ["HANDLERS"]

_AUTHENTICATIONS = ["client_secret_basic", "private_key_jwt"]


def _configuration(call: Call) -> Response:
    issuer = call.provider.settings.issuer
    return json_answer(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "revocation_endpoint": f"{issuer}/revoke",
            "introspection_endpoint": f"{issuer}/introspect",
            "end_session_endpoint": f"{issuer}/logout",
            "scopes_supported": SCOPES,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ALGORITHMS,
            "token_endpoint_auth_methods_supported": ["none", *_AUTHENTICATIONS],
            "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "introspection_endpoint_auth_methods_supported": _AUTHENTICATIONS,
            "revocation_endpoint_auth_methods_supported": ["none", *_AUTHENTICATIONS],
            "code_challenge_methods_supported": ["S256"],
            "acr_values_supported": ACR_VALUES,
            "claims_supported": [
                "sub", "auth_time", "acr", "amr", "sid", "name", "preferred_username", "email", "email_verified",
            ],
            "ui_locales_supported": ["en", "zh-Hans"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )  # fmt: skip


def _jwks(call: Call) -> Response:
    return json_answer(call.provider.keys.jwks())


def _health(_: Call) -> Response:
    return json_answer({"status": "ready"})


HANDLERS: list[tuple[str, list[str], Handler]] = [
    ("/.well-known/openid-configuration", ["GET"], _configuration),
    ("/.well-known/oauth-authorization-server", ["GET"], _configuration),
    ("/jwks", ["GET"], _jwks),
    ("/readyz", ["GET"], _health),
]
