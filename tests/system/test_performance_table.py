"""`[performance]` of assay.toml: what it may say, and where it is refused."""

from pathlib import Path

import pytest

from assay.errors import ConfigurationError
from assay.system import parse_system
from assay.system.performance import CapacitySettings, LoadSettings

BEGINNING = """\
[system]
name = "shop"
[[service]]
name = "orders"
url = "http://localhost:8080"
[[service]]
name = "queue"
url = "tcp://localhost:5672"
[[performance.test]]
name = "buying"
"""
"""Nine lines, so what a test adds begins on line 11."""


def parse(text: str, folder: Path) -> object:
    return parse_system(BEGINNING + text, folder / "assay.toml").performance.test[0]


def test_can_describe_a_load_test(tmp_path: Path) -> None:
    text = 'design = "load"\ntarget = "orders"\npath = "/orders"\nmethod = "POST"\njson = { item = "a" }\nrate = 50'
    test = parse(text, tmp_path)
    assert isinstance(test, LoadSettings)
    assert (test.name, test.design, test.rate, test.json) == ("buying", "load", 50, {"item": "a"})


def test_can_describe_a_search_for_the_capacity_of_an_address(tmp_path: Path) -> None:
    text = (
        'design = "capacity"\ntarget = "https://example.org:8443"\nfrom-rate = 10\nto-rate = 100\n'
        'slo = ["http_req_duration: p(99)<250"]\nrequests = [{ path = "/a", weight = 3 }, { path = "/b" }]'
    )
    test = parse(text, tmp_path)
    assert isinstance(test, CapacitySettings)
    assert [request.weight for request in test.requests] == [3, 1]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('target = "orders"\nrate = 5', 9, "`design`"),
        ('target = "orders"\ndesign = "lod"', 12, "invalid value 'lod'"),
        ('design = "load"\ntarget = "orders"', 9, "either a `rate` or `users`"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nusers = 3', 9, "either a `rate` or `users`"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nspike-rate = 9', 14, "unknown key `spike-rate`"),
        ('design = "load"\ntarget = "order"\nrate = 5', 12, "no service is called 'order'"),
        ('design = "load"\ntarget = "queue"\nrate = 5', 12, "does not speak HTTP"),
        ('design = "load"\ntarget = "http://"\nrate = 5', 12, "with a host"),
        ('design = "load"\ntarget = "http://a:b"\nrate = 5', 12, "with a host"),
        ('design = "load"\ntarget = "http://me:secret@a"\nrate = 5', 12, "without user and password"),
        ('design = "load"\ntarget = "http://a/b"\nrate = 5', 12, "without a path"),
        ('design = "load"\ntarget = "orders"\nrate = -5', 13, "> 0"),
        ('design = "load"\ntarget = "orders"\nrate = 5\npath = "orders"', 14, "a path that begins with /"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nmethod = "post"', 14, "capital letters"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nheaders = { "a b" = "c" }', 14, "header"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nbody = "a"\njson = 1', 15, "there is a `body`"),
        ('design = "load"\ntarget = "orders"\nrate = 5\npath = "/a"\nrequests = [{}]', 14, "goes into the `requests`"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nscenario = "no.py"', 14, "no file no.py"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nprotocol = "http3"', 14, "invalid enum value 'http3'"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nstreams = 3', 14, "only requests of http2 and grpc"),
        ('design = "load"\ntarget = "orders"\nrate = 5\nproto-files = ["a.proto"]', 14, 'write protocol = "grpc"'),
        ('design = "load"\ntarget = "orders"\nrate = 5\nanswer = "a"', 14, "only messages of a WebSocket"),
        ('design = "load"\ntarget = "ws://a"\nrate = 5\nprotocol = "http2"', 14, 'needs protocol = "websocket"'),
        ('design = "load"\ntarget = "orders"\nrate = 5\ntls = { ca-file = "no.pem" }', 14, "no file no.pem"),
        ('design = "load"\ntarget = "orders"\nrate = 5\ntls = { key-file = "a" }', 14, "no `certificate-file`"),
        (
            'design = "load"\ntarget = "orders"\nrate = 5\nscenario = "a.py"\nprotocol = "grpc"',
            14,
            "grpc and websocket",
        ),
        ('design = "load"\ntarget = "orders"\nrate = 5\nservices = ["oders"]', 14, "no service is called 'oders'"),
        ('design = "load"\ntarget = "orders"\nrate = 5\ntool = "jmeter"', 14, "jmeter"),
        ('design = "spike"\ntarget = "orders"\nrate = 5\nspike-rate = 5', 14, "not above `rate`"),
        (
            'design = "spike"\ntarget = "orders"\nrate = 5\nspike-rate = 9\nrecovers-within = 60',
            15,
            "longer than `recovery-seconds`",
        ),
        ('design = "stress"\ntarget = "orders"\nfrom-rate = 5\nto-rate = 5', 14, "not above `from-rate`"),
        ('design = "stress"\ntarget = "orders"\nfrom-rate = 5\nto-rate = 9\nat-least = 10', 15, "above `to-rate`"),
        ('design = "capacity"\ntarget = "orders"\nfrom-rate = 5\nto-rate = 9\nslo = []', 15, "length >= 1"),
    ],
)
def test_refuses_what_makes_no_sense_and_points_at_it(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, tmp_path)
    assert says in caught.value.message
    assert caught.value.where is not None
    assert caught.value.where.line == line


def test_refuses_two_tests_of_one_name(tmp_path: Path) -> None:
    text = 'design = "load"\ntarget = "orders"\nrate = 5\n'
    with pytest.raises(ConfigurationError, match="two of the test entries are named 'buying'"):
        parse(text + '[[performance.test]]\nname = "buying"\n' + text, tmp_path)
