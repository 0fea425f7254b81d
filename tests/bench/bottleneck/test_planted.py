"""A planted bottleneck of each kind is named rightly: real processes, a real load, real figures."""

import os
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from assay.bench.bottleneck import Resource, conclusion, paragraphs
from tests.bench.bottleneck.planted import diagnosed

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows what processes use"),
    pytest.mark.skipif(
        not (Path(sysconfig.get_path("scripts")) / "py-spy").exists(), reason="py-spy is needed to see locks"
    ),
]


def seconds_of_a_write(folder: Path) -> float:
    began = time.perf_counter()
    with (folder / "trial").open("wb") as file:
        file.write(bytes(8 * 1024 * 1024))
        file.flush()
        written = time.perf_counter()
        os.fsync(file.fileno())
    return time.perf_counter() - max(began, written)


@pytest.mark.parametrize(
    ("mistake", "behind", "resource", "service"),
    [
        ("cpu-loop", "none", Resource.CPU, "front"),
        ("lock-contention", "none", Resource.LOCK, "front"),
        ("connection-pool", "slow", Resource.POOL, "front"),
        ("no-cache", "cpu-loop", Resource.REPEATED_WORK, "behind"),
    ],
)
def test_names_the_planted_bottleneck(
    mistake: str, behind: str, resource: Resource, service: str, tmp_path: Path
) -> None:
    report = diagnosed(mistake, tmp_path, behind=behind)
    told = "\n".join(paragraphs(report))
    assert report.bottleneck is not None, told
    assert (report.bottleneck.resource, report.bottleneck.service) == (resource, service), told
    assert report.advice, told


def test_names_a_slow_disk(tmp_path: Path) -> None:
    if seconds_of_a_write(tmp_path) < 0.002:
        pytest.skip("this file system keeps files in memory: nothing waits for a disk")
    report = diagnosed("disk-write", tmp_path)
    assert report.bottleneck is not None, conclusion(report)
    assert report.bottleneck.resource is Resource.DISK, "\n".join(paragraphs(report))


def test_names_nothing_where_nothing_is_wrong(tmp_path: Path) -> None:
    report = diagnosed("slower", tmp_path)
    # On a busy machine the machine is what is used up, and that is said.
    assert all(finding.service is None for finding in report.findings), "\n".join(paragraphs(report))
