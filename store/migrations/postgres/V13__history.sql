-- incarnation: which life of the database this is, drawn when it is made and anew whenever somebody says that it goes on from an
-- older state. quarantine: why no key is changed until somebody has decided; NULL: keys are changed.
ALTER TABLE feed ADD COLUMN incarnation BYTEA CHECK (length(incarnation) = 16);
UPDATE feed SET incarnation = decode(replace(CAST(gen_random_uuid() AS TEXT), '-', ''), 'hex');
ALTER TABLE feed ALTER COLUMN incarnation SET NOT NULL;
ALTER TABLE feed ADD COLUMN quarantine TEXT COLLATE "C" CHECK (quarantine IN ('history_lost', 'unfinished'));
ALTER TABLE feed ADD COLUMN quarantined_by TEXT COLLATE "C" CHECK ((quarantined_by IS NULL) = (quarantine IS NULL));
ALTER TABLE feed ADD COLUMN quarantined_at BIGINT CHECK ((quarantined_at IS NULL) = (quarantine IS NULL));
ALTER TABLE feed ADD COLUMN quarantined_seen BIGINT CHECK ((quarantined_seen IS NULL) = (quarantine IS NULL));
