"""Bundles of other trust domains come over validated channels or not at all, and never mix."""

import http.client
import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from assay.errors import CertificateError
from assay.trust.workloads.authority import Authority
from assay.trust.workloads.bundle import TrustBundle
from assay.trust.workloads.bundle_endpoint import BundleEndpointServer
from assay.trust.workloads.certificates import new_key
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.federation import (
    BundleEndpoint,
    Federation,
    SpiffeProfile,
    WebProfile,
    fetch_bundle,
    read_bundle,
)
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain
from assay.trust.workloads.tls_contexts import client_context
from assay.trust.workloads.workload_api.identities import Identities
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP
from tests.trust.workloads.serving import registry

SECONDS = 60
ANYWHERE = ("127.0.0.1", 0)
OFTEN = Lifetimes(refresh_hint=timedelta(seconds=1))


@contextmanager
def bank_endpoint(folder: Path, lifetimes: Lifetimes | None = None) -> Iterator[tuple[Authority, BundleEndpointServer]]:
    with Authority(folder / "bank", BANK, lifetimes) as bank, BundleEndpointServer(bank, ANYWHERE) as server:
        yield bank, server


def endpoint(server: BundleEndpointServer, first: TrustBundle, spiffe_id: SpiffeId | None = None) -> BundleEndpoint:
    return BundleEndpoint(BANK, server.url, SpiffeProfile(spiffe_id or server.spiffe_id, first))


def test_takes_a_bundle_from_an_endpoint_that_is_who_it_must_be(tmp_path: Path) -> None:
    with bank_endpoint(tmp_path) as (bank, server):
        assert fetch_bundle(endpoint(server, bank.bundle())).to_json() == bank.bundle().to_json()
        with pytest.raises(CertificateError, match="not who may be here"):
            fetch_bundle(endpoint(server, bank.bundle(), SpiffeId(BANK, "/teller")))


def test_refuses_an_endpoint_whose_root_it_does_not_know(tmp_path: Path) -> None:
    with bank_endpoint(tmp_path) as (_, server), Authority(tmp_path / "impostor", BANK) as impostor:
        with pytest.raises(CertificateError, match="cannot be fetched"):
            fetch_bundle(endpoint(server, impostor.bundle()))
        with BundleEndpointServer(impostor, ANYWHERE) as false, pytest.raises(CertificateError, match="cannot be"):
            fetch_bundle(BundleEndpoint(BANK, false.url, WebProfile()))


def test_serves_the_deny_list_too_and_nothing_else(tmp_path: Path) -> None:
    teller = SpiffeId(BANK, "/teller")
    with bank_endpoint(tmp_path) as (bank, server):
        bank.deny_id(teller)
        connection = http.client.HTTPSConnection(
            *server.address, context=client_context(bank.bundle()), timeout=SECONDS
        )
        connection.request("GET", "/denials.json")
        assert DenyList.parse(connection.getresponse().read()).denies_id(teller)
        connection.close()
        for path in ("/", "/../bundle.json", "/root.json"):
            wrong = replace(endpoint(server, bank.bundle()), url=server.url.replace("/bundle.json", path))
            with pytest.raises(CertificateError, match="answers 404"):
                fetch_bundle(wrong)


def test_the_endpoint_goes_on_after_clients_that_break_off(tmp_path: Path) -> None:
    with bank_endpoint(tmp_path) as (bank, server):
        for sent in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 100):
            with socket.create_connection(server.address, SECONDS) as connection:
                connection.sendall(sent)
        fetch_bundle(endpoint(server, bank.bundle()))


