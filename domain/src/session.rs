//! Sessions: who is logged in, through what, until when.
//!
//! The cookie is a [`Token`](crate::Token) and only its digest is stored. It changes at login and at each
//! step-up while the session's own id stays. A session is bound to the brand's host it was opened on.

use crate::brand::BrandId;
use crate::ids::{AccountId, SessionId, UserId};
use crate::pepper::Digest;
use crate::time::{Duration, HOUR, MINUTE, Timestamp};

/// How long somebody may take between password and code.
const AWAITING_CODE: Duration = MINUTE.times(15);

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle: MINUTE.times(30), absolute: HOUR.times(12) }
    }
}

/// How far a login has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; a code is still owed. Opens nothing but the code page.
    AwaitingCode,
    /// Logged in.
    Open {
        /// When a code was answered at this login; `None` if none was asked for.
        otp_at: Option<Timestamp>,
    },
}

/// Where a session was opened from: shown to its member, never trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address.
    pub address: String,
    /// The browser's own words.
    pub agent: String,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, which stays.
    pub id: SessionId,
    /// The digest of its cookie, which changes.
    pub digest: Digest,
    /// Whose it is.
    pub user: UserId,
    /// The brand it was opened on.
    pub brand: BrandId,
    /// The account it looks at.
    pub account: AccountId,
    /// How far its login has come.
    pub stage: Stage,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Where from.
    pub origin: Origin,
    /// When it was ended by somebody; `None` while it is not.
    pub ended_at: Option<Timestamp>,
    /// Grows by one with each change.
    pub version: i64,
}

impl Session {
    /// Whether it may still be used at `now`.
    pub fn is_alive(&self, limits: &SessionLimits, now: Timestamp) -> bool {
        let owed = match self.stage {
            Stage::AwaitingCode => self.created_at + AWAITING_CODE,
            Stage::Open { .. } => self.created_at + limits.absolute,
        };
        self.ended_at.is_none() && !owed.reached(now) && !(self.seen_at + limits.idle).reached(now)
    }

    /// When a code was answered at this login.
    pub fn otp_at(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Open { otp_at } => otp_at,
            Stage::AwaitingCode => None,
        }
    }

    /// Whether `seen_at` is old enough to be worth a write.
    pub fn seen_is_stale(&self, now: Timestamp) -> bool {
        (self.seen_at + MINUTE).reached(now)
    }
}
