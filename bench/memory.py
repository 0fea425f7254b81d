"""How much memory `assay verify` needs for ten million states, with and without a limit.

Prints seconds and peak memory of the whole process; the counts must be the same. Run it with `make bench`, on a machine
that does nothing else. `python bench/memory.py --size 30` takes fewer states: the fourth power of the size.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ASSAY = str(Path(sys.executable).with_name("assay"))
MODEL = Path(__file__).parents[1] / "tests/verify/specs/Counters.cfg"

LIMITS = (None, "512MB", "128MB")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=57)
    size = parser.parse_args().size
    for limit in LIMITS:
        command = [ASSAY, "verify", str(MODEL), "--constant", f"Size = {size}", "--workers", "2", "--json"]
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, *(["--memory", limit] if limit else [])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            output = process.stdout.read() if process.stdout else b""
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        found = json.loads(output)
        states = found["states"]
        if (found["verdict"], states["distinct"], states["generated"]) != ("ok", size**4, 4 * size**4 + 1):
            raise SystemExit(f"wrong: {found['message']}, {states}")
        print(
            f"--memory {limit or 'none':<6} {states['distinct']:>12,} states {seconds:>8.1f} s"
            f" {used.ru_maxrss / 1024:>8.0f} MB peak {found['spilled_bytes'] / 2**20:>8.0f} MB in files",
            flush=True,
        )


if __name__ == "__main__":
    main()