def test_a_change_of_root_is_followed(tmp_path: Path) -> None:
    with (
        Authority(tmp_path / "shop", SHOP) as shop,
        bank_endpoint(tmp_path, OFTEN) as (bank, server),
    ):
        identities = Identities(shop, registry(federates_with=("bank.example",)))
        first = bank.bundle()
        entries = identities.entries_for(registry().entries[0].selectors)

        def has(bundle: TrustBundle) -> Callable[[], bool]:
            return lambda: bundle.to_json() in {one.to_json() for one in identities.foreign_bundles(entries)}

        with Federation(identities, [endpoint(server, first)], tmp_path / "federation"):
            wait_until(identities, has(first))
            bank.rotate()
            wait_until(identities, has(bank.bundle()))
        latest = bank.bundle()

        # After a restart the bundle that was fetched last is there at once, and an older one is not taken.
        again = Identities(shop, registry(federates_with=("bank.example",)))
        troubles: list[CertificateError] = []
        told = threading.Event()

        def trouble(error: CertificateError) -> None:
            troubles.append(error)
            told.set()

        server.close()
        with Federation(again, [endpoint(server, first)], tmp_path / "federation", trouble):
            assert [one.to_json() for one in again.foreign_bundles(entries)] == [latest.to_json()]
            assert told.wait(SECONDS)
            assert [one.to_json() for one in again.foreign_bundles(entries)] == [latest.to_json()]
        assert "cannot be fetched" in troubles[0].message
        with BundleEndpointServer(bank, ANYWHERE):
            assert not again.federate(first)


def wait_until(identities: Identities, condition: Callable[[], bool]) -> None:
    for _ in range(SECONDS * 10):
        version = identities.version
        if condition():
            return
        identities.wait(version, 0.1)
    pytest.fail("the bundle did not arrive")


@contextmanager
def web_server(folder: Path, name: str, answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server as on the web, with a certificate for a host name or address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    key, now = new_key(), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that refuse it are the point
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/bundle"
        finally:
            server.shutdown()
            thread.join()


def answering(
    content: bytes, status: int = 200, **headers: str
) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_takes_a_bundle_from_the_web_if_the_host_is_the_right_one(tmp_path: Path) -> None:
    with Authority(tmp_path / "bank", BANK) as bank:
        content = bank.bundle().to_json()
    profile = WebProfile(tmp_path / "server.pem")
    with web_server(tmp_path, "127.0.0.1", answering(content)) as url:
        assert fetch_bundle(BundleEndpoint(BANK, url, profile)).to_json() == content
        with pytest.raises(CertificateError, match="cannot be fetched"):
            fetch_bundle(BundleEndpoint(BANK, url, WebProfile()))
    with (
        web_server(tmp_path, "127.0.0.2", answering(content)) as url,
        pytest.raises(CertificateError, match="cannot be fetched"),
    ):
        fetch_bundle(BundleEndpoint(BANK, url, profile))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answering(b"", 302, Location="https://127.0.0.1/"), "answers 302"),
        (answering(b"no", 500), "answers 500"),
        (answering(b"{}"), "no list of keys"),
        (answering(b"x" * ((1 << 20) + 1)), "at most"),
    ],
)
def test_refuses_answers_that_are_no_bundle(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None], said: str, tmp_path: Path
) -> None:
    with web_server(tmp_path, "127.0.0.1", answer) as url, pytest.raises(CertificateError, match=said):
        fetch_bundle(BundleEndpoint(BANK, url, WebProfile(tmp_path / "server.pem")))


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example/",
        "https://",
        "https://user@bank.example/",
        "https://bank.example:x/",
        "https://a b/",
        "file:///x",
    ],
)
def test_refuses_addresses_that_are_not_https(url: str) -> None:
    with pytest.raises(CertificateError, match="https://host/path"):
        BundleEndpoint(BANK, url, WebProfile())


def test_an_endpoint_and_its_trust_domain_belong_together(tmp_path: Path) -> None:
    with Authority(tmp_path / "bank", BANK) as bank:
        first = bank.bundle()
    for trust_domain, spiffe_id, bundle in (
        (SHOP, SpiffeId(BANK, "/e"), first),
        (BANK, CATALOG, first),
        (BANK, SpiffeId(BANK, "/e"), replace(first, trust_domain=SHOP)),
        (BANK, BANK.id, first),
    ):
        with pytest.raises(CertificateError):
            BundleEndpoint(trust_domain, "https://bank.example/", SpiffeProfile(spiffe_id, bundle))


def test_can_read_a_bundle_from_a_file(tmp_path: Path) -> None:
    with Authority(tmp_path / "bank", BANK) as bank:
        assert read_bundle(BANK, tmp_path / "bank" / "bundle.json").to_json() == bank.bundle().to_json()
    with pytest.raises(CertificateError, match="cannot be read"):
        read_bundle(TrustDomain("x"), tmp_path / "missing")
