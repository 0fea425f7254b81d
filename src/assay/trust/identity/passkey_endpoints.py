"""What the script of the pages calls to enrol a passkey and to sign in with one."""

from typing import Any

from starlette.responses import Response

from assay.errors import IdentityError
from assay.trust.identity.account_pages import person_of
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.sign_in_pages import next_path
from assay.trust.identity.web import Call, Handler, json_answer

__all__ = ["HANDLERS"]


def _login_options(call: Call) -> Response:
    call.check_form()
    account_id = call.session.account_id if call.session else None
    return json_answer(call.provider.passkeys.begin_login(call.browser, account_id))


def _login(call: Call) -> Response:
    call.check_form()
    session = call.session
    account_id = session.account_id if session else None
    try:
        signed_in = call.provider.passkeys.finish_login(call.browser, _credential(call), account_id)
    except IdentityError as error:
        call.provider.record("passkey refused", call)
        raise Refusal("access_denied", error.message, 403) from error
    if session is None:
        token = call.provider.sessions.begin(signed_in.account_id, signed_in.methods, call.place, call.session_token)
    else:
        token = call.provider.sessions.strengthen(call.session_token or "", signed_in.methods)
    call.use_session(token)
    call.provider.record("signed in", call, account=signed_in.account_id, by="passkey")
    return json_answer({"next": next_path(call)})


def _register_options(call: Call) -> Response:
    call.check_form()
    _, account = person_of(call, recently=True)
    try:
        return json_answer(call.provider.passkeys.begin_registration(account, call.browser))
    except IdentityError as error:
        raise Refusal("access_denied", error.message, 403) from error


def _register(call: Call) -> Response:
    call.check_form()
    _, account = person_of(call, recently=True)
    try:
        passkey = call.provider.passkeys.finish_registration(
            account, call.browser, _credential(call), str(call.json().get("name", ""))
        )
    except IdentityError as error:
        call.provider.record("passkey not enrolled", call, account=account.id)
        raise Refusal("access_denied", error.message, 403) from error
    call.provider.record("passkey enrolled", call, account=account.id, attestation=passkey.attestation_format)
    # Whoever had a session without it does not profit: from now on it is asked for.
    return json_answer({"next": next_path(call)})


def _credential(call: Call) -> dict[str, Any]:
    credential = call.json().get("credential")
    if not isinstance(credential, dict):
        raise Refusal("invalid_request", "there is no credential")
    return credential


HANDLERS: list[tuple[str, list[str], Handler]] = [
    ("/passkeys/login/options", ["POST"], _login_options),
    ("/passkeys/login", ["POST"], _login),
    ("/passkeys/register/options", ["POST"], _register_options),
    ("/passkeys/register", ["POST"], _register),
]
