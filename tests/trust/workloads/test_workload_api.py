"""The Workload API, spoken to by another implementation's client in processes of its own, and by hostile ones."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from spiffe import WorkloadApiClient
from spiffe.workloadapi.x509_context import X509Context

from assay.errors import CertificateError
from assay.trust.workloads.bundle import certificates_from_der
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.registration import Registry
from assay.trust.workloads.workload_api.identities import Identities
from assay.trust.workloads.workload_api.messages import SERVICE, Messages
from assay.trust.workloads.workload_api.server import WorkloadApiServer
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, authority
from tests.trust.workloads.serving import registry, serving

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which process connects")

PROGRAM = Path(__file__).parent / "programs" / "fetch.py"
HEADER = (("workload.spiffe.io", "true"),)
SECONDS = 60.0
QUICK = Lifetimes(issuing=timedelta(minutes=5), x509_svid=timedelta(seconds=3), refresh_hint=timedelta(seconds=5))


@contextmanager
def calling(server: WorkloadApiServer) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(f"unix:{server.path}", options=(("grpc.use_local_subchannel_pool", 1),)) as channel:
        yield channel


def stream(channel: grpc.Channel, method: str, metadata: Any = HEADER) -> Any:
    call: Any = channel.unary_stream(f"/{SERVICE}/{method}", lambda _: b"", Messages[ANSWERS[method]].FromString)
    return call(None, metadata=metadata, timeout=SECONDS)


ANSWERS = {
    "FetchX509SVID": "X509SVIDResponse",
    "FetchX509Bundles": "X509BundlesResponse",
    "FetchJWTBundles": "JWTBundlesResponse",
}


def code(attempt: Any) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as raised:
        list(attempt)
    found: grpc.StatusCode = raised.value.code()
    return found


def test_another_implementations_client_gets_everything(tmp_path: Path) -> None:
    with (
        authority(tmp_path, BANK) as bank,
        serving(tmp_path, registry(federates_with=("bank.example",))) as (server, identities),
    ):
        identities.federate(bank.bundle())
        command = [sys.executable, str(PROGRAM), server.address]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    got = json.loads(ended.stdout)
    refusals = got.pop("refusals")
    assert got == {
        "identities": [str(CATALOG)],
        "chain": 2,
        "tokens": [str(CATALOG)],
        "validated": str(CATALOG),
        "bundles": ["bank.example", "shop.example"],
        "keys": 2,
    }
    assert "PERMISSION_DENIED" in refusals[0]
    assert "another audience" in refusals[1]


def test_who_is_not_registered_gets_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, registry("sha256:" + "0" * 64)) as (server, _), calling(server) as channel:
        for method in ANSWERS:
            assert code(stream(channel, method)) == grpc.StatusCode.PERMISSION_DENIED
        for method, request in (
            ("FetchJWTSVID", Messages["JWTSVIDRequest"](audience=["x"])),
            ("ValidateJWTSVID", Messages["ValidateJWTSVIDRequest"](audience="x", svid="y")),
        ):
            call: Any = channel.unary_unary(f"/{SERVICE}/{method}", lambda message: message.SerializeToString())
            with pytest.raises(grpc.RpcError) as raised:
                call(request, metadata=HEADER, timeout=SECONDS)
            assert raised.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("metadata", [(), (("workload.spiffe.io", "True"),), (("workload.spiffe.io", ""),)])
def test_a_request_without_the_metadata_is_refused(metadata: Any, tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _), calling(server) as channel:
        for method in ANSWERS:
            assert code(stream(channel, method, metadata)) == grpc.StatusCode.INVALID_ARGUMENT


def test_a_request_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _), calling(server) as channel:
        for method, request, expected in (
            ("FetchJWTSVID", b"", grpc.StatusCode.INVALID_ARGUMENT),
            ("FetchJWTSVID", b"\x0a\x01x\x12\x01y", grpc.StatusCode.INVALID_ARGUMENT),
            ("FetchJWTSVID", b"\x0a\xff", grpc.StatusCode.INTERNAL),
            ("FetchJWTSVID", b"\0" * 70_000, grpc.StatusCode.RESOURCE_EXHAUSTED),
            ("ValidateJWTSVID", b"", grpc.StatusCode.INVALID_ARGUMENT),
            ("FetchWITSVID", b"", grpc.StatusCode.UNIMPLEMENTED),
        ):
            call: Any = channel.unary_unary(f"/{SERVICE}/{method}")
            with pytest.raises(grpc.RpcError) as raised:
                call(request, metadata=HEADER, timeout=SECONDS)
            assert raised.value.code() == expected, method


def test_a_caller_that_did_not_come_through_the_door_gets_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, registry()) as (server, _):
        inner = server._door.inner  # noqa: SLF001 # the address that nobody is told
        with grpc.insecure_channel(inner) as channel:
            assert code(stream(channel, "FetchX509SVID")) == grpc.StatusCode.PERMISSION_DENIED


def test_changes_are_pushed(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, identities), calling(server) as channel:
        responses = stream(channel, "FetchX509SVID")
        first = next(responses)
        assert [svid.spiffe_id for svid in first.svids] == [str(CATALOG)]

        identities.rotate()
        assert len(next(responses).svids[0].bundle) > len(first.svids[0].bundle)

        identities.deny_certificate(_serial(first))
        assert _serial(next(responses)) != _serial(first)

        identities.register(registry(federates_with=("bank.example",)))
        next(responses)
        with authority(tmp_path, BANK) as bank:
            identities.federate(bank.bundle())
            assert list(next(responses).federated_bundles) == ["spiffe://bank.example"]
        identities.end_federation(BANK)
        assert not next(responses).federated_bundles

        identities.deny_id(CATALOG)
        assert code(responses) == grpc.StatusCode.PERMISSION_DENIED


def _serial(response: Any) -> int:
    return certificates_from_der(response.svids[0].x509_svid)[0].serial_number


def test_another_implementations_client_sees_certificates_change(tmp_path: Path) -> None:
    serials: set[int] = set()
    enough = threading.Event()
    errors: list[Exception] = []

    def received(context: X509Context) -> None:
        serials.add(context.default_svid.leaf.serial_number)
        if len(serials) == 3:
            enough.set()

    with serving(tmp_path, registry(), QUICK) as (server, _), WorkloadApiClient(server.address) as client:
        following = client.stream_x509_contexts(received, errors.append)
        assert enough.wait(SECONDS)
        following.cancel()
    assert errors == []


def test_a_stream_ends_when_its_entry_goes(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, identities), calling(server) as channel:
        responses = stream(channel, "FetchX509Bundles")
        assert list(next(responses).bundles) == ["spiffe://shop.example"]
        identities.register(Registry(SHOP))
        assert code(responses) == grpc.StatusCode.PERMISSION_DENIED


def test_bundles_do_not_go_back(tmp_path: Path) -> None:
    with authority(tmp_path / "1") as ours, authority(tmp_path / "2", BANK) as bank:
        identities = Identities(ours, Registry(SHOP))
        old = bank.bundle()
        assert identities.federate(old)
        bank.rotate()
        assert identities.federate(bank.bundle())
        assert not identities.federate(old)
        with pytest.raises(CertificateError, match="own trust domain"):
            identities.federate(ours.bundle())
        with pytest.raises(CertificateError, match=r"trust domain bank\.example"):
            identities.register(Registry(BANK))


def test_does_not_take_the_place_of_a_server_that_answers(tmp_path: Path) -> None:
    with serving(tmp_path, registry()) as (server, _):
        with (
            authority(tmp_path / "other") as other,
            pytest.raises(CertificateError, match="another server"),
            WorkloadApiServer(server.path, Identities(other, registry())),
        ):
            pass
        with calling(server) as channel:
            next(stream(channel, "FetchX509SVID"))
    assert not server.path.exists()


def test_takes_the_place_of_a_server_that_was_killed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(os.fspath(tmp_path / "socket"))
    with serving(tmp_path) as (server, _), calling(server) as channel:
        next(stream(channel, "FetchX509SVID"))


def test_does_not_remove_a_file_that_is_no_socket(tmp_path: Path) -> None:
    (tmp_path / "socket").write_text("mine")
    with pytest.raises(CertificateError, match="no socket"), serving(tmp_path, registry()):
        pass
    assert (tmp_path / "socket").read_text() == "mine"
