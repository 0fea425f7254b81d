"""Other load generators behind the interface of our own: wrk, hey, k6 and Artillery, each run for real.

Each is one module: how it is found, started and read. What a tool cannot do is refused before it starts, what it cannot
measure is named in `LoadResult.measurement`, and what it used is measured by us.
"""

from assay.bench.tools.artillery import Artillery
from assay.bench.tools.hey import Hey
from assay.bench.tools.k6 import K6
from assay.bench.tools.own import OwnEngine
from assay.bench.tools.tool import Tool
from assay.bench.tools.wrk import Wrk

__all__ = ["ENGINES", "K6", "TOOLS", "Artillery", "Hey", "OwnEngine", "Tool", "Wrk"]

TOOLS: tuple[Tool, ...] = (Wrk(), Hey(), K6(), Artillery())
"""Every tool that Assay can run, beside its own engine."""

ENGINES: tuple[Tool, ...] = (OwnEngine(), *TOOLS)
"""The same, its own engine first."""
