"""Assay's own engine as one tool among the others, in a process of its own as they are."""

import os
import sys
from pathlib import Path

import msgspec

import assay
from assay.bench.executor import (
    ConstantArrivalRate,
    ConstantUsers,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
)
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.tools.process import Ended
from assay.bench.tools.tool import Launch, Tool
from assay.errors import UnsupportedByToolError

__all__ = ["RESULT", "TEST", "OwnEngine"]

TEST = "test.json"
RESULT = "result.json"


class OwnEngine(Tool):
    """`assay.bench.engine.run`: everything that a load test can ask for.

    Its CPU time is that of the threads that make the load; Python, which started them, is left out. Its memory is that
    of the whole process.
    """

    name = "assay"
    title = "Assay"
    executors = (
        ConstantArrivalRate,
        RampingArrivalRate,
        ConstantUsers,
        RampingUsers,
        SharedIterations,
        PerUserIterations,
    )
    install = "pip install assay"

    def find(self) -> Path | None:
        """The Python that runs this."""
        return Path(sys.executable)

    def version(self, path: Path) -> str:  # noqa: ARG002 # as with the other tools
        """Of Assay."""
        return assay.__version__

    def refusal(self, test: LoadTest) -> UnsupportedByToolError | None:  # noqa: ARG002 # as with the other tools
        """None: it says itself what makes no sense."""
        return None

    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:  # noqa: ARG002 # see `refusal`
        return None

    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        (folder / TEST).write_bytes(msgspec.json.encode(test))
        # It runs in another folder, and has to find the same modules all the same.
        modules = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
        return Launch([str(path), "-m", "assay.bench.tools.own_process"], {"PYTHONPATH": modules})

    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:  # noqa: ARG002 # it knows them itself
        try:
            result = msgspec.json.decode(ended.output.with_name(RESULT).read_bytes(), type=LoadResult)
        except (OSError, msgspec.DecodeError) as error:
            raise self._unreadable(str(error)) from error
        memory = msgspec.structs.replace(result.generator, peak_bytes=ended.peak_bytes or result.generator.peak_bytes)
        return msgspec.structs.replace(result, generator=memory)
