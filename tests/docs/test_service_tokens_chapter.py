"""The chapter on service tokens: its programs run and say what it shows, and its limits are those of the code."""

import re
import subprocess
import sys
from pathlib import Path

from assay.trust.tokens import access_token, dpop, encryption, header, key_ring, replay, signatures
from assay.trust.tokens.access_token import AccessToken, Actor, Confirmation, issue_access_token
from tests.trust.tokens.made import key

TEXT = (Path(__file__).parents[2] / "docs" / "51-service-tokens.md").read_text(encoding="utf-8")
ISSUER = "https://id.shop.example"
LONG_AGO = 1_600_000_000.0


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def run(program: str, folder: Path, given: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=180, check=False)


def test_its_programs_say_what_it_shows(tmp_path: Path) -> None:
    """They go on from each other."""
    ended = run("\n".join(blocks("python")), tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = re.findall(r"^    (\S.*)$", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL), re.MULTILINE)
    inspected = shown.index("good     form                       JWS")
    assert ended.stdout.splitlines() == shown[:inspected]


def test_its_command_says_what_it_shows(tmp_path: Path) -> None:
    (command,) = blocks("sh")
    assert command.startswith("assay trust token inspect")
    token = AccessToken(
        issuer=ISSUER,
        subject="ada",
        audience=("gateway", "orders", "payments"),
        client="shop-web",
        scope=frozenset(),
        issued_at=LONG_AGO,
        expires_at=LONG_AGO + 600,
        identifier="7c1e",
        actors=(Actor("laptop-42", "device"),),
        confirmation=Confirmation(key_thumbprint=key("ES256").thumbprint),
    )
    program = f"import sys; sys.argv = {command.split()!r}\nfrom assay.cli import main; main()"
    ended = run(program, tmp_path, issue_access_token(token, key("ES256", "one", ISSUER)))
    assert ended.returncode == 1, ended.stderr
    shown = re.search(r"^    good     form.*?signature$", TEXT, re.MULTILINE | re.DOTALL)
    assert shown
    expected = [line.strip() for line in shown[0].splitlines()]
    assert ended.stdout.splitlines() == expected


def test_its_limits_are_those_of_the_code() -> None:
    modules = (access_token, dpop, encryption, header, key_ring, replay, signatures)
    rows = re.findall(r"^\| .* \| ([\d,]+)( KiB)? \| `(\w+)` \|$", TEXT, re.MULTILINE)
    assert len(rows) == 8
    for number, kibibytes, name in rows:
        (value,) = {getattr(module, name) for module in modules if hasattr(module, name)}
        assert value == int(number.replace(",", "")) * (1024 if kibibytes else 1), name
    assert f"{encryption.EncryptionRules().maximum_count:,} rounds" in TEXT
