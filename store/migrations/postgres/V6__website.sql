-- What live mode asks of an account and what became of it. A review stands in the columns that say when it was told,
-- found good or returned: at most one of "good" and "returned" is there, and with neither it waits.

-- The website or app: accounts.website is its address, website_verified_at when it was found good.
ALTER TABLE accounts ADD COLUMN website_kind TEXT COLLATE "C" NOT NULL DEFAULT 'website' CHECK (website_kind IN ('website', 'app'));
-- Where its policies stand; empty: nowhere.
ALTER TABLE accounts ADD COLUMN website_terms TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN website_privacy TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN website_refunds TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN website_contact TEXT COLLATE "C" NOT NULL DEFAULT '';
-- How a reviewer gets in; empty: no login is needed.
ALTER TABLE accounts ADD COLUMN website_note TEXT COLLATE "C" NOT NULL DEFAULT '';
-- When it was told last; NULL only while there is no website.
ALTER TABLE accounts ADD COLUMN website_submitted_at BIGINT CHECK (website_submitted_at IS NULL OR website IS NOT NULL);
-- When it was returned, and why; NULL: it was not.
ALTER TABLE accounts ADD COLUMN website_returned_at BIGINT
    CHECK (website_returned_at IS NULL OR (website IS NOT NULL AND website_verified_at IS NULL));
ALTER TABLE accounts ADD COLUMN website_reason TEXT COLLATE "C" CHECK ((website_reason IS NULL) = (website_returned_at IS NULL));
UPDATE accounts SET website_submitted_at = created_at WHERE website IS NOT NULL;

-- Whose business it is. All NULL until somebody told; told and told again until the account is activated.
ALTER TABLE accounts ADD COLUMN business_name TEXT COLLATE "C";
ALTER TABLE accounts ADD COLUMN business_type TEXT COLLATE "C" CHECK ((business_type IS NULL) = (business_name IS NULL));
ALTER TABLE accounts ADD COLUMN business_registration TEXT COLLATE "C"
    CHECK ((business_registration IS NULL) = (business_name IS NULL));
ALTER TABLE accounts ADD COLUMN business_sells TEXT COLLATE "C" CHECK ((business_sells IS NULL) = (business_name IS NULL));
ALTER TABLE accounts ADD COLUMN business_submitted_at BIGINT
    CHECK ((business_submitted_at IS NULL) = (business_name IS NULL));
ALTER TABLE accounts ADD COLUMN business_returned_at BIGINT
    CHECK (business_returned_at IS NULL OR (business_name IS NOT NULL AND activated_at IS NULL));
ALTER TABLE accounts ADD COLUMN business_reason TEXT COLLATE "C" CHECK ((business_reason IS NULL) = (business_returned_at IS NULL));

-- The operator's queues: what waits, the longest waiting first.
CREATE INDEX websites_in_review ON accounts (website_submitted_at, id)
    WHERE website IS NOT NULL AND website_verified_at IS NULL AND website_returned_at IS NULL;
CREATE INDEX activations_in_review ON accounts (business_submitted_at, id)
    WHERE business_name IS NOT NULL AND activated_at IS NULL AND business_returned_at IS NULL;
