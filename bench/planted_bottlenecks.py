"""Plants each bottleneck in the shop that ships, puts it under load, and prints what the analysis names.

Run it with `make bench`, on a machine that does nothing else: where other processes take the cores, they are the
bottleneck, and the analysis says so. Needs the extra `shop` and py-spy. `--only disk-write` plants one of them.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from assay.bench import ConstantUsers, LoadTest, Request
from assay.bench.bottleneck import BottleneckReport, Resource, explain, paragraphs
from assay.bench.engine import run
from assay.bench.profiling import profiling
from assay.bench.resources import sampling, watched_services
from assay.system import System, find_system
from assay.system.services import services_running, stop_services

USERS = (1, 4, 16)
SECONDS = 6.0
PROFILE_SECONDS = 3.0

BROWSING = (Request(name="look at an item", path="/items/item-7"),)
BUYING = tuple(
    Request(
        name=f"order {number}",
        method="POST",
        path="/orders",
        headers=(("content-type", "application/json"),),
        body=b'{"customer": "customer-%d", "item": "item-%d", "quantity": 1}' % (number, number),
    )
    for number in range(1, 9)
)


class Planted(NamedTuple):
    """A bottleneck of the shop, and what has to be said of it."""

    slow: str
    target: str
    """The service that the load is sent to."""
    requests: tuple[Request, ...]
    resource: Resource
    service: str


PLANTED = (
    Planted("cpu-loop", "gateway", BROWSING, Resource.CPU, "gateway"),
    Planted("lock-contention", "gateway", BUYING, Resource.LOCK, "orders"),
    Planted("connection-pool", "gateway", BUYING, Resource.POOL, "gateway"),
    Planted("disk-write", "gateway", BUYING, Resource.DISK, "payments"),
    Planted("no-cache", "catalog", BROWSING, Resource.REPEATED_WORK, "catalog"),
)


def main() -> None:
    """Plants, measures and prints; ends with 1 where something else was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=[planted.slow for planted in PLANTED])
    only = parser.parse_args().only
    wrong = 0
    for planted in PLANTED:
        if only in {None, planted.slow}:
            report = diagnosed(planted)
            found = report.bottleneck
            is_right = found is not None and (found.resource, found.service) == (planted.resource, planted.service)
            wrong += not is_right
            print(f"{'right' if is_right else 'WRONG'}  {planted.slow}")
            for line in paragraphs(report):
                print(f"       {line}")
    sys.exit(wrong > 0)


def diagnosed(planted: Planted) -> BottleneckReport:
    """What the analysis says of a shop in which this was planted."""
    with shop(planted.slow) as system:
        watched = watched_services(system)
        target = next(service.url for service in system.services if service.name == planted.target)
        tests = [
            LoadTest(target=target, requests=planted.requests, executor=ConstantUsers(users, SECONDS))
            for users in USERS
        ]
        with sampling(watched) as sampler:
            results = [run(test) for test in tests[:-1]]
            with profiling([one for one in watched if one.name == planted.service], PROFILE_SECONDS) as progress:
                results.append(run(tests[-1]))
        return explain(results, sampler.result(), tests=tests, profiles=progress.profiles)


@contextmanager
def shop(slow: str) -> Iterator[System]:
    """The shop that ships, running in a folder of its own."""
    os.environ["SHOP_SLOW"] = slow
    with tempfile.TemporaryDirectory() as folder:
        system = find_system(Path(folder))
        try:
            with services_running(system):
                yield system
        finally:
            stop_services(system)


if __name__ == "__main__":
    main()
