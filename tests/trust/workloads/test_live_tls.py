"""TLS that follows the Workload API: certificates change under requests, and none is lost."""

import http.client
import http.server
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from assay.errors import CertificateError
from assay.trust.workloads.bundle import TrustBundle
from assay.trust.workloads.certificates import Issuer, Validity, new_key, svid_certificate
from assay.trust.workloads.key_files import read_key
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.live_tls import LiveTls
from assay.trust.workloads.registration import Registry
from assay.trust.workloads.spiffe_id import SpiffeId
from assay.trust.workloads.tls_contexts import client_context, presented_chain, server_context
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, authority
from tests.trust.workloads.serving import registry, serving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which process connects")

SECONDS = 60
# Renewed each second, and yet valid for minutes: a machine that is busy makes no certificate expire.
RENEWED_OFTEN = Lifetimes(x509_svid=timedelta(minutes=5), issuing=timedelta(minutes=20), renewed_after=1 / 300)


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    live: LiveTls

    def do_GET(self) -> None:
        peer = self.live.peer(self.connection)
        text = f"{peer.spiffe_id} {peer.chain[0].serial_number}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def http_server(live: LiveTls) -> Iterator[tuple[str, int]]:
    handler = type("Handler", (Answer,), {"live": live})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = live.server_context().wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield "127.0.0.1", server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_certificates_change_on_both_sides_and_every_request_is_answered(tmp_path: Path) -> None:
    servers: set[int] = set()
    clients: set[str] = set()
    with (
        serving(tmp_path, lifetimes=RENEWED_OFTEN) as (api, identities),
        LiveTls(api.address) as live,
        LiveTls(api.address) as other,
    ):
        assert live.wait_for_identity(SECONDS) == other.wait_for_identity(SECONDS) == CATALOG
        with http_server(live) as address:
            kept = http.client.HTTPSConnection(*address, context=other.client_context(), timeout=SECONDS)
            answered = 0
            while len(servers) < 3 or len(clients) < 3:
                connection = http.client.HTTPSConnection(*address, context=other.client_context(), timeout=SECONDS)
                connection.request("GET", "/")
                servers.add(presented_chain(connection.sock)[0].serial_number)
                spiffe_id, serial = connection.getresponse().read().decode().split()
                clients.add(serial)
                connection.close()
                assert spiffe_id == str(CATALOG)
                kept.request("GET", "/")
                assert kept.getresponse().read().startswith(str(CATALOG).encode())
                answered += 1
                if answered == 10:
                    # The root changes too: published first, it signs later, and nobody notices.
                    identities.rotate()
            kept.close()
    assert answered >= 3


