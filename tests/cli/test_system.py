"""`assay system` from the outside: what it prints, exit codes, Ctrl-C, and services that outlive it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Assay, environment
from tests.system.running import Described, described, is_alive, wait_until

COMMAND = [sys.executable, "-c", "from assay.cli import main; main()", "system"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Described]:
    with described(tmp_path) as made:
        yield made


def begin(folder: Path, *arguments: str, **options: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return] # options by name
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def pid_of(shop: Described, name: str) -> int:
    """0 where it was not started."""
    path = shop.folder / ".assay" / "system" / f"{name}.json"
    return int(json.loads(path.read_text()).get("pid", 0)) if path.exists() else 0


def test_starts_shows_and_stops(shop: Described, assay: Assay) -> None:
    shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    shop.system()
    up = assay("system", "up")
    assert (up.returncode, up.stderr) == (0, "")
    lines = up.stdout.splitlines()
    assert re.fullmatch(
        rf"catalog  ready after \d+\.\d\d s  pid \d+  http://127.0.0.1:{shop.ports['catalog']}", lines[0]
    )
    assert lines[1].startswith("orders   ready after ")
    again = assay("system", "up", "orders").stdout.splitlines()
    assert again[0].startswith("catalog  was running, left alone  pid ")
    assert again[-1] == "all of them were running"
    status = assay("system", "status")
    assert status.returncode == 0
    assert re.search(r"^orders +ready +\d+ +\d+ s +\d+ MiB +\d+% +http://", status.stdout, re.MULTILINE)
    down = assay("system", "down")
    assert (down.returncode, [line.split()[:2] for line in down.stdout.splitlines()]) == (
        0,
        [["orders", "stopped"], ["catalog", "stopped"]],
    )
    assert assay("system", "down").stdout == "nothing was running\n"
    assert assay("system", "down", "orders").stdout == "orders  was not running\n"
    assert assay("system", "status").returncode == 3


def test_failure_is_explained_and_undone(shop: Described, assay: Assay) -> None:
    shop.service("catalog")
    shop.service("orders", "--say", "cannot find the database", "--die", needs=("catalog",))
    shop.service("gateway", needs=("orders",))
    shop.system()
    up = assay("system", "up")
    assert (up.returncode, up.stderr) == (3, "")
    text = re.sub(r"\d+\.\d\d s|pid \d+", "…", up.stdout)
    assert text == (
        f"catalog  ready after …  …  http://127.0.0.1:{shop.ports['catalog']}\n"
        "orders   failed after …: died with exit code 3\n"
        "    the end of .assay/system/logs/orders.log:\n"
        "      | cannot find the database\n"
        "gateway  not started: needs orders\n"
        "catalog  stopped again  …\n"
    )
    status = assay("system", "status").stdout
    assert re.search(r"^orders +died \(3\) ", status, re.MULTILINE)
    assert "orders: died with exit code 3\n    its last line: cannot find the database\n" in status


def test_json_is_one_document_from_any_folder_below(shop: Described) -> None:
    shop.service("orders", keys="environment = { TOKEN = 'hunter22' }")
    shop.system()
    below = shop.folder / "below"
    below.mkdir()
    documents = {}
    for name in ("up", "status", "down"):
        ended = begin(below, name, "--json")
        output, complaint = ended.communicate(timeout=60)
        assert (ended.returncode, complaint) == (0, "")
        assert "hunter22" not in output
        documents[name] = json.loads(output)
    up, status, down = documents["up"], documents["status"], documents["down"]
    assert (up["ready"], up["exit_code"], up["services"][0]["outcome"]) == (True, 0, "ready")
    assert (status["ready"], status["services"][0]["state"]) == (True, "ready")
    assert status["services"][0]["resident_bytes"] > 1_000_000
    assert {document["services"][0]["pid"] for document in documents.values()} == {up["services"][0]["pid"]}
    assert down["services"][0]["outcome"] == "stopped"
    assert (shop.folder / ".assay").is_dir()
    assert not (below / ".assay").exists()


def test_ctrl_c_stops_what_was_started(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", "--late", needs=("catalog",))
    shop.system()
    up = begin(shop.folder, "up")
    wait_until(lambda: pid_of(shop, "orders"))
    pids = [pid_of(shop, "catalog"), pid_of(shop, "orders")]
    up.send_signal(signal.SIGINT)
    output, complaint = up.communicate(timeout=60)
    assert up.returncode == 130
    assert complaint == "stopping what was started; once more Ctrl-C kills it\n"
    assert "orders   stopped before it was ready\n" in output
    assert "catalog  stopped again" in output
    assert [pid for pid in pids if is_alive(pid)] == []


def test_second_ctrl_c_kills(shop: Described) -> None:
    shop.service("orders", "--late", "--deaf", patience=300)
    shop.system()
    up = begin(shop.folder, "up")
    wait_until((shop.folder / "began").exists)
    pid = pid_of(shop, "orders")
    up.send_signal(signal.SIGINT)
    assert up.stderr
    assert up.stderr.readline()
    up.send_signal(signal.SIGINT)
    up.communicate(timeout=60)
    assert (up.returncode, is_alive(pid)) == (130, False)


def test_what_was_started_is_known_although_up_was_killed(shop: Described, assay: Assay) -> None:
    shop.service("orders", "--late")
    shop.system()
    up = begin(shop.folder, "up")
    wait_until(lambda: pid_of(shop, "orders"))
    up.kill()
    up.communicate(timeout=60)
    status = json.loads(assay("system", "status", "--json").stdout)
    assert [service["state"] for service in status["services"]] == ["starting"]
    assert assay("system", "down").stdout.startswith("orders  stopped after ")


def test_services_run_on_when_the_terminal_closes(shop: Described, assay: Assay) -> None:
    shop.service("orders")
    shop.system()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shop.folder)
        os.execve(COMMAND[0], [*COMMAND, "up"], environment())  # noqa: S606 # the installed assay, on this terminal
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        # A terminal whose program ended gives an error, not an end.
        assert b"ready after" in shown
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert assay("system", "status").returncode == 0


def test_watch_shows_it_again_and_again(shop: Described) -> None:
    shop.service("orders")
    shop.system()
    watch = begin(shop.folder, "status", "--watch", "--json")
    assert watch.stdout
    first, second = (json.loads(watch.stdout.readline()) for _ in range(2))
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=60)
    assert (first, watch.returncode) == (second, 130)
    assert first["services"][0]["state"] == "stopped"


def test_two_at_once_start_a_service_once(shop: Described) -> None:
    shop.service("orders", "--late")
    shop.system()
    both = [begin(shop.folder, "up", "--json") for _ in range(2)]
    wait_until((shop.folder / "began").exists)
    time.sleep(0.1)
    (shop.folder / "ready").touch()
    documents = [json.loads(one.communicate(timeout=60)[0]) for one in both]
    assert sorted(document["services"][0]["outcome"] for document in documents) == ["already-running", "ready"]
    assert len((shop.folder / "began").read_text().splitlines()) == 1


@pytest.mark.parametrize("command", ["up", "down", "status"])
def test_help_has_examples(assay: Assay, command: str) -> None:
    ended = assay("system", command, "--help")
    assert ended.returncode == 0
    assert f"    assay system {command} --json " in ended.stdout


@pytest.mark.parametrize(
    ("text", "arguments", "complaint", "hint"),
    [
        (None, ["up", "order"], "error[usage]: no service is called 'order'", "did you mean orders?"),
        ('[system]\nname = "shop"\n', ["status"], "error[usage]: shop has no services", "[[service]] entry"),
        (
            '[system]\nname = "shop"\n[[service]]\nname = "orders"\nurl = "http://localhost"\n',
            ["down", "order"],
            "error[usage]: no service is called 'order'",
            "did you mean orders?",
        ),
        (
            (
                '[system]\nname = "shop"\n[[service]]\nname = "orders"\nurl = "http://localhost"\n'
                'environment = { TOKEN = "hunter22", OTHER = 1.5 }\n'
            ),
            ["up"],
            "error[configuration]: `service.environment",
            "   6 | environment = { TOKEN = **********, OTHER = *** }",
        ),
    ],
)
def test_bad_usage_is_one_complaint_without_secrets(
    assay: Assay, tmp_path: Path, text: str | None, arguments: list[str], complaint: str, hint: str
) -> None:
    if text:
        (tmp_path / "assay.toml").write_text(text)
    ended = assay("system", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(complaint)
    assert hint in ended.stderr


def test_services_are_started_although_nobody_reads(shop: Described, assay: Assay) -> None:
    shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    shop.system()
    with begin(shop.folder, "up") as up:
        assert up.stdout
        up.stdout.close()
        up.wait(60)
    assert assay("system", "status").returncode == 0
