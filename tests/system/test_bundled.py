"""The system that ships: where it is started, and on which ports. `tests/docs/test_shop_chapter.py` starts it."""

import shlex
import socket
from pathlib import Path

import pytest

from assay.errors import ConfigurationError
from assay.system import System, bundled_system, find_system
from assay.system.bundled import remember_ports


def ports(system: System) -> list[int]:
    return sorted(service.address.port for service in system.services)


def test_every_process_of_the_shop_is_a_service_with_its_data_in_this_folder(tmp_path: Path) -> None:
    system = find_system(tmp_path)
    assert (system.name, system.source, len(system.services)) == ("shop", None, 8)
    first = ports(system)[0]
    assert ports(system) == list(range(first, first + 8))
    for service in system.services:
        data = shlex.quote(str(tmp_path / ".assay" / "shop"))
        assert service.start == f"{{python}} -m shop {service.name} --base-port {first} --data {data}"
        assert (system.root / service.folder / "shop" / "__main__.py").is_file()
    assert {service.name: service.address.port - first for service in system.services}["gateway"] == 0


def test_the_same_folder_gets_the_same_ports_and_another_folder_others(tmp_path: Path) -> None:
    here = bundled_system(tmp_path)
    assert ports(here) == ports(bundled_system(tmp_path))
    others = [ports(bundled_system(tmp_path / name)) for name in ("a", "b", "c")]
    assert any(other != ports(here) for other in others)
    assert not (tmp_path / ".assay").exists(), "asking leaves nothing behind"


def test_ports_that_something_listens_on_are_left_alone(tmp_path: Path) -> None:
    taken = ports(bundled_system(tmp_path))[3]
    with socket.create_server(("127.0.0.1", taken)):
        assert taken not in ports(bundled_system(tmp_path))


def test_ports_of_what_was_started_are_remembered(tmp_path: Path) -> None:
    system = bundled_system(tmp_path)
    system.state.mkdir(parents=True)
    remember_ports(system)
    with socket.create_server(("127.0.0.1", ports(system)[3])):
        (system.state / "gateway.json").write_text("{}")
        assert ports(bundled_system(tmp_path)) == ports(system), "what listens there may be the shop"
        (system.state / "gateway.json").unlink()
        assert ports(bundled_system(tmp_path)) != ports(system), "it was stopped, so it is something else"
    (system.state / "base-port").write_text("a port")
    assert ports(bundled_system(tmp_path)) == ports(system)


def test_a_damaged_installation_is_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.system.bundled.SHOP", tmp_path)
    with pytest.raises(ConfigurationError, match="cannot read"):
        bundled_system(tmp_path)
