-- The processes of this platform that verify. A row is a node: a name that an operator enrolled, or that a process which may write
-- took for itself. What stands from process on is about what runs as it: written when it registers, before it vouches, and with
-- each report. NULL: nothing runs as it.
CREATE TABLE nodes (
    name         TEXT PRIMARY KEY,
    digest       BLOB UNIQUE CHECK (length(digest) = 32),   -- of its credential; NULL: it writes its own row
    enrolled_at  INTEGER NOT NULL,
    process      TEXT UNIQUE,              -- one run of the program
    role         TEXT CHECK (role IN ('all', 'control', 'verify')),
    program      TEXT,                     -- its version
    lease        INTEGER CHECK (0 < lease),
    -- How long it may vouch from the start of a read, by mode. Never changed for a process: receipts were written on it.
    span_test    INTEGER CHECK (0 < span_test),
    span_live    INTEGER CHECK (0 < span_live),
    registered_at INTEGER,
    position     INTEGER CHECK (0 <= position),  -- applied; only grows for a process
    reported_at  INTEGER,                  -- in database time
    clock_offset INTEGER,                  -- milliseconds its wall clock is ahead of the database's time; NULL: not measured
    pairs        INTEGER CHECK (0 <= pairs),
    CHECK ((process IS NULL) = (role IS NULL)),
    CHECK ((process IS NULL) = (program IS NULL)),
    CHECK ((process IS NULL) = (lease IS NULL)),
    CHECK ((process IS NULL) = (span_test IS NULL)),
    CHECK ((process IS NULL) = (span_live IS NULL)),
    CHECK ((process IS NULL) = (registered_at IS NULL)),
    CHECK ((process IS NULL) = (position IS NULL)),
    CHECK ((process IS NULL) = (reported_at IS NULL)),
    CHECK ((process IS NULL) = (pairs IS NULL))
) STRICT;

-- Processes that are no node any more, removed or replaced by another one, and may still vouch for what they read before they
-- read that. Erased when none of them can.
CREATE TABLE node_shadows (
    process   TEXT PRIMARY KEY,
    node      TEXT NOT NULL,
    span_test INTEGER NOT NULL CHECK (0 < span_test),
    span_live INTEGER NOT NULL CHECK (0 < span_live),
    seen_at   INTEGER                      -- a moment by which somebody had read this row; NULL: nobody has
) STRICT;
