"""Passkeys of an authenticator made of software: what is wrong with a response makes it refused."""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from assay.errors import IdentityError
from assay.trust.identity.accounts import Account, Accounts
from assay.trust.identity.passkeys import Passkeys
from assay.trust.identity.passwords import Passwords
from assay.trust.identity.settings import ProviderSettings
from assay.trust.identity.store import Store
from tests.trust.identity.clock import PASSWORD, QUICK, SetClock

ISSUER = "https://id.example"
USER_PRESENT, USER_VERIFIED, SYNCED, HAS_KEY = 0x01, 0x04, 0x18, 0x40


def text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """What it says can be set, so that it can lie."""

    origin: str = ISSUER
    host: str = "id.example"
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def id(self) -> bytes:
        return hashlib.sha256(str(self.key.public_key().public_numbers()).encode()).digest()

    def data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | flags]) + struct.pack(">I", self.count)

    def client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self.data(HAS_KEY) + attested}
        return self.credential(
            clientDataJSON=self.client_data("create", options), attestationObject=cbor2.dumps(attestation)
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        data, told = self.data(0), self.client_data("get", options)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        return self.credential(clientDataJSON=told, authenticatorData=data, signature=signature)

    def credential(self, **response: bytes) -> dict[str, Any]:
        written = {name: text(value) for name, value in response.items()}
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": written}


@pytest.fixture
def account(store: Store) -> Account:
    return Accounts(store, Passwords(QUICK)).create("mei", PASSWORD)


@pytest.fixture
def passkeys(store: Store) -> Passkeys:
    return Passkeys(store, ProviderSettings(ISSUER))


def enrolled(passkeys: Passkeys, account: Account, **options: Any) -> Authenticator:
    authenticator = Authenticator(**options)
    made = authenticator.create(passkeys.begin_registration(account, "browser"))
    passkeys.finish_registration(account, "browser", made, "laptop")
    return authenticator


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://id.example"},
        {"host": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": USER_VERIFIED},
    ],
)
def test_refuses_an_authenticator_of_another_place_or_without_the_person(
    passkeys: Passkeys, account: Account, lie: dict[str, Any]
) -> None:
    with pytest.raises(IdentityError, match="not good"):
        enrolled(passkeys, account, **lie)
    authenticator = enrolled(passkeys, account)
    for name, value in lie.items():
        setattr(authenticator, name, value)
    with pytest.raises(IdentityError, match="not good"):
        passkeys.finish_login("browser", authenticator.get(passkeys.begin_login("browser", None)), None)


def test_a_challenge_is_good_once_soon_and_for_who_asked(passkeys: Passkeys, account: Account, clock: SetClock) -> None:
    authenticator = enrolled(passkeys, account)
    answered = authenticator.get(passkeys.begin_login("browser", None))
    assert passkeys.finish_login("browser", answered, None).account_id == account.id
    elsewhere = authenticator.get(passkeys.begin_login("browser", None))
    registering = authenticator.get(passkeys.begin_registration(account, "browser"))
    own = authenticator.get({"challenge": text(b"chosen by the attacker")})
    for browser, response in (("browser", answered), ("other", elsewhere), ("browser", registering), ("browser", own)):
        with pytest.raises(IdentityError, match="not open"):
            passkeys.finish_login(browser, response, None)
    late = authenticator.get(passkeys.begin_login("browser", None))
    clock.now += 121
    with pytest.raises(IdentityError, match="not open"):
        passkeys.finish_login("browser", late, None)


def test_synced_passkeys_count_nothing_and_others_only_up(passkeys: Passkeys, account: Account) -> None:
    synced = enrolled(passkeys, account, flags=USER_PRESENT | USER_VERIFIED | SYNCED)
    counting = enrolled(passkeys, account, count=5)
    for authenticator, count, method in ((synced, 0, "swk"), (synced, 0, "swk"), (counting, 6, "hwk")):
        authenticator.count = count
        signed_in = passkeys.finish_login(
            "browser", authenticator.get(passkeys.begin_login("browser", account.id)), account.id
        )
        assert signed_in.methods == {method, "user"}
    for count in (6, 5, 0):
        counting.count = count
        with pytest.raises(IdentityError, match="not good"):
            passkeys.finish_login("browser", counting.get(passkeys.begin_login("browser", None)), None)


def test_a_passkey_is_of_one_person_and_registered_once(passkeys: Passkeys, store: Store, account: Account) -> None:
    other = Accounts(store, Passwords(QUICK)).create("li", PASSWORD)
    authenticator = enrolled(passkeys, account)
    again = authenticator.create(passkeys.begin_registration(other, "browser"))
    with pytest.raises(IdentityError, match="already"):
        passkeys.finish_registration(other, "browser", again, "mine")
    with pytest.raises(IdentityError, match="not good"):
        passkeys.finish_login("browser", authenticator.get(passkeys.begin_login("browser", other.id)), other.id)
    assert not passkeys.remove(other.id, text(authenticator.id))
    assert passkeys.remove(account.id, text(authenticator.id))


@pytest.mark.parametrize("response", [{}, {"response": None}, {"response": {"clientDataJSON": "é"}}, {"response": 1}])
def test_refuses_what_is_no_response(passkeys: Passkeys, account: Account, response: dict[str, Any]) -> None:
    with pytest.raises(IdentityError):
        passkeys.finish_login("browser", response, None)
    options = passkeys.begin_registration(account, "browser")
    told = text(json.dumps({"type": "webauthn.create", "challenge": options["challenge"]}).encode())
    broken = {"id": "AA", "rawId": "AA", "response": {"clientDataJSON": told, "attestationObject": "oA"}}
    with pytest.raises(IdentityError, match="not good"):
        passkeys.finish_registration(account, "browser", broken, "x")
    assert urlsafe_b64decode(options["challenge"] + "=")
