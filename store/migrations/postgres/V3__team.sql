-- Who was asked to join which account. One row for an address and an account, for ever: another invitation uses it again.
CREATE TABLE invitations (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    email      TEXT COLLATE "C" NOT NULL CHECK (email = lower(email)),
    role       TEXT COLLATE "C" NOT NULL,
    inviter    TEXT COLLATE "C" NOT NULL,             -- who sent it last: a user id, or operator:<name>
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('held', 'open', 'accepted', 'cancelled')),
    digest     BYTEA UNIQUE CHECK (length(digest) = 32),  -- of the token in the link; NULL: no link works
    settled_by TEXT COLLATE "C" REFERENCES users (id),               -- accepted: who joined
    settled_at BIGINT,                   -- when it was accepted or cancelled; NULL: pending
    sent       BYTEA NOT NULL CHECK (length(sent) % 8 = 0 AND length(sent) <= 40),  -- up to five moments, oldest first
    sent_at    BIGINT,                   -- the last of them; NULL: never sent
    expires_at BIGINT NOT NULL,          -- when the link stops working
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    UNIQUE (account, email),
    CHECK ((state = 'open') = (digest IS NOT NULL)),
    CHECK ((state = 'accepted') = (settled_by IS NOT NULL)),
    CHECK ((state IN ('accepted', 'cancelled')) = (settled_at IS NOT NULL)),
    CHECK ((sent_at IS NULL) = (length(sent) = 0))
);
CREATE INDEX invitations_by_email ON invitations (email);
