-- incarnation: which life of the database this is, drawn when it is made and anew whenever somebody says that it goes on from an
-- older state. quarantine: why no key is changed until somebody has decided; NULL: keys are changed.
CREATE TABLE feed_13 (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    head        INTEGER NOT NULL,
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
    quarantine  TEXT CHECK (quarantine IN ('history_lost', 'unfinished')),
    quarantined_by   TEXT CHECK ((quarantined_by IS NULL) = (quarantine IS NULL)),
    quarantined_at   INTEGER CHECK ((quarantined_at IS NULL) = (quarantine IS NULL)),
    quarantined_seen INTEGER CHECK ((quarantined_seen IS NULL) = (quarantine IS NULL))
) STRICT;
INSERT INTO feed_13 (id, head, incarnation) SELECT id, head, randomblob(16) FROM feed;
DROP TABLE feed;
ALTER TABLE feed_13 RENAME TO feed;
