"""The tables of the store. Whatever lets somebody in is stored as its SHA-256 or sealed, never as it is."""

__all__ = ["SCHEMA", "SCHEMA_VERSION", "TRANSIENT"]

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, email TEXT NOT NULL,
    password_hash TEXT NOT NULL, created_at REAL NOT NULL, disabled_at REAL
) STRICT;
CREATE TABLE totp (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    sealed_secret BLOB NOT NULL, confirmed_at REAL, last_step INTEGER NOT NULL DEFAULT -1
) STRICT;
CREATE TABLE recovery_codes (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, code_hash BLOB NOT NULL, used_at REAL,
    PRIMARY KEY (account, code_hash)
) STRICT;
CREATE TABLE passkeys (
    credential_id BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL, public_key BLOB NOT NULL, sign_count INTEGER NOT NULL, aaguid TEXT NOT NULL,
    attestation_format TEXT NOT NULL, is_attested INTEGER NOT NULL, is_synced INTEGER NOT NULL,
    created_at REAL NOT NULL, used_at REAL
) STRICT;
CREATE INDEX passkeys_of_account ON passkeys (account);
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY, sid TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    methods TEXT NOT NULL, auth_time REAL NOT NULL, created_at REAL NOT NULL, seen_at REAL NOT NULL,
    expires_at REAL NOT NULL, user_agent TEXT NOT NULL, address TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE TABLE challenges (
    challenge_hash BLOB PRIMARY KEY, purpose TEXT NOT NULL, browser_hash BLOB NOT NULL, account TEXT,
    expires_at REAL NOT NULL
) STRICT;
CREATE TABLE interactions (
    id_hash BLOB PRIMARY KEY, browser_hash BLOB NOT NULL, request BLOB NOT NULL, started_at REAL NOT NULL,
    expires_at REAL NOT NULL
) STRICT;
CREATE TABLE clients (id TEXT PRIMARY KEY, document BLOB NOT NULL) STRICT;
CREATE TABLE consents (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, client TEXT NOT NULL, scope TEXT NOT NULL,
    PRIMARY KEY (account, client)
) STRICT;
CREATE TABLE grants (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE, client TEXT NOT NULL,
    sid TEXT NOT NULL, scope TEXT NOT NULL, nonce TEXT, auth_time REAL NOT NULL, methods TEXT NOT NULL,
    expires_at REAL NOT NULL, revoked_at REAL, revoked_because TEXT
) STRICT;
CREATE INDEX grants_of_session ON grants (sid);
CREATE TABLE codes (
    code_hash BLOB PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL, code_challenge TEXT NOT NULL, good_until REAL NOT NULL, used_at REAL,
    expires_at REAL NOT NULL
) STRICT;
CREATE TABLE refresh_tokens (
    token_hash BLOB PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    used_at REAL, expires_at REAL NOT NULL
) STRICT;
CREATE TABLE access_tokens (
    jti TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    scope TEXT NOT NULL, revoked_at REAL, expires_at REAL NOT NULL
) STRICT;
CREATE TABLE assertions (
    client TEXT NOT NULL, jti_hash BLOB NOT NULL, expires_at REAL NOT NULL, PRIMARY KEY (client, jti_hash)
) STRICT;
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, sealed_key BLOB NOT NULL, signs_from REAL NOT NULL
) STRICT;
"""

TRANSIENT = (
    "sessions", "challenges", "interactions", "codes", "refresh_tokens", "access_tokens", "assertions", "grants",
)  # fmt: skip
"""Tables with `expires_at`, whose rows are forgotten after it."""
