-- How often pairs were used, and from where: a row for each pair and hour with its minutes, kept for a day, and a row for each
-- pair and day with its hours, kept for five weeks. Hours and days are those of UTC. Written by the usage loop, both at
-- once, and erased by another; if they stopped, charts would be wrong, and nothing else. No row here decides anything.
-- What is written together stands together (all pairs of the present hour), and so does what is erased together.
CREATE TABLE usage (
    span    BIGINT NOT NULL CHECK (span IN (3600000, 86400000)), -- an hour or a day, in milliseconds
    begins  BIGINT NOT NULL CHECK (begins % span = 0),
    key_id  TEXT COLLATE "C" NOT NULL REFERENCES pairs (key_id),
    count   BIGINT NOT NULL CHECK (0 < count),  -- of all parts; grows with each change, so it is also the row's version
    parts   BYTEA NOT NULL CHECK (2 <= length(parts) AND length(parts) <= 660),  -- of each minute or hour that had any: number, count
    sources TEXT COLLATE "C" NOT NULL CHECK (length(sources) <= 1000),  -- of a day: up to eight networks, first and last seen
    PRIMARY KEY (span, begins, key_id),
    CHECK (span = 86400000 OR sources = '')
);
