//! Statements that the schema must refuse by itself, whoever sends them: one for each constraint that no decision can
//! reach, because the domain's types cannot say such a thing.

/// A statement that must fail on a store with one row in every table.
#[derive(Clone, Copy, Debug)]
pub struct Forbidden {
    /// Which rule it tries to break.
    pub rule: &'static str,
    /// The statement.
    pub sql: &'static str,
}

const fn no(rule: &'static str, sql: &'static str) -> Forbidden {
    Forbidden { rule, sql }
}

/// One row in every table. `randomblob`, `zeroblob` and `hex` are SQLite's; elsewhere the tests bring them along.
pub const FURNITURE: &str = "
    INSERT INTO meta VALUES ('a fact', zeroblob(1));
    INSERT INTO operators (name, digest, created_at) VALUES ('ops', randomblob(32), 0);
    INSERT INTO console_sessions VALUES ('ses_2', randomblob(32), 'ops', 'open', NULL, NULL, NULL, 0, 0, '', '', NULL, 1);
    INSERT INTO accounts (id, org, country, name, created_at, version) VALUES ('acc_1', 'razorpay', 'IN', 'Shop', 0, 1);
    INSERT INTO users (id, org, country, name, email, two_factor, wrong_codes, created_at, version)
         VALUES ('usr_1', 'razorpay', 'IN', 'Asha', 'a@shop.example', 0, 0, 0, 1);
    INSERT INTO members VALUES ('acc_1', 'usr_1', 'owner', 1);
    INSERT INTO keys (id, account, mode, name, created_at, position, version) VALUES ('key_1', 'acc_1', 'test', 'Default', 0, 1, 1);
    INSERT INTO key_days VALUES ('key_1', 20000, 1);
    INSERT INTO pairs VALUES ('rzp_test_1', 'key_1', randomblob(32), 1, 'current', NULL, NULL, NULL, 0, NULL, NULL, 1, 1, NULL);
    INSERT INTO usage VALUES (3600000, 0, 'rzp_test_1', 1, zeroblob(2), ''), (86400000, 0, 'rzp_test_1', 1, zeroblob(2), '');
    INSERT INTO sessions VALUES ('ses_1', randomblob(32), 'usr_1', 'razorpay', 'IN', 'acc_1', 'open', NULL, 0, 0, '', '', NULL, 1);
    INSERT INTO challenges VALUES ('chl_1', 'ses_1', 'usr_1', 'log_in', 'sms', '+91', NULL, randomblob(32), 0, 0, 0, 'asked',
                                   NULL, 1);
    INSERT INTO backup_codes VALUES ('usr_1', randomblob(64), 0, 1);
    INSERT INTO password_resets VALUES ('usr_1', randomblob(32), 0, 1);
    INSERT INTO devices VALUES ('usr_1', randomblob(64), 1);
    INSERT INTO sends VALUES ('+91', 'own', randomblob(16), 1);
    INSERT INTO send_counts VALUES ('nearby', 'razorpay', 'IN', '+91', 0, 1, 0, 0, NULL);
    INSERT INTO letters (id, org, country, channel, recipient, kind, created_at, tries)
         VALUES ('let_1', 'razorpay', 'IN', 'sms', '+91', 'member_locked', 0, 0);
    INSERT INTO invitations VALUES
         ('inv_1', 'acc_1', 'b@shop.example', 'admin', 'usr_1', 'open', randomblob(32), NULL, NULL, zeroblob(8), 0, 1, 0, 1);
    INSERT INTO answers VALUES (randomblob(32), randomblob(32), 'a target', NULL, 0);
    INSERT INTO refusals VALUES ('rzp_test_1', 'ended', 0, 0, 1, zeroblob(248), zeroblob(200), '');
    INSERT INTO followers VALUES ('payments-eu', randomblob(32), 0, NULL, 1);
    INSERT INTO nodes VALUES ('eu-1', randomblob(32), 0, 'prc_1', 'all', '0.1.0', 10000, 310000, 310000, 0, 0, 0, NULL, 0, '1');
    INSERT INTO node_shadows VALUES ('prc_2', 'eu-1', 310000, 310000, NULL);
    INSERT INTO audit VALUES (1, 0, 'ops', '', '', 'thing.done', '', '', 0, randomblob(32));
