"""The small server of `assay.bench.tools.target` as a process: started, held up at will, ended."""

import os
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Self

from assay.errors import ToolError

__all__ = ["TargetProcess"]

_START_SECONDS = 30.0


class TargetProcess:
    """Runs for the length of a `with` block.

    Raises:
        ToolError: On entering: it does not start.
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked = threading.Event()
        """Is set by the first request."""
        self._listening = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # our own module
            [sys.executable, "-m", "assay.bench.tools.target"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(_START_SECONDS) or not self.url:
            self.__exit__(None, None, None)
            raise ToolError("the small server to compare load generators on did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, reader = self._process, self._reader
        if process is None:
            return
        process.kill()
        process.wait()
        if reader:
            reader.join()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    @property
    def process_id(self) -> int:
        """Of the server."""
        return self._process.pid if self._process else 0

    def hold(self) -> None:
        """Stops it as it is: the kernel goes on to accept connections and data, and nobody answers."""
        os.kill(self.process_id, signal.SIGSTOP)

    def release(self) -> None:
        """Lets it go on."""
        os.kill(self.process_id, signal.SIGCONT)

    def _read(self) -> None:
        pipe = self._process.stdout if self._process else None
        for line in pipe or ():
            if line.startswith("listening "):
                self.url = f"http://127.0.0.1:{int(line.split()[1])}"
                self._listening.set()
            elif line.strip() == "first":
                self.asked.set()
        # However it ended, nobody is left waiting.
        self._listening.set()
