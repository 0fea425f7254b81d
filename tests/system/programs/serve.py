"""A small server: `serve.py PORT [OPTION...]`. Ready when the file `ready` says so with --late, at once without it.

--late             not ready, 503 with a reason, until the file named `ready` is in this folder
--never            never ready: it answers nothing at all
--deaf             ignores SIGTERM
--with-child       starts a child in a session of its own, which ignores SIGTERM, and writes its pid to the file `child`
--say TEXT         writes TEXT to its output first
--die              ends with exit code 3 instead of serving
"""

import http.server
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        while "--never" in sys.argv:
            time.sleep(1)
        if self.path == "/environment":
            self._answer(200, "\n".join(f"{name}={value}" for name, value in os.environ.items()))
        elif "--late" in sys.argv and not Path("ready").exists():
            self._answer(503, "the database is not there yet")
        else:
            self._answer(200 if self.path == "/readyz" else 404, "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    if "--deaf" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "--say" in sys.argv:
        print(sys.argv[sys.argv.index("--say") + 1])
    if "--with-child" in sys.argv:
        script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
        child = subprocess.Popen([sys.executable, "-I", "-S", "-c", script], start_new_session=True)
        Path("child").write_text(str(child.pid), encoding="utf-8")
    if "--die" in sys.argv:
        sys.exit(3)
    with Path("began").open("a", encoding="utf-8") as file:
        file.write(f"{sys.argv[1]}\n")
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
