-- Whose words a letter speaks in. NULL: the brand's first language.
ALTER TABLE letters ADD COLUMN language TEXT COLLATE "C";
-- Not to be sent before this. NULL: at once. `next_try_at` starts here and moves on with each try.
ALTER TABLE letters ADD COLUMN due_at BIGINT;

-- Letters that were refused for good or are still being tried after a failure, for the operator's list. A letter that
-- became pointless before it was due has no failure and is not in it.
CREATE INDEX letters_failed ON letters (created_at, id) WHERE failure IS NOT NULL;

-- Each channel is looked through by itself, however many letters wait in the other.
CREATE INDEX letters_due_by ON letters (channel, next_try_at) WHERE next_try_at IS NOT NULL;

-- An account's owner is invited instead of told that their account was opened. What nobody has sent yet is pointless: the
-- operator invites those owners anew.
UPDATE letters SET next_try_at = NULL, failure = NULL WHERE kind = 'account_opened';

-- Codes sent by SMS in one window, around a number, in a brand's name, or to new numbers for a user or an account, and how often
-- somebody was refused one because the allowance was used up. Codes to numbers that nobody has verified count in a second row
-- too, `new_…`, which holds them to half of what all share. Counted by the commit that sends; forgotten when the window is over, or a month after a refusal.
CREATE TABLE send_counts (
    allowance  TEXT COLLATE "C" NOT NULL CHECK (
        allowance IN ('recipient', 'nearby', 'brand', '"user"', 'account', 'new_nearby', 'new_brand')
    ),
    org        TEXT COLLATE "C" NOT NULL,
    country    TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,             -- the numbers' common beginning, a masked number, the brand, or an id; never a number
    since      BIGINT NOT NULL,
    until      BIGINT NOT NULL CHECK (since < until),
    sent       BIGINT NOT NULL CHECK (0 <= sent),
    refused    BIGINT NOT NULL CHECK (0 <= refused),
    refused_at BIGINT CHECK ((refused_at IS NULL) = (refused = 0)),
    PRIMARY KEY (allowance, org, country, subject, since)
);
CREATE INDEX send_counts_over ON send_counts (until);
CREATE INDEX send_counts_refused ON send_counts (refused_at) WHERE refused_at IS NOT NULL;
