"""`assay trust prove`, `diff` and `rules`, as people and CI run them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assay.cli import trust
from assay.errors import UsageError
from assay.exit_codes import ExitCode
from tests.trust.proofs.folders import ALL, CLEARED, LOCAL, NO_GUEST, NO_SUSPENDED, STAFF, folder

CLAIMS = """
[[never]]
name = "no-guest-reaches-payments"
statement = "No guest reaches payments"
when = 'principal in Group::"guest" && resource == Service::"payments"'
"""


def run(*arguments: object) -> int:
    code = trust.application([str(one) for one in arguments], standalone_mode=False)
    assert isinstance(code, int)
    return code


def test_proves_the_claims_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("prove", folder(tmp_path, *ALL, claims=CLAIMS)) is ExitCode.ALL_HOLD
    assert capsys.readouterr().out == "holds: No guest reaches payments [no-guest-reaches-payments]\n"


def test_proves_that_no_such_principal_reaches_an_entity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = ("--no", 'principal in Group::"guest"', "--reach", 'Service::"payments"')
    assert run("prove", folder(tmp_path, *ALL), *question) is ExitCode.ALL_HOLD
    assert run("prove", folder(tmp_path, CLEARED), *question) is ExitCode.SOME_VIOLATED
    shown = capsys.readouterr().out
    assert 'resource  Service::"payments"' in shown
    assert "allowed by cleared" in shown


def test_prints_one_document_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("prove", folder(tmp_path, STAFF), "--never", 'principal in Group::"staff"', "--json")
    (claim,) = json.loads(capsys.readouterr().out)["claims"]
    assert (claim["verdict"], claim["decided_by"]) == ("violated", ["staff-read"])
    assert claim["witness"]["request"]["action"] == {"type": "Action", "id": "read"}


def test_ends_with_1_only_where_fail_on_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    less = folder(tmp_path / "less", STAFF, NO_GUEST, NO_SUSPENDED)
    more = folder(tmp_path / "more", STAFF, NO_GUEST, NO_SUSPENDED, CLEARED)
    assert run("diff", more, less) is ExitCode.ALL_HOLD
    assert run("diff", more, less, "--fail-on", "denies") is ExitCode.SOME_VIOLATED
    capsys.readouterr()
    assert run("diff", less, more) is ExitCode.SOME_VIOLATED
    assert 'newly allowed: User → Action::"read" → Service' in capsys.readouterr().out
    assert run("diff", less, more, "--fail-on", "never") is ExitCode.ALL_HOLD
    with pytest.raises(UsageError, match="--fail-on 'allow' is none of"):
        run("diff", less, more, "--fail-on", "allow")


def test_ends_with_3_where_it_cannot_be_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = folder(tmp_path / "old", LOCAL), folder(tmp_path / "new", LOCAL.replace("/8", "/9"))
    assert run("diff", old, new) is ExitCode.COULD_NOT_COMPLETE
    assert "unknown whether anything is newly allowed: Workload" in capsys.readouterr().out


def test_writes_markdown_for_a_pull_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = folder(tmp_path / "old", STAFF), folder(tmp_path / "new", STAFF, CLEARED)
    written = tmp_path / "difference.md"
    run("diff", old, new, "--markdown", written, "--json")
    text = written.read_text(encoding="utf-8")
    assert '| newly allowed | `Action::"write"` | `User` | `Service` | cleared |' in text
    assert text.count("<details>") == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["newly_allowed"], document["newly_denied"]) == ("violated", "holds")


def test_shows_rules_that_never_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", folder(tmp_path / "good", *ALL)) is ExitCode.ALL_HOLD
    dead = '@id("dead") permit(principal in Group::"guest", action, resource == Service::"payments");'
    assert run("rules", folder(tmp_path / "bad", NO_GUEST, dead, STAFF)) is ExitCode.SOME_VIOLATED
    shown = capsys.readouterr().out
    assert "overruled: a forbid applies whenever it does: dead (permit)" in shown
    assert "3 rules, 1 that never decide, 0 shadowed, 0 unknown" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--no", "true"), "--no and --reach belong together"),
        (("--given", "true"), "--given belongs to --never"),
        (("--never", "true", "--seconds", "0"), "more than 0 seconds"),
        ((), "there are no claims"),
    ],
)
def test_refuses_options_that_make_no_sense(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("prove", folder(tmp_path, *ALL), *arguments)


@pytest.mark.parametrize("module", ["z3", "cedarpy"])
def test_says_what_to_install(tmp_path: Path, module: str) -> None:
    script = f"import sys; sys.modules['{module}'] = None; from assay.cli import main; main()"
    arguments = ["trust", "prove", str(folder(tmp_path, *ALL)), "--never", "true"]
    ended = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == ExitCode.COULD_NOT_COMPLETE
    assert f"proofs need {module}, which is not installed" in ended.stderr
    assert "pip install 'assay[prove]'" in ended.stderr
