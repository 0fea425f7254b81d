"""The pages on which people look after their own account: second factors, passkeys, sessions, password."""

from starlette.responses import Response

from assay.errors import IdentityError
from assay.trust.identity.accounts import Account
from assay.trust.identity.levels import Level
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.sessions import Session
from assay.trust.identity.sign_in_pages import interaction_of, next_path, trouble_of
from assay.trust.identity.web import Call, Handler, see

__all__ = ["HANDLERS", "person_of"]


def person_of(call: Call, *, recently: bool = False) -> tuple[Session, Account]:
    """Who is signed in, with their second factor where they have one.

    Args:
        call: Whose browser.
        recently: Whether they must have proved it a short while ago.

    Raises:
        Refusal: `login_required` or `second_factor_required`, status 401.
    """
    session = call.session
    if session is None:
        raise Refusal("login_required", "nobody is signed in", 401)
    account = call.provider.account_of(session)
    if session.level < Level.MFA and call.provider.factors_of(account):
        raise Refusal("second_factor_required", "the second factor is missing", 401)
    age = call.provider.store.clock() - session.auth_time
    if recently and age > call.provider.settings.lifetimes.recent_login:
        raise Refusal("login_required", "signing in was too long ago for this", 401)
    return session, account


def _for_people(handler: Handler) -> Handler:
    """Sends who is not signed in to the page where one does that."""

    def answer(call: Call) -> Response:
        try:
            return handler(call)
        except Refusal as refusal:
            if refusal.error == "login_required":
                return see("/login")
            if refusal.error == "second_factor_required":
                return see("/second-factor")
            raise

    return answer


def _account(call: Call) -> Response:
    session, account = person_of(call)
    return _overview(call, session, account)


def _overview(
    call: Call, session: Session, account: Account, *, trouble: str = "", done: str = "", status: int = 200
) -> Response:
    provider = call.provider
    return provider.pages.page(
        call,
        "account",
        status=status,
        account=account,
        current=session,
        sessions=provider.sessions.of_account(account.id),
        passkeys=provider.passkeys.of_account(account.id),
        has_totp=provider.second_factors.has_totp(account),
        recovery_codes=provider.second_factors.recovery_codes_left(account),
        trouble=trouble,
        done=done,
    )


def _totp(call: Call) -> Response:
    session, account = person_of(call, recently=True)
    interaction, trouble, status = interaction_of(call), "", 200
    factors = call.provider.second_factors
    if call.method == "POST":
        call.check_form()
        try:
            factors.confirm_totp(account, call.form.get("code", ""))
        except IdentityError as error:
            trouble, status = trouble_of(error, "wrong_code")
        else:
            call.use_session(call.provider.sessions.strengthen(call.session_token or "", {"otp"}))
            call.provider.sessions.end_others(account.id, session.sid, "a second factor was enrolled")
            call.provider.record("authenticator app enrolled", call, account=account.id)
            return _show_recovery_codes(call, account)
    try:
        enrolment = factors.begin_totp(account)
    except IdentityError:
        return see(next_path(call))
    return call.provider.pages.page(
        call, "totp", interaction=interaction, enrolment=enrolment, trouble=trouble, status=status
    )


def _show_recovery_codes(call: Call, account: Account) -> Response:
    codes = call.provider.second_factors.new_recovery_codes(account)
    return call.provider.pages.page(
        call, "recovery_codes", interaction=interaction_of(call), codes=codes, next=next_path(call)
    )


def _remove_totp(call: Call) -> Response:
    call.check_form()
    _, account = person_of(call, recently=True)
    call.provider.second_factors.remove_totp(account)
    call.provider.record("authenticator app removed", call, account=account.id)
    return see("/account")


def _recovery_codes(call: Call) -> Response:
    call.check_form()
    _, account = person_of(call, recently=True)
    call.provider.record("recovery codes made", call, account=account.id)
    return _show_recovery_codes(call, account)


def _remove_passkey(call: Call) -> Response:
    call.check_form()
    _, account = person_of(call, recently=True)
    if call.provider.passkeys.remove(account.id, call.form.get("passkey", "")):
        call.provider.record("passkey removed", call, account=account.id)
    return see("/account")


def _end_session(call: Call) -> Response:
    call.check_form()
    session, account = person_of(call)
    sid = call.form.get("sid", "")
    if call.provider.sessions.end(account.id, sid, "ended on the account page"):
        call.provider.record("session ended", call, account=account.id)
    if sid == session.sid:
        call.use_session(None)
    return see("/account")


def _password(call: Call) -> Response:
    call.check_form()
    session, account = person_of(call)
    try:
        call.provider.accounts.change_password(
            account, call.form.get("current", ""), call.form.get("new", ""), call.address
        )
    except IdentityError as error:
        trouble, status = trouble_of(error, "password_not_changed")
        return _overview(call, session, account, trouble=trouble, status=status)
    call.provider.sessions.end_others(account.id, session.sid, "the password was changed")
    call.provider.record("password changed", call, account=account.id)
    return _overview(call, session, account, done="password_changed")


_PAGES: list[tuple[str, list[str], Handler]] = [
    ("/", ["GET"], lambda _: see("/account")),
    ("/account", ["GET"], _account),
    ("/account/totp", ["GET", "POST"], _totp),
    ("/account/totp/remove", ["POST"], _remove_totp),
    ("/account/recovery-codes", ["POST"], _recovery_codes),
    ("/account/passkeys/remove", ["POST"], _remove_passkey),
    ("/account/sessions/end", ["POST"], _end_session),
    ("/account/password", ["POST"], _password),
]

HANDLERS = [(path, methods, _for_people(handler)) for path, methods, handler in _PAGES]
