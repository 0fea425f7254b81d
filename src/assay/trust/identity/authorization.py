"""Authorization requests: read strictly, kept while a person signs in, and what that person is asked for next."""

import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from assay.trust.identity.clients import Client
from assay.trust.identity.levels import Level, level_of_acr
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.sessions import Session
from assay.trust.identity.settings import Lifetimes
from assay.trust.identity.store import Store, digest

__all__ = ["AuthorizationRequest", "Interaction", "Interactions", "Step", "next_step", "read_request"]

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_VALUE = 1_024
_PROMPTS = {"none", "login", "consent", "select_account"}


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks for, once it is known to be well-formed and the client's own."""

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    prompts: tuple[str, ...] = ()
    max_age: int | None = None
    level: Level = Level.PASSWORD
    locales: str = ""


def read_request(parameters: Mapping[str, str], client: Client) -> AuthorizationRequest:
    """The request in these parameters. `redirect_uri` was found to be the client's before.

    Raises:
        Refusal: It is not one; the client is told so at its redirect URI.
    """
    if max(map(len, parameters.values())) > _LONGEST_VALUE:
        raise Refusal("invalid_request", f"a parameter is longer than {_LONGEST_VALUE} characters")
    for name in ("request", "request_uri", "registration"):
        if name in parameters:
            raise Refusal(f"{name}_not_supported", f"{name} is not supported")
    if parameters.get("response_type") != "code":
        raise Refusal("unsupported_response_type", "response_type is not code")
    if parameters.get("response_mode", "query") != "query":
        raise Refusal("invalid_request", "response_mode is not query")
    challenge = parameters.get("code_challenge", "")
    # RFC 9700: a client that leaves the method out, or asks for plain, is downgraded by whoever wants its code.
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise Refusal("invalid_request", "PKCE with S256 is required: code_challenge and code_challenge_method=S256")
    scope = tuple(dict.fromkeys(parameters.get("scope", "").split()))
    if "openid" not in scope or not set(scope) <= set(client.scopes):
        raise Refusal("invalid_scope", "scope lacks openid, or has what this client may not ask for")
    prompts = tuple(parameters.get("prompt", "").split())
    if not set(prompts) <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise Refusal("invalid_request", "prompt is not none, login, consent or select_account")
    max_age = parameters.get("max_age")
    if max_age is not None and not (max_age.isascii() and max_age.isdecimal() and len(max_age) < 10):  # noqa: PLR2004
        raise Refusal("invalid_request", "max_age is no number of seconds")
    return AuthorizationRequest(
        client_id=client.id,
        redirect_uri=parameters["redirect_uri"],
        scope=scope,
        code_challenge=challenge,
        state=parameters.get("state"),
        nonce=parameters.get("nonce"),
        prompts=prompts,
        max_age=None if max_age is None else int(max_age),
        level=_level(parameters.get("acr_values", "")),
        locales=parameters.get("ui_locales", ""),
    )


def _level(acr_values: str) -> Level:
    """The first level that is known: they are in the client's order of preference."""
    if not acr_values.split():
        return Level.PASSWORD
    known = [level for value in acr_values.split() if (level := level_of_acr(value)) is not None]
    if not known:
        raise Refusal("unmet_authentication_requirements", "none of acr_values is supported")
    return known[0]


class Interaction(NamedTuple):
    """A request, while a person answers it at one browser."""

    id: str
    request: AuthorizationRequest
    started_at: float


class Interactions:
    """Interactions in the store: each belongs to a browser, and ends with its answer or its time."""

    def __init__(self, store: Store, lifetimes: Lifetimes) -> None:
        self._store = store
        self._lifetimes = lifetimes

    def begin(self, request: AuthorizationRequest, browser: str) -> Interaction:
        """Keeps a request."""
        interaction = Interaction(secrets.token_urlsafe(24), request, self._store.clock())
        with self._store.transaction() as database:
            self._store.require_room(database, "interactions")
            database.execute(
                "INSERT INTO interactions VALUES (?, ?, ?, ?, ?)",
                (
                    digest(interaction.id), digest(browser), msgspec.json.encode(request), interaction.started_at,
                    interaction.started_at + self._lifetimes.interaction,
                ),
            )  # fmt: skip
        return interaction

    def find(self, interaction_id: str, browser: str) -> Interaction | None:
        """The interaction of that id; None where it is over or belongs to another browser."""
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT * FROM interactions WHERE id_hash = ? AND browser_hash = ? AND expires_at > ?",
                (digest(interaction_id), digest(browser), self._store.clock()),
            ).fetchone()
        if row is None:
            return None
        request = msgspec.json.decode(row["request"], type=AuthorizationRequest)
        return Interaction(interaction_id, request, row["started_at"])

    def end(self, interaction: Interaction) -> bool:
        """Ends it; False where somebody did before."""
        with self._store.transaction() as database:
            gone = database.execute("DELETE FROM interactions WHERE id_hash = ?", (digest(interaction.id),))
            return gone.rowcount == 1

    def consent_of(self, account_id: str, client_id: str) -> frozenset[str]:
        """The scopes that a person agreed to give a client."""
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT scope FROM consents WHERE account = ? AND client = ?", (account_id, client_id)
            ).fetchone()
        return frozenset(row["scope"].split()) if row else frozenset()

    def consent(self, account_id: str, client_id: str, scope: tuple[str, ...]) -> None:
        """Remembers that a person agreed, besides what was agreed before."""
        agreed = " ".join(sorted(self.consent_of(account_id, client_id) | set(scope)))
        with self._store.transaction() as database:
            database.execute("INSERT OR REPLACE INTO consents VALUES (?, ?, ?)", (account_id, client_id, agreed))


class Step(StrEnum):
    """What a person is asked for next."""

    SIGN_IN = "sign-in"
    SECOND_FACTOR = "second-factor"
    ENROL = "enrol"
    PASSKEY = "passkey"
    CONSENT = "consent"
    DONE = "done"


def next_step(
    interaction: Interaction, session: Session | None, *, factors: frozenset[str], agreed: frozenset[str] | None
) -> Step:
    """What is missing until the client gets its code.

    Args:
        interaction: The request and when it came.
        session: That of the browser.
        factors: What the account has enrolled, of `totp` and `passkey`.
        agreed: The scopes that the person gave the client; None where the client needs no consent.

    Raises:
        Refusal: The account cannot reach the level that the client asks for.
    """
    request = interaction.request
    if session is None or _must_sign_in_again(interaction, session):
        return Step.SIGN_IN
    # Who enrolled a second factor is always asked for it: else a stolen password would be enough.
    needed = max(request.level, Level.MFA if factors else Level.PASSWORD)
    if session.level < needed:
        if needed is Level.PASSKEY and "passkey" not in factors:
            raise Refusal("unmet_authentication_requirements", "the person has no passkey")
        if needed is Level.PASSKEY:
            return Step.PASSKEY
        return Step.SECOND_FACTOR if factors else Step.ENROL
    if agreed is not None and not set(request.scope) <= agreed:
        return Step.CONSENT
    return Step.DONE


def _must_sign_in_again(interaction: Interaction, session: Session) -> bool:
    request = interaction.request
    if session.auth_time >= interaction.started_at:
        return False
    too_old = request.max_age is not None and interaction.started_at - session.auth_time > request.max_age
    return too_old or bool({"login", "select_account"} & set(request.prompts)) or request.max_age == 0
