"""The process of `assay.bench.tools.own`: a test in the current folder, carried out, and its result written there."""

import signal
import sys
import threading
from pathlib import Path

import msgspec

from assay.bench.engine import run
from assay.bench.load_test import LoadTest
from assay.bench.tools.own import RESULT, TEST
from assay.errors import AssayError
from assay.exit_codes import ExitCode

__all__ = ["main"]


def main() -> int:
    """Ends with 3 where nothing could be measured; the last line of standard error says why."""
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    test = msgspec.json.decode(Path(TEST).read_bytes(), type=LoadTest)
    try:
        result = run(test, stop=stop)
    except AssayError as error:
        sys.stderr.write(f"{error.message}\n")
        return ExitCode.COULD_NOT_COMPLETE
    Path(RESULT).write_bytes(msgspec.json.encode(result))
    return ExitCode.ALL_HOLD


if __name__ == "__main__":
    sys.exit(main())
