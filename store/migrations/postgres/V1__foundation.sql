-- Times are integer milliseconds UTC. Digests and links are 32 bytes. Ids are text with their prefix.
-- version: grows by one with each change of the row; an update names the version it was based on.

-- Facts about the database itself. known_answer_<n>: what pepper version <n> answers; a server whose pepper answers
-- otherwise refuses to start.
CREATE TABLE meta (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);

-- One row. head: the position of the last transaction that changed a key; taken first and held until commit, so
-- positions become visible in order.
CREATE TABLE feed (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    head BIGINT NOT NULL
);
INSERT INTO feed (id, head) VALUES (1, 0);

CREATE TABLE operators (
    name       TEXT COLLATE "C" PRIMARY KEY,
    digest     BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id                  TEXT COLLATE "C" PRIMARY KEY,
    org                 TEXT COLLATE "C" NOT NULL,
    country             TEXT COLLATE "C" NOT NULL,
    name                TEXT COLLATE "C" NOT NULL,
    activated_at        BIGINT,          -- NULL: not activated
    website             TEXT COLLATE "C",             -- NULL: none given
    website_verified_at BIGINT,          -- NULL: in review, or none given
    created_at          BIGINT NOT NULL,
    version             BIGINT NOT NULL,
    CHECK (website_verified_at IS NULL OR website IS NOT NULL)
);

CREATE TABLE users (
    id                 TEXT COLLATE "C" PRIMARY KEY,
    org                TEXT COLLATE "C" NOT NULL,
    country            TEXT COLLATE "C" NOT NULL,
    name               TEXT COLLATE "C" NOT NULL,
    email              TEXT COLLATE "C" NOT NULL CHECK (email = lower(email)),
    password           TEXT COLLATE "C",              -- Argon2id PHC string; NULL: invitation not accepted
    mobile             TEXT COLLATE "C",              -- E.164; NULL: none verified
    mobile_verified_at BIGINT,
    two_factor         BIGINT NOT NULL CHECK (two_factor IN (0, 1)),
    wrong_codes        BIGINT NOT NULL CHECK (wrong_codes >= 0),
    locked_at          BIGINT,           -- NULL: not locked
    created_at         BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    UNIQUE (org, country, email),
    CHECK ((mobile IS NULL) = (mobile_verified_at IS NULL))
);

CREATE TABLE members (
    account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    "user"    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    role    TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (account, "user")
);
CREATE INDEX members_by_user ON members ("user");
-- There is never a second owner; that there is always one, the domain sees to.
CREATE UNIQUE INDEX one_owner_per_account ON members (account) WHERE role = 'owner';

CREATE TABLE keys (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    mode       TEXT COLLATE "C" NOT NULL CHECK (mode IN ('test', 'live')),
    name       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    UNIQUE (account, mode, name)
);

CREATE TABLE pairs (
    key_id       TEXT COLLATE "C" PRIMARY KEY,
    key          TEXT COLLATE "C" NOT NULL REFERENCES keys (id),
    digest       BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),
    pepper       BIGINT NOT NULL,        -- the pepper version the digest was made with
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('current', 'retiring', 'ended')),
    until        BIGINT,                 -- retiring: accepted strictly before this
    ended_at     BIGINT,
    ended_why    TEXT COLLATE "C",
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,                 -- NULL: never
    last_used_at BIGINT,                 -- written by the usage loop only; NULL: never used
    made         BIGINT NOT NULL,        -- the position it was made at: the order of a key's pairs, whatever clocks said
    position     BIGINT NOT NULL,
    CHECK ((state = 'retiring') = (until IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_why IS NOT NULL))
);
CREATE INDEX pairs_by_key ON pairs (key);
CREATE INDEX pairs_by_position ON pairs (position, key_id);
-- Of two racing regenerations the second fails here even if everything else were wrong.
CREATE UNIQUE INDEX one_current_pair_per_key ON pairs (key) WHERE state = 'current';
CREATE UNIQUE INDEX one_retiring_pair_per_key ON pairs (key) WHERE state = 'retiring';

