"""`[[service]]`: what it can say, what is assumed, and how well it is refused."""

import sys
from pathlib import Path

import pytest

from assay.errors import ConfigurationError, ServiceError
from assay.system import Address, find_system, parse_system
from assay.system.needs import layers_of_needs, with_needs

WHOLE = """
[system]
name = "shop"

[[service]]
name = "catalog"
url = "https://catalog.example"

[[service]]
name = "orders"
url = "http://[::1]:8080/api"
start = "{python} -m orders --name 'my orders'"
folder = "."
health = "/ready"
needs = ["catalog"]
stop-signal = "INT"
ready-seconds = 5
stop-seconds = 0.5

[service.environment]
DB_PASSWORD = "hunter2"
PORT = 8080

[[service]]
name = "database"
url = "tcp://localhost:5432"
"""


def test_reads_everything_it_can_say(tmp_path: Path) -> None:
    catalog, orders, database = parse_system(WHOLE, tmp_path / "assay.toml").services
    assert orders.command == (sys.executable, "-m", "orders", "--name", "my orders")
    assert orders.environment == {"DB_PASSWORD": "hunter2", "PORT": 8080}
    assert (orders.stop_signal, orders.ready_seconds, orders.stop_seconds) == ("INT", 5, 0.5)
    assert [service.address for service in (catalog, orders, database)] == [
        Address("catalog.example", 443),
        Address("::1", 8080),
        Address("localhost", 5432),
    ]
    assert [service.health_path for service in (catalog, orders, database)] == ["/readyz", "/ready", None]
    assert (catalog.command, catalog.stop_signal, str(orders.address)) == ((), "TERM", "[::1]:8080")


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ('url = "tcp://localhost:5432"', 'url = "ftp://x"', "`service.url`: expected an address that begins with", 26),
        ('url = "tcp://localhost:5432"', 'url = "tcp://x"', "`service.url`: a host and, for tcp://, a port", 26),
        ('url = "tcp://localhost:5432"', 'url = "http://x:99999"', "`service.url`: a host and, for tcp://", 26),
        ('url = "tcp://localhost:5432"', 'url = "http://a:b@x"', "`service.url`: an address without user", 26),
        ('5432"', '5432"\nhealth = "/ready"', "`service.health`: a path needs an http:// or https:// `url`", 27),
        ('health = "/ready"', 'health = "ready"', "`service.health`: expected a path that begins with /, or", 14),
        ("'my orders'", "'my orders", "`service.start`: not a command: no closing quotation", 12),
        ("{python} -m orders --name 'my orders'", " ", "`service.start`: names no program", 12),
        ('folder = "."', 'folder = "gone"', "no folder gone", 13),
        ('"INT"', '"SIGINT"', "`service.stop-signal`: expected one of TERM, INT, QUIT", 16),
        ("ready-seconds = 5", "ready-seconds = 0", "`service.ready-seconds`: expected `float` > 0.0", 17),
        ("PORT = 8080", "PORT = true", "`service.environment", 20),
        ("PORT = 8080", "2PORT = 80", "expected the name of an environment variable", 20),
        ('["catalog"]', '["catalogue"]', "`service.needs`: orders needs 'catalogue', which no service is named", 15),
        ('["catalog"]', '["orders"]', "need each other in a circle: orders → orders", 15),
        ('name = "database"', 'name = "orders"', "two of the service entries are named 'orders'", 24),
        ("needs = ", "need = ", "unknown key `need` in [service]", 15),
    ],
)
def test_refuses_and_points(tmp_path: Path, old: str, new: str, message: str, line: int) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(ConfigurationError) as caught:
        parse_system(WHOLE.replace(old, new), tmp_path / "assay.toml")
    assert message in caught.value.message
    assert caught.value.where is not None
    assert caught.value.where.line == line


def test_a_circle_is_shown_whole(tmp_path: Path) -> None:
    text = WHOLE.replace("5432", "5432/").replace('catalog.example"', 'catalog.example"\nneeds = ["database"]')
    text += 'needs = ["orders"]\n'
    with pytest.raises(ConfigurationError, match="catalog → database → orders → catalog") as caught:
        parse_system(text, tmp_path / "assay.toml")
    assert caught.value.where is not None
    assert caught.value.where.line == 8


def test_needs_are_made_into_layers(tmp_path: Path) -> None:
    services = parse_system(WHOLE, tmp_path / "assay.toml").services
    layers = layers_of_needs(services)
    assert [[service.name for service in layer] for layer in layers] == [["catalog", "database"], ["orders"]]
    assert [service.name for service in with_needs(services, ["orders"])] == ["catalog", "orders"]
    with pytest.raises(ServiceError, match="no service is called 'order'"):
        with_needs(services, ["order"])


def test_the_closest_description_above_is_found(tmp_path: Path) -> None:
    below = tmp_path / "services" / "orders"
    below.mkdir(parents=True)
    (tmp_path / "assay.toml").write_text(WHOLE)
    assert find_system(below).root == tmp_path
    (tmp_path / "services" / "assay.toml").write_text('[system]\nname = "inner"\n')
    assert find_system(below).name == "inner"
