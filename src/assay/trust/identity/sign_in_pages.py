"""From an authorization request to its code: signing in, second factor, consent; and logging out."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from assay.errors import IdentityError, TokenError, TooManyAttemptsError
from assay.trust.identity.authorization import Interaction, Step, next_step, read_request
from assay.trust.identity.clients import Client
from assay.trust.identity.levels import Level
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.token_endpoints import ID_TOKEN
from assay.trust.identity.web import Call, Handler, see

__all__ = ["HANDLERS", "next_path", "trouble_of"]

_PAGES = {
    Step.SIGN_IN: "/login",
    Step.SECOND_FACTOR: "/second-factor",
    Step.PASSKEY: "/second-factor",
    Step.ENROL: "/account/totp",
    Step.CONSENT: "/consent",
}
_PROMPT_NONE = {Step.SIGN_IN: "login_required", Step.CONSENT: "consent_required"}


def _authorize(call: Call) -> Response:
    if call.method == "POST":
        # Cookies do not come along with a form of another site; they do when the browser is sent on.
        return see(f"/authorize?{urlencode(call.form)}")
    client = call.provider.clients.find(call.query.get("client_id", ""))
    redirect_uri = call.query.get("redirect_uri")
    if client is None or redirect_uri is None or redirect_uri not in client.redirect_uris:
        # Never redirected: where to is exactly what is not known.
        raise Refusal("invalid_request", "client_id or redirect_uri is not registered")
    try:
        interaction = call.provider.interactions.begin(read_request(call.query, client), call.browser)
    except Refusal as refusal:
        return _back(call, redirect_uri, call.query.get("state"), error=refusal.error, why=refusal.description)
    return _continue_with(call, interaction, client)


def _continue(call: Call) -> Response:
    interaction = interaction_of(call)
    if interaction is None:
        return see("/account")
    client = call.provider.clients.find(interaction.request.client_id)
    if client is None:
        raise Refusal("invalid_request", "the client is gone")
    return _continue_with(call, interaction, client)


def _continue_with(call: Call, interaction: Interaction, client: Client) -> Response:
    request = interaction.request
    try:
        step = _step(call, interaction, client)
    except Refusal as refusal:
        call.provider.interactions.end(interaction)
        return _back(call, request.redirect_uri, request.state, error=refusal.error, why=refusal.description)
    if step is Step.DONE:
        return _give_code(call, interaction)
    if "none" in request.prompts:
        call.provider.interactions.end(interaction)
        error = _PROMPT_NONE.get(step, "interaction_required")
        return _back(call, request.redirect_uri, request.state, error=error, why="the person has to do something")
    return see(f"{_PAGES[step]}?{urlencode({'interaction': interaction.id})}")


def _step(call: Call, interaction: Interaction, client: Client) -> Step:
    session = call.session
    if session is None:
        return next_step(interaction, None, factors=frozenset(), agreed=None)
    agreed: frozenset[str] | None = None
    if not client.is_first_party:
        agreed = call.provider.interactions.consent_of(session.account_id, client.id)
        if "consent" in interaction.request.prompts:
            agreed = frozenset()
    factors = call.provider.factors_of(call.provider.account_of(session))
    return next_step(interaction, session, factors=factors, agreed=agreed)


def _give_code(call: Call, interaction: Interaction) -> Response:
    request, session = interaction.request, call.session
    if session is None or not call.provider.interactions.end(interaction):
        raise Refusal("access_denied", "this request was answered already", 409)
    code = call.provider.grants.give(
        session, request.client_id, request.scope, request.nonce, request.redirect_uri, request.code_challenge
    )
    call.provider.record("code given", call, client=request.client_id, account=session.account_id)
    return _back(call, request.redirect_uri, request.state, code=code)


def _back(
    call: Call, redirect_uri: str, state: str | None, *, code: str = "", error: str = "", why: str = ""
) -> Response:
    """To the client; `iss` says whose answer it is, so that it is not taken for another provider's (RFC 9207)."""
    answer = {"code": code} if code else {"error": error, "error_description": why}
    if state is not None:
        answer["state"] = state
    answer["iss"] = call.provider.settings.issuer
    return RedirectResponse(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer)}", 303)


def interaction_of(call: Call) -> Interaction | None:
    """The interaction that a page belongs to, None where it belongs to none.

    Raises:
        Refusal: It is over, or another browser's.
    """
    given = call.form.get("interaction") or call.query.get("interaction")
    if given is None:
        return None
    found = call.provider.interactions.find(given, call.browser)
    if found is None:
        raise Refusal("invalid_request", "this request is over, or was begun in another browser", 400)
    return found


def next_path(call: Call) -> str:
    """Where a person goes after proving something."""
    interaction = interaction_of(call)
    return f"/continue?{urlencode({'interaction': interaction.id})}" if interaction else "/account"


def trouble_of(error: IdentityError, otherwise: str) -> tuple[str, int]:
    """The text and the status that tell a person what an error is."""
    if isinstance(error, TooManyAttemptsError):
        return "too_many_attempts", 429
    return otherwise, 403


