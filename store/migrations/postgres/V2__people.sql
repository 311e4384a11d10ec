-- What people choose about how they log in and read, and what an account asks of its whole team.

ALTER TABLE users ADD COLUMN language TEXT COLLATE "C";                 -- NULL: never chosen; the browser's wish counts
-- An authenticator app (RFC 6238). All three or none. totp: its secret, sealed by the pepper; totp_step: the last time step
-- whose code was accepted, so that no code works twice.
ALTER TABLE users ADD COLUMN totp BYTEA;
ALTER TABLE users ADD COLUMN totp_at BIGINT CHECK ((totp_at IS NULL) = (totp IS NULL));
ALTER TABLE users ADD COLUMN totp_step BIGINT CHECK ((totp_step IS NULL) = (totp IS NULL));

-- 1: every member needs a second factor to log in.
ALTER TABLE accounts ADD COLUMN two_factor_required BIGINT NOT NULL DEFAULT 0 CHECK (two_factor_required IN (0, 1));
