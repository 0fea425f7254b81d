"""The load engine on this machine, beside wrk (hey and k6 too), against nginx and servers of known delays.

Prints, each beside what it is held against: CPU time per request and requests per second in short alternating pairs, an
open model at half of that rate, latencies of known delays, coordinated omission with a server that is stopped, a stall
beyond the time limit, and memory with 10,000 connections. Medians over pairs.

Run it with `make bench` on a machine that does nothing else; nginx and wrk have to be installed. `python bench/load.py
--pairs 3 --only cost` measures a part.
"""

import argparse
import contextlib
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from assay.bench import ConstantArrivalRate, ConstantUsers, LoadResult, LoadTest, Request
from assay.bench.engine import run
from assay.bench.tools import TOOLS
from assay.errors import AssayError

CONNECTIONS = 64
MANY_CONNECTIONS = 10_000
STALLED_RATE = 1000.0

NGINX = """\
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_rlimit_nofile 30000;
events {{ worker_connections 25000; multi_accept on; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 "hello, world\\n"; }}
    }}
}}
"""

DELAYING = """\
import asyncio, sys

async def serve(reader, writer):
    loop = asyncio.get_running_loop()
    while True:
        try:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        began = loop.time()
        await asyncio.sleep(int(head.split(b" ", 2)[1][1:]) / 1000 - (loop.time() - began))
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()

asyncio.run(main())
"""
"""Answers `/N` after N milliseconds."""


class Cost(NamedTuple):
    """Of one run."""

    microseconds: float
    """CPU time for each request, of the threads that send."""
    whole: float
    """The same of the whole process: with Assay, Python and what it makes of the result, once for each test."""
    rate: float
    """Answers per second."""


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def serving(command: list[str], port: int) -> Iterator[int]:
    """Runs a server until the end, and gives its process id once it accepts connections."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield process.pid
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(10)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[tuple[str, int]]:
    """Its URL, and the process id of its one worker."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"
    with serving([program, "-c", str(configuration), "-p", str(folder)], port) as master:
        (worker,) = (
            int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
        )
        yield f"http://127.0.0.1:{port}", worker


def of_assay(test: LoadTest) -> tuple[LoadResult, Cost]:
    """One run of the engine."""
    before = os.times()
    result = run(test)
    after = os.times()
    used = after.user + after.system - before.user - before.system
    answered = max(1, result.answered)
    sending = result.generator.user_seconds + result.generator.system_seconds
    return result, Cost(sending * 1e6 / answered, used * 1e6 / answered, result.rate)


def of_wrk(url: str, seconds: int) -> Cost:
    """As wrk says, and its CPU time as the kernel says."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    words = output.split()
    answered = int(words[words.index("requests") - 1])
    rate = float(words[words.index("Requests/sec:") + 1])
    microseconds = (used.ru_utime + used.ru_stime) * 1e6 / answered
    return Cost(microseconds, microseconds, rate)


def cost(url: str, pairs: int, seconds: int) -> float:
    """Assay and wrk in turn, the other one first in every second pair. Returns Assay's median rate."""
    test = LoadTest(target=url, requests=(Request(name="hello"),), executor=ConstantUsers(CONNECTIONS, seconds))
    measured: dict[str, list[Cost]] = {"assay": [], "wrk": []}
    turns: list[tuple[str, Callable[[], Cost]]] = [
        ("assay", lambda: of_assay(test)[1]),
        ("wrk", lambda: of_wrk(url, seconds)),
    ]
    for pair in range(pairs):
        for name, measure in turns if pair % 2 else reversed(turns):
            measured[name].append(measure())
    print(f"\nclosed model, {CONNECTIONS} connections, 1 thread, {pairs} pairs of {seconds} s")
    print(f"{'':10} {'µs/request':>10} {'whole':>8} {'requests/s':>12}")
    for name, costs in measured.items():
        microseconds = statistics.median(one.microseconds for one in costs)
        whole = statistics.median(one.whole for one in costs)
        print(f"{name:10} {microseconds:10.2f} {whole:8.2f} {statistics.median(one.rate for one in costs):12,.0f}")
    paired = list(zip(measured["assay"], measured["wrk"], strict=True))
    cpu = statistics.median(own.microseconds / other.microseconds for own, other in paired)
    whole = statistics.median(own.whole / other.whole for own, other in paired)
    rate = statistics.median(own.rate / other.rate for own, other in paired)
    print(f"{'ratio':10} {cpu:10.2f} {whole:8.2f} {rate:12.2f}   (Assay to wrk, median of pairs)")
    for tool in TOOLS:
        if tool.name in {"hey", "k6"} and tool.find() is not None:
            with contextlib.suppress(AssayError):
                result = tool.run(test)
                used = (result.generator.user_seconds + result.generator.system_seconds) * 1e6 / result.answered
                print(f"{tool.name:10} {used:10.2f} {used:8.2f} {result.rate:12,.0f}")
    return statistics.median(one.rate for one in measured["assay"])


