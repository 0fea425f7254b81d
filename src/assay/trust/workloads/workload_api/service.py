"""The methods of the Workload API, for callers that the door knows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeVar

import grpc
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.protobuf import json_format

from assay.errors import CertificateError, TokenError
from assay.trust.workloads.attestation import ConnectedProcess
from assay.trust.workloads.authority import X509Svid
from assay.trust.workloads.jwt_svid import check_audience, validate_jwt_svid
from assay.trust.workloads.registration import RegistrationEntry
from assay.trust.workloads.spiffe_id import SpiffeId
from assay.trust.workloads.workload_api.identities import Identities
from assay.trust.workloads.workload_api.messages import SERVICE, Messages

__all__ = ["HEADER", "LONGEST_WAIT", "WorkloadService"]

HEADER = ("workload.spiffe.io", "true")
"""Metadata without which a request is refused, so that a server that was tricked into one gives nothing away."""

LONGEST_WAIT = 5.0
"""Seconds after which a stream looks at its caller again, although nothing has changed."""

_Message = TypeVar("_Message")


@dataclass(frozen=True)
class _Held:
    """An SVID that a stream has sent, and when the next is due."""

    svid: X509Svid
    entry: RegistrationEntry
    renewed_from: datetime


class WorkloadService(grpc.GenericRpcHandler):
    """What the gRPC server asks for the methods.

    Args:
        identities: Who is entitled to what.
        caller: Finds the process that called from an address.
    """

    def __init__(self, identities: Identities, caller: Callable[[str], ConnectedProcess | None]) -> None:
        self._identities = identities
        self._caller = caller
        streams = {
            "FetchX509SVID": self._x509_svids,
            "FetchX509Bundles": self._x509_bundles,
            "FetchJWTBundles": self._jwt_bundles,
        }
        answers = {"FetchJWTSVID": self._jwt_svids, "ValidateJWTSVID": self._validated}
        requests = {
            "FetchX509SVID": "X509SVIDRequest",
            "FetchX509Bundles": "X509BundlesRequest",
            "FetchJWTBundles": "JWTBundlesRequest",
            "FetchJWTSVID": "JWTSVIDRequest",
            "ValidateJWTSVID": "ValidateJWTSVIDRequest",
        }
        self._methods = {
            **{
                name: grpc.unary_stream_rpc_method_handler(method, *_coding(requests[name]))
                for name, method in streams.items()
            },
            **{
                name: grpc.unary_unary_rpc_method_handler(method, *_coding(requests[name]))
                for name, method in answers.items()
            },
        }

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """The handler of a method; None, which gRPC answers with UNIMPLEMENTED, if there is no such method."""
        service, _, method = handler_call_details.method.removeprefix("/").partition("/")
        return self._methods.get(method) if service == SERVICE else None

    def _x509_svids(self, _request: object, context: grpc.ServicerContext) -> Iterator[Any]:
        held: dict[SpiffeId, _Held] = {}

        def response(entries: tuple[RegistrationEntry, ...]) -> Any:
            self._renew(held, entries)
            bundle = self._identities.authority.bundle().x509_authorities_to_der()
            svids = [_x509_message(held[entry.spiffe_id], bundle) for entry in entries]
            foreign = self._identities.foreign_bundles(entries)
            return Messages["X509SVIDResponse"](
                svids=svids,
                federated_bundles={str(one.trust_domain.id): one.x509_authorities_to_der() for one in foreign},
            )

        def seconds() -> float:
            due = min(one.renewed_from for one in held.values())
            return (due - self._identities.clock()).total_seconds()

        yield from self._stream(context, response, seconds)

    def _x509_bundles(self, _request: object, context: grpc.ServicerContext) -> Iterator[Any]:
        def response(entries: tuple[RegistrationEntry, ...]) -> Any:
            bundles = self._identities.bundles(entries)
            return Messages["X509BundlesResponse"](
                bundles={str(bundle.trust_domain.id): bundle.x509_authorities_to_der() for bundle in bundles}
            )

        yield from self._stream(context, response)

    def _jwt_bundles(self, _request: object, context: grpc.ServicerContext) -> Iterator[Any]:
        def response(entries: tuple[RegistrationEntry, ...]) -> Any:
            bundles = self._identities.bundles(entries)
            return Messages["JWTBundlesResponse"](
                bundles={str(bundle.trust_domain.id): bundle.jwt_keys_to_json() for bundle in bundles}
            )

        yield from self._stream(context, response)

    def _jwt_svids(self, request: Any, context: grpc.ServicerContext) -> Any:
        entries = self._entries(context)
        audience = list(request.audience)
        try:
            check_audience(audience)
            wanted = SpiffeId.parse(request.spiffe_id) if request.spiffe_id else None
        except (TokenError, CertificateError) as error:
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, error.message)
        granted = [entry for entry in entries if wanted in {None, entry.spiffe_id}]
        if not granted:
            _refuse(context, grpc.StatusCode.PERMISSION_DENIED, "the caller does not have this identity")
        try:
            svids = [
                _jwt_message(entry, self._identities.authority.issue_jwt_svid(entry.spiffe_id, audience))
                for entry in granted
            ]
        except CertificateError as error:
            _refuse(context, grpc.StatusCode.PERMISSION_DENIED, error.message)
        return Messages["JWTSVIDResponse"](svids=svids)

    def _validated(self, request: Any, context: grpc.ServicerContext) -> Any:
        entries = self._entries(context)
        try:
            svid = validate_jwt_svid(
                request.svid,
                request.audience,
                self._identities.bundles(entries),
                now=self._identities.clock(),
                denials=self._identities.denials(),
            )
            response = Messages["ValidateJWTSVIDResponse"](spiffe_id=str(svid.spiffe_id))
            json_format.ParseDict(dict(svid.claims), response.claims)
        except (TokenError, json_format.ParseError) as error:
            message = (
                error.message if isinstance(error, TokenError) else "the claims of the JWT-SVID are no JSON object"
            )
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, message)
        return response

    def _stream(
        self,
        context: grpc.ServicerContext,
        response: Callable[[tuple[RegistrationEntry, ...]], _Message],
        seconds: Callable[[], float] = lambda: LONGEST_WAIT,
    ) -> Iterator[_Message]:
        """Responses, whenever the next would differ from the last, until the caller hangs up or loses its right."""
        context.add_callback(self._identities.wake)
        last: _Message | None = None
        while context.is_active():
            version = self._identities.version
            entries = self._entries(context)
            try:
                following = response(entries)
            except CertificateError as error:
                # Denied meanwhile, or the authority has no key that may sign: with nothing to give, nothing is given.
                _refuse(context, grpc.StatusCode.UNAVAILABLE, error.message)
            if following != last:
                last = following
                yield following
            self._identities.wait(version, max(0.0, min(seconds(), LONGEST_WAIT)))

    def _entries(self, context: grpc.ServicerContext) -> tuple[RegistrationEntry, ...]:
        """What the caller is registered as, at this moment."""
        if HEADER not in {(key, value) for key, value in context.invocation_metadata()}:
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, f"the metadata {HEADER[0]}: {HEADER[1]} is missing")
        caller = self._caller(context.peer())
        if caller is None:
            _refuse(context, grpc.StatusCode.PERMISSION_DENIED, "who calls is not known")
        try:
            entries = self._identities.entries_for(caller.attest().selectors)
        except CertificateError:
            _refuse(context, grpc.StatusCode.PERMISSION_DENIED, "who calls cannot be attested")
        if not entries:
            _refuse(context, grpc.StatusCode.PERMISSION_DENIED, "the caller has no identity here")
        return entries

    def _renew(self, held: dict[SpiffeId, _Held], entries: tuple[RegistrationEntry, ...]) -> None:
        """Makes the SVIDs that are missing, due or denied, and forgets those that are not granted any more."""
        now = self._identities.clock()
        denials = self._identities.authority.denials()
        granted = {entry.spiffe_id for entry in entries}
        for spiffe_id in held.keys() - granted:
            del held[spiffe_id]
        for entry in entries:
            one = held.get(entry.spiffe_id)
            if (
                one is None
                or now >= one.renewed_from
                or one.entry != entry
                or denials.denies_certificate(one.svid.certificate)
            ):
                svid = self._identities.authority.issue_x509_svid(entry.spiffe_id, entry.dns_names)
                lifetime = svid.certificate.not_valid_after_utc - now
                share = self._identities.authority.lifetimes.renewed_after * _early(svid)
                held[entry.spiffe_id] = _Held(svid, entry, now + lifetime * share)


def _early(svid: X509Svid) -> float:
    """0.8 to 1, by its serial number: so that not all SVIDs are renewed at the same moment."""
    return 1.0 - 0.2 * (svid.certificate.serial_number % 1000) / 1000


def _x509_message(held: _Held, bundle: bytes) -> Any:
    svid = held.svid
    return Messages["X509SVID"](
        spiffe_id=str(svid.spiffe_id),
        x509_svid=b"".join(certificate.public_bytes(Encoding.DER) for certificate in svid.chain),
        x509_svid_key=svid.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        bundle=bundle,
        hint=held.entry.hint,
    )


def _jwt_message(entry: RegistrationEntry, token: str) -> Any:
    return Messages["JWTSVID"](spiffe_id=str(entry.spiffe_id), svid=token, hint=entry.hint)


def _coding(request: str) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    return Messages[request].FromString, lambda response: response.SerializeToString()


def _refuse(context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> NoReturn:
    context.abort(code, message)
    raise AssertionError(message)
