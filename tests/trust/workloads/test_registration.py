"""Which process gets which SPIFFE ID."""

from pathlib import Path

import pytest

from assay.errors import CertificateError
from assay.trust.workloads.registration import Registry, read_registry
from assay.trust.workloads.selectors import Selector
from assay.trust.workloads.spiffe_id import TrustDomain

FILE = """
trust_domain = "shop.example"

[[workload]]
path = "/payments"
selectors = ["uid:1001", "path:/usr/bin/payments"]
hint = "main"
federates_with = ["bank.example"]
dns_names = ["payments.local"]

[[workload]]
path = "/anyone"
selectors = ["uid:1001"]
hint = "main"
"""


def selectors(*texts: str) -> frozenset[Selector]:
    return frozenset(map(Selector.parse, texts))


def test_can_read_entries(tmp_path: Path) -> None:
    path = tmp_path / "workloads.toml"
    path.write_text(FILE)
    registry = read_registry(path)
    assert registry.trust_domain == TrustDomain("shop.example")
    assert [str(entry.spiffe_id) for entry in registry.entries] == [
        "spiffe://shop.example/payments",
        "spiffe://shop.example/anyone",
    ]
    assert registry.entries[0].federates_with == (TrustDomain("bank.example"),)


def test_gives_an_identity_only_to_a_process_with_all_its_selectors() -> None:
    registry = Registry.parse(FILE)
    both = registry.entries_for(selectors("uid:1001", "path:/usr/bin/payments", "gid:5"))
    assert [entry.spiffe_id.path for entry in both] == ["/payments", "/anyone"]
    assert [entry.spiffe_id.path for entry in registry.entries_for(selectors("uid:1001"))] == ["/anyone"]
    assert registry.entries_for(selectors("uid:1002", "path:/usr/bin/payments")) == ()
    assert registry.entries_for(()) == ()


def test_gives_each_hint_once() -> None:
    found = Registry.parse(FILE).entries_for(selectors("uid:1001", "path:/usr/bin/payments"))
    assert [entry.hint for entry in found] == ["main", ""]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('["uid:1001"]', "[]"), "no selector"),
        (('"uid:1001"]', '"user:me"]'), "no selector"),
        (('"uid:1001"]', '"uid:-1"]'), "no value"),
        (('"uid:1001"]', '"sha256:ABC"]'), "no value"),
        (("/anyone", "anyone"), "no path"),
        (("/anyone", ""), "has no path"),
        (("bank.example", "shop.example"), "own trust domain"),
        (("hint =", "hints ="), "unknown field"),
        (('"shop.example"', "7"), "cannot be read"),
        (("[[workload]]", "[[workload"), "no TOML"),
        (("payments.local", "*.local"), "cannot be read"),
    ],
)
def test_says_what_is_wrong_with_a_file(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "workloads.toml"
    path.write_text(FILE.replace(*change))
    with pytest.raises(CertificateError, match=said) as raised:
        read_registry(path)
    assert raised.value.where is not None
    assert raised.value.where.path == path


def test_refuses_an_entry_that_is_there_twice() -> None:
    with pytest.raises(CertificateError, match="twice"):
        Registry.parse(FILE + '[[workload]]\npath = "/anyone"\nselectors = ["uid:1001"]\n')
