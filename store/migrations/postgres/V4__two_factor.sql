-- Two-factor's whole life: more ways to answer a challenge than an SMS, codes to write down, links that set a new password,
-- and the devices somebody has logged in from.

-- Challenges live for minutes: those under way at an upgrade are asked anew, and logins that wait for a code ask for another.
DROP TABLE challenges;
CREATE TABLE challenges (
    id         TEXT COLLATE "C" PRIMARY KEY,
    session    TEXT COLLATE "C" NOT NULL REFERENCES sessions (id),
    "user"       TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    purpose    TEXT COLLATE "C" NOT NULL,             -- action, mode and target in one word
    way        TEXT COLLATE "C" NOT NULL CHECK (way IN ('sms', 'new_number', 'email', 'app', 'new_app')),
    sent_to    TEXT COLLATE "C",                      -- the number or address a code was sent to; NULL: an app makes the codes
    sealed     BYTEA,                      -- a new app's secret, sealed by the pepper for this user
    digest     BYTEA CHECK (digest IS NULL OR length(digest) = 32), -- of the latest code that was sent
    asked_at   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL CHECK (0 <= tries AND tries <= 5),
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'answered', 'spent')),
    until      BIGINT,                   -- answered: the end of the grant
    version    BIGINT NOT NULL,
    CHECK ((sent_to IS NULL) = (way IN ('app', 'new_app'))),
    CHECK ((digest IS NULL) = (way IN ('app', 'new_app'))),
    CHECK ((sealed IS NULL) = (way <> 'new_app')),
    CHECK ((state = 'answered') = (until IS NOT NULL))
);
CREATE INDEX challenges_by_session ON challenges (session, purpose, asked_at);

-- Codes go to addresses too. Those to a number that is somebody's own are counted apart from those that try whether it is,
-- which strangers can ask for. What is counted matters for a day, so an upgrade counts anew.
DROP TABLE sends;
CREATE TABLE sends (
    recipient TEXT COLLATE "C" NOT NULL,
    class     TEXT COLLATE "C" NOT NULL CHECK (class = 'own' OR class LIKE 'new %/%'), -- 'own', or 'new' and the brand where it is tried
    sends     BYTEA NOT NULL CHECK (length(sends) % 8 = 0 AND length(sends) <= 80),
    version   BIGINT NOT NULL,
    PRIMARY KEY (recipient, class)
);

-- What is left of the codes somebody wrote down: digests, thirty-two bytes each. A code that is used is taken out.
CREATE TABLE backup_codes (
    "user"    TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    unused  BYTEA NOT NULL CHECK (length(unused) % 32 = 0 AND length(unused) <= 320),
    made_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- The one link that may set somebody's password. A newer one takes its place.
CREATE TABLE password_resets (
    "user"       TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    digest     BYTEA UNIQUE CHECK (digest IS NULL OR length(digest) = 32), -- of the link's token; NULL: it was used
    expires_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);

-- The browsers somebody has logged in from: digests of a cookie's token, thirty-two bytes each, up to twenty, oldest first.
CREATE TABLE devices (
    "user"    TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    known   BYTEA NOT NULL CHECK (length(known) % 32 = 0 AND length(known) <= 640),
    version BIGINT NOT NULL
);

-- When another number took the place of the one before: live keys wait a while after that.
ALTER TABLE users ADD COLUMN mobile_changed_at BIGINT;
