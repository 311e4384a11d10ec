//! The table of everything that can be answered with no: status, stable code, title, and a sentence that says what to do.
//!
//! The API and the pages read the same rows. Programs rely on codes and statuses; words may become better. `{name}`
//! in a sentence stands for a member of the problem. Each code has its own heading in `docs/api.md`.

/// One kind of refusal or failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The stable word.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What kind of problem this is, the same each time.
    pub title: &'static str,
    /// What happened and what to do, with places to fill.
    pub sentence: &'static str,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal, $title:literal, $sentence:literal;)*) => {
        /// Every kind of refusal or failure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// Its row.
            pub const fn row(self) -> &'static Row {
                match self {
                    $(Code::$name => &Row { code: $code, status: $status, title: $title, sentence: $sentence },)*
                }
            }
        }
    };
}

codes! {
    /// JSON that cannot be read.
    MalformedJson = 400 "malformed_json", "The body is not JSON",
        "The body cannot be read as JSON at line {line}, column {column}. Check quotes, commas and brackets there.";
    /// JSON of the wrong shape.
    WrongShape = 400 "wrong_shape", "The body has another shape than expected",
        "At line {line}, column {column}: {hint}. Compare the body with the example in the documentation.";
    /// A field that the request does not have.
    UnknownField = 400 "unknown_field", "The body has a field that does not exist",
        "There is no field `{field}` here.{nearest}{allowed} Nothing was done.";
    /// A field that has to be there.
    MissingField = 400 "missing_field", "The body lacks a field",
        "The field `{field}` is needed here. Add it and send the request again.";
    /// A query parameter that the request does not have.
    UnknownParameter = 400 "unknown_parameter", "The address has a parameter that does not exist",
        "There is no parameter `{field}` here.{nearest}{allowed} Secrets and keys are never taken from an address.";
    /// A query parameter with a value it cannot have.
    InvalidParameter = 400 "invalid_parameter", "A parameter of the address cannot have this value",
        "The parameter `{field}` cannot have this value. {hint}";
    /// A request that is not HTTP as it should be.
    InvalidRequest = 400 "invalid_request", "The request cannot be understood",
        "{hint}";
    /// The management API without a token.
    TokenNeeded = 401 "token_needed", "An operator token is needed",
        "Send an operator token in the header `Authorization: Bearer <token>`. `keystead init` prints the first one.";
    /// The management API with a token that nobody has.
    TokenUnknown = 401 "token_unknown", "The operator token is not known",
        "No operator has this token. Check that all of its 43 characters were sent and that it belongs to this installation.";
    /// The feed without a token.
    FollowerTokenNeeded = 401 "follower_token_needed", "A follower's token is needed",
        "Send a follower's token in the header `Authorization: Bearer <token>`. `keystead follower add NAME` prints one.";
    /// The feed with a token that no follower has.
    FollowerTokenUnknown = 401 "follower_token_unknown", "The follower's token is not known",
        "No follower has this token, or it was revoked. `keystead follower list` shows all followers.";
    /// A node's report without a credential.
    NodeCredentialNeeded = 401 "node_credential_needed", "A node's credential is needed",
        "Send a node's credential in the header `Authorization: Bearer <credential>`. `keystead node enrol NAME` prints one.";
    /// A node's report with a credential that no node has.
    NodeCredentialUnknown = 401 "node_credential_unknown", "The node's credential is not known",
        "No node has this credential, or the node was removed. `keystead node list` shows all nodes; enrol it again.";
    /// There is no session, or it is over.
    LogInFirst = 401 "log_in_first", "You are not logged in",
        "Your session is over or was never begun. Log in and try again.";
    /// E-mail or password is wrong.
    WrongCredentials = 401 "wrong_credentials", "E-mail or password is wrong",
        "E-mail or password is wrong. Check both and try again.";
    /// The password that confirms an action is wrong.
    WrongPassword = 403 "wrong_password", "The password is wrong",
        "The password is wrong. Type the password you log in with.";
    /// The role does not allow it.
    PermissionDenied = 403 "permission_denied", "Permission denied",
        "Permission Denied. Please contact the owner.";
    /// The member is locked.
    MemberLocked = 403 "member_locked", "The member is locked",
        "Too many wrong codes were typed, so this login is locked. The owner of the account can unlock it; an owner is \
         unlocked by support.";
    /// The session looks at an account that its user is not in.
    NotInAccount = 403 "not_in_account", "You are not in this account",
        "You are no longer in this account. Switch to another of yours.";
    /// The invitation is for somebody else.
    InvitationForOther = 403 "invitation_for_other", "The invitation is for somebody else",
        "This invitation is for another address than the one that is logged in.";
    /// Only the operator may.
    OperatorNeeded = 403 "operator_needed", "Only the operator may do this",
        "This member is an owner, or in other accounts too. Only the platform's operator may do this.";
    /// A one-time password has to be answered first.
    StepUpNeeded = 403 "step_up_needed", "A one-time password is needed",
        "This needs a one-time password first. Ask for one and type it.";
    /// There is no number to send a code to.
    MobileNeeded = 403 "mobile_needed", "A verified mobile number is needed",
        "There is no verified mobile number to send a one-time password to. Verify one first.";
    /// Somebody's mobile number was changed a short while ago.
    MobileChangedLately = 403 "mobile_changed_lately", "The mobile number was changed a short while ago",
        "Whoever changed their mobile number can regenerate live keys again at {until}.";
    /// An account asks a second factor of everybody, and there is none yet.
    SecondFactorOwed = 403 "second_factor_owed", "A second factor has to be set up",
        "The account asks two-factor authentication of everybody. Set it up first.";
    /// An account asks a second factor of everybody, so it cannot be given up.
    SecondFactorRequired = 403 "second_factor_required", "The account asks two-factor authentication of everybody",
        "The account asks two-factor authentication of everybody, so it cannot be turned off.";
    /// The challenge's tries are used up.
    NoTriesLeft = 403 "no_tries_left", "No tries are left",
        "The code was wrong too often. Begin again to get a new one.";
    /// There is no such thing, or it is somebody else's.
    NotFound = 404 "not_found", "There is no such thing",
        "Nothing with this name is here. Check the id, and that it belongs to this account.";
    /// There is no such address.
    NoSuchPath = 404 "no_such_path", "There is no such address",
        "The management API has no such address. All of them are listed in /api/v1/openapi.json.";
    /// The address does not take this method.
    MethodNotAllowed = 405 "method_not_allowed", "The address does not take this method",
        "This address does not take this method. The header `Allow` names those it takes.";
    /// The key already has a current pair.
    AlreadyGenerated = 409 "already_generated", "The key has a pair already",
        "The key already uses {key_id}. Regenerate it to get a new pair, or give another name for a further key.";
    /// The key has no current pair to replace.
    NothingToRegenerate = 409 "nothing_to_regenerate", "The key has no pair to replace",
        "The key has no current pair. Generate one instead.";
    /// The account may not have live keys yet.
    LiveNotReady = 409 "live_not_ready", "The account may not have live keys yet",
        "Live keys cannot be generated yet: {missing}. See to that first; test keys can be had meanwhile.";
    /// Somebody else changed the key first.
    LostRace = 409 "lost_race", "Somebody else changed the key first",
        "The key uses {current} since {at}, not the pair you named. Look at it, and regenerate again if that is still wanted.";
    /// Somebody else changed the limits first.
    LimitsChanged = 409 "limits_changed", "Somebody else changed the limits first",
        "The limits of this key were changed by {by} at {at}, after they were read. Look at them, and change them again if that \
         is still wanted.";
    /// Two pairs work already.
    StillRetiring = 409 "still_retiring", "An earlier pair still works",
        "{key_id} still works until {until}, and at most two pairs of a key work at once. Wait until then, deactivate it, \
         or deactivate the old pair now.";
    /// The pair does not work any more.
    AlreadyEnded = 409 "already_ended", "The pair has ended already",
        "{key_id} has not worked since {at}. There is nothing left to deactivate.";
    /// The name or address is taken.
    Taken = 409 "taken", "It exists already",
        "Something with this `{field}` exists already. Use another, or use the one that exists.";
    /// The member is not locked.
    NotLocked = 409 "not_locked", "The member is not locked",
        "This member is not locked; nothing needs to be done.";
    /// What was decided about was changed after somebody had looked at it.
    Outdated = 409 "outdated", "It was changed after you had looked at it",
        "The account has told something else since you looked, so nothing was done. Look at it again, and decide about that.";
    /// The owner cannot be removed, leave or get another role.
    OwnerStays = 409 "owner_stays", "An account always has one owner",
        "The owner cannot be removed or given another role. Make another member the owner first.";
    /// The invited address is in the team.
    AlreadyInTeam = 409 "already_in_team", "They are in the team already",
        "Somebody with this address is in the team already. Change their role instead.";
    /// The invited address has an invitation that works.
    AlreadyInvited = 409 "already_invited", "They are invited already",
        "This address has an invitation that works. Send that one again, or cancel it first.";
    /// Whoever asks two-factor of others needs it on.
    TwoFactorFirst = 409 "two_factor_first", "Turn on your own two-factor first",
        "Turn on two-factor authentication for yourself first, then for the whole team.";
    /// As many invitations as there may be.
    TooManyPending = 409 "too_many_pending", "Too many invitations are out",
        "The account has as many invitations pending, or sent in the last day, as it may have. {hint} Cancel some, or wait.";
    /// A follower of another database, or of this one before it was restored.
    OtherHistory = 409 "other_history", "What the follower knows is of another history",
        "The database never had what this follower knows: it was restored from a copy, or is another one. Forget \
         everything and begin at position 0.";
    /// A report of a process that another one took the place of.
    NodeReplaced = 409 "node_replaced", "Another process runs as this node",
        "Another process registered as this node, so this one vouches for nothing any more. Give each process a credential of its \
         own, or restart the one that shall run.";
    /// The code was used.
    CodeUsed = 409 "code_used", "The code was used already",
        "This code was used already. Ask for a new one.";
    /// The link of an invitation that does not work (any more).
    InvitationOver = 410 "invitation_over", "The invitation is over",
        "The link was used, cancelled, replaced or is too old. Send the invitation again for a new one.";
    /// The code is too old.
    CodeExpired = 410 "code_expired", "The code has expired",
        "This code has expired. Ask for a new one.";
    /// A link from a letter that is used, replaced or too old.
    LinkOver = 410 "link_over", "The link works no more",
        "The link was used already, is too old, or a newer one was sent. Ask for another one.";
    /// The repeat came too late for the secret.
    SecretGone = 410 "secret_gone", "The secret is no longer kept",
        "The first request with this Idempotency-Key issued {key_id}, but its secret is kept for ten minutes only. If it \
         did not reach you, regenerate the key.";
    /// The body is too large.
    BodyTooLarge = 413 "body_too_large", "The body is too large",
        "The body is larger than 16 KiB, which no request of this API needs. Send less.";
    /// The body did not come whole in time.
    BodyIncomplete = 408 "body_incomplete", "The body did not come whole",
        "The request broke off, or its body took longer than ten seconds. Nothing was done. Send it again.";
    /// The body is not declared to be JSON.
    NotJson = 415 "not_json", "The body is not declared to be JSON",
        "Send the body as JSON, with the header `Content-Type: application/json`.";
    /// A field has a value it cannot have.
    Invalid = 422 "invalid", "A field cannot have this value",
        "The field `{field}` cannot have this value. {hint}";
    /// The code is wrong.
    WrongCode = 422 "wrong_code", "The code is wrong",
        "That code is not right. Tries left: {tries_left}.";
    /// The idempotency key belongs to another request.
    IdempotencyMismatch = 422 "idempotency_mismatch", "The Idempotency-Key belongs to another request",
        "This Idempotency-Key was used for another request. Use a new one for each new request, and the same one only to \
         repeat a request unchanged.";
    /// Too many wrong passwords.
    TooManyAttempts = 429 "too_many_attempts", "Too many attempts",
        "There were too many wrong passwords. Try again after {again_at}.";
    /// An invitation was sent a moment ago, or as often as it may be.
    TooManyInvitations = 429 "too_many_invitations", "The invitation was just sent",
        "This invitation was sent a moment ago, or five times in a day. Send it again after {again_at}.";
    /// Process after process took the same node from the one before it.
    TooManyProcesses = 429 "too_many_processes", "Too many processes took this node",
        "Several processes registered as this node one after the other, and those before may still vouch. Give each process a data \
         folder that stays and a credential of its own. Register again after {again_at}.";
    /// A code was sent a moment ago.
    CodeJustSent = 429 "code_just_sent", "A code was just sent",
        "A code was sent a moment ago. Another one can be sent after {again_at}.";
    /// The number's allowance of codes is used up.
    TooManyCodes = 429 "too_many_codes", "Too many codes were sent",
        "Too many codes were sent to this number. Another one can be sent after {again_at}.";
    /// The configuration lacks a brand that the database has.
    BrandNotConfigured = 500 "brand_not_configured", "The account's brand is not configured",
        "The configuration has no brand {brand}, to which this account belongs. Add it back and restart the server.";
    /// Others kept changing the same thing.
    Contended = 503 "contended", "Too many changes at once",
        "Others kept changing the same thing, so nothing was done. Try again in a second.";
    /// This process itself may not vouch for what it knows.
    NotReady = 503 "not_ready", "This process cannot vouch for what it knows now",
        "This process has not heard from the database lately, or is still loading. Ask again in a second.";
    /// The store failed.
    StoreFailed = 503 "store_failed", "The database failed",
        "The database failed, and whether the change was written is not known. Try again with the same Idempotency-Key, or \
         look at the present state first. The server's log says more.";
    /// The database does not answer.
    DatabaseUnreachable = 503 "database_unreachable", "The database cannot be reached",
        "The database cannot be reached, so nothing was written. Verification goes on meanwhile. Try again in a moment.";
    /// The database lacks what was seen of it.
    Quarantined = 503 "quarantined", "The database is quarantined",
        "The database lacks changes that were seen of it, or was restored and not finished, so no key is changed and nothing was \
         written. Verification goes on. Whoever runs this platform decides with `keystead restore --journal FILE --data-dir DIR`.";
    /// Nobody knows whether a change was written.
    OutcomeUnknown = 503 "outcome_unknown", "Whether it was done is not known",
        "The connection to the database was lost while it committed, so whether the change was written is not known. Send the \
         same request again with the same Idempotency-Key: if it was written, you get its answer. Without a key, look at the \
         present state first.";
    /// The store holds nonsense.
    StoreDamaged = 503 "store_damaged", "The database holds a value that makes no sense",
        "The database holds a value that makes no sense, so nothing was done. Run `keystead doctor`; the server's log says \
         more.";
    /// No space is left.
    DatabaseFull = 507 "database_full", "No space is left",
        "No space is left on the disk of the database, so nothing was written. Verification goes on; free space and try \
         again.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_stable_words_with_an_error_status_and_whole_sentences() {
        let mut seen = Vec::new();
        for row in Code::ALL.iter().map(|code| code.row()) {
            assert!(row.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", row.code);
            assert!((400..600).contains(&row.status), "{}", row.code);
            assert!(row.sentence.ends_with(['.', '}']) && !row.title.ends_with('.'), "{}", row.code);
            assert!(!seen.contains(&row.code), "{} twice", row.code);
            seen.push(row.code);
        }
    }
}
