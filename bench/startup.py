"""How long `assay` takes to start, as a whole process, beside what it cannot beat: Python and its CLI library.

Prints the median of several starts in milliseconds. Run it with `make bench`, on a machine that does nothing else.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

REPETITIONS = 15

ASSAY = str(Path(sys.executable).with_name("assay"))

COMMANDS = {
    "python, doing nothing": [sys.executable, "-c", "pass"],
    "python, importing typer": [sys.executable, "-c", "import typer"],
    "assay --version": [ASSAY, "--version"],
    "assay --help": [ASSAY, "--help"],
    "assay run help": [ASSAY, "run", "help"],
    "assay verify, a small model": [ASSAY, "verify", str(Path(__file__).parents[1] / "tests/verify/specs/Counter.tla")],
}


def milliseconds(command: list[str]) -> float:
    """The median over `REPETITIONS` starts, after one that fills the caches."""
    taken = []
    for _ in range(REPETITIONS + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[1:])


def main() -> None:
    """Measures and prints each command."""
    for name, command in COMMANDS.items():
        print(f"{milliseconds(command):7.1f} ms  {name}")


if __name__ == "__main__":
    main()
