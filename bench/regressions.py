"""How often a regression is found, and how often one is invented: measured, not assumed.

Prints four tables in Markdown. Change points in histories that are made from a seed (the first of them are those of
`tests/bench/regressions/histories.ndjson`), in three kinds of noise; how many results after a change it is reported
first; comparisons of two sets of repeats of an unchanged system, and of one that became slower, in the same noise; and
the same of a small server that runs on this machine, measured again and again by Assay's engine.

`python bench/regressions.py --histories 100 --sets 4` does less; `--sets 0` leaves the server out.
"""

import argparse
import itertools
import math
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add

from assay.bench import ConstantArrivalRate, LoadTest, Request, engine
from assay.bench.regressions import Detection, Finding, Rules, change_points, measures_of
from assay.bench.regressions.comparison import compare_values
from assay.bench.regressions.quietness import waiting_share
from assay.bench.regressions.synthetic import Noise, histories, history, score

SEED = 4
SPREAD = 0.02
EFFECT = 0.10
REPEATS = 6
MEASURED_SECONDS = 1.0
RATE = 100.0

# Answers after five milliseconds and a little chance, as a service does that waits for a disk.
SERVER = """
import asyncio, random, sys
delay = float(sys.argv[1])
answer = b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"
async def serve(reader, writer):
    try:
        while await reader.readuntil(b"\\r\\n\\r\\n"):
            await asyncio.sleep(delay * random.uniform(0.9, 1.3))
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=600, help="of each kind of noise")
    parser.add_argument("--comparisons", type=int, default=300, help="of each kind of noise and number of repeats")
    parser.add_argument("--sets", type=int, default=8, help="of repeats of the server on this machine")
    arguments = parser.parse_args()
    print_change_points(arguments.histories)
    print_delays(arguments.histories // 4)
    print_comparisons(arguments.comparisons)
    if arguments.sets:
        print_server(arguments.sets)


def print_change_points(count: int) -> None:
    """Recall and false alarms."""
    print(f"\n{count} histories of 120 results with 1% noise and 0, 1 or 2 steps of 5%, seed {SEED}:\n")
    print("| noise | recall | false among reported | histories with a false alarm | of those without any change | ms |")
    print("|---|---:|---:|---:|---:|---:|")
    for noise in Noise:
        some = list(histories(count, noise=noise, seed=SEED))
        began = time.process_time()
        found = [[point.first for point in change_points(one.values)] for one in some]
        milliseconds = (time.process_time() - began) / count * 1000
        scores = [score(one, points) for one, points in zip(some, found, strict=True)]
        whole = reduce(add, scores)
        unchanged = reduce(add, [each for one, each in zip(some, scores, strict=True) if not one.changes])
        shares = (whole.recall, whole.false_share, whole.false_alarms, unchanged.false_alarms)
        print(f"| {noise} | {' | '.join(f'{share:.1%}' for share in shares)} | {milliseconds:.1f} |")


def print_delays(count: int) -> None:
    """How soon a change is seen, as results come in one by one."""
    generator = random.Random(SEED)  # noqa: S311 # repeatable
    delays = []
    for _ in range(count):
        one = history(generator, noise=Noise.NORMAL, changes=1)
        first = one.changes[0]
        for end in range(first + 1, min(len(one.values), first + 20) + 1):
            if any(abs(point.first - first) <= 2 for point in change_points(one.values[:end])):  # noqa: PLR2004
                delays.append(end - first)
                break
    shortest = Detection().shortest_level
    print(f"\nA step of 5% is reported after {statistics.mean(delays):.1f} results of the new level in the mean,")
    print(f"{max(delays)} at most, {shortest} at least ({len(delays)} of {count} within 20).")


def print_comparisons(number: int) -> None:
    """A/A and A/B on figures that are made."""
    print(f"\n{number} comparisons of two sets of repeats that differ by {SPREAD:.0%} in the mean, default rules:\n")
    print("| repeats | noise | false alarms | ... with a minimum effect of 1% | 10% slower: found |")
    print("|---:|---|---:|---:|---:|")
    generator = random.Random(SEED)  # noqa: S311 # repeatable
    for count, (name, noise) in itertools.product((5, 10), NOISES.items()):
        alarms = alarms_at_one = found = 0
        for _ in range(number):
            before, same, slower = (drawn(noise, generator, count, factor) for factor in (1.0, 1.0, 1 + EFFECT))
            alarms += differs(before, same, Rules())
            alarms_at_one += differs(before, same, Rules(minimum_effect=0.01))
            found += compare_values("p95", before, slower, Rules()).finding is Finding.WORSE
        shares = " | ".join(f"{cases / number:.1%}" for cases in (alarms, alarms_at_one, found))
        print(f"| {count} | {name} | {shares} |")


def drawn(noise: Callable[[random.Random], float], generator: random.Random, count: int, factor: float) -> list[float]:
    """A measure of so many repeats."""
    return [factor * math.exp(SPREAD * noise(generator)) for _ in range(count)]


def differs(before: Sequence[float], after: Sequence[float], rules: Rules) -> bool:
    """Whether a difference is reported."""
    return compare_values("p95", before, after, rules).finding in {Finding.BETTER, Finding.WORSE}


NOISES: dict[str, Callable[[random.Random], float]] = {
    "normal": lambda generator: generator.gauss(0, 1),
    "heavy-tailed": lambda generator: generator.gauss(0, 1) / math.sqrt(generator.expovariate(1)),
    "skewed": lambda generator: generator.expovariate(1),
}


def print_server(sets: int) -> None:
    """A/A and A/B on a real server: its sets taking turns, and one after the other, as kept results are."""
    waiting = waiting_share()
    busy = "nobody knows how much of the time" if waiting is None else f"{waiting:.0%} of the time before"
    print(f"\nA server on this machine ({busy} something waited for a processor),")
    print(f"{sets} sets of {REPEATS} repeats of {MEASURED_SECONDS:.0f} s, all pairs of sets.")
    with running(0.005) as plain, running(0.005 * (1 + 2 * EFFECT)) as slower:
        in_turn = [[measured(plain) for _ in range(sets)] + [measured(slower)] for _ in range(REPEATS)]
        *same, slow = [list(one) for one in zip(*in_turn, strict=True)]
        print_sets("taking turns", same, slow)
        same = [[measured(plain) for _ in range(REPEATS)] for _ in range(sets)]
        slow = [measured(slower) for _ in range(REPEATS)]
        print_sets("one set after the other", same, slow)


def print_sets(order: str, same: Sequence[list[dict[str, float]]], slow: list[dict[str, float]]) -> None:
    """How often sets of one server are found to differ, and from a slower one."""
    pairs = list(itertools.combinations(same, 2))
    print(f"\n{order}:\n")
    print("| measure | spread of repeats | A/A: false alarms | unknown | 20% slower: found |")
    print("|---|---:|---:|---:|---:|")
    for name in ("p50", "p95", "p99", "mean", "rate"):
        values = [[repeat[name] for repeat in one] for one in same]
        findings = [compare_values(name, [r[name] for r in a], [r[name] for r in b], Rules()).finding for a, b in pairs]
        alarms = sum(finding in {Finding.BETTER, Finding.WORSE} for finding in findings)
        unknown = findings.count(Finding.UNKNOWN)
        found = sum(
            compare_values(name, one, [repeat[name] for repeat in slow], Rules()).finding is Finding.WORSE
            for one in values
        )
        every = [value for one in values for value in one]
        spread = statistics.stdev(every) / statistics.mean(every)
        of_pairs = f"{alarms / len(pairs):.1%} | {unknown / len(pairs):.1%}"
        print(f"| {name} | {spread:.1%} | {of_pairs} | {found / len(values):.0%} |")


def measured(port: int) -> dict[str, float]:
    """One repeat."""
    test = LoadTest(
        target=f"http://127.0.0.1:{port}",
        requests=(Request(name="/"),),
        executor=ConstantArrivalRate(rate=RATE, seconds=MEASURED_SECONDS),
    )
    return measures_of(engine.run(test))


@contextmanager
def running(delay: float) -> Iterator[int]:
    """The server; its port."""
    command = [sys.executable, "-c", SERVER, str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            (port,) = re.findall(r"\d+", line)
            yield int(port)
        finally:
            process.kill()


if __name__ == "__main__":
    main()
