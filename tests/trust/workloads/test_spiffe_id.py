"""SPIFFE IDs and trust domains: what the specification allows, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import CertificateError
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain


@pytest.mark.parametrize("text", ["spiffe://shop.example/catalog", "spiffe://a/b/c-1/D_2/..x", "spiffe://1_-./x"])
def test_can_parse_and_write_back(text: str) -> None:
    assert str(SpiffeId.parse(text)) == text


def test_tells_a_workload_from_a_trust_domain() -> None:
    assert SpiffeId.parse("spiffe://shop.example") == TrustDomain("shop.example").id
    with pytest.raises(CertificateError, match="no path"):
        SpiffeId.parse("spiffe://shop.example").for_workload()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example/catalog",
        "https://shop.example/catalog",
        "SPIFFE://shop.example/catalog",
        "spiffe:/shop.example/catalog",
        "spiffe:///catalog",
        "spiffe://Shop.example/catalog",
        "spiffe://shop.example:443/catalog",
        "spiffe://user@shop.example/catalog",
        "spiffe://shop.example/",
        "spiffe://shop.example/catalog/",
        "spiffe://shop.example//catalog",
        "spiffe://shop.example/./catalog",
        "spiffe://shop.example/a/../catalog",
        "spiffe://shop.example/cat%61log",
        "spiffe://shop.example/catalog?x=1",
        "spiffe://shop.example/catalog#x",
        "spiffe://shop.example/cat alog",
        "spiffe://shop.example/catalog\n",
        "spiffe://shop.example/kätalog",
        "spiffe://shop.exämple/catalog",
        "spiffe://shop.example/catalog\0",
    ],
)
def test_refuses_what_is_none(text: str) -> None:
    with pytest.raises(CertificateError):
        SpiffeId.parse(text)


def test_holds_the_limits_of_length() -> None:
    longest = "spiffe://td/" + "a" * (2048 - len("spiffe://td/"))
    assert str(SpiffeId.parse(longest)) == longest
    with pytest.raises(CertificateError, match="2048"):
        SpiffeId.parse(longest + "a")
    assert TrustDomain("a" * 255).name
    with pytest.raises(CertificateError, match="255"):
        TrustDomain("a" * 256)


@given(st.text(max_size=60))
def test_accepts_only_what_it_writes_back_unchanged(text: str) -> None:
    try:
        parsed = SpiffeId.parse("spiffe://" + text)
    except CertificateError:
        return
    assert str(parsed) == "spiffe://" + text
    assert text.isascii()
