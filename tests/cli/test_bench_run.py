"""`assay bench run`: what it prints, writes and ends with. Nothing here depends on how fast the machine is."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.servers import OK, Server, closed_port, server
from tests.cli.conftest import Assay, environment

UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def service() -> Iterator[Server]:
    """Answers everything but `/broken`."""
    with server(lambda request, _state: UNAVAILABLE if b" /broken " in request else OK) as running:
        yield running


def test_measures_an_address_without_any_file(assay: Assay, service: Server) -> None:
    ended = assay("bench", f"{service.url}/items?page=2", "--rate", "20", "--seconds", "1", "--timeout", "60")
    # On a busy machine it may be unknown or false that the service keeps up; the rest is as it is here.
    assert ended.returncode in {0, 1, 3}, ended.stderr
    assert f"bench: load, 20/s, to {service.url}" in ended.stdout
    assert "20 answered, 0 failed" in ended.stdout
    assert "GET /items?page=2        20       0" in ended.stdout
    assert re.search(r"^  (holds|unknown) +At 20/s, \S+ answers every request", ended.stdout, re.MULTILINE)
    assert service.requests[0].startswith(b"GET /items?page=2 HTTP/1.1\r\n")


def test_sends_what_it_is_told_to(assay: Assay, service: Server, tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text('{"item": 1}')
    options = (
        "--method",
        "POST",
        "--header",
        "X-Key: a b",
        "--body",
        "@order.json",
        "--users",
        "1",
        "--seconds",
        "0.2",
    )
    # 3: on a busy machine the generator may have been the limit.
    assert assay("bench", "run", service.url, *options).returncode in {0, 3}
    assert service.requests[0].startswith(b"POST / HTTP/1.1\r\n")
    assert b"X-Key: a b\r\n" in service.requests[0]
    assert service.requests[0].endswith(b'{"item": 1}')


def test_tells_by_its_exit_code_and_the_summary_that_a_threshold_is_violated(assay: Assay, service: Server) -> None:
    options = ("--users", "1", "--seconds", "0.3", "--threshold", "http_req_failed: rate<1%")
    ended = assay("bench", f"{service.url}/broken", *options)
    assert ended.returncode == 1
    assert "errors     status 503" in ended.stdout
    assert "violated        At 1 users" in ended.stdout
    assert "rate of http_req_failed is 1, asked for < 0.01" in ended.stdout


def test_prints_and_writes_one_document(assay: Assay, service: Server, tmp_path: Path) -> None:
    ended = assay("bench", service.url, "--users", "2", "--seconds", "0.2", "--json", "--output", "result.json")
    document = json.loads(ended.stdout)
    assert document == json.loads((tmp_path / "result.json").read_text())
    (test,) = document["tests"]
    assert (test["design"], test["steps"][0]["executor"]["users"]) == ("load", 2)
    assert document["exit_code"] == ended.returncode
    assert test["steps"][0]["result"]["answered"] == len(service.requests)


def test_tells_what_a_scenario_checked(assay: Assay, service: Server, tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(
        "from assay.bench.scenario import LoadTest, SharedIterations, flow, get, header, status\n"
        "steps = (get('/a', name='a', expect=status(200)), get('/b', name='b', take={'x': header('X-No')}))\n"
        "test = LoadTest(target='http://any', executor=SharedIterations(1, 1), flows=(flow('f', *steps),))\n"
    )
    options = ("--scenario", "user.py", "--rate", "10", "--seconds", "1", "--timeout", "60")
    ended = assay("bench", service.url, *options)
    assert ended.returncode in {0, 1, 3}, ended.stderr
    assert "iterations 0 to their end, 10 cut short" in ended.stdout
    assert "check      status is 200: 10 of 10" in ended.stdout
    assert "check      b: x is there: 0 of 10" in ended.stdout
    (tmp_path / "user.py").write_text("test = 1\n")
    refused = assay("bench", service.url, *options)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "error[invalid-load-test]" in refused.stderr
    assert "`test` is a int, not a LoadTest" in refused.stderr


def test_refuses_a_scenario_with_a_mistake_before_any_test_is_begun(
    assay: Assay, service: Server, tmp_path: Path
) -> None:
    described(tmp_path, service.url)
    with (tmp_path / "assay.toml").open("a") as file:
        file.write('[[performance.test]]\nname = "bad"\ndesign = "load"\ntarget = "http://localhost:1"\nrate = 1\n')
        file.write('scenario = "user.py"\n')
    (tmp_path / "user.py").write_text("test = LoadTest(\n")
    ended = assay("bench")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error[invalid-load-test]: the scenario is no Python: '(' was never closed" in ended.stderr
    assert "user.py:1:16" in ended.stderr
    assert service.requests == []


@pytest.mark.parametrize(
    ("options", "complaint", "hint"),
    [
        (("--rate", "-3"), "error[usage]: --rate: expected `float` > 0", ""),
        (("--rate", "3", "--users", "2"), "either a `rate` or `users`", ""),
        (("--design", "spike"), "a spike test needs --spike-rate", ""),
        (("--design", "soak", "--users", "2"), "a soak test has no --users", "--help"),
        (("--design", "soke"), "no design is called 'soke'", "there are: load, stress"),
        (("--header", "foo"), "has no colon", "`Name: value`"),
        (("--tool", "jmeter"), "--tool: invalid enum value 'jmeter'", ""),
        (("--threshold", "http_req_duration: p95<2"), "duration: p95<2\n  |                    ^", "`p(95)`"),
        (("--body", "@gone.json"), "cannot read gone.json: No such file", ""),
        (("--protocol", "http3"), "--protocol: invalid enum value 'http3'", ""),
        (("--streams", "3"), "--streams: only requests of http2 and grpc share connections", ""),
        (("--insecure",), "--insecure: http://localhost:1 is not encrypted", "https"),
        (("http://b",), "one address at a time", "assay.toml"),
    ],
)
def test_refuses_what_makes_no_sense(assay: Assay, options: tuple[str, ...], complaint: str, hint: str) -> None:
    ended = assay("bench", "http://localhost:1", *options)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert complaint in ended.stderr
    assert hint in ended.stderr


def test_says_that_nobody_listens(assay: Assay) -> None:
    ended = assay("bench", f"http://127.0.0.1:{closed_port()}", "--seconds", "0.5")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "error[load-test]: no request to http://127.0.0.1:" in ended.stderr
    assert "connection refused" in ended.stderr
    assert "hint: start the service" in ended.stderr


def described(folder: Path, url: str) -> None:
    load = f'design = "load"\ntarget = "{url}"\nusers = 1\nseconds = 0.2\n'
    reading = f'[[performance.test]]\nname = "reading"\n{load}'
    writing = f'[[performance.test]]\nname = "writing"\n{load}method = "PUT"\n'
    (folder / "assay.toml").write_text(f'[system]\nname = "shop"\n{reading}{writing}')


def test_runs_the_tests_of_assay_toml(assay: Assay, service: Server, tmp_path: Path) -> None:
    described(tmp_path, service.url)
    ended = assay("bench")
    assert ended.returncode in {0, 3}, ended.stderr
    assert [line.split(":")[0] for line in ended.stdout.splitlines() if "load, 1 users" in line] == [
        "reading",
        "writing",
    ]
    only = assay("bench", "writing")
    assert "reading" not in only.stdout
    assert "PUT /" in only.stdout


def test_refuses_names_and_options_that_fit_no_test_of_assay_toml(
    assay: Assay, service: Server, tmp_path: Path
) -> None:
    described(tmp_path, service.url)
    unknown = assay("bench", "reeding")
    assert (unknown.returncode, "did you mean reading?" in unknown.stderr) == (2, True)
    assert "--rate goes with an address only" in assay("bench", "reading", "--rate", "5").stderr
    (tmp_path / "assay.toml").write_text('[system]\nname = "shop"\n')
    assert "shop has no performance tests" in assay("bench").stderr


def test_shows_what_it_has_when_it_is_stopped(service: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from assay.cli import main; main()", "bench", service.url, "--seconds", "500"]
    started = subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 50
    while not service.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(started.pid, signal.SIGINT)
    output, errors = started.communicate(timeout=50)
    assert started.returncode == 130, errors
    assert "stopping" in errors
    assert "partial: stopped on request after" in output
    assert "unknown " in output


def test_help_shows_examples(assay: Assay) -> None:
    assert "assay bench http://localhost:8080 --rate 100" in assay("bench", "--help").stdout
    assert "--design capacity --from-rate 10" in assay("bench", "run", "--help").stdout


def test_says_what_was_wrong_with_answers_and_keeps_the_good_ones(assay: Assay) -> None:
    def some(_request: bytes, state: Server) -> bytes:
        return b"HTTP/1.1 2x0 OK\r\n\r\n" if len(state.requests) % 5 == 0 else OK

    with server(some) as running:
        ended = assay("bench", running.url, "--rate", "20", "--seconds", "1", "--timeout", "60", "--connections", "1")
    assert ended.returncode == 1
    assert "errors     malformed 4" in ended.stdout
    assert re.search(r"^ +malformed: .*status", ended.stdout, re.MULTILINE), ended.stdout


def test_names_the_limit_that_an_endless_body_is_over(assay: Assay) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 268435457\r\n\r\n"
    with server(lambda _request, _state: head) as running:
        ended = assay("bench", running.url, "--rate", "5", "--seconds", "0.4", "--timeout", "60")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "body over the limit" in ended.stderr
    assert "the limit is 268,435,456 bytes" in ended.stderr
