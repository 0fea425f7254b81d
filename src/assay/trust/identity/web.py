"""Around every request: bounded reading, cookies, protection of forms, headers. Handlers run in threads."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.trust.identity.refusal import Refusal
from assay.trust.identity.sessions import Browser, Session

if TYPE_CHECKING:
    from assay.trust.identity.provider import Provider

__all__ = ["Call", "Handler", "SecureHeaders", "content_policy", "endpoint", "json_answer", "see"]

LARGEST_BODY = 64 * 1024
"""Bytes of a request's body."""

MOST_PARAMETERS = 50
"""Fields of a form or query."""

_LARGEST_QUERY = 16 * 1024


@dataclass
class Call:
    """A request, read, and what its answer does to the browser's cookies."""

    provider: "Provider"
    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]
    address: str
    browser: str
    session_token: str | None
    _session: Session | None = field(default=None, init=False)

    @property
    def session(self) -> Session | None:
        """The session of the browser, looked up once for each secret."""
        if self._session is None:
            self._session = self.provider.sessions.find(self.session_token)
        return self._session

    def use_session(self, token: str | None) -> None:
        """The browser gets this session from now on; None: it has none any more."""
        self.session_token = token
        self._session = None

    @property
    def place(self) -> Browser:
        """What the list of sessions shows of the browser."""
        return Browser(self.headers.get("user-agent", ""), self.address)

    @property
    def form_token(self) -> str:
        """What forms of this browser in this session carry, and those of other sites cannot know."""
        bound = f"{self.browser} {self.session_token or ''}".encode()
        return hmac.new(self.provider.form_key, bound, hashlib.sha256).hexdigest()

    def check_form(self) -> None:
        """Refuses a form that did not come from a page of ours in this browser.

        Raises:
            Refusal: Status 403.
        """
        origin, site = self.headers.get("origin"), self.headers.get("sec-fetch-site")
        given = self.form.get("form_token") or self.headers.get("x-form-token", "")
        from_here = origin in (None, self.provider.settings.issuer) and site in (None, "same-origin")
        if not from_here or not hmac.compare_digest(given.encode(), self.form_token.encode()):
            raise Refusal("access_denied", "the form did not come from this page", 403)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Refusal: It is none.
        """
        try:
            document = msgspec.json.decode(self.body, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise Refusal("invalid_request", "the body is no JSON object") from error
        return document


Handler = Callable[[Call], Response]


def endpoint(provider: "Provider", handler: Handler) -> Callable[[Request], Any]:
    """A handler as Starlette calls it. Handlers run in threads, because they hash passwords and wait for the store."""
    secure = provider.settings.is_https
    browser_cookie, session_cookie = (f"{'__Host-' if secure else ''}assay_{kind}" for kind in ("browser", "session"))

    async def answer(request: Request) -> Response:
        try:
            body = await _body(request)
            is_form = request.headers.get("content-type", "").split(";")[0] == "application/x-www-form-urlencoded"
            call = Call(
                provider=provider,
                method=request.method,
                path=request.url.path,
                query=_parameters(request.scope["query_string"][: _LARGEST_QUERY + 1], _LARGEST_QUERY),
                form=_parameters(body, LARGEST_BODY) if is_form else {},
                body=body,
                headers=request.headers,
                address=request.client.host if request.client else "",
                browser=request.cookies.get(browser_cookie) or secrets.token_urlsafe(32),
                session_token=request.cookies.get(session_cookie),
            )
        except Refusal as refusal:
            return provider.refused(refusal)
        before = call.session_token
        response = await run_in_threadpool(_answered, handler, call)
        changed = {browser_cookie: call.browser} if request.cookies.get(browser_cookie) != call.browser else {}
        if call.session_token != before:
            changed[session_cookie] = call.session_token or ""
        for name, value in changed.items():
            age = None if value else 0
            response.set_cookie(name, value, max_age=age, secure=secure, httponly=True, samesite="lax")
        return response

    return answer


def _answered(handler: Handler, call: Call) -> Response:
    try:
        return handler(call)
    except Refusal as refusal:
        return call.provider.refused(refusal, call)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refusal("invalid_request", f"a body has at most {LARGEST_BODY} bytes", 413)
    return body


def _parameters(raw: bytes, largest: int) -> dict[str, str]:
    """Names and values. One that comes twice is refused (RFC 6749, 3.1): two readers could take different ones."""
    if len(raw) > largest:
        raise Refusal("invalid_request", f"a query has at most {largest} bytes", 414)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise Refusal("invalid_request", f"parameters are no UTF-8, or more than {MOST_PARAMETERS}") from error
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise Refusal("invalid_request", "a parameter comes twice")
    # RFC 6749, 3.1: one without a value is as if it were not there.
    return {name: value for name, value in parameters.items() if value}


def json_answer(document: Any, status: int = 200) -> Response:
    """A document as JSON."""
    return Response(msgspec.json.encode(document), status, media_type="application/json")


def see(path: str) -> Response:
    """Sends a browser on; what it posted is not posted again."""
    return RedirectResponse(path, 303)


def content_policy(form_targets: Iterable[str] = ()) -> str:
    """Content-Security-Policy of a page. Browsers apply `form-action` to where a form is redirected to as well, so the
    client that a person is signing in to is named.
    """  # noqa: D205 # one sentence of reason belongs to the first
    targets = " ".join(("'self'", *(_source(uri) for uri in form_targets)))
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
    )


def _source(uri: str) -> str:
    parts = urlsplit(uri)
    if not parts.hostname:
        return f"{parts.scheme}:"
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


class SecureHeaders:
    """Headers on every answer, those of errors included, unless a handler chose its own."""

    def __init__(self, application: ASGIApp, *, is_https: bool) -> None:
        self._application = application
        self._headers = {
            "content-security-policy": content_policy(),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            # Not no-referrer: with it, browsers send `Origin: null` with our own forms.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "publickey-credentials-get=(self), publickey-credentials-create=(self)",
        }
        if is_https:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._application(scope, receive, send_with_headers if scope["type"] == "http" else send)
