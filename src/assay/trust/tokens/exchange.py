"""Token exchange (RFC 8693): a service that was called goes on in the name of its caller, with less than it had.

A person signs in on a device: the first token says so, and whom it may reach. Each service on the way exchanges it for
one that is for the next service alone. Every exchange adds the service to the chain of actors, and can only take away:
audiences, scopes and time.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.errors import ExchangeError, TokenError
from assay.trust.tokens.access_token import MAXIMUM_ACTORS, AccessToken, Actor

__all__ = ["ExchangeRequest", "ExchangeRules", "ServiceRule", "exchange"]


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service that may exchange tokens."""

    audience: str
    """Its own name in `aud`: it exchanges only tokens that were meant for it."""

    may_call: frozenset[str]
    """Audiences that it may ask for. Asking for no more than the subject's token has is asked for besides."""


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """Who may exchange, and what at most comes out.

    Raises:
        TokenError: A lifetime that is not positive, or a chain longer than tokens can have.
    """

    issuer: str
    services: Mapping[str, ServiceRule]
    """By the `sub` of their own tokens."""

    lifetime: float = 300.0
    """Seconds that a new token is valid, if those it was made of are valid as long."""

    maximum_depth: int = 4
    """Actors in one chain."""

    def __post_init__(self) -> None:
        if not self.lifetime >= 1:
            raise TokenError("the lifetime of exchanged tokens is less than a second")
        if not 1 <= self.maximum_depth <= MAXIMUM_ACTORS:
            raise TokenError(f"a chain of {self.maximum_depth} actors: 1 to {MAXIMUM_ACTORS} are allowed")


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """What a service asks for. Both tokens have been validated, and the actor's sender has proved to be it."""

    subject: AccessToken
    actor: AccessToken
    audience: frozenset[str]
    scope: frozenset[str] | None = None
    """None: as much as the subject's token has."""

    identifier: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """`jti` of the new token."""


def exchange(request: ExchangeRequest, rules: ExchangeRules, *, now: float) -> AccessToken:
    """The narrower token: of the same subject, with the actor before those that acted already, bound to its key.

    Raises:
        ExchangeError: The actor may not exchange tokens, or not this one; it asks for more than the subject's token
            has, or than it may reach; the chain is too long, or no time is left.
    """
    subject, actor = request.subject, request.actor
    if subject.issuer != rules.issuer or actor.issuer != rules.issuer:
        raise ExchangeError("a token of another issuer is not exchanged here", oauth="invalid_request")
    rule = rules.services.get(actor.subject)
    if rule is None or actor.actors:
        raise ExchangeError("the actor is no service that may exchange tokens", oauth="unauthorized_client")
    if rule.audience not in subject.audience:
        raise ExchangeError("the subject's token was not meant for the actor", oauth="invalid_request")
    if subject.may_act not in (None, actor.subject):
        raise ExchangeError("the subject's token names another that may act (may_act)", oauth="invalid_request")
    if actor.confirmation is None:
        raise ExchangeError("the actor's token is not bound to it: the new one could not be", oauth="invalid_request")
    if not request.audience or not request.audience <= (frozenset(subject.audience) & rule.may_call):
        raise ExchangeError(
            "the audience is none, or more than the subject's token reaches or the actor may call",
            oauth="invalid_target",
        )
    scope = subject.scope if request.scope is None else request.scope
    if not scope <= subject.scope:
        raise ExchangeError("the scope is more than that of the subject's token", oauth="invalid_scope")
    actors = (Actor(actor.subject, "service"), *subject.actors)
    if len(actors) > rules.maximum_depth:
        raise ExchangeError(
            f"the chain would have {len(actors)} actors: the limit is {rules.maximum_depth}", oauth="invalid_request"
        )
    expires_at = min(now + rules.lifetime, subject.expires_at, actor.expires_at)
    if expires_at < now + 1:
        raise ExchangeError("the subject's or the actor's token is about to expire", oauth="invalid_request")
    return AccessToken(
        issuer=rules.issuer,
        subject=subject.subject,
        audience=tuple(sorted(request.audience)),
        client=actor.subject,
        scope=scope,
        issued_at=now,
        expires_at=expires_at,
        identifier=request.identifier,
        actors=actors,
        confirmation=actor.confirmation,
        carried=subject.carried,
        # Whoever was the only one that may act has acted; the next is bounded by audience.
        may_act=None,
    )
