"""Processes are known by what the kernel says of them, and only while they live."""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from assay.errors import CertificateError
from assay.trust.workloads.attestation import ConnectedProcess
from assay.trust.workloads.selectors import Selector, SelectorKind

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which process connects")

PROGRAM = Path(__file__).parent / "programs" / "connect.py"


class Caller(NamedTuple):
    process: "subprocess.Popen[str]"
    connection: socket.socket


@contextmanager
def caller(folder: Path) -> Iterator[Caller]:
    path = folder / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(path))
        listening.listen()
        command = [sys.executable, str(PROGRAM), str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                connection, _ = listening.accept()
                with connection:
                    assert process.stdout is not None
                    assert process.stdout.readline() == "connected\n"
                    yield Caller(process, connection)
            finally:
                process.kill()


def test_knows_a_process_by_user_group_program_and_its_content(tmp_path: Path) -> None:
    with caller(tmp_path) as one, ConnectedProcess(one.connection) as connected:
        attested = connected.attest()
    program = Path(os.path.realpath(sys.executable))
    assert attested.pid == one.process.pid
    assert (attested.uid, attested.gid) == (os.geteuid(), os.getegid())
    assert attested.path == str(program)
    assert attested.sha256 == hashlib.sha256(program.read_bytes()).hexdigest()
    assert attested.selectors == {
        Selector(SelectorKind.UID, str(os.geteuid())),
        Selector(SelectorKind.GID, str(os.getegid())),
        Selector(SelectorKind.PATH, str(program)),
        Selector(SelectorKind.SHA256, attested.sha256),
        Selector(SelectorKind.PROCESS, f"{one.process.pid}@{attested.started}"),
    }


def test_does_not_know_a_process_that_has_gone(tmp_path: Path) -> None:
    with caller(tmp_path) as one, ConnectedProcess(one.connection) as connected:
        connected.attest()
        one.process.kill()
        one.process.wait()
        with pytest.raises(CertificateError, match=r"gone|cannot be looked at"):
            connected.attest()
        with pytest.raises(CertificateError):
            ConnectedProcess(one.connection)


def test_does_not_take_a_later_process_for_the_one_that_connected(tmp_path: Path) -> None:
    """The start that was read first stands for the process; with another one the id has come to mean another."""
    with caller(tmp_path) as one, ConnectedProcess(one.connection) as connected:
        connected._started -= 1  # noqa: SLF001 # an id that is used again cannot be brought about at will
        with pytest.raises(CertificateError, match="another has its id"):
            connected.attest()


def test_notices_that_a_process_became_another_program(tmp_path: Path) -> None:
    with caller(tmp_path) as one, ConnectedProcess(one.connection) as connected:
        before = connected.attest()
        assert one.process.stdin is not None
        one.process.stdin.write("become\n")
        one.process.stdin.flush()
        program = os.path.realpath("/bin/sleep")
        while os.path.realpath(f"/proc/{one.process.pid}/exe") != program:
            assert one.process.poll() is None
        after = connected.attest()
    assert after.pid == before.pid
    assert after.sha256 != before.sha256
    assert after.path == program


def test_gives_no_path_to_a_program_that_was_replaced(tmp_path: Path) -> None:
    """What is at the path now is not what runs: whoever may write there must not become what was there."""
    copy = tmp_path / "program"
    copy.write_bytes(Path("/bin/sleep").read_bytes())
    copy.chmod(0o700)
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen([copy, "100"]) as process:
        try:
            with ConnectedProcess(ours) as connected:
                connected.pid = process.pid
                connected._started = _started(process.pid)  # noqa: SLF001 # a copy of sleep does not connect by itself
                assert connected.attest().path == str(copy)
                (tmp_path / "other").write_bytes(b"#!/bin/sh\n")
                (tmp_path / "other").replace(copy)
                attested = connected.attest()
                assert attested.path is None
                assert attested.sha256 == hashlib.sha256(Path("/bin/sleep").read_bytes()).hexdigest()
        finally:
            process.kill()


def _started(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def test_refuses_a_connection_over_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection, pytest.raises(CertificateError):
            ConnectedProcess(connection)
