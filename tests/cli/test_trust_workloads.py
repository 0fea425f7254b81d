"""`assay trust ca up` gives identities to other processes, `assay trust svid` shows them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which process connects")

ASSAY = [sys.executable, "-c", "from assay.cli import main; main()"]
REGISTRY = 'trust_domain = "shop.example"\n[[workload]]\npath = "/{name}"\nselectors = ["uid:{uid}"]\n'


def entries(name: str = "catalog") -> str:
    return REGISTRY.format(name=name, uid=os.geteuid())


@contextmanager
def authority(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [*ASSAY, "trust", "ca", "up", "workloads.toml", "--folder", "authority", "--socket", "socket"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def svid(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [*ASSAY, "trust", "svid", "--address", f"unix://{folder / 'socket'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_an_authority_gives_identities_and_takes_up_a_changed_registry(tmp_path: Path) -> None:
    registry = tmp_path / "workloads.toml"
    registry.write_text(entries())
    with authority(tmp_path) as process:
        assert line(process) == f"shop.example: 1 entries, SPIFFE_ENDPOINT_SOCKET=unix://{tmp_path / 'socket'}\n"
        shown = svid(tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.startswith("spiffe://shop.example/catalog  serial ")
        assert shown.stdout.endswith("trusts: shop.example\n")

        registry.write_text(entries("payments"))
        assert line(process) == "the registry has changed: 1 entries\n"
        (identity,) = json.loads(svid(tmp_path, "--json").stdout)["identities"]
        assert identity["spiffe_id"] == "spiffe://shop.example/payments"

        registry.write_text("trust_domain = ")
        assert process.stderr is not None
        complaint = [process.stderr.readline() for _ in range(2)]
        assert complaint[0].startswith("error[certificate]: the registry is no TOML")
        assert "workloads.toml" in complaint[1]
        assert svid(tmp_path).stdout.startswith("spiffe://shop.example/payments")

        process.send_signal(signal.SIGTERM)
        assert line(process).startswith("ended")
        assert process.wait(60) == 0
    assert not (tmp_path / "socket").exists()


def test_who_has_no_identity_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "workloads.toml").write_text('trust_domain = "shop.example"\n')
    with authority(tmp_path) as process:
        assert line(process).startswith("shop.example: 0 entries")
        ended = svid(tmp_path)
    assert ended.returncode == 3
    assert "it has none for this command" in ended.stderr


def test_a_registry_that_cannot_be_read_is_one_complaint(tmp_path: Path) -> None:
    (tmp_path / "workloads.toml").write_text("x = 1\n")
    with authority(tmp_path) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("error[certificate]: the registry cannot be read")
        assert process.wait(60) == 3
