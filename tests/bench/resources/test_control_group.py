from pathlib import Path

from assay.bench.resources.control_group import control_group_of


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_reads_version_2(tmp_path: Path) -> None:
    written(tmp_path / "proc/7/cgroup", "0::/shop/orders\n")
    group = tmp_path / "mounts/shop/orders"
    written(group / "cgroup.controllers", "cpu memory\n")
    written(group / "cpu.stat", "usage_usec 5\nnr_periods 10\nnr_throttled 3\nthrottled_usec 2500000\n")
    written(group / "cpu.max", "150000 100000\n")
    written(group / "memory.max", "1048576\n")
    found = control_group_of(7, tmp_path / "proc", tmp_path / "mounts")
    assert (found.throttled_seconds(), found.cpu_quota(), found.memory_limit()) == (2.5, 1.5, 1048576)


def test_reads_version_1(tmp_path: Path) -> None:
    written(tmp_path / "proc/7/cgroup", "4:memory:/a\n3:cpu,cpuacct:/b\n0::/\n")
    written(tmp_path / "mounts/cpu,cpuacct/b/cpu.stat", "nr_periods 10\nnr_throttled 3\nthrottled_time 1500000000\n")
    written(tmp_path / "mounts/cpu,cpuacct/b/cpu.cfs_quota_us", "50000\n")
    written(tmp_path / "mounts/cpu,cpuacct/b/cpu.cfs_period_us", "100000\n")
    written(tmp_path / "mounts/memory/a/memory.limit_in_bytes", "9223372036854771712\n")
    found = control_group_of(7, tmp_path / "proc", tmp_path / "mounts")
    assert (found.throttled_seconds(), found.cpu_quota(), found.memory_limit()) == (1.5, 0.5, None)


def test_no_quota_is_no_limit(tmp_path: Path) -> None:
    written(tmp_path / "proc/7/cgroup", "0::/\n")
    written(tmp_path / "mounts/cgroup.controllers", "cpu\n")
    written(tmp_path / "mounts/cpu.stat", "usage_usec 5\n")
    written(tmp_path / "mounts/cpu.max", "max 100000\n")
    found = control_group_of(7, tmp_path / "proc", tmp_path / "mounts")
    assert (found.throttled_seconds(), found.cpu_quota(), found.memory_limit()) == (None, None, None)


def test_a_process_that_is_gone_has_none(tmp_path: Path) -> None:
    assert control_group_of(7, tmp_path, tmp_path) == (None, None)
