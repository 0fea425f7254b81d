"""Passkeys (WebAuthn): the person is always verified by the authenticator, a challenge is used once and soon."""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_attestation_object
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from assay.errors import IdentityError
from assay.trust.identity.accounts import Account
from assay.trust.identity.settings import ProviderSettings
from assay.trust.identity.store import Store, digest

__all__ = ["MOST_PASSKEYS", "Passkey", "Passkeys", "SignedIn"]

MOST_PASSKEYS = 20
"""Of one account."""

_LONGEST_NAME = 64
_CHALLENGE_BYTES = 32


class Passkey(NamedTuple):
    """A passkey as its owner sees it. `is_attested`: its maker is proved by one of the configured roots."""

    id: str
    name: str
    attestation_format: str
    is_attested: bool
    is_synced: bool
    created_at: float
    used_at: float | None


class SignedIn(NamedTuple):
    """Who proved to have a passkey, and the methods (RFC 8176) that this makes."""

    account_id: str
    methods: frozenset[str]


class Passkeys:
    """Passkeys in the store.

    Args:
        store: Where public keys and challenges are.
        settings: Host, origin, and the roots of attestation.
    """

    def __init__(self, store: Store, settings: ProviderSettings) -> None:
        self._store = store
        self._settings = settings
        self._roots = {
            AttestationFormat(name): list(certificates) for name, certificates in settings.attestation_roots.items()
        }

    def begin_registration(self, account: Account, browser: str) -> dict[str, Any]:
        """The options for `navigator.credentials.create`.

        Raises:
            IdentityError: The account has as many passkeys as it may.
        """
        present = self.of_account(account.id)
        if len(present) >= MOST_PASSKEYS:
            raise IdentityError(f"an account has at most {MOST_PASSKEYS} passkeys", hint="remove one first")
        options = generate_registration_options(
            rp_id=self._settings.relying_party_id,
            rp_name=self._settings.name,
            user_name=account.name,
            user_id=account.id.encode(),
            user_display_name=account.display_name,
            challenge=self._challenge("register", browser, account.id),
            timeout=int(self._settings.lifetimes.challenge * 1_000),
            attestation=AttestationConveyancePreference.DIRECT if self._roots else AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in present],
        )
        document: dict[str, Any] = json.loads(options_to_json(options))
        return document

    def finish_registration(self, account: Account, browser: str, credential: Mapping[str, Any], name: str) -> Passkey:
        """Takes in a passkey that an authenticator just made.

        Raises:
            IdentityError: The response is not good: another challenge, host or origin, the person not verified, an
                attestation that does not end in a configured root of its format, or a passkey that is known already.
        """
        challenge = self._use_challenge(credential, "register", browser, account.id)
        try:
            verified = verify_registration_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._settings.relying_party_id,
                expected_origin=self._settings.issuer,
                require_user_verification=True,
                pem_root_certs_bytes_by_fmt=self._roots,
            )
            # The library says it as a string, whatever its type says.
            kind = AttestationFormat(verified.fmt)
            statement = parse_attestation_object(verified.attestation_object).att_stmt
        except Exception as error:  # whatever the library stumbles over in hostile input is a refusal
            raise IdentityError("the passkey is not good", hint="try again") from error
        # Self-attestation has no chain: it proves that the key is there, not who made it.
        is_attested = kind in self._roots and bool(statement.x5c)
        is_synced = verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE
        now, shown = self._store.clock(), name.strip()[:_LONGEST_NAME] or "passkey"
        with self._store.transaction() as database:
            added = database.execute(
                "INSERT OR IGNORE INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    verified.credential_id, account.id, shown, verified.credential_public_key, verified.sign_count,
                    verified.aaguid, kind.value, int(is_attested), int(is_synced), now,
                ),
            )  # fmt: skip
            if added.rowcount != 1:
                raise IdentityError("the passkey is registered already", hint="use it to sign in")
        return Passkey(_text(verified.credential_id), shown, kind.value, is_attested, is_synced, now, None)

    def begin_login(self, browser: str, account_id: str | None) -> dict[str, Any]:
        """The options for `navigator.credentials.get`. Without an account, the authenticator says whose it is."""
        known = self.of_account(account_id) if account_id else []
        options = generate_authentication_options(
            rp_id=self._settings.relying_party_id,
            challenge=self._challenge("login", browser, account_id),
            timeout=int(self._settings.lifetimes.challenge * 1_000),
            allow_credentials=[PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        document: dict[str, Any] = json.loads(options_to_json(options))
        return document

    def finish_login(self, browser: str, credential: Mapping[str, Any], account_id: str | None) -> SignedIn:
        """Who just signed a challenge.

        Raises:
            IdentityError: The response is not good, or the passkey was used elsewhere since: its sign count went back,
                as that of a copy does. Synced passkeys count nothing: they say 0 each time.
        """
        challenge = self._use_challenge(credential, "login", browser, account_id)
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT passkeys.* FROM passkeys JOIN accounts ON accounts.id = passkeys.account"
                " WHERE credential_id = ? AND disabled_at IS NULL",
                (_bytes(str(credential.get("id", ""))),),
            ).fetchone()
        if row is None or (account_id is not None and row["account"] != account_id):
            raise IdentityError("the passkey is not good", hint="try again")
        try:
            verified = verify_authentication_response(
                credential=dict(credential),
                expected_challenge=challenge,
                expected_rp_id=self._settings.relying_party_id,
                expected_origin=self._settings.issuer,
                credential_public_key=row["public_key"],
                credential_current_sign_count=row["sign_count"],
                require_user_verification=True,
            )
            handle = credential["response"].get("userHandle")
        except Exception as error:  # as above
            raise IdentityError("the passkey is not good", hint="try again") from error
        if handle and _bytes(str(handle)) != row["account"].encode():
            raise IdentityError("the passkey is another person's")
        with self._store.transaction() as database:
            # Of two responses with the same count at once, one is let in.
            counted = database.execute(
                "UPDATE passkeys SET sign_count = ?1, used_at = ?2 WHERE credential_id = ?3"
                " AND (sign_count < ?1 OR (sign_count = 0 AND ?1 = 0))",
                (verified.new_sign_count, self._store.clock(), row["credential_id"]),
            )
            if counted.rowcount != 1:
                raise IdentityError("the passkey is not good", hint="try again")
        return SignedIn(row["account"], frozenset({"swk" if row["is_synced"] else "hwk", "user"}))

    def of_account(self, account_id: str) -> list[Passkey]:
        """Those of an account, the oldest first."""
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT * FROM passkeys WHERE account = ? ORDER BY created_at", (account_id,)
            ).fetchall()
        return [
            Passkey(
                _text(row["credential_id"]), row["name"], row["attestation_format"], bool(row["is_attested"]),
                bool(row["is_synced"]), row["created_at"], row["used_at"],
            )
            for row in rows
        ]  # fmt: skip

    def remove(self, account_id: str, passkey_id: str) -> bool:
        """Forgets a passkey of this account. False where there is none."""
        with self._store.transaction() as database:
            gone = database.execute(
                "DELETE FROM passkeys WHERE account = ? AND credential_id = ?", (account_id, _bytes(passkey_id))
            )
            return gone.rowcount == 1

    def _challenge(self, purpose: str, browser: str, account_id: str | None) -> bytes:
        challenge = secrets.token_bytes(_CHALLENGE_BYTES)
        expires = self._store.clock() + self._settings.lifetimes.challenge
        with self._store.transaction() as database:
            self._store.require_room(database, "challenges")
            database.execute(
                "INSERT INTO challenges VALUES (?, ?, ?, ?, ?)",
                (digest(_text(challenge)), purpose, digest(browser), account_id, expires),
            )
        return challenge

    def _use_challenge(
        self, credential: Mapping[str, Any], purpose: str, browser: str, account_id: str | None
    ) -> bytes:
        """The challenge that a response answers, if it was ours, for this browser and purpose; used up by this."""
        try:
            client_data = json.loads(_bytes(credential["response"]["clientDataJSON"]))
            challenge = str(client_data["challenge"])
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise IdentityError("the passkey's response cannot be read", hint="try again") from error
        with self._store.transaction() as database:
            used = database.execute(
                "DELETE FROM challenges WHERE challenge_hash = ? AND purpose = ? AND browser_hash = ?"
                " AND account IS ? AND expires_at > ?",
                (digest(challenge), purpose, digest(browser), account_id, self._store.clock()),
            )
            if used.rowcount != 1:
                raise IdentityError("the challenge is not open any more", hint="try again")
        return _bytes(challenge)


def _bytes(text: str) -> bytes:
    """Of base64url without padding; nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except ValueError:
        return b""


def _text(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()