CREATE TABLE sessions (
    id         TEXT COLLATE "C" PRIMARY KEY,
    digest     BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),  -- of the cookie
    "user"       TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    org        TEXT COLLATE "C" NOT NULL,
    country    TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    stage      TEXT COLLATE "C" NOT NULL CHECK (stage IN ('awaiting_code', 'open')),
    otp_at     BIGINT,                   -- when a code was answered at this login; NULL: none was
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,          -- to the minute
    address    TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    ended_at   BIGINT,                   -- NULL: not ended by anybody; it may still have timed out
    version    BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions ("user", created_at);

CREATE TABLE challenges (
    id         TEXT COLLATE "C" PRIMARY KEY,
    session    TEXT COLLATE "C" NOT NULL REFERENCES sessions (id),
    "user"       TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    purpose    TEXT COLLATE "C" NOT NULL,             -- action, mode and target in one word
    sent_to    TEXT COLLATE "C" NOT NULL,
    verifies   BIGINT NOT NULL CHECK (verifies IN (0, 1)),
    digest     BYTEA NOT NULL CHECK (length(digest) = 32),
    asked_at   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL CHECK (0 <= tries AND tries <= 5),
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'answered', 'spent')),
    until      BIGINT,                   -- answered: the end of the grant
    version    BIGINT NOT NULL,
    CHECK ((state = 'answered') = (until IS NOT NULL))
);
CREATE INDEX challenges_by_session ON challenges (session, purpose, asked_at);

-- When codes were sent to a number: up to ten moments, oldest first, eight bytes each, big-endian.
CREATE TABLE sends (
    number  TEXT COLLATE "C" PRIMARY KEY,
    sends   BYTEA NOT NULL CHECK (length(sends) % 8 = 0 AND length(sends) <= 80),
    version BIGINT NOT NULL
);

-- What the system owes somebody. The columns after `kind` are its facts, used as the kind needs them.
CREATE TABLE letters (
    id          TEXT COLLATE "C" PRIMARY KEY,
    org         TEXT COLLATE "C" NOT NULL,
    country     TEXT COLLATE "C" NOT NULL,
    channel     TEXT COLLATE "C" NOT NULL CHECK (channel IN ('sms', 'email')),
    recipient   TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    purpose     TEXT COLLATE "C",
    sealed      BYTEA,                     -- a code, sealed; erased when the letter is sent or given up
    key_id      TEXT COLLATE "C",
    old_key_id  TEXT COLLATE "C",
    mode        TEXT COLLATE "C",
    moment      BIGINT,
    words       TEXT COLLATE "C",
    created_at  BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    next_try_at BIGINT,                  -- NULL: sent or given up
    sent_at     BIGINT,
    failure     TEXT COLLATE "C"                      -- the last one, in words; NULL: none
);
CREATE INDEX letters_due ON letters (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX letters_stuck ON letters (recipient, created_at) WHERE failure IS NOT NULL;

-- Answers kept for repeats with the same Idempotency-Key.
CREATE TABLE answers (
    digest     BYTEA PRIMARY KEY CHECK (length(digest) = 32),
    request    BYTEA NOT NULL CHECK (length(request) = 32),
    target     TEXT COLLATE "C" NOT NULL,
    sealed     BYTEA,                      -- the secret, sealed under the caller's own key; erased when over
    expires_at BIGINT NOT NULL
);

-- One entry for each change, chained: link = HMAC(previous link, sequence, entry).
CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    origin   TEXT COLLATE "C" NOT NULL,
    account  TEXT COLLATE "C" NOT NULL,               -- empty: in no account
    action   TEXT COLLATE "C" NOT NULL,
    target   TEXT COLLATE "C" NOT NULL,
    facts    TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,            -- 0: changed no key
    link     BYTEA NOT NULL CHECK (length(link) = 32)
);
CREATE INDEX audit_by_account ON audit (account, sequence);

-- One row: the end of the chain.
CREATE TABLE audit_head (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL,
    link     BYTEA NOT NULL CHECK (length(link) = 32)
);
INSERT INTO audit_head (id, sequence, link) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
