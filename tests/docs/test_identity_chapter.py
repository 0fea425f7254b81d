"""The commands and the Python of chapter 55, run in their order as they stand there, but on a free port."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from assay.trust.identity.accounts import PER_ACCOUNT, PER_ADDRESS
from assay.trust.identity.levels import ACR_VALUES
from assay.trust.identity.second_factors import PER_CODE
from assay.trust.identity.settings import Argon2Parameters, Lifetimes

TEXT = (Path(__file__).parents[2] / "docs" / "55-identity.md").read_text(encoding="utf-8")
ASSAY = [sys.executable, "-c", "from assay.cli import main; main()"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_commands_work_as_the_chapter_says(tmp_path: Path) -> None:
    *adding, serving = [shlex.split(line)[1:] for line in blocks("sh")[0].splitlines()]
    for arguments in adding:
        ended = subprocess.run(
            [*ASSAY, *arguments],
            cwd=tmp_path,
            input="a fish on a bicycle\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), arguments
    arguments = ["0" if each == "8480" else each for each in serving]
    with subprocess.Popen([*ASSAY, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert re.fullmatch(r"http://localhost:\d+ is ready\n", process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_the_python_prints_the_levels() -> None:
    (block,) = blocks("python")
    ended = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr, ended.stdout.split()) == (0, "", list(ACR_VALUES))


def test_the_chapter_states_the_limits_as_they_are() -> None:
    assert [acr for acr in ACR_VALUES if f"| `{acr}` |" not in TEXT] == []
    for name, limit in (
        ("failures for one name", PER_ACCOUNT),
        ("failures from one address", PER_ADDRESS),
        ("wrong codes of one account", PER_CODE),
    ):
        assert f"| {name} | {limit.failures} | {limit.forgiven_seconds} seconds |" in TEXT
    argon2, lifetimes = Argon2Parameters(), Lifetimes()
    assert (argon2.memory_kib, argon2.passes) == (64 * 1024, 3)
    assert (lifetimes.code, lifetimes.access_token, lifetimes.challenge, lifetimes.recent_login) == (60, 300, 120, 600)
    assert (lifetimes.session_idle, lifetimes.session) == (3_600, 12 * 3_600)
    assert (lifetimes.key_period, lifetimes.key_published_ahead, lifetimes.key_overlap) == (30 * 86_400, 3_600, 86_400)