@contextmanager
def handshakes(live: LiveTls, accepted: list[SpiffeId | Exception]) -> Iterator[tuple[str, int]]:
    """A server that shakes hands, says who came or why not, and sends one line to those it accepts."""

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                wrapped, spiffe_id = live.accept(connection, lambda one: one.path == "/catalog")
            except (CertificateError, OSError) as error:
                connection.close()
                accepted.append(error)
                continue
            accepted.append(spiffe_id)
            with wrapped, suppress(OSError):
                wrapped.sendall(b"welcome\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def greeting(connection: ssl.SSLSocket) -> bytes:
    with connection, suppress(OSError):
        connection.settimeout(SECONDS)
        return connection.recv(100)
    return b""


def test_workloads_of_federated_trust_domains_know_each_other_and_no_one_else(tmp_path: Path) -> None:
    shop_entries = registry(federates_with=("bank.example",))
    bank_entries = registry(federates_with=("shop.example",), trust_domain=BANK)
    accepted: list[SpiffeId | Exception] = []
    with (
        serving(tmp_path / "shop", shop_entries) as (shop, shop_identities),
        serving(tmp_path / "bank", bank_entries) as (bank, bank_identities),
    ):
        shop_identities.federate(bank_identities.authority.bundle())
        bank_identities.federate(shop_identities.authority.bundle())
        with LiveTls(shop.address) as server, LiveTls(bank.address) as client:
            server.wait_for_identity(SECONDS)
            client.wait_for_identity(SECONDS)
            with handshakes(server, accepted) as address:
                assert greeting(client.connect(address, CATALOG, SECONDS)) == b"welcome\n"
                with pytest.raises(CertificateError, match="not who may be here"):
                    client.connect(address, SpiffeId(SHOP, "/payments"), SECONDS)
                # The bank's own roots do not vouch for a server of the shop.
                with pytest.raises(ssl.SSLError):
                    client.connect(address, SpiffeId(BANK, "/catalog"), SECONDS)
                # An authority that is trusted for its own trust domain signs an identity of another.
                forged = forged_identity(tmp_path / "bank", CATALOG)
                assert greeting(connected(address, forged)) == b""
                with authority(tmp_path / "stranger") as stranger:
                    svid = stranger.issue_x509_svid(CATALOG)
                    context = client_context(shop_identities.authority.bundle(), svid.chain, svid.key)
                assert greeting(connected(address, context)) == b""
    first, second, *_, forgery, foreign = accepted
    assert first == second == SpiffeId(BANK, "/catalog")
    assert isinstance(forgery, CertificateError)
    assert isinstance(foreign, ssl.SSLError)


def connected(address: tuple[str, int], context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(socket.create_connection(address, SECONDS))


def forged_identity(folder: Path, spiffe_id: SpiffeId) -> ssl.SSLContext:
    """What the operator of an authority can make with its keys: any name at all."""
    (path,) = (folder / "authority").glob("issuing-*.key")
    issuer = Issuer(x509.load_pem_x509_certificate(path.with_suffix(".pem").read_bytes()), read_key(path))
    key, now = new_key(), datetime.now(UTC)
    validity = Validity(now - timedelta(minutes=1), now + timedelta(minutes=10))
    certificate = svid_certificate(spiffe_id, key.public_key(), issuer, validity)
    shop = TrustBundle.parse(SHOP, (folder.parent / "shop" / "authority" / "bundle.json").read_bytes())
    return client_context(shop, [certificate, issuer.certificate], key)


def test_a_server_without_special_care_takes_only_its_own_trust_domain(tmp_path: Path) -> None:
    """With `server_context` alone, whoever uses it: foreign roots are not in it at all."""
    with (
        serving(tmp_path / "shop", registry(federates_with=("bank.example",))) as (shop, identities),
        authority(tmp_path / "foreign", BANK) as bank,
    ):
        identities.federate(bank.bundle())
        with LiveTls(shop.address) as live:
            live.wait_for_identity(SECONDS)
            svid = bank.issue_x509_svid(SpiffeId(BANK, "/teller"))
            context = client_context(identities.authority.bundle(), svid.chain, svid.key)
            with http_server(live) as address:
                for stranger in (context, client_context(identities.authority.bundle())):
                    assert greeting(connected(address, stranger)) == b""
                outdated = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                outdated.check_hostname = False
                outdated.verify_mode = ssl.CERT_NONE
                outdated.maximum_version = ssl.TLSVersion.TLSv1_2
                with pytest.raises(ssl.SSLError):
                    connected(address, outdated)


def test_without_an_identity_there_is_no_connection(tmp_path: Path) -> None:
    with serving(tmp_path, Registry(SHOP)) as (api, identities), LiveTls(api.address) as live:
        with pytest.raises(CertificateError, match="has none"):
            live.wait_for_identity(SECONDS)
        with pytest.raises(CertificateError, match="no identity"):
            live.client_context()
        with http_server(live) as address:
            with pytest.raises(OSError, match=r"."):
                connected(address, client_context(identities.authority.bundle()))
            identities.register(registry())
            with live._changed:  # noqa: SLF001 # the follower asks again by itself
                assert live._changed.wait_for(lambda: live._now is not None, SECONDS)  # noqa: SLF001
            connection = http.client.HTTPSConnection(*address, context=live.client_context(), timeout=SECONDS)
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
            connection.close()


def test_what_is_denied_is_not_spoken_to(tmp_path: Path) -> None:
    with serving(tmp_path) as (api, identities), LiveTls(api.address, identities.denials) as live:
        live.wait_for_identity(SECONDS)
        accepted: list[SpiffeId | Exception] = []
        with handshakes(live, accepted) as address:
            stolen = live.client_context()
            assert greeting(connected(address, stolen)) == b"welcome\n"
            identities.authority.deny_id(CATALOG)
            assert greeting(connected(address, stolen)) == b""
            with pytest.raises(CertificateError, match="deny list"):
                live.connect(address, CATALOG, SECONDS)
    assert accepted[0] == CATALOG
    assert "deny list" in str(accepted[1])


def test_goes_on_while_the_workload_api_is_away_and_finds_it_again(tmp_path: Path) -> None:
    with serving(tmp_path) as (api, _):
        live = LiveTls(api.address)
        live.wait_for_identity(SECONDS)
    with live:
        live.client_context()
        with serving(tmp_path) as (_, identities), live._changed:  # noqa: SLF001 # the follower finds it by itself
            first = live._now  # noqa: SLF001
            identities.rotate()
            assert live._changed.wait_for(lambda: live._now is not first, SECONDS)  # noqa: SLF001


@pytest.mark.parametrize("address", ["", "unix:", "unix://relative", "tcp://127.0.0.1:1", "/socket"])
def test_refuses_an_address_that_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPIFFE_ENDPOINT_SOCKET", raising=False)
    with pytest.raises(CertificateError, match="unix:///path"):
        LiveTls(address)


def test_a_server_that_asks_for_no_certificate_is_still_known(tmp_path: Path) -> None:
    with authority(tmp_path, clock=lambda: datetime.now(UTC)) as ours:  # type: ignore[arg-type] # a clock that runs
        svid = ours.issue_x509_svid(CATALOG)
        context = server_context(svid.chain, svid.key)
        ours_side, theirs = socket.socketpair()
        with ours_side, theirs:
            serve = threading.Thread(target=lambda: context.wrap_socket(ours_side, server_side=True).close())
            serve.start()
            with client_context(ours.bundle()).wrap_socket(theirs) as connection:
                assert presented_chain(connection) == svid.chain
            serve.join()
