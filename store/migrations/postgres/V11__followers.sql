-- Services that hold the index themselves and verify in their own process. Written by operators; a name is never given twice,
-- and who is revoked stays revoked.
CREATE TABLE followers (
    name       TEXT COLLATE "C" PRIMARY KEY,
    digest     BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),  -- of the token
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,                   -- NULL: the token works
    version    BIGINT NOT NULL
);

-- The entry of a position: whoever follows the feed proves with its link that it knows this history and not another one (a
-- database that was restored from an older copy and went on has other links). A change has one entry, so a position has one.
CREATE UNIQUE INDEX audit_by_position ON audit (position) WHERE position > 0;
