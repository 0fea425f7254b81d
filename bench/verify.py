"""How fast `assay verify` checks, beside TLC: the models of a public collection with more than 20,000 distinct states.

Prints a table in Markdown: for each model states per second, seconds of the whole process and peak memory with one
worker, beside the seconds that TLC took with one worker on a machine like a developer's (good to 30 %), and for models
with more than 200,000 states how much faster two workers are; then geometric means. Medians over repetitions.

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
    verdict: str


def measure(model: ExpectedModel, workers: int) -> Measurement:
    """Runs the model once."""
    command = [ASSAY, "verify", str(model.module), "--config", str(model.config), "--workers", str(workers)]
    command += ["--json", "--timeout", f"{TIME_LIMIT_SECONDS}s"]
    # Installed with pip, Assay is compiled to bytecode once; a checkout is when this lets Python keep it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    found = json.loads(output)
    return Measurement(
        seconds=seconds,
        peak_bytes=used.ru_maxrss * 1024,
        states_per_second=found["states_per_second"],
        verdict=found["verdict"],
    )


def median(measurements: list[Measurement]) -> Measurement:
    """The run that took the median time."""
    return sorted(measurements, key=lambda one: one.seconds)[len(measurements) // 2]


def row(model: ExpectedModel, repeat: int) -> tuple[Measurement, float | None]:
    """Measures a model and prints its row. The median with one worker and, where it is large, the gain of two."""
    one = median([measure(model, 1) for _ in range(repeat)])
    gain = None
    if model.distinct > TWO_WORKERS_STATES:
        gain = one.seconds / median([measure(model, 2) for _ in range(repeat)]).seconds
    cells = [
        model.config.stem,
        f"{one.states_per_second:,.0f}",
        f"{one.seconds:.2f}",
        f"{model.tlc_seconds:.2f}",
        f"{model.tlc_seconds / one.seconds:.1f}",
        f"{one.peak_bytes / 2**20:.0f}",
        "" if gain is None else f"{gain:.2f}",
    ]
    if one.verdict != model.verdict:
        cells[0] += f" ({one.verdict}, not {model.verdict})"
    print(f"| {' | '.join(cells)} |", flush=True)
    return one, gain


def geometric_mean(ratios: list[float]) -> float:
    """Of at least one positive number."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


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
    print("| model | states/s | seconds | TLC | ratio | peak MB | two workers |")
    print("|---|---:|---:|---:|---:|---:|---:|", flush=True)
    measured = {model: row(model, options.repeat) for model in models}
    ratios = {model.config.stem: model.tlc_seconds / one.seconds for model, (one, _) in measured.items()}
    least = min(ratios, key=lambda name: ratios[name])
    mean = geometric_mean(list(ratios.values()))
    print(f"\ngeometric mean over {len(ratios)} models: {mean:.2f} times TLC; least: {ratios[least]:.2f} ({least})")
    gains = [gain for _, gain in measured.values() if gain is not None]
    if gains:
        print(f"two workers: {geometric_mean(gains):.2f} times one over {len(gains)} models; least: {min(gains):.2f}")


if __name__ == "__main__":
    main()
