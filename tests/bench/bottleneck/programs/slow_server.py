"""A small service with one mistake of choice: the planted bottlenecks, each in one process with a thread a connection.

Arguments: the mistake (or `none`), the URL of the service behind it (or `-`), a folder to write in.
"""

import http.client
import http.server
import os
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

MISTAKE, BEHIND, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])
LEDGER = bytes(8 * 1024 * 1024)

one_at_a_time = threading.Lock()
connections = threading.BoundedSemaphore(2)
counting = threading.Lock()
counts = {"requests": 0.0, "seconds": 0.0}
mine = threading.local()


def checksum() -> int:
    total = 0
    for number in range(100_000):
        total = (total * 31 + number) % 1_000_003
    return total


def ask_behind() -> None:
    if not hasattr(mine, "connection"):
        parts = urlsplit(BEHIND)
        mine.connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    mine.connection.request("GET", "/price")
    mine.connection.getresponse().read()


def write_ledger() -> None:
    with (FOLDER / f"ledger-{threading.get_ident()}").open("wb") as file:
        file.write(LEDGER)
        file.flush()
        os.fsync(file.fileno())


def work() -> None:
    if MISTAKE == "cpu-loop":
        checksum()
    elif MISTAKE == "lock-contention":
        with one_at_a_time:
            time.sleep(0.02)
    elif MISTAKE == "connection-pool":
        with connections:
            ask_behind()
    elif MISTAKE == "disk-write":
        write_ledger()
    elif MISTAKE == "no-cache":
        for _ in range(8):
            ask_behind()
    elif MISTAKE == "slow":
        time.sleep(0.02)
    elif MISTAKE == "slower":
        time.sleep(0.2)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        began = time.perf_counter()
        if self.path == "/metrics":
            body = "".join(f"front_request_seconds_{name} {value}\n" for name, value in self.counted()).encode()
        else:
            work()
            body = b"12.50"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path != "/metrics":
            with counting:
                counts["requests"] += 1
                counts["seconds"] += time.perf_counter() - began

    def counted(self) -> list[tuple[str, float]]:
        with counting:
            return [("count", counts["requests"]), ("sum", counts["seconds"])]

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
