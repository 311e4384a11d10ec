-- Where the last use was from: an address, or the network of an IPv6 address. Written by the usage loop together with
-- last_used_at; NULL: nobody told.
ALTER TABLE pairs ADD COLUMN last_used_from TEXT COLLATE "C";

-- Why requests with a pair were refused: one row for each pair and reason, however many requests there were. Written by the
-- loop that writes down what the process remembers, which is never more than ten thousand rows; if it stopped, owners would
-- miss what happened since, and nothing else. No row here decides anything.
CREATE TABLE refusals (
    key_id   TEXT COLLATE "C" NOT NULL REFERENCES pairs (key_id),
    reason   TEXT COLLATE "C" NOT NULL,               -- 'ended', 'malformed.newline', …
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    count    BIGINT NOT NULL CHECK (0 < count),
    minutes  BYTEA NOT NULL CHECK (length(minutes) = 248),  -- the last hour: a bucket's number, then 60 counts
    hours    BYTEA NOT NULL CHECK (length(hours) = 200),    -- the last two days: a bucket's number, then 48 counts
    sources  TEXT COLLATE "C" NOT NULL CHECK (length(sources) <= 1000), -- up to four: address, moment, count, what it calls itself
    PRIMARY KEY (key_id, reason),
    CHECK (first_at <= last_at)
);
CREATE INDEX refusals_by_last ON refusals (last_at);

-- What is to be erased is looked for every minute, among all answers that were ever kept.
CREATE INDEX answers_to_erase ON answers (expires_at) WHERE sealed IS NOT NULL AND length(sealed) > 0;
