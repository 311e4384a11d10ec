-- The operator console: how operators log in to it, and the indexes of its pages.

-- All five or none: NULL until the operator enrolled, and after a reset. totp: the app's secret, sealed by the pepper;
-- totp_step: the last time step whose code was accepted; backup: digests of unused backup codes, 32 bytes each.
ALTER TABLE operators ADD COLUMN password TEXT COLLATE "C";             -- Argon2id PHC string
ALTER TABLE operators ADD COLUMN totp BYTEA CHECK ((totp IS NULL) = (password IS NULL));
ALTER TABLE operators ADD COLUMN totp_at BIGINT CHECK ((totp_at IS NULL) = (password IS NULL));
ALTER TABLE operators ADD COLUMN totp_step BIGINT CHECK ((totp_step IS NULL) = (password IS NULL));
ALTER TABLE operators ADD COLUMN backup BYTEA
    CHECK ((backup IS NULL) = (password IS NULL) AND (backup IS NULL OR (length(backup) % 32 = 0 AND length(backup) <= 320)));
ALTER TABLE operators ADD COLUMN wrong_codes BIGINT NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0);
ALTER TABLE operators ADD COLUMN locked_at BIGINT;         -- NULL: not locked
ALTER TABLE operators ADD COLUMN removed_at BIGINT CHECK (removed_at IS NULL OR password IS NULL);
ALTER TABLE operators ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

CREATE TABLE console_sessions (
    id         TEXT COLLATE "C" PRIMARY KEY,
    digest     BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),  -- of the cookie
    operator   TEXT COLLATE "C" NOT NULL REFERENCES operators (name),
    -- enrolling: token and password were taken, the app's first code is owed. Only then password, totp and began_with (the
    -- digest of the token) are there.
    stage      TEXT COLLATE "C" NOT NULL CHECK (stage IN ('enrolling', 'open')),
    password   TEXT COLLATE "C" CHECK ((password IS NOT NULL) = (stage = 'enrolling')),
    totp       BYTEA CHECK ((totp IS NOT NULL) = (stage = 'enrolling')),
    began_with BYTEA CHECK ((began_with IS NOT NULL) = (stage = 'enrolling')),
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,          -- to the minute
    address    TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    ended_at   BIGINT,                   -- NULL: not ended by anybody; it may still have timed out
    version    BIGINT NOT NULL
);
CREATE INDEX console_sessions_by_operator ON console_sessions (operator, created_at);

-- Finding accounts: by name, and the newest of a brand in each state that the console can be asked for.
CREATE INDEX accounts_by_name ON accounts (org, country, lower(name), id);
CREATE INDEX accounts_newest ON accounts (org, country, created_at, id);
CREATE INDEX accounts_not_activated ON accounts (org, country, created_at, id) WHERE activated_at IS NULL;
CREATE INDEX accounts_activated ON accounts (org, country, created_at, id) WHERE activated_at IS NOT NULL;
CREATE INDEX accounts_ready ON accounts (org, country, created_at, id)
    WHERE activated_at IS NOT NULL AND website_verified_at IS NOT NULL;
CREATE INDEX accounts_returned ON accounts (org, country, created_at, id)
    WHERE website_returned_at IS NOT NULL OR business_returned_at IS NOT NULL;

-- Who is locked out, the latest first.
CREATE INDEX users_locked ON users (locked_at, id) WHERE locked_at IS NOT NULL;

-- The audit by what the console filters for; account and sequence have their index since the beginning.
CREATE INDEX audit_by_actor ON audit (actor, sequence);
CREATE INDEX audit_by_action ON audit (action, sequence);
CREATE INDEX audit_by_time ON audit (at, sequence);
