"""The histories of these tests: written into the repository, so that anybody can look at them.

`histories.ndjson` holds `histories(...)` for each kind of noise, with `SEED`; `otava.json` says which change points
Apache Otava 0.8.0 finds in them, with `compute_change_points(values, window_len=50, max_pvalue=0.001,
min_magnitude=0.02)`. Running this file writes the histories again.
"""

from functools import cache
from pathlib import Path

import msgspec

from assay.bench.regressions.synthetic import History, Noise, histories

SEED = 4
COUNTS = {Noise.NORMAL: 300, Noise.HEAVY_TAILED: 90, Noise.DRIFTING: 90}
DATA = Path(__file__).with_name("histories.ndjson")
OTAVA = Path(__file__).with_name("otava.json")


def generated() -> tuple[History, ...]:
    return tuple(one for noise, count in COUNTS.items() for one in histories(count, noise=noise, seed=SEED))


@cache
def planted() -> tuple[History, ...]:
    return tuple(msgspec.json.decode(line, type=History) for line in DATA.read_bytes().splitlines())


def found_by_otava() -> tuple[tuple[int, ...], ...]:
    return msgspec.json.decode(OTAVA.read_bytes(), type=tuple[tuple[int, ...], ...])


if __name__ == "__main__":
    DATA.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in generated()))
