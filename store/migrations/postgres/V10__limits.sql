-- How often, and from where, a key may be used. NULL: any number, from anywhere. A change of limits touches all pairs of the
-- key that may still work, so that whoever follows the feed hears of it.
ALTER TABLE keys ADD COLUMN per_second BIGINT CHECK (0 < per_second AND per_second <= 1000000);
ALTER TABLE keys ADD COLUMN per_day BIGINT CHECK (0 < per_day AND per_day <= 86400000000);
-- Networks with a blank between them, as in '192.0.2.0/24 2001:db8::1'; at most 64.
ALTER TABLE keys ADD COLUMN networks TEXT COLLATE "C" CHECK (0 < length(networks) AND length(networks) <= 2815);
-- How often limits were changed, and who did last: a change that was based on an older number is refused.
ALTER TABLE keys ADD COLUMN limits_version BIGINT NOT NULL DEFAULT 0 CHECK (0 <= limits_version);
ALTER TABLE keys ADD COLUMN limits_by TEXT COLLATE "C" CHECK ((limits_by IS NULL) = (limits_version = 0));
ALTER TABLE keys ADD COLUMN limits_at BIGINT CHECK ((limits_at IS NULL) = (limits_version = 0));

-- A process that starts asks for all keys that were ever limited, among all keys there are.
CREATE INDEX keys_limited ON keys (limits_version) WHERE limits_version > 0;

-- What a limited key was used on the last day of UTC that it was used on. Written by the usage loop; if it stopped, a restart
-- would give the key some of the day's requests a second time.
CREATE TABLE key_days (
    key   TEXT COLLATE "C" PRIMARY KEY REFERENCES keys (id),
    day   BIGINT NOT NULL CHECK (0 <= day),   -- since 1970-01-01
    count BIGINT NOT NULL CHECK (0 < count)
);
CREATE INDEX key_days_by_day ON key_days (day);
