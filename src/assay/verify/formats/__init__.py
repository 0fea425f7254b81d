"""How a result is written: a module for each format, each with a function `write`.

| format | for                                                                         |
|--------|-----------------------------------------------------------------------------|
| `text` | people                                                                      |
| `json` | programs: everything, versioned                                             |
| `itf`  | trace viewers: the counterexample in Apalache's Informal Trace Format       |
| `tla`  | TLA+ tools: the counterexample as a module                                  |
| `dot`  | Graphviz: the counterexample as a graph                                     |
| `github` | GitHub Actions: each finding as an annotation of the line it is about     |
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assay.verify.result import CheckResult

__all__ = ["FORMATS", "write"]

FORMATS = ("text", "json", "itf", "tla", "dot", "github")


def write(result: "CheckResult", format_name: str) -> str:
    """The result in one of `FORMATS`.

    Raises:
        KeyError: There is no such format.
    """
    if format_name not in FORMATS:
        raise KeyError(format_name)
    # Each is loaded when it is used: `assay verify` has milliseconds to start in.
    writer: Callable[[CheckResult], str] = import_module(f"assay.verify.formats.{format_name}").write
    return writer(result)
