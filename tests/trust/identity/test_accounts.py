"""Passwords: right ones are let in, guessing ends early, and nobody learns who has an account."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from assay.errors import IdentityError, TooManyAttemptsError
from assay.trust.identity.accounts import PER_ACCOUNT, PER_ADDRESS, Accounts
from assay.trust.identity.attempts import AttemptLimit, Attempts
from assay.trust.identity.passwords import Passwords
from assay.trust.identity.settings import Argon2Parameters, Lifetimes, ProviderSettings
from assay.trust.identity.store import Store
from tests.trust.identity.clock import PASSWORD, QUICK, SetClock

WRONG = "wrong but long enough"


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store, Passwords(QUICK))


def refused(accounts: Accounts, name: str, password: str = WRONG, address: str = "a") -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        accounts.sign_in(name, password, address)
    return caught.value


def test_can_sign_in_with_the_right_password_only(accounts: Accounts) -> None:
    mei = accounts.create("mei", PASSWORD, display_name="梅", email="mei@example.org")
    assert accounts.sign_in(" Mei ", PASSWORD, "a") == mei == accounts.find(mei.id)
    assert "wrong" in refused(accounts, "mei").message


def test_the_refusal_is_the_same_whether_the_account_exists(accounts: Accounts) -> None:
    accounts.create("mei", PASSWORD)
    assert str(refused(accounts, "mei")) == str(refused(accounts, "nobody"))


def test_an_unknown_name_costs_a_hash_too(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.create("mei", PASSWORD)
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, encoded: str, given: str) -> bool:
        checked.append(encoded)
        return verify(hasher, encoded, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    refused(accounts, "mei")
    refused(accounts, "nobody")
    assert len(checked) == 2
    assert extract_parameters(checked[0]) == extract_parameters(checked[1])


def test_the_same_password_may_be_typed_in_two_ways(accounts: Accounts) -> None:
    accounts.create("zoe", "café au lait à volonté")
    assert accounts.sign_in("zoe", "cafe\u0301 au lait a\u0300 volonte\u0301", "a").name == "zoe"


def test_hashes_follow_the_parameters(store: Store, accounts: Accounts) -> None:
    accounts.create("mei", PASSWORD)
    stronger = Accounts(store, Passwords(Argon2Parameters(memory_kib=20_480, passes=2)))
    stronger.sign_in("mei", PASSWORD, "a")
    with store.transaction() as database:
        (encoded,) = database.execute("SELECT password_hash FROM accounts").fetchone()
    assert encoded.startswith("$argon2id$v=19$m=20480,t=2,p=1$")
    assert stronger.sign_in("mei", PASSWORD, "a").name == "mei"


@pytest.mark.parametrize("password", ["tiny", "aaaaaaaaaaaaaaaa", "mei-has-a-password", "x" * 300])
def test_refuses_weak_passwords(accounts: Accounts, password: str) -> None:
    with pytest.raises(IdentityError) as caught:
        accounts.create("mei", password)
    assert password not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("name", ["", "Mei", "a b", "<b>", "a" * 65, "..", "mei\n"])
def test_refuses_names_that_are_none(accounts: Accounts, name: str) -> None:
    with pytest.raises(IdentityError):
        accounts.create(name, PASSWORD)


def test_refuses_a_second_account_of_a_name(accounts: Accounts) -> None:
    accounts.create("mei", PASSWORD)
    with pytest.raises(IdentityError, match="already"):
        accounts.create("mei", PASSWORD)


def test_locks_a_name_after_failures_from_anywhere_and_opens_it_later(accounts: Accounts, clock: SetClock) -> None:
    accounts.create("mei", PASSWORD)
    for number in range(PER_ACCOUNT.failures):
        refused(accounts, "mei", address=str(number))
    locked = refused(accounts, "mei", PASSWORD, "elsewhere")
    assert isinstance(locked, TooManyAttemptsError)
    assert isinstance(refused(accounts, "mei", PASSWORD, "b"), TooManyAttemptsError)
    clock.now += locked.retry_seconds
    assert accounts.sign_in("mei", PASSWORD, "elsewhere").name == "mei"


def test_stops_one_address_that_sprays_a_password_over_many_names(accounts: Accounts) -> None:
    accounts.create("mei", PASSWORD)
    for number in range(PER_ADDRESS.failures):
        assert not isinstance(refused(accounts, f"person{number}"), TooManyAttemptsError)
    assert isinstance(refused(accounts, "mei", PASSWORD), TooManyAttemptsError)
    assert accounts.sign_in("mei", PASSWORD, "elsewhere").name == "mei"


def test_many_attempts_at_once_are_no_way_around_the_limit(clock: SetClock) -> None:
    attempts = Attempts(AttemptLimit(10, 60), clock)

    def one(_: int) -> bool:
        try:
            attempts.take("mei")
        except TooManyAttemptsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(200))) == 10


def test_counts_attempts_in_bounded_memory_and_forgets_no_failure(clock: SetClock) -> None:
    attempts = Attempts(AttemptLimit(3, 600), clock)
    before = attempts.memory_bytes
    for _ in range(3):
        attempts.take("mei")
    for number in range(2_000):
        attempts.take(f"made up {number}")
    assert attempts.memory_bytes == before < 2 * 2**20
    with pytest.raises(TooManyAttemptsError):
        attempts.take("mei")


def test_a_clock_that_is_set_back_forgives_nothing(clock: SetClock) -> None:
    attempts = Attempts(AttemptLimit(1, 60), clock)
    attempts.take("mei")
    clock.now -= 3_600
    with pytest.raises(TooManyAttemptsError):
        attempts.take("mei")


def test_a_changed_password_is_the_only_one(accounts: Accounts) -> None:
    mei = accounts.create("mei", PASSWORD)
    with pytest.raises(IdentityError):
        accounts.change_password(mei, "not the current one", "another long password", "a")
    accounts.change_password(mei, PASSWORD, "another long password", "a")
    refused(accounts, "mei", PASSWORD)
    assert accounts.sign_in("mei", "another long password", "a") == mei


def test_a_disabled_account_is_like_none(accounts: Accounts) -> None:
    mei = accounts.create("mei", PASSWORD)
    accounts.disable(mei)
    assert accounts.find(mei.id) is None
    refused(accounts, "mei", PASSWORD)


def test_the_files_are_for_their_owner_only(store: Store, tmp_path: Path) -> None:
    assert store.clock() > 0
    for path in (tmp_path / "identity").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_sealed_secret_opens_only_where_it_belongs(store: Store) -> None:
    sealed = store.seal(b"secret", "totp a")
    assert b"secret" not in sealed
    assert store.unseal(sealed, "totp a") == b"secret"
    for damaged, purpose in ((sealed, "totp b"), (sealed[:-1] + b"\0", "totp a"), (b"", "totp a")):
        with pytest.raises(IdentityError):
            store.unseal(damaged, purpose)


def test_refuses_a_store_that_is_none(tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "identity.db").write_bytes(b"something else, longer than a header of SQLite" * 40)
    with pytest.raises(IdentityError, match="cannot be used"):
        Store(tmp_path, clock)
    (tmp_path / "identity.db").unlink()
    other = sqlite3.connect(tmp_path / "identity.db")
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(IdentityError, match="another version"):
        Store(tmp_path, clock)
    (tmp_path / "identity.key").write_bytes(b"short")
    with pytest.raises(IdentityError, match="no key"):
        Store(tmp_path, clock)


def test_refuses_settings_that_are_weak() -> None:
    for parameters in ({"memory_kib": 1024}, {"passes": 1}, {"lanes": 0}):
        with pytest.raises(IdentityError, match="too weak"):
            Argon2Parameters(**parameters)
    for issuer in ("http://example.org", "https://example.org/path", "ftp://localhost", "https://a@b", "localhost"):
        with pytest.raises(IdentityError):
            ProviderSettings(issuer)
    with pytest.raises(IdentityError, match="JWKS"):
        Lifetimes(key_overlap=1)
