"""One-time codes and recovery codes: each opens once, guessing ends early."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from assay.errors import IdentityError, TooManyAttemptsError
from assay.trust.identity.accounts import Account, Accounts
from assay.trust.identity.passwords import Passwords
from assay.trust.identity.second_factors import PER_CODE, RECOVERY_CODES, SecondFactors
from assay.trust.identity.store import Store
from tests.trust.identity.clock import PASSWORD, QUICK, SetClock


@pytest.fixture
def account(store: Store) -> Account:
    return Accounts(store, Passwords(QUICK)).create("mei", PASSWORD)


@pytest.fixture
def factors(store: Store) -> SecondFactors:
    return SecondFactors(store, "Assay")


@pytest.fixture
def app(factors: SecondFactors, account: Account, clock: SetClock) -> pyotp.TOTP:
    app = pyotp.TOTP(factors.begin_totp(account).secret)
    factors.confirm_totp(account, app.at(int(clock.now)))
    clock.now += 60
    return app


def accepts(factors: SecondFactors, account: Account, code: str) -> bool:
    try:
        factors.accept_totp(account, code)
    except IdentityError:
        return False
    return True


def test_an_app_counts_once_it_is_confirmed(factors: SecondFactors, account: Account, clock: SetClock) -> None:
    enrolment = factors.begin_totp(account)
    assert enrolment == factors.begin_totp(account)
    assert enrolment.uri.startswith("otpauth://totp/Assay:mei?secret=")
    app = pyotp.TOTP(enrolment.secret)
    assert not accepts(factors, account, app.at(int(clock.now)))
    with pytest.raises(IdentityError):
        factors.confirm_totp(account, app.at(int(clock.now) + 600))
    assert not factors.has_totp(account)
    factors.confirm_totp(account, app.at(int(clock.now)))
    assert factors.has_totp(account)
    with pytest.raises(IdentityError, match="already"):
        factors.begin_totp(account)


def test_a_code_is_accepted_once(factors: SecondFactors, account: Account, app: pyotp.TOTP, clock: SetClock) -> None:
    code = app.at(int(clock.now))
    assert accepts(factors, account, f"{code[:3]} {code[3:]}")
    assert not accepts(factors, account, code)
    assert not accepts(factors, account, app.at(int(clock.now) - 30))
    assert accepts(factors, account, app.at(int(clock.now) + 30))


def test_a_code_is_accepted_once_by_a_second_process_too(
    store: Store, account: Account, app: pyotp.TOTP, clock: SetClock
) -> None:
    one, other = SecondFactors(store, "Assay"), SecondFactors(store, "Assay")
    code = app.at(int(clock.now))
    assert [accepts(one, account, code), accepts(other, account, code)] == [True, False]


def test_of_many_with_the_same_code_one_is_let_in(
    store: Store, account: Account, app: pyotp.TOTP, clock: SetClock
) -> None:
    code = app.at(int(clock.now))
    with ThreadPoolExecutor(8) as pool:
        tried = pool.map(lambda _: accepts(SecondFactors(store, "Assay"), account, code), range(16))
        assert sum(tried) == 1


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90])
def test_codes_of_another_time_are_refused(
    factors: SecondFactors, account: Account, app: pyotp.TOTP, clock: SetClock, seconds: int
) -> None:
    clock.now += 600
    assert not accepts(factors, account, app.at(int(clock.now) + seconds))


def test_guessing_codes_ends_early(factors: SecondFactors, account: Account, app: pyotp.TOTP, clock: SetClock) -> None:
    for _ in range(PER_CODE.failures):
        assert not accepts(factors, account, "nothing")
    with pytest.raises(TooManyAttemptsError):
        factors.accept_totp(account, app.at(int(clock.now)))
    with pytest.raises(TooManyAttemptsError):
        factors.accept_recovery_code(account, "x")
    clock.now += PER_CODE.forgiven_seconds
    assert accepts(factors, account, app.at(int(clock.now)))


def test_the_secret_is_not_in_the_store_as_it_is(store: Store, factors: SecondFactors, account: Account) -> None:
    secret = factors.begin_totp(account).secret
    with store.transaction() as database:
        assert secret not in "\n".join(database.iterdump())


def test_a_recovery_code_is_accepted_once(store: Store, factors: SecondFactors, account: Account) -> None:
    codes = factors.new_recovery_codes(account)
    assert len(set(codes)) == RECOVERY_CODES
    factors.accept_recovery_code(account, codes[0].upper().replace("-", " "))
    with pytest.raises(IdentityError):
        factors.accept_recovery_code(account, codes[0])
    assert factors.recovery_codes_left(account) == RECOVERY_CODES - 1
    with store.transaction() as database:
        assert not any(code in "\n".join(database.iterdump()) for code in (codes[1], codes[1].replace("-", "")))
    factors.new_recovery_codes(account)
    with pytest.raises(IdentityError):
        factors.accept_recovery_code(account, codes[1])
