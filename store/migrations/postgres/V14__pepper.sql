-- The version of the pepper in use: whatever is made is made under it, the next entry of the audit chain too. Only grows. Read with
-- the head of the feed: who does not hold it is not ready.
ALTER TABLE audit_head ADD COLUMN pepper BIGINT NOT NULL DEFAULT 1 CHECK (0 < pepper AND pepper < 256);
UPDATE audit_head
   SET pepper = coalesce((SELECT max(CAST(substr(name, 14) AS BIGINT)) FROM meta WHERE name LIKE 'known_answer_%'), 1);

-- A process and the versions of the pepper that it said to hold, with blanks between. What another process than the one that runs
-- now said counts for nothing; a program of the version before does not write here at all.
ALTER TABLE nodes ADD COLUMN peppers TEXT COLLATE "C";

-- From here on pairs.pepper names layers: eight bits for each version that the digest stands under, the innermost lowest. Of a
-- single one it is the version itself, as before.
