-- The processes of this platform that verify. A row is a node: a name that an operator enrolled, or that a process which may write
-- took for itself. What stands from process on is about what runs as it: written when it registers, before it vouches, and with
-- each report. NULL: nothing runs as it.
CREATE TABLE nodes (
    name         TEXT COLLATE "C" PRIMARY KEY,
    digest       BYTEA UNIQUE CHECK (length(digest) = 32),   -- of its credential; NULL: it writes its own row
    enrolled_at  BIGINT NOT NULL,
    process      TEXT COLLATE "C" UNIQUE,              -- one run of the program
    role         TEXT COLLATE "C" CHECK (role IN ('all', 'control', 'verify')),
    program      TEXT COLLATE "C",                     -- its version
    lease        BIGINT CHECK (0 < lease),
    -- How long it may vouch from the start of a read, by mode. Never changed for a process: receipts were written on it.
    span_test    BIGINT CHECK (0 < span_test),
    span_live    BIGINT CHECK (0 < span_live),
    registered_at BIGINT,
    position     BIGINT CHECK (0 <= position),  -- applied; only grows for a process
    reported_at  BIGINT,                  -- in database time
    clock_offset BIGINT,                  -- milliseconds its wall clock is ahead of the database's time; NULL: not measured
    pairs        BIGINT CHECK (0 <= pairs),
    CHECK ((process IS NULL) = (role IS NULL)),
    CHECK ((process IS NULL) = (program IS NULL)),
    CHECK ((process IS NULL) = (lease IS NULL)),
    CHECK ((process IS NULL) = (span_test IS NULL)),
    CHECK ((process IS NULL) = (span_live IS NULL)),
    CHECK ((process IS NULL) = (registered_at IS NULL)),
    CHECK ((process IS NULL) = (position IS NULL)),
    CHECK ((process IS NULL) = (reported_at IS NULL)),
    CHECK ((process IS NULL) = (pairs IS NULL))
);

-- Processes that are no node any more, removed or replaced by another one, and may still vouch for what they read before they
-- read that. Erased when none of them can.
CREATE TABLE node_shadows (
    process   TEXT COLLATE "C" PRIMARY KEY,
    node      TEXT COLLATE "C" NOT NULL,
    span_test BIGINT NOT NULL CHECK (0 < span_test),
    span_live BIGINT NOT NULL CHECK (0 < span_live),
    seen_at   BIGINT                      -- a moment by which somebody had read this row; NULL: nobody has
);
