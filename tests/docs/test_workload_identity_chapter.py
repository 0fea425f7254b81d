"""The chapter on workload identity: its programs run, and say what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assay.trust.workloads import bundle, bundle_endpoint, denials, jwt_svid, registration, verification
from assay.trust.workloads.registration import Registry
from assay.trust.workloads.selectors import SelectorKind
from assay.trust.workloads.spiffe_id import LONGEST_SPIFFE_ID
from assay.trust.workloads.workload_api import door, identities, server

TEXT = (Path(__file__).parents[2] / "docs" / "52-workload-identity.md").read_text(encoding="utf-8")

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says which process connects")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def run(program: str, folder: Path) -> str:
    command = [sys.executable, "-W", "error", "-c", program]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_its_registration_entries_can_be_read() -> None:
    (entries,) = blocks("toml")
    assert [entry.spiffe_id.path for entry in Registry.parse(entries).entries] == ["/payments", "/catalog"]
    assert all(f"`{kind}`" in TEXT for kind in SelectorKind)


def test_its_authority_says_what_it_shows(tmp_path: Path) -> None:
    shown = re.findall(r"^    (spiffe://.*)$", TEXT, re.MULTILINE)
    assert run(blocks("python")[0], tmp_path).splitlines() == shown[:2]


@linux_only
def test_its_workload_api_can_be_started(tmp_path: Path) -> None:
    printed = run(blocks("python")[1], tmp_path)
    assert printed == f"SPIFFE_ENDPOINT_SOCKET=unix://{tmp_path / 'workloads.sock'}\n"


@linux_only
def test_its_commands_say_who_one_is(tmp_path: Path) -> None:
    entry = f'[[workload]]\npath = "/catalog"\nselectors = ["uid:{os.geteuid()}"]\n'
    (tmp_path / "workloads.toml").write_text(f'trust_domain = "shop.example"\n{entry}')
    (commands,) = blocks("sh")
    serve, show = (
        [sys.executable, "-u", "-c", "from assay.cli import main; main()", *command.split()[1:]]
        for command in commands.replace("$PWD", str(tmp_path)).splitlines()
    )
    with subprocess.Popen(serve, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        assert "SPIFFE_ENDPOINT_SOCKET=unix://" in serving.stdout.readline()
        shown = subprocess.run(show, capture_output=True, text=True, timeout=180, check=False)
        serving.terminate()
    identity, trusts = shown.stdout.splitlines()
    assert identity.startswith("spiffe://shop.example/catalog  serial ")
    assert f"    {trusts}\n" in TEXT


@linux_only
def test_its_connection_says_what_it_shows(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^    (you are .*)$", TEXT, re.MULTILINE)
    assert run(blocks("python")[2], tmp_path) == f"{shown}\n"


def test_its_limits_are_those_that_hold() -> None:
    (limits,) = re.findall(r"^## Limits\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)
    for number in (
        LONGEST_SPIFFE_ID,
        bundle.MOST_KEYS,
        registration.MOST_ENTRIES,
        denials.MOST_DENIALS,
        jwt_svid.MOST_AUDIENCES,
        verification.MOST_CERTIFICATES,
        door.MOST_CONNECTIONS,
        door.MOST_CONNECTIONS_OF_A_USER,
        server.MOST_REQUESTS,
        bundle_endpoint.MOST_CONNECTIONS,
        identities.MOST_FEDERATED,
    ):
        assert str(number) in limits.replace(",", ""), number