def _login(call: Call) -> Response:
    interaction, trouble, status = interaction_of(call), "", 200
    if call.method == "POST":
        call.check_form()
        try:
            account = call.provider.accounts.sign_in(
                call.form.get("name", ""), call.form.get("password", ""), call.address
            )
        except IdentityError as error:
            call.provider.record("sign-in refused", call)
            trouble, status = trouble_of(error, "wrong_password")
        else:
            call.use_session(call.provider.sessions.begin(account.id, {"pwd"}, call.place, call.session_token))
            call.provider.record("signed in", call, account=account.id, by="password")
            return see(next_path(call))
    client = call.provider.clients.find(interaction.request.client_id) if interaction else None
    return call.provider.pages.page(
        call, "login", interaction=interaction, status=status, trouble=trouble, client=client.name if client else ""
    )


def _second_factor(call: Call) -> Response:
    interaction, session, trouble, status = interaction_of(call), call.session, "", 200
    if session is None:
        return see("/login" + (f"?interaction={interaction.id}" if interaction else ""))
    account = call.provider.account_of(session)
    if call.method == "POST":
        call.check_form()
        code = call.form.get("code", "")
        factors = call.provider.second_factors
        accept = factors.accept_totp if code.replace(" ", "").isdecimal() else factors.accept_recovery_code
        try:
            accept(account, code)
        except IdentityError as error:
            call.provider.record("code refused", call, account=account.id)
            trouble, status = trouble_of(error, "wrong_code")
        else:
            call.use_session(call.provider.sessions.strengthen(call.session_token or "", {"otp"}))
            call.provider.record("second factor", call, account=account.id)
            return see(next_path(call))
    enrolled = call.provider.factors_of(account)
    needs_passkey = bool(interaction and interaction.request.level is Level.PASSKEY)
    return call.provider.pages.page(
        call,
        "second_factor",
        interaction=interaction,
        status=status,
        trouble=trouble,
        has_passkey="passkey" in enrolled,
        takes_codes=bool(enrolled) and not needs_passkey,
    )


def _consent(call: Call) -> Response:
    interaction, session = interaction_of(call), call.session
    client = call.provider.clients.find(interaction.request.client_id) if interaction else None
    if interaction is None or client is None or session is None:
        return see("/account")
    if _step(call, interaction, client) not in (Step.CONSENT, Step.DONE):
        return see(next_path(call))
    request = interaction.request
    if call.method == "POST":
        call.check_form()
        if call.form.get("answer") != "allow":
            call.provider.interactions.end(interaction)
            return _back(call, request.redirect_uri, request.state, error="access_denied", why="the person refused")
        call.provider.interactions.consent(session.account_id, client.id, request.scope)
        return _give_code(call, interaction)
    account = call.provider.account_of(session)
    return call.provider.pages.page(
        call, "consent", interaction=interaction, client=client.name, scope=request.scope, account=account.name
    )


def _logout(call: Call) -> Response:
    parameters, session = (call.form if call.method == "POST" else call.query), call.session
    target = parameters.get("post_logout_redirect_uri")
    if target is not None:
        _check_logout_uri(call, target, parameters)
    if session is not None and call.method == "POST":
        call.check_form()
        call.provider.sessions.end(session.account_id, session.sid, "logged out")
        call.provider.record("logged out", call, account=session.account_id)
        call.use_session(None)
        session = None
    if session is not None:
        kept = ("post_logout_redirect_uri", "state", "id_token_hint", "client_id")
        hidden = {name: parameters[name] for name in kept if name in parameters}
        return call.provider.pages.page(call, "logout", hidden=hidden, leads_to=target or "")
    if target is None:
        return call.provider.pages.message(call, "logged_out")
    state = parameters.get("state")
    query = f"{'&' if '?' in target else '?'}{urlencode({'state': state})}" if state else ""
    return RedirectResponse(target + query, 303)


def _check_logout_uri(call: Call, target: str, given: Mapping[str, str]) -> None:
    """Only to an address of the client that an ID token of ours names.

    Raises:
        Refusal: To any other.
    """
    try:
        claims = call.provider.keys.verify(given.get("id_token_hint", ""), kind=ID_TOKEN, leeway_expired=True)
    except TokenError as error:
        raise Refusal("invalid_request", "post_logout_redirect_uri needs an id_token_hint of this issuer") from error
    client = call.provider.clients.find(str(claims.get("aud")))
    if client is None or target not in client.logout_uris or given.get("client_id", client.id) != client.id:
        raise Refusal("invalid_request", "post_logout_redirect_uri is not registered")


HANDLERS: list[tuple[str, list[str], Handler]] = [
    ("/authorize", ["GET", "POST"], _authorize),
    ("/continue", ["GET"], _continue),
    ("/login", ["GET", "POST"], _login),
    ("/second-factor", ["GET", "POST"], _second_factor),
    ("/consent", ["GET", "POST"], _consent),
    ("/logout", ["GET", "POST"], _logout),
]
