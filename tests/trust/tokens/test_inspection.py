import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assay
from assay.texts import trust, trust_tokens
from assay.texts.trust_tokens import TOKEN_TEXTS, TokenTexts
from assay.trust.tokens.encryption import encrypt_compact
from assay.trust.tokens.inspection import CheckName, CheckOutcome, inspect_token
from assay.trust.tokens.signatures import sign_compact
from tests.texts.test_catalogue import placeholders
from tests.trust.tokens.made import NOW, STEADY, key

CLAIMS = {
    "iss": "https://issuer.example",
    "aud": "orders",
    "iat": NOW - 10,
    "exp": NOW + 290,
    "cnf": {"jkt": key("ES256").thumbprint},
}


def made(header: dict[str, Any] | None = None, algorithm: str = "ES256", **changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return sign_compact(json.dumps(claims).encode(), key(algorithm), header={"typ": "at+jwt", **(header or {})})


def outcomes(token: str, **more: Any) -> dict[str, str]:
    return {check.name.value: check.outcome.value for check in inspect_token(token, now=NOW, **more)}


def test_a_good_token_is_good_and_its_signature_unknown_without_keys() -> None:
    assert outcomes(made()) == {name.value: "good" for name in CheckName} | {"signature": "unknown"}
    assert outcomes(made(), keys=[key("ES256")])["signature"] == "good"
    assert outcomes(made(), keys=[key("ES256", "another")])["signature"] == "wrong"


@pytest.mark.parametrize(
    ("token", "wrong"),
    [
        (made({"jwk": dict(key("ES256").public_members)}), {"header"}),
        (made({"crit": ["x"], "x": 1}), {"header"}),
        (made({"typ": "JWT"}), {"type"}),
        (made(algorithm="HS256"), {"algorithm"}),
        (made(iss=None), {"issuer"}),
        (made(aud=None), {"audience"}),
        (made(aud=[]), {"audience"}),
        (made(exp=NOW), {"time"}),
        (made(nbf=NOW + 1), {"time"}),
        (made(exp=NOW + 10**6), {"lifetime"}),
        (made(iat=None), {"time"}),
        (made(cnf=None), {"sender"}),
        ("a.b", {"form"}),
        ("a.b.c", {"header"}),
        ("x" * 20_000, {"form"}),
        ("eyJhbGciOiJub25lIn0.e30.", {"algorithm", "type", "issuer", "audience", "time", "sender"}),
        ("eyJhbGciOiJub25lIn0.e30=.", {"algorithm", "type", "claims"}),
        (encrypt_compact(b"x", key("A128KW")), set()),
    ],
)
def test_says_what_is_wrong(token: str, wrong: set[str]) -> None:
    found = outcomes(token)
    assert {name for name, outcome in found.items() if outcome == "wrong"} == wrong
    assert found.get("signature", "unknown") == "unknown"


def test_never_verifies_by_a_key_in_the_token() -> None:
    token = made({"jwk": dict(key("ES256").public_members)})
    assert outcomes(token, keys=[key("ES256")])["signature"] == "wrong"


def test_shows_nothing_that_could_steer_a_terminal() -> None:
    checks = inspect_token(made(iss="\x1b[2J\u202e" + "a" * 500), now=NOW)
    (detail,) = (check.detail for check in checks if check.name is CheckName.ISSUER)
    assert detail.isprintable()
    assert detail.isascii()
    assert len(detail) < 120


@given(token=st.text(max_size=200) | st.text("ey.J0-_=", max_size=200))
@settings(STEADY, max_examples=200)
def test_takes_any_text(token: str) -> None:
    assert inspect_token(token, now=NOW)


def run(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from assay.cli import main; main()", "trust", "token", "inspect", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=180, check=False)


def test_the_command_reads_a_token_from_standard_input(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [key("ES256").public_jwk()]}))
    ended = run("-", "--keys", str(keys), "--json", given=made() + "\n")
    assert (ended.returncode, ended.stderr) == (1, "")
    found = {check["check"]: check["outcome"] for check in json.loads(ended.stdout)["checks"]}
    # Its time is that of the tests.
    assert {name for name, outcome in found.items() if outcome != "good"} == {"time"}
    ended = run("-", given="not a token")
    assert ended.returncode == 1
    assert ended.stdout.split() == ["WRONG", "form", "1", "parts,", "not", "3", "or", "5"]
    assert run("-", given="x" * 70_000).returncode == 2
    assert run("-", "--keys", str(tmp_path / "none.json")).returncode == 2


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    for texts in trust_tokens.LANGUAGES.values():
        assert texts.keys() == TokenTexts.__annotations__.keys()
        assert set(texts["checks"]) == set(CheckName)
        assert set(texts["outcomes"]) == set(CheckOutcome)
        for name, text in texts.items():
            assert placeholders(text) == placeholders(TOKEN_TEXTS[name])  # type: ignore[literal-required] # a checked key
    assert set(trust.LANGUAGES) == set(trust_tokens.LANGUAGES) == {"en", "zh-Hans"}


def test_every_entry_is_used() -> None:
    code = (Path(assay.__file__).parent / "cli" / "trust_tokens.py").read_text(encoding="utf-8")
    assert [name for name in TokenTexts.__annotations__ if not re.search(rf'"{name}"', code)] == []
