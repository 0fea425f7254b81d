"""How fast `assay verify` checks, beside TLC: the models of a public collection with more than 20,000 distinct states.

Prints for each model states per second, seconds of the whole process and peak memory with one worker, beside the
seconds that TLC took with one worker on a machine like a developer's (good to 30 %), then the geometric mean of the
ratios; and for models with more than 200,000 states how much faster two workers are. Medians over repetitions.

Run it with `make bench` on a machine that does nothing else. Where the collection is, `tests/conformance/corpora.py`
says. `python bench/verify.py --repeat 1 --only EWD998` measures once, and only models whose name has that in it.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.conformance.corpora import TLA_EXAMPLES, ExpectedModel, expected_models  # found by the line above

ASSAY = str(Path(sys.executable).with_name("assay"))

MEASURED_STATES = 20_000
TWO_WORKERS_STATES = 200_000
TIME_LIMIT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of one model, as a whole process."""

    seconds: float
    peak_bytes: int
    states_per_second: float
    held_bytes: int
    distinct: int
    verdict: str


def measure(model: ExpectedModel, workers: int) -> Measurement:
    """Runs the model once."""
    command = [ASSAY, "verify", str(model.module), "--config", str(model.config), "--workers", str(workers)]
    command += ["--json", "--timeout", f"{TIME_LIMIT_SECONDS}s"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    found = json.loads(output)
    return Measurement(
        seconds=seconds,
        peak_bytes=used.ru_maxrss * 1024,
        states_per_second=found["states_per_second"],
        held_bytes=found["held_bytes"],
        distinct=found["states"]["distinct"],
        verdict=found["verdict"],
    )


def median(measurements: list[Measurement]) -> Measurement:
    """The run that took the median time."""
    return sorted(measurements, key=lambda one: one.seconds)[len(measurements) // 2]


def one_worker(models: list[ExpectedModel], repeat: int) -> dict[str, Measurement]:
    """Measures and prints every model; returns the medians."""
    print(f"{'model':<58}{'states/s':>12}{'seconds':>9}{'TLC':>8}{'ratio':>8}{'MB':>7}{'bytes/state':>13}")
    medians = {}
    for model in models:
        found = medians[model.name] = median([measure(model, 1) for _ in range(repeat)])
        expected = "ok" if model.verdict == "liveness" else model.verdict
        wrong = "" if found.verdict == expected else f"  {found.verdict}, not {expected}"
        per_state = found.held_bytes / max(found.distinct, 1)
        print(
            f"{model.name:<58}{found.states_per_second:>12,.0f}{found.seconds:>9.2f}{model.tlc_seconds:>8.2f}"
            f"{model.tlc_seconds / found.seconds:>7.1f}x{found.peak_bytes / 2**20:>7.0f}{per_state:>13.0f}{wrong}",
            flush=True,
        )
    return medians


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    models = [one for one in expected_models() if one.distinct > MEASURED_STATES and options.only in one.name]
    if not models:
        print(f"skipped: no such model, or the collection is not here: {TLA_EXAMPLES}")
        return
    models.sort(key=lambda model: model.distinct)
    medians = one_worker(models, options.repeat)
    ratios = {model.name: model.tlc_seconds / medians[model.name].seconds for model in models}
    mean = math.exp(statistics.fmean(map(math.log, ratios.values())))
    slowest = min(ratios, key=lambda name: ratios[name])
    print(f"\ngeometric mean over {len(ratios)} models: {mean:.2f} times TLC; least: {ratios[slowest]:.2f} ({slowest})")
    large = [model for model in models if model.distinct > TWO_WORKERS_STATES]
    gains = []
    for model in large:
        two = median([measure(model, 2) for _ in range(options.repeat)])
        gains.append(medians[model.name].seconds / two.seconds)
        print(f"two workers: {model.name:<58}{two.seconds:>9.2f} s{gains[-1]:>8.2f}x")
    if gains:
        print(
            f"geometric mean over {len(gains)} models: {math.exp(statistics.fmean(map(math.log, gains))):.2f} times one"
        )


if __name__ == "__main__":
    main()
