"""JWT-SVIDs that are valid are accepted; every other token is refused, and the refusal does not show it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.errors import TokenError
from assay.trust.workloads.authority import Authority
from assay.trust.workloads.bundle import BundleSet
from assay.trust.workloads.jwt_svid import validate_jwt_svid
from assay.trust.workloads.key_files import read_key
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, Clock, authority

CLOCK = Clock()
NOW = int(CLOCK.now.timestamp())
AUDIENCE = "spiffe://shop.example/payments"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Authority]:
    with authority(folder, SHOP, CLOCK) as ours:
        yield ours


@pytest.fixture(scope="module")
def bank(folder: Path) -> Iterator[Authority]:
    with authority(folder, BANK, CLOCK) as theirs:
        yield theirs


def key_of(folder: Path, name: str) -> ec.EllipticCurvePrivateKey:
    (path,) = (folder / name).glob("token-*.key")
    return read_key(path)


def kid_of(ours: Authority) -> str:
    (kid,) = ours.bundle().jwt_authorities
    return kid


def signed(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], claims: Any) -> str:
    """By the true key, whatever the header and the claims say."""
    content = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    r, s = decode_dss_signature(key.sign(content.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{content}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    made = {"sub": str(CATALOG), "aud": [AUDIENCE], "exp": NOW + 60, "iat": NOW, **changes}
    return {name: value for name, value in made.items() if value is not None}


def validate(token: str, *trusted: Authority) -> str:
    bundles = BundleSet(*(one.bundle() for one in trusted))
    return str(validate_jwt_svid(token, AUDIENCE, bundles, now=CLOCK.now).spiffe_id)


def test_accepts_what_the_authority_signed(shop: Authority) -> None:
    token = shop.issue_jwt_svid(CATALOG, [AUDIENCE, "other"])
    assert validate(token, shop) == str(CATALOG)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header == {"alg": "ES256", "kid": kid_of(shop), "typ": "JWT"}


def test_accepts_what_the_specification_leaves_open(shop: Authority, folder: Path) -> None:
    key = key_of(folder, "shop.example")
    for header, content in (
        ({}, claims(aud=AUDIENCE)),
        ({"typ": "JOSE"}, claims(iat=None)),
        ({}, claims(more={"x": 1})),
    ):
        assert validate(signed(key, {"alg": "ES256", "kid": kid_of(shop), **header}, content), shop) == str(CATALOG)


@pytest.mark.parametrize(
    ("header", "content", "said"),
    [
        ({}, claims(exp=NOW - 6), "expired"),
        ({}, claims(exp=None), "does not say when"),
        ({}, claims(exp="soon"), "no moment"),
        ({}, claims(exp=True), "no moment"),
        ({}, claims(exp=1e300), "no moment"),
        ({}, claims(exp=float("nan")), "no moment"),
        ({}, claims(nbf=NOW + 60), "not valid yet"),
        ({}, claims(iat=NOW + 60), "not valid yet"),
        ({}, claims(aud=None), "no audience"),
        ({}, claims(aud=[]), "no audience"),
        ({}, claims(aud=[7]), "no audience"),
        ({}, claims(aud=["payments"]), "another audience"),
        ({}, claims(sub=None), "no subject"),
        ({}, claims(sub="catalog"), "no SPIFFE ID"),
        ({}, claims(sub="spiffe://shop.example"), "no SPIFFE ID"),
        ({}, claims(sub="spiffe://bank.example/teller"), "not in the bundle of bank.example"),
        ({}, claims(sub="spiffe://other.example/x"), "not trusted"),
        ({}, [claims()], "no JSON object"),
        ({"alg": "ES512"}, claims(), "not signed with ES256"),
        ({"alg": "none"}, claims(), "not signed with ES256"),
        ({"alg": None}, claims(), "not signed with ES256"),
        ({"typ": "at+jwt"}, claims(), "must not have"),
        ({"kid": "another"}, claims(), "not in the bundle"),
        ({"kid": None}, claims(), "no kid"),
        ({"jku": "https://evil.example/keys"}, claims(), "must not have"),
        ({"jwk": {"kty": "EC"}}, claims(), "must not have"),
        ({"crit": ["x"], "x": 1}, claims(), "must not have"),
    ],
)
def test_refuses_what_a_true_key_signed_but_is_not_as_it_must_be(
    header: dict[str, Any], content: Any, said: str, shop: Authority, bank: Authority, folder: Path
) -> None:
    token = signed(key_of(folder, "shop.example"), {"alg": "ES256", "kid": kid_of(shop), **header}, content)
    with pytest.raises(TokenError, match=said) as raised:
        validate(token, shop, bank)
    assert token.rpartition(".")[2] not in str(raised.value)


def test_refuses_another_key_under_a_known_name(shop: Authority, bank: Authority, folder: Path) -> None:
    token = signed(key_of(folder, "bank.example"), {"alg": "ES256", "kid": kid_of(shop)}, claims())
    with pytest.raises(TokenError, match="signature"):
        validate(token, shop, bank)


def test_one_trust_domain_cannot_vouch_for_another(shop: Authority, bank: Authority, folder: Path) -> None:
    token = signed(key_of(folder, "bank.example"), {"alg": "ES256", "kid": kid_of(bank)}, claims())
    with pytest.raises(TokenError, match=r"not in the bundle of shop\.example"):
        validate(token, shop, bank)


def test_refuses_a_public_key_used_as_a_shared_secret(shop: Authority) -> None:
    (public,) = shop.bundle().jwt_authorities.values()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": kid_of(shop)}, claims()))
    token = f"{content}.{encoded(hmac.new(secret, content.encode(), hashlib.sha256).digest())}"
    with pytest.raises(TokenError, match="not signed with ES256"):
        validate(token, shop)


def test_refuses_other_encodings_of_the_same_token(shop: Authority) -> None:
    token = shop.issue_jwt_svid(CATALOG, [AUDIENCE])
    header, content, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bits = last[last.index(signature[-1]) ^ 1]
    for other in (
        f"{header}.{content}.{signature}==",
        f"{header}.{content}.{signature[:-1]}{same_bits}",
        f"{header}.{content}.{signature}\n",
        f" {token}",
        f"{header}.{content}.",
        f"{header}.{content}",
        f"{token}.{signature}",
        f"{header}.{content}.{signature[:-4]}ÄÖ",
        "",
        "." * 9000,
    ):
        with pytest.raises(TokenError):
            validate(other, shop)


def test_refuses_claims_that_are_there_twice(shop: Authority) -> None:
    header, _, _ = shop.issue_jwt_svid(CATALOG, [AUDIENCE]).split(".")
    text = json.dumps(claims())[:-1] + ', "sub": "spiffe://shop.example/admin"}'
    with pytest.raises(TokenError, match="no JSON"):
        validate(f"{header}.{encoded(text.encode())}.{'A' * 86}", shop)


@pytest.mark.parametrize("audience", [[], [""], ["x"] * 9, ["x" * 2049]])
def test_signs_only_for_an_audience(audience: list[str], shop: Authority) -> None:
    with pytest.raises(TokenError, match="audience"):
        shop.issue_jwt_svid(CATALOG, audience)


def test_expires_with_its_lifetime(shop: Authority) -> None:
    token = shop.issue_jwt_svid(CATALOG, [AUDIENCE])
    later = CLOCK.now + shop.lifetimes.jwt_svid + timedelta(seconds=6)
    with pytest.raises(TokenError, match="expired"):
        validate_jwt_svid(token, AUDIENCE, BundleSet(shop.bundle()), now=later)