def half(url: str, closed_rate: float, seconds: int) -> None:
    """The open model at half of what was reached in the closed one."""
    rate = closed_rate / 2
    test = LoadTest(
        target=url, requests=(Request(name="hello"),), executor=ConstantArrivalRate(rate, seconds), connections=256
    )
    result, used = of_assay(test)
    print(f"\nopen model at half of that rate, {seconds} s")
    print(f"intended {rate:,.0f}/s, achieved {result.rate:,.0f}/s ({(result.rate / rate - 1) * 100:+.2f}%)")
    p50, p99 = result.latency.quantiles([0.5, 0.99])
    print(
        f"{used.microseconds:.2f} µs/request, p50 {p50 * 1e3:.3f} ms, p99 {p99 * 1e3:.3f} ms, dropped {result.dropped}"
    )
    for limit in result.generator.limits:
        print(f"limited by the generator: {limit}")


def delays(folder: Path, seconds: int) -> None:
    """97 in 100 requests take 20 ms, three take 100 ms: so the median is 20 ms, and p99 is 100 ms."""
    port = free_port()
    program = folder / "delaying.py"
    program.write_text(DELAYING, encoding="utf-8")
    requests = (Request(name="short", path="/20", weight=97), Request(name="long", path="/100", weight=3))
    with serving([sys.executable, str(program), str(port)], port):
        test = LoadTest(
            target=f"http://127.0.0.1:{port}", requests=requests, executor=ConstantArrivalRate(500, seconds)
        )
        result = run(test)
    print(f"\nknown delays, 500/s, {seconds} s")
    for share, known in ((0.5, 0.02), (0.99, 0.1)):
        compare(f"p{share * 100:.0f}", result.latency.quantile(share), known)


def compare(name: str, found: float, known: float) -> None:
    """One line: what was found, what is right, and the difference."""
    error = f"{(found / known - 1) * 100:+.1f}%" if known else f"{found * 1e3:+.2f} ms"
    print(f"{name:6} {found * 1e3:9.2f} ms, right is {known * 1e3:9.2f} ms  {error}")


def stalled(url: str, worker: int, held: float, timeout: float, periods: int) -> LoadResult:
    """Loads nginx, which is stopped for `held` seconds in every 10."""
    period = 10.0
    test = LoadTest(
        target=url,
        requests=(Request(name="hello"),),
        executor=ConstantArrivalRate(STALLED_RATE, period * periods),
        timeout=timeout,
        connections=4000,
        abandon_after=None,
    )
    began = time.monotonic()

    def stop_and_go() -> None:
        for number in range(periods):
            time.sleep(max(0.0, began + period * number + 4 - time.monotonic()))
            os.kill(worker, signal.SIGSTOP)
            time.sleep(held)
            os.kill(worker, signal.SIGCONT)

    thread = threading.Thread(target=stop_and_go)
    thread.start()
    result = run(test)
    thread.join()
    return result


def omission(url: str, worker: int, periods: int) -> None:
    """Coordinated omission, and a stall that is longer than the time limit."""
    held, period = 1.5, 10.0
    result = stalled(url, worker, held, 30.0, periods)
    print(f"\nstopped for {held} s in every {period:.0f} s at {STALLED_RATE:,.0f}/s, {periods} times")
    print("right for a server that takes no time for what has waited; one that answers N/s makes p90 1000/N s longer")
    for share in (0.9, 0.95, 0.99):
        compare(f"p{share * 100:.0f}", result.latency.quantile(share), max(0.0, held - (1 - share) * period))
    compare("mean", result.latency.mean, held**2 / (2 * period))
    held, timeout = 3.0, 2.0
    result = stalled(url, worker, held, timeout, periods)
    unanswered = result.failed + (result.dropped or 0)
    intended = result.intended or 0
    print(f"\nstopped for {held} s, with a time limit of {timeout} s")
    print(f"intended {intended}, answered {result.answered}, failed {result.failed}, dropped {result.dropped}")
    right = (held - timeout) / period
    print(f"not answered in time {unanswered / intended * 100:.2f}%, right is {right * 100:.2f}%")
    lost = intended - result.latency.count
    print(f"lost {lost}; p95 {result.latency.quantile(0.95) * 1e3:.0f} ms, at least {timeout * 1e3:.0f} ms is right")


def memory(url: str, seconds: int) -> None:
    """Of this process, Python included."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    test = LoadTest(target=url, requests=(Request(name="hello"),), executor=ConstantUsers(MANY_CONNECTIONS, seconds))
    result = run(test)
    connected = result.connect.count if result.connect else 0
    print(
        f"\n{MANY_CONNECTIONS:,} connections: {connected:,} made, {result.answered:,} answers, {result.failed} failed"
    )
    print(
        f"resident at most {(result.generator.peak_bytes or 0) / 2**20:.0f} MiB, Python included; 200 MiB is the limit"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--periods", type=int, default=3)
    parser.add_argument("--only", choices=["cost", "delays", "omission", "memory"])
    arguments = parser.parse_args()
    for program in ("nginx", "wrk"):
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            print(f"not measured: {program} is not installed")
            return
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name, nginx(Path(name)) as (url, worker):
        parts: dict[str, Callable[[], None]] = {
            "cost": lambda: half(url, cost(url, arguments.pairs, arguments.seconds), 2 * arguments.seconds),
            "delays": lambda: delays(Path(name), 5 * arguments.seconds),
            "omission": lambda: omission(url, worker, arguments.periods),
            "memory": lambda: memory(url, 2 * arguments.seconds),
        }
        for part, measure in parts.items():
            if arguments.only in {None, part}:
                measure()


if __name__ == "__main__":
    main()
