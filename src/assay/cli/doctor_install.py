"""`assay doctor --install`: the load generators that are missing, and how they get here."""

import sys

from assay.bench.tools import TOOLS
from assay.bench.tools.installing import commands_for, run_step
from assay.exit_codes import ExitCode
from assay.texts.bench_tools import TOOL_TEXTS as _TEXTS

__all__ = ["install"]


def install(*, run: bool) -> int:
    """Prints the commands, or runs them and says what is there afterwards.

    What cannot be installed keeps nothing else from being tried.
    """
    missing = [tool for tool in TOOLS if tool.find() is None]
    if not missing:
        print(_TEXTS["nothing_to_install"])
        return ExitCode.ALL_HOLD
    steps = commands_for(missing)
    if not run:
        print(_TEXTS["would_install"])
        for step in steps:
            print(f"  {step.shown}")
        print(_TEXTS["do_it"])
        return ExitCode.ALL_HOLD
    reasons: dict[str, str] = {}
    for step in steps:
        print(f"$ {step.shown}", file=sys.stderr, flush=True)
        if reason := run_step(step):
            print(f"  {reason}", file=sys.stderr, flush=True)
            reasons.update(dict.fromkeys(step.tools, reason))
    for tool in missing:
        if found := tool.installation():
            print(_TEXTS["installed"].format(tool=tool.title, version=f"{found.version} ({found.path})"))
        else:
            print(_TEXTS["not_installed"].format(tool=tool.title, reason=reasons.get(tool.name, _TEXTS["not_found"])))
    all_there = all(tool.find() for tool in missing)
    return ExitCode.ALL_HOLD if all_there else ExitCode.COULD_NOT_COMPLETE
