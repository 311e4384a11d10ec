-- Times are integer milliseconds UTC. Digests and links are 32 bytes. Ids are text with their prefix.
-- version: grows by one with each change of the row; an update names the version it was based on.

-- Facts about the database itself. known_answer_<n>: what pepper version <n> answers; a server whose pepper answers
-- otherwise refuses to start.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- One row. head: the position of the last transaction that changed a key; taken first and held until commit, so
-- positions become visible in order.
CREATE TABLE feed (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    head INTEGER NOT NULL
) STRICT;
INSERT INTO feed (id, head) VALUES (1, 0);

CREATE TABLE operators (
    name       TEXT PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id                  TEXT PRIMARY KEY,
    org                 TEXT NOT NULL,
    country             TEXT NOT NULL,
    name                TEXT NOT NULL,
    activated_at        INTEGER,          -- NULL: not activated
    website             TEXT,             -- NULL: none given
    website_verified_at INTEGER,          -- NULL: in review, or none given
    created_at          INTEGER NOT NULL,
    version             INTEGER NOT NULL,
    CHECK (website_verified_at IS NULL OR website IS NOT NULL)
) STRICT;

CREATE TABLE users (
    id                 TEXT PRIMARY KEY,
    org                TEXT NOT NULL,
    country            TEXT NOT NULL,
    name               TEXT NOT NULL,
    email              TEXT NOT NULL CHECK (email = lower(email)),
    password           TEXT,              -- Argon2id PHC string; NULL: invitation not accepted
    mobile             TEXT,              -- E.164; NULL: none verified
    mobile_verified_at INTEGER,
    two_factor         INTEGER NOT NULL CHECK (two_factor IN (0, 1)),
    wrong_codes        INTEGER NOT NULL CHECK (wrong_codes >= 0),
    locked_at          INTEGER,           -- NULL: not locked
    created_at         INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    UNIQUE (org, country, email),
    CHECK ((mobile IS NULL) = (mobile_verified_at IS NULL))
) STRICT;

CREATE TABLE members (
    account TEXT NOT NULL REFERENCES accounts (id),
    user    TEXT NOT NULL REFERENCES users (id),
    role    TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (account, user)
) STRICT;
CREATE INDEX members_by_user ON members (user);
-- There is never a second owner; that there is always one, the domain sees to.
CREATE UNIQUE INDEX one_owner_per_account ON members (account) WHERE role = 'owner';

CREATE TABLE keys (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (id),
    mode       TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    UNIQUE (account, mode, name)
) STRICT;

CREATE TABLE pairs (
    key_id       TEXT PRIMARY KEY,
    key          TEXT NOT NULL REFERENCES keys (id),
    digest       BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    pepper       INTEGER NOT NULL,        -- the pepper version the digest was made with
    state        TEXT NOT NULL CHECK (state IN ('current', 'retiring', 'ended')),
    until        INTEGER,                 -- retiring: accepted strictly before this
    ended_at     INTEGER,
    ended_why    TEXT,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,                 -- NULL: never
    last_used_at INTEGER,                 -- written by the usage loop only; NULL: never used
    made         INTEGER NOT NULL,        -- the position it was made at: the order of a key's pairs, whatever clocks said
    position     INTEGER NOT NULL,
    CHECK ((state = 'retiring') = (until IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_why IS NOT NULL))
) STRICT;
CREATE INDEX pairs_by_key ON pairs (key);
CREATE INDEX pairs_by_position ON pairs (position, key_id);
-- Of two racing regenerations the second fails here even if everything else were wrong.
CREATE UNIQUE INDEX one_current_pair_per_key ON pairs (key) WHERE state = 'current';
CREATE UNIQUE INDEX one_retiring_pair_per_key ON pairs (key) WHERE state = 'retiring';

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),  -- of the cookie
    user       TEXT NOT NULL REFERENCES users (id),
    org        TEXT NOT NULL,
    country    TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES accounts (id),
    stage      TEXT NOT NULL CHECK (stage IN ('awaiting_code', 'open')),
    otp_at     INTEGER,                   -- when a code was answered at this login; NULL: none was
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,          -- to the minute
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL,
    ended_at   INTEGER,                   -- NULL: not ended by anybody; it may still have timed out
    version    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user, created_at);

CREATE TABLE challenges (
    id         TEXT PRIMARY KEY,
    session    TEXT NOT NULL REFERENCES sessions (id),
    user       TEXT NOT NULL REFERENCES users (id),
    purpose    TEXT NOT NULL,             -- action, mode and target in one word
    sent_to    TEXT NOT NULL,
    verifies   INTEGER NOT NULL CHECK (verifies IN (0, 1)),
    digest     BLOB NOT NULL CHECK (length(digest) = 32),
    asked_at   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries      INTEGER NOT NULL CHECK (0 <= tries AND tries <= 5),
    state      TEXT NOT NULL CHECK (state IN ('asked', 'answered', 'spent')),
    until      INTEGER,                   -- answered: the end of the grant
    version    INTEGER NOT NULL,
    CHECK ((state = 'answered') = (until IS NOT NULL))
) STRICT;
CREATE INDEX challenges_by_session ON challenges (session, purpose, asked_at);

-- When codes were sent to a number: up to ten moments, oldest first, eight bytes each, big-endian.
CREATE TABLE sends (
    number  TEXT PRIMARY KEY,
    sends   BLOB NOT NULL CHECK (length(sends) % 8 = 0 AND length(sends) <= 80),
    version INTEGER NOT NULL
) STRICT;

-- What the system owes somebody. The columns after `kind` are its facts, used as the kind needs them.
CREATE TABLE letters (
    id          TEXT PRIMARY KEY,
    org         TEXT NOT NULL,
    country     TEXT NOT NULL,
    channel     TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    recipient   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    purpose     TEXT,
    sealed      BLOB,                     -- a code, sealed; erased when the letter is sent or given up
    key_id      TEXT,
    old_key_id  TEXT,
    mode        TEXT,
    moment      INTEGER,
    words       TEXT,
    created_at  INTEGER NOT NULL,
    tries       INTEGER NOT NULL,
    next_try_at INTEGER,                  -- NULL: sent or given up
    sent_at     INTEGER,
    failure     TEXT                      -- the last one, in words; NULL: none
) STRICT;
CREATE INDEX letters_due ON letters (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX letters_stuck ON letters (recipient, created_at) WHERE failure IS NOT NULL;

-- Answers kept for repeats with the same Idempotency-Key.
CREATE TABLE answers (
    digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
    request    BLOB NOT NULL CHECK (length(request) = 32),
    target     TEXT NOT NULL,
    sealed     BLOB,                      -- the secret, sealed under the caller's own key; erased when over
    expires_at INTEGER NOT NULL
) STRICT;

-- One entry for each change, chained: link = HMAC(previous link, sequence, entry).
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    origin   TEXT NOT NULL,
    account  TEXT NOT NULL,               -- empty: in no account
    action   TEXT NOT NULL,
    target   TEXT NOT NULL,
    facts    TEXT NOT NULL,
    position INTEGER NOT NULL,            -- 0: changed no key
    link     BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;
CREATE INDEX audit_by_account ON audit (account, sequence);

-- One row: the end of the chain.
CREATE TABLE audit_head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    link     BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;
INSERT INTO audit_head (id, sequence, link) VALUES (1, 0, zeroblob(32));
