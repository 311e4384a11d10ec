//! Refusals: the platform did its work and the answer is no. Values with a stable code; the words that people
//! read are made at the edge, from these values.

use crate::ids::{KeyId, UserId};
use crate::send_limits::SendLimit;
use crate::time::Timestamp;

/// Why something may not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role does not allow it.
    PermissionDenied,
    /// There is no such thing, or it is somebody else's: the two look the same.
    NotFound,
    /// E-mail or password is wrong; which one is nobody's business.
    WrongCredentials,
    /// The password typed to confirm an action is wrong.
    WrongPassword,
    /// Too many wrong passwords from this place.
    TooManyAttempts {
        /// When the next one is looked at.
        again_at: Timestamp,
    },
    /// Nine wrong codes in a row. The owner unlocks members, the operator unlocks owners.
    MemberLocked,
    /// There is no session, or it is over.
    LogInFirst,
    /// A one-time password has to be answered first.
    StepUpNeeded,
    /// There is no verified mobile number to send a code to.
    MobileNeeded,
    /// An account of the user asks a second factor of everybody, and the user has none at login yet.
    SecondFactorOwed,
    /// An account of the user asks a second factor of everybody, so it cannot be given up.
    SecondFactorRequired,
    /// A link from a letter was used, replaced by a newer one, or is too old; or it never was one.
    LinkOver,
    /// The code is wrong.
    WrongCode {
        /// How many tries this challenge has left.
        tries_left: u32,
    },
    /// The code's five minutes are over, or a newer code replaced it.
    CodeExpired,
    /// The code was already used.
    CodeUsed,
    /// The challenge's five tries are used up.
    NoTriesLeft,
    /// A code was sent to this number less than thirty seconds ago.
    CodeJustSent {
        /// When the next one may be asked for.
        again_at: Timestamp,
    },
    /// An allowance of codes is used up: the number's for the hour or the day, or one that many
    /// numbers share.
    TooManyCodes {
        /// Which.
        limit: SendLimit,
        /// When the next one may be asked for.
        again_at: Timestamp,
    },
    /// The key already has a current pair.
    AlreadyGenerated {
        /// That pair.
        key_id: KeyId,
    },
    /// The key has no current pair to replace.
    NothingToRegenerate,
    /// The account may not have live keys yet.
    LiveNotReady {
        /// Whether activation is missing.
        activation: bool,
        /// Whether a verified website or app is missing.
        website: bool,
    },
    /// Somebody else changed the key first.
    LostRace {
        /// The pair that is current now, if any.
        current: Option<KeyId>,
        /// When it was made.
        at: Option<Timestamp>,
    },
    /// Somebody else changed the key's limits first.
    LimitsChanged {
        /// Who, as the audit names them.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Two pairs already work; a third would make it impossible to say which one leaked.
    StillRetiring {
        /// The pair that still retires.
        key_id: KeyId,
        /// When it stops.
        until: Timestamp,
    },
    /// The member put another number in the place of theirs a short while ago; live keys wait.
    MobileChangedLately {
        /// When they may be regenerated again.
        until: Timestamp,
    },
    /// The pair does not work any more.
    AlreadyEnded {
        /// The pair.
        key_id: KeyId,
        /// When it ended.
        at: Timestamp,
    },
    /// A field cannot be what was given.
    Invalid {
        /// The field's name.
        field: &'static str,
        /// What to give instead, as a sentence.
        hint: String,
    },
    /// Something with that name or address exists already.
    Taken {
        /// The field's name.
        field: &'static str,
    },
    /// The member has not been locked.
    NotLocked {
        /// Who.
        user: UserId,
    },
    /// What somebody decided about was changed after they had looked at it.
    Outdated {
        /// `website` or `business`.
        what: &'static str,
    },
    /// The session looks at an account that its user is not in (any more).
    NotInAccount,
    /// The link of an invitation was used, cancelled, replaced by a later one, is too old, or never was one: the same
    /// answer for all.
    InvitationOver,
    /// The invitation is for somebody else than who is logged in.
    InvitationForOther,
    /// The invitation was sent a moment ago, or as often as it may be in a day.
    TooManyInvitations {
        /// When it may be sent again.
        again_at: Timestamp,
    },
    /// The account has as many invitations out as it may.
    TooManyPending {
        /// How many that are.
        most: usize,
    },
    /// Somebody with the invited address is in the team already.
    AlreadyInTeam,
    /// The address has an invitation whose link works.
    AlreadyInvited,
    /// Two-factor can be asked of others by those who have it on themselves.
    TwoFactorFirst,
    /// The owner cannot be removed, leave or get another role; ownership is transferred first.
    OwnerStays,
    /// Only the platform's operator may do this to this member: an owner, or somebody who is in other accounts too.
    OperatorNeeded,
    /// The idempotency key was used for another request.
    IdempotencyMismatch,
    /// The repeat came too late: the pair was issued, but its secret is no longer kept.
    SecretGone {
        /// The pair that was issued.
        key_id: KeyId,
    },
}

impl Refusal {
    /// A field that cannot be what was given, and what to give instead.
    pub fn invalid(field: &'static str, hint: impl Into<String>) -> Self {
        Refusal::Invalid { field, hint: hint.into() }
    }
}
