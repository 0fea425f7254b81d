from pathlib import Path

import pytest

from assay.system.parse import read_system
from shop.bugs import Bug
from shop.settings import PORTS, read_arguments
from shop.slow import Slow
from tests.repo.files import ROOT


def test_reads_which_guards_are_off() -> None:
    settings = read_arguments(["orders", "--bug", "no-wal", "--bug", "skip-fencing"])
    assert settings.bugs == {Bug.NO_WAL, Bug.SKIP_FENCING}


def test_the_environment_switches_guards_off_for_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_BUGS", "no-ttl, no-wal")
    assert read_arguments(["orders", "--bug", "skip-fencing"]).bugs == {Bug.NO_TTL, Bug.NO_WAL, Bug.SKIP_FENCING}
    monkeypatch.setenv("SHOP_BUGS", "no-ttl;no-wal")
    with pytest.raises(SystemExit):
        read_arguments(["orders"])


def test_reads_what_shall_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SLOW", "no-cache,disk-write")
    assert read_arguments(["orders", "--slow", "cpu-loop"]).slow == {Slow.CPU_LOOP, Slow.NO_CACHE, Slow.DISK_WRITE}
    monkeypatch.setenv("SHOP_SLOW", "everything")
    with pytest.raises(SystemExit):
        read_arguments(["orders"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["cashier"],
        ["orders", "--bug", "unknown"],
        ["orders", "--slow", "unknown"],
        ["orders", "--port", "0"],
        ["orders", "--port", "x"],
        ["payments", "--port", "9000"],
    ],
)
def test_refuses_what_it_does_not_know(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(arguments)
    assert "usage" in capsys.readouterr().err


def test_a_second_instance_of_a_service_has_a_name_and_files_of_its_own() -> None:
    usual = read_arguments(["catalog", "--data", "d"])
    second = read_arguments(["catalog", "--data", "d", "--port", "9000"])
    assert (usual.instance, usual.file("db")) == ("catalog", Path("d/catalog.db"))
    assert (second.instance, second.file("db")) == ("catalog-9000", Path("d/catalog-9000.db"))


def test_assay_knows_every_process_at_its_port() -> None:
    system = read_system(ROOT / "examples" / "shop" / "assay.toml")
    expected = {name: f"http://127.0.0.1:{8700 + offset}" for name, offset in PORTS.items()}
    assert {service.name: service.url for service in system.services} == expected
    assert all(service.start == f"{{python}} -m shop {service.name}" for service in system.services)
    assert {service.health for service in system.services} == {"/healthz", "/readyz"}
