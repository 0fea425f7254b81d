"""`assay trust idp`: a provider that is set up by commands, serves, and ends when it is asked to."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

RUN = [sys.executable, "-c", "from assay.cli import main; main()", "trust", "idp"]


def run(folder: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*RUN, *arguments], cwd=folder, input=given, capture_output=True, text=True, timeout=120, check=False
    )


def test_can_set_up_and_serve_a_provider(tmp_path: Path) -> None:
    assert run(tmp_path, "add-account", "mei", given="a fish on a bicycle\n").stdout == "added mei\n"
    added = run(
        tmp_path, "add-client", "shop", "--redirect", "http://localhost:9/x", "--authentication", "client_secret_basic"
    )
    name, secret = added.stdout.splitlines()
    assert (name, len(secret.split()[-1])) == ("added shop", 43)
    with subprocess.Popen([*RUN, "up", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        issuer = process.stdout.readline().split()[0]
        try:
            found = httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=60)
            assert found.json()["issuer"] == issuer
            assert "server" not in found.headers
            asked = {"token": "x", "grant_type": "refresh_token"}
            answered = httpx.post(f"{issuer}/token", data=asked, auth=("shop", secret.split()[-1]), timeout=60)
            assert answered.json()["error"] == "invalid_grant"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_complains_about_what_cannot_be_added(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"kty": "oct", "k": "AAAA"}]}))
    for arguments, given, said in (
        (["add-account", "mei"], "short\n", "password is too short"),
        (["add-client", "shop", "--authentication", "private_key_jwt", "--jwks", "keys.json"], "", "no set of public"),
        (["up", "--port", "0", "--issuer", "http://example.org"], "", "not https"),
    ):
        ended = run(tmp_path, *arguments, given=given)
        assert ended.returncode in (2, 3), arguments
        assert said in ended.stderr, ended.stderr
        assert "Traceback" not in ended.stderr
