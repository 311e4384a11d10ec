-- Whose words a letter speaks in. NULL: the brand's first language.
ALTER TABLE letters ADD COLUMN language TEXT;
-- Not to be sent before this. NULL: at once. `next_try_at` starts here and moves on with each try.
ALTER TABLE letters ADD COLUMN due_at INTEGER;

-- Letters that were refused for good or are still being tried after a failure, for the operator's list. A letter that
-- became pointless before it was due has no failure and is not in it.
CREATE INDEX letters_failed ON letters (created_at, id) WHERE failure IS NOT NULL;

-- Each channel is looked through by itself, however many letters wait in the other.
CREATE INDEX letters_due_by ON letters (channel, next_try_at) WHERE next_try_at IS NOT NULL;

-- An account's owner is invited instead of told that their account was opened. What nobody has sent yet is pointless: the
-- operator invites those owners anew.
UPDATE letters SET next_try_at = NULL, failure = NULL WHERE kind = 'account_opened';
