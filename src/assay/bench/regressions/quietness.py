"""Whether a machine was quiet when it was measured on: what else runs there changes from minute to minute.

The repeats of one run see one such minute, so that their spread does not tell of the others: on a machine that did much
else, four in ten comparisons of an unchanged server found a difference (`bench/regressions.py`). Only a look at the
machine itself, before the test has its own part in it, can tell.
"""

import re
from pathlib import Path

__all__ = ["BUSY", "waiting_share"]

BUSY = 0.2
"""From this share of the time on in which something waited for a processor, a machine was not quiet."""


def waiting_share(pressure: Path = Path("/proc/pressure/cpu")) -> float | None:
    """In which share of the last ten seconds something waited for a processor; None where Linux does not say.

    Source: `some` of the pressure stall information in `Documentation/accounting/psi.rst` of the kernel.
    """
    try:
        text = pressure.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^some avg10=(\d+(?:\.\d+)?)", text)
    return min(1.0, float(found[1]) / 100) if found else None