";

/// All of them.
pub const FORBIDDEN: &[Forbidden] = &[
    no("the feed has one row", "INSERT INTO feed (id, head, incarnation) VALUES (2, 0, randomblob(16))"),
    no("the feed has one head", "INSERT INTO feed (id, head, incarnation) VALUES (1, 0, randomblob(16))"),
    no("a database has an incarnation", "UPDATE feed SET incarnation = NULL"),
    no("an incarnation is sixteen bytes", "UPDATE feed SET incarnation = zeroblob(15)"),
    no(
        "a quarantine has one of two reasons",
        "UPDATE feed SET quarantine = 'fine', quarantined_by = '', quarantined_at = 0, quarantined_seen = 0",
    ),
    no(
        "a quarantine was seen by somebody",
        "UPDATE feed SET quarantine = 'unfinished', quarantined_at = 0, quarantined_seen = 0",
    ),
    no(
        "a quarantine began at a moment",
        "UPDATE feed SET quarantine = 'unfinished', quarantined_by = '', quarantined_seen = 0",
    ),
    no(
        "a quarantine says what was seen",
        "UPDATE feed SET quarantine = 'unfinished', quarantined_by = '', quarantined_at = 0",
    ),
    no("what is told of a quarantine is told of one", "UPDATE feed SET quarantined_by = 'eu-1'"),
    no("the chain has one end", "INSERT INTO audit_head SELECT 2, sequence, link, pepper FROM audit_head"),
    no("a fact about the database stands once", "INSERT INTO meta SELECT name, value FROM meta"),
    no("an operator's digest is 32 bytes", "UPDATE operators SET digest = substr(digest, 1, 31)"),
    no("no website, nothing verified", "UPDATE accounts SET website = NULL, website_verified_at = 1"),
    no(
        "an operator's app has its password",
        "UPDATE operators SET totp = zeroblob(1), totp_at = 1, totp_step = 1, backup = zeroblob(0)",
    ),
    no(
        "an operator's password has its app",
        "UPDATE operators SET password = 'x', totp_at = 1, totp_step = 1, backup = zeroblob(0)",
    ),
    no(
        "an operator's app has its moment",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_step = 1, backup = zeroblob(0)",
    ),
    no(
        "an operator's app has its last step",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_at = 1, backup = zeroblob(0)",
    ),
    no(
        "an operator has backup codes, if none",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_at = 1, totp_step = 1",
    ),
    no(
        "backup codes are whole digests",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_at = 1, totp_step = 1, backup = zeroblob(33)",
    ),
    no(
        "at most ten backup codes are kept",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_at = 1, totp_step = 1, backup = zeroblob(352)",
    ),
    no("an operator's wrong codes are counted from nought", "UPDATE operators SET wrong_codes = -1"),
    no(
        "a removed operator has no login",
        "UPDATE operators SET password = 'x', totp = zeroblob(1), totp_at = 1, totp_step = 1, backup = zeroblob(0), removed_at = 1",
    ),
    no(
        "a console session's digest is 32 bytes",
        "UPDATE console_sessions SET digest = substr(digest, 1, 31)",
    ),
    no("a console session has an operator", "UPDATE console_sessions SET operator = 'nobody'"),
    no("a console session enrols or is open", "UPDATE console_sessions SET stage = 'half'"),
    no("an open console session holds no password", "UPDATE console_sessions SET password = 'x'"),
    no("who enrols has drawn a secret", "UPDATE console_sessions SET stage = 'enrolling', password = 'x'"),
    no("who is logged in began with nothing", "UPDATE console_sessions SET began_with = randomblob(32)"),
    no("a website is one or an app", "UPDATE accounts SET website_kind = 'shop'"),
    no("no website, nothing told", "UPDATE accounts SET website = NULL, website_submitted_at = 1"),
    no(
        "no website, nothing returned",
        "UPDATE accounts SET website_returned_at = 1, website_reason = 'Mend it'",
    ),
    no(
        "what is verified was not returned",
        "UPDATE accounts SET website = 'https://a.example', website_submitted_at = 1, \
         website_verified_at = 1, website_returned_at = 1, website_reason = 'Mend it'",
    ),
    no(
        "what was returned has its reason",
        "UPDATE accounts SET website = 'https://a.example', website_submitted_at = 1, \
         website_returned_at = 1",
    ),
    no(
        "a reason has its return",
        "UPDATE accounts SET website = 'https://a.example', website_submitted_at = 1, \
         website_reason = 'Mend it'",
    ),
    no(
        "a business has its type",
        "UPDATE accounts SET business_name = 'Shop', business_type = NULL, \
         business_registration = '', business_sells = 'Tea', business_submitted_at = 1",
    ),
    no(
        "a business has its registration, if empty",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = NULL, business_sells = 'Tea', business_submitted_at = 1",
    ),
    no(
        "a business says what it sells",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = '', business_sells = NULL, business_submitted_at = 1",
    ),
    no(
        "a business was told at some time",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = '', business_sells = 'Tea', business_submitted_at = NULL",
    ),
    no(
        "an activated account was not returned",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = '', business_sells = 'Tea', business_submitted_at = 1, \
         activated_at = 1, business_returned_at = 1, business_reason = 'Mend it'",
    ),
    no(
        "no business, nothing returned",
        "UPDATE accounts SET business_returned_at = 1, business_reason = 'Mend it'",
    ),
    no(
        "returned details have their reason",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = '', business_sells = 'Tea', business_submitted_at = 1, \
         business_returned_at = 1",
    ),
    no(
        "a reason has its returned details",
        "UPDATE accounts SET business_name = 'Shop', business_type = 'individual', \
         business_registration = '', business_sells = 'Tea', business_submitted_at = 1, \
         business_reason = 'Mend it'",
    ),
    no("two-factor is on or off", "UPDATE users SET two_factor = 2"),
    no("wrong codes are counted from nought", "UPDATE users SET wrong_codes = -1"),
    no("a number has its moment", "UPDATE users SET mobile = '+910000000000', mobile_verified_at = NULL"),
    no("a moment has its number", "UPDATE users SET mobile = NULL, mobile_verified_at = 1"),
    no("an authenticator has its moment", "UPDATE users SET totp = zeroblob(1), totp_at = NULL"),
    no(
        "an authenticator has its last step",
        "UPDATE users SET totp = zeroblob(1), totp_at = 1, totp_step = NULL",
    ),
    no("no authenticator, no step", "UPDATE users SET totp = NULL, totp_at = NULL, totp_step = 1"),
    no("a team needs two factors or not", "UPDATE accounts SET two_factor_required = 2"),
    no("a mode is test or live", "UPDATE keys SET mode = 'prod'"),
    no("a pair's digest is 32 bytes", "UPDATE pairs SET digest = substr(digest, 1, 31)"),
    no("a pair is current, retiring or ended", "UPDATE pairs SET state = 'paused'"),
    no("a retiring pair has a deadline", "UPDATE pairs SET state = 'retiring', until = NULL"),
    no("a current pair has none", "UPDATE pairs SET state = 'current', until = 1"),
    no("an ended pair has its moment", "UPDATE pairs SET state = 'ended', ended_why = 'replaced'"),
    no("an ended pair has its reason", "UPDATE pairs SET state = 'ended', ended_at = 1"),
    no("a current pair has not ended", "UPDATE pairs SET ended_at = 1, ended_why = 'replaced'"),
    no("a pair belongs to a key", "UPDATE pairs SET key = 'key_nobody'"),
    no("a rate is more than nothing", "UPDATE keys SET per_second = 0"),
    no("a rate is one that a process can answer", "UPDATE keys SET per_second = 1000001"),
    no("a day's quota is more than nothing", "UPDATE keys SET per_day = 0"),
    no("a day's quota is what a rate allows", "UPDATE keys SET per_day = 86400000001"),
    no("no networks are NULL", "UPDATE keys SET networks = ''"),
    no("networks are few", "UPDATE keys SET networks = hex(zeroblob(1408))"),
    no("changes of limits are counted from nought", "UPDATE keys SET limits_version = -1"),
    no("whoever changed limits is known", "UPDATE keys SET limits_version = 1, limits_at = 1"),
    no("when limits were changed is known", "UPDATE keys SET limits_version = 1, limits_by = 'ops'"),
    no("nobody changed limits that never changed", "UPDATE keys SET limits_by = 'ops'"),
    no("a day's count is of a key", "UPDATE key_days SET key = 'key_nobody'"),
    no("a key has one day", "INSERT INTO key_days SELECT * FROM key_days"),
    no("days are counted from 1970", "UPDATE key_days SET day = -1"),
    no("a day that is counted had requests", "UPDATE key_days SET count = 0"),
    no("a key belongs to an account", "UPDATE keys SET account = 'acc_nobody'"),
    no("a key with pairs stays", "DELETE FROM keys"),
    no("an account with keys stays", "DELETE FROM accounts"),
    no("a user with sessions stays", "DELETE FROM users"),
    no("a session's digest is 32 bytes", "UPDATE sessions SET digest = substr(digest, 1, 31)"),
    no("a session waits or is open", "UPDATE sessions SET stage = 'half'"),
    no("a session has a user", "UPDATE sessions SET \"user\" = 'usr_nobody'"),
    no("a session has an account", "UPDATE sessions SET account = 'acc_nobody'"),
    no("a challenge has a session", "UPDATE challenges SET session = 'ses_nobody'"),
    no("a challenge has a user", "UPDATE challenges SET \"user\" = 'usr_nobody'"),
    no("a challenge is answered in a way we know", "UPDATE challenges SET way = 'pigeon'"),
    no("a code that is sent goes somewhere", "UPDATE challenges SET sent_to = NULL"),
    no("a code that is sent has a digest", "UPDATE challenges SET digest = NULL"),
    no("an app is sent nothing", "UPDATE challenges SET way = 'app', digest = NULL"),
    no("an app has no digest", "UPDATE challenges SET way = 'app', sent_to = NULL"),
    no("a new app has a secret", "UPDATE challenges SET way = 'new_app', sent_to = NULL, digest = NULL"),
    no("nothing else has one", "UPDATE challenges SET sealed = zeroblob(1)"),
    no("backup codes are whole digests", "UPDATE backup_codes SET unused = substr(unused, 1, 31)"),
    no("there are ten backup codes", "UPDATE backup_codes SET unused = zeroblob(352)"),
    no("backup codes are somebody's", "UPDATE backup_codes SET \"user\" = 'usr_nobody'"),
    no("a link's digest is 32 bytes", "UPDATE password_resets SET digest = substr(digest, 1, 31)"),
    no("a link is somebody's", "UPDATE password_resets SET \"user\" = 'usr_nobody'"),
    no("devices are whole digests", "UPDATE devices SET known = substr(known, 1, 31)"),
    no("twenty devices are remembered", "UPDATE devices SET known = zeroblob(672)"),
    no("devices are somebody's", "UPDATE devices SET \"user\" = 'usr_nobody'"),
    no("a challenge's digest is 32 bytes", "UPDATE challenges SET digest = substr(digest, 1, 31)"),
    no("tries are counted from nought", "UPDATE challenges SET tries = -1"),
    no("there is no sixth try", "UPDATE challenges SET tries = 6"),
    no("a challenge is asked, answered or spent", "UPDATE challenges SET state = 'open', until = NULL"),
    no("an answered challenge has an end", "UPDATE challenges SET state = 'answered', until = NULL"),
    no("an asked challenge has none", "UPDATE challenges SET state = 'asked', until = 1"),
    no("sends are to somebody's own or to a new number of a brand", "UPDATE sends SET class = 'new'"),
    no("sends of a class stand once", "INSERT INTO sends SELECT * FROM sends"),
    no("sends are whole moments", "UPDATE sends SET sends = substr(sends, 1, 7)"),
    no("at most ten sends are kept", "UPDATE sends SET sends = zeroblob(88)"),
    no("an allowance is one that we know", "UPDATE send_counts SET allowance = 'planet'"),
    no("a window has a length", "UPDATE send_counts SET until = since"),
    no("codes are counted from nought", "UPDATE send_counts SET sent = -1"),
    no("refusals are counted from nought", "UPDATE send_counts SET refused = -1, refused_at = 1"),
    no("a refusal has its moment", "UPDATE send_counts SET refused = 1, refused_at = NULL"),
    no("no refusal has none", "UPDATE send_counts SET refused = 0, refused_at = 1"),
    no("a window is counted once", "INSERT INTO send_counts SELECT * FROM send_counts"),
    no("a letter goes by SMS or e-mail", "UPDATE letters SET channel = 'pigeon'"),
    no("an answer's name is 32 bytes", "UPDATE answers SET digest = substr(digest, 1, 31)"),
    no("an answer's request is 32 bytes", "UPDATE answers SET request = substr(request, 1, 31)"),
    no("a refusal is of a pair", "UPDATE refusals SET key_id = 'rzp_test_nobody'"),
    no("a pair with refusals stays", "DELETE FROM pairs"),
    no("a reason of a pair stands once", "INSERT INTO refusals SELECT * FROM refusals"),
    no("a refusal happened", "UPDATE refusals SET count = 0"),
    no("first comes before last", "UPDATE refusals SET first_at = last_at + 1"),
    no("a refusal's minutes are sixty", "UPDATE refusals SET minutes = zeroblob(252)"),
    no("a refusal's hours are forty-eight", "UPDATE refusals SET hours = zeroblob(204)"),
    no("sources are few", "UPDATE refusals SET sources = hex(zeroblob(501))"),
    no("a link is 32 bytes", "UPDATE audit SET link = substr(link, 1, 31)"),
    no("the last link is 32 bytes", "UPDATE audit_head SET link = substr(link, 1, 31)"),
    no("a version of the pepper is in use", "UPDATE audit_head SET pepper = NULL"),
    no("versions of the pepper begin at one", "UPDATE audit_head SET pepper = 0"),
    no("versions of the pepper end at 255", "UPDATE audit_head SET pepper = 256"),
    no("an entry's number stands once", "INSERT INTO audit SELECT * FROM audit"),
    no("a number is no text", "UPDATE pairs SET position = 'soon'"),
    no("a moment is no text", "UPDATE pairs SET created_at = 'yesterday'"),
    no("an invitation is to an account", "UPDATE invitations SET account = 'acc_nobody'"),
    no("an invited address is in lower case", "UPDATE invitations SET email = 'A@shop.example'"),
    no(
        "an invitation is held, open, accepted or cancelled",
        "UPDATE invitations SET state = 'lost', digest = NULL",
    ),
    no("a link's digest is 32 bytes", "UPDATE invitations SET digest = substr(digest, 1, 31)"),
    no("an open invitation has a link", "UPDATE invitations SET digest = NULL"),
    no("a held invitation has none", "UPDATE invitations SET state = 'held'"),
    no(
        "an accepted invitation names who joined",
        "UPDATE invitations SET state = 'accepted', digest = NULL, settled_at = 1",
    ),
    no(
        "whoever joined is a user",
        "UPDATE invitations SET state = 'accepted', digest = NULL, settled_at = 1, settled_by = 'usr_nobody'",
    ),
    no("a cancelled invitation has its moment", "UPDATE invitations SET state = 'cancelled', digest = NULL"),
    no("a pending invitation has none", "UPDATE invitations SET settled_at = 1"),
    no("sendings are whole moments", "UPDATE invitations SET sent = substr(sent, 1, 7)"),
    no("at most five sendings are kept", "UPDATE invitations SET sent = zeroblob(48)"),
    no("the last sending is known", "UPDATE invitations SET sent_at = NULL"),
    no("an account with invitations stays", "DELETE FROM accounts"),
    no("a follower's digest is 32 bytes", "UPDATE followers SET digest = substr(digest, 1, 31)"),
    no("a follower stands once", "INSERT INTO followers SELECT * FROM followers"),
    no(
        "a follower's token stands once",
        "INSERT INTO followers SELECT name || '2', digest, created_at, revoked_at, version FROM followers",
    ),
    no("a follower's revocation is no text", "UPDATE followers SET revoked_at = 'soon'"),
    no("a node's digest is 32 bytes", "UPDATE nodes SET digest = substr(digest, 1, 31)"),
    no("a node stands once", "INSERT INTO nodes SELECT * FROM nodes"),
    no(
        "a node's credential stands once",
        "INSERT INTO nodes (name, digest, enrolled_at) SELECT name || '2', digest, enrolled_at FROM nodes",
    ),
    no(
        "a process is one node",
        "INSERT INTO nodes (name, enrolled_at, process, role, program, lease, span_test, span_live, registered_at, \
         position, reported_at, pairs) SELECT name || '2', enrolled_at, process, role, program, lease, span_test, \
         span_live, registered_at, position, reported_at, pairs FROM nodes",
    ),
    no("a node has been enrolled", "UPDATE nodes SET enrolled_at = NULL"),
    no("a process has a role", "UPDATE nodes SET role = NULL"),
    no("a role is one of three", "UPDATE nodes SET role = 'reader'"),
    no("a process has a version", "UPDATE nodes SET program = NULL"),
    no("a process has a lease", "UPDATE nodes SET lease = NULL"),
    no("a lease is some time", "UPDATE nodes SET lease = 0"),
    no("a process has a span for test keys", "UPDATE nodes SET span_test = NULL"),
    no("a span for test keys is some time", "UPDATE nodes SET span_test = 0"),
    no("a process has a span for live keys", "UPDATE nodes SET span_live = NULL"),
    no("a span for live keys is some time", "UPDATE nodes SET span_live = 0"),
    no("a process has registered", "UPDATE nodes SET registered_at = NULL"),
    no("a process is at some position", "UPDATE nodes SET position = NULL"),
    no("positions begin at nought", "UPDATE nodes SET position = -1"),
    no("a process has said something", "UPDATE nodes SET reported_at = NULL"),
    no("a process knows a number of pairs", "UPDATE nodes SET pairs = NULL"),
    no("pairs are counted from nought", "UPDATE nodes SET pairs = -1"),
    no("what is told of a process is told of one", "UPDATE nodes SET process = NULL"),
    no("a shadow stands once", "INSERT INTO node_shadows SELECT * FROM node_shadows"),
    no("a shadow has a node", "UPDATE node_shadows SET node = NULL"),
    no("a shadow's span for test keys is some time", "UPDATE node_shadows SET span_test = 0"),
    no("a shadow has a span for test keys", "UPDATE node_shadows SET span_test = NULL"),
    no("a shadow's span for live keys is some time", "UPDATE node_shadows SET span_live = 0"),
    no("a shadow has a span for live keys", "UPDATE node_shadows SET span_live = NULL"),
    no(
        "a position has one entry",
        "INSERT INTO audit SELECT sequence + 1000, at, actor, origin, account, action, target, facts, 7, link \
         FROM audit UNION ALL SELECT sequence + 2000, at, actor, origin, account, action, target, facts, 7, \
         link FROM audit",
    ),
    no("usage is of an hour or a day", "UPDATE usage SET span = 60000"),
    no("an hour begins on the hour", "UPDATE usage SET begins = begins + 1"),
    no("usage is of a pair", "UPDATE usage SET key_id = 'rzp_test_nobody'"),
    no("a pair with usage stays", "BEGIN; DELETE FROM refusals; DELETE FROM pairs"),
    no("uses are counted from one", "UPDATE usage SET count = 0"),
    no("what was counted was counted somewhere", "UPDATE usage SET parts = zeroblob(1)"),
    no("an hour has sixty minutes", "UPDATE usage SET parts = zeroblob(661)"),
    no("a few sources are kept", "UPDATE usage SET sources = hex(zeroblob(501)) WHERE span = 86400000"),
    no("an hour has no sources", "UPDATE usage SET sources = '192.0.2.1' WHERE span = 3600000"),
    no("usage of a pair and span stands once", "INSERT INTO usage SELECT * FROM usage"),
    no("an account has a name", "UPDATE accounts SET name = NULL"),
    no("a pair has a digest", "UPDATE pairs SET digest = NULL"),
];
