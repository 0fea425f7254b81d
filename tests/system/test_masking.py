"""Secrets are hidden wherever something of a service is shown."""

import time

import pytest

from assay.system.masking import Masking, quotable_line
from assay.system.services.log import without_controls

ENVIRONMENT = {
    "DB_PASSWORD": "hunter22",
    "SIGNING_KEY": "-----BEGIN-----\nabcdefghij\n-----END-----",
    "PIN": "17",
    "DATABASE_URL": "postgresql://shop:p%40ss@db/shop",
    "KEYBOARD": "german",
    "SELLER": "s3cret",
    "EMPTY_TOKEN": "",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("using hunter22, hunter223", "using ***, ***3"),
        ("read abcdefghij", "read ***"),
        ("pin 17, port 8017", "pin ***, port 8017"),
        ("p%40ss or p@ss", "*** or ***"),
        ("amqp://me:other@host/x http://host:80/a@b", "amqp://me:***@host/x http://host:80/a@b"),
        ("german s3cret", "german ***"),
    ],
)
def test_hides_secrets_and_nothing_else(text: str, shown: str) -> None:
    assert Masking(ENVIRONMENT, ["SELLER"])(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('environment = { SELLER = "abc", PORT = 80 } # x', "environment = { SELLER = *****, PORT = ** } # x"),
        ('API_KEY = "abc', "API_KEY = ****"),
        ("url = 'http://me:abc@host'", "url = 'http://me:***@host'"),
        ("secrets = ['SELLER']", "secrets = ['SELLER']"),
        ('start = "orders"', 'start = "orders"'),
    ],
)
def test_hides_secrets_of_a_configuration_without_moving_its_columns(line: str, shown: str) -> None:
    assert quotable_line(["[[service]]", line], 2) == shown
    assert len(shown) == len(line)


def test_hides_every_value_in_a_table_of_the_environment() -> None:
    lines = ["[service.environment]", "SELLER = 'abc'", "[other]", "SELLER = 'abc'"]
    assert [quotable_line(lines, number) for number in (2, 4, 5)] == ["SELLER = *****", "SELLER = 'abc'", None]


def test_long_lines_take_no_more_than_their_length_in_time() -> None:
    began = time.process_time()
    for line in (
        "z" * 300_000,
        "://" * 100_000,
        "a://" + ":" * 300_000,
        "'" * 300_000,
        "a=" * 150_000,
        "\x1b]" * 150_000,
    ):
        Masking(ENVIRONMENT, ["SELLER"])(line)
        quotable_line(["[service.environment]", line], 2)
        without_controls(line)
    assert time.process_time() - began < 10
