//! Step-up: proving again who you are, for one action.
//!
//! A challenge is one question for a one-time password, bound to session, action, mode and target. Answering
//! it grants that action once, for a short time. The grant is spent in the same transaction as the action.

use std::fmt;

use crate::access::Actor;
use crate::brand::{Brand, StepUpRule};
use crate::hold::refuse_held;
use crate::ids::{ChallengeId, InvitationId, KeyId, KeyRef, Mode, SessionId, UserId};
use crate::letter::Recipient;
use crate::pepper::Digest;
use crate::refusal::Refusal;
use crate::send_limits::SendLimits;
use crate::session::Session;
use crate::time::{Duration, MINUTE, Timestamp};
use crate::way::Way;

/// How long an answered challenge may be used.
pub const GRANT_LIFETIME: Duration = MINUTE.times(5);

/// The figures for one-time passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpLimits {
    /// How long a code works (NIST SP 800-63B-4 §3.1.3.2 allows ten minutes).
    pub lifetime: Duration,
    /// Tries a challenge.
    pub tries: u32,
    /// How many codes may be sent by SMS.
    pub sends: SendLimits,
}

impl Default for OtpLimits {
    fn default() -> Self {
        Self { lifetime: MINUTE.times(5), tries: 5, sends: SendLimits::default() }
    }
}

/// What a challenge is for. The message names it, and the code works for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Finishing a login.
    LogIn,
    /// Generating a live key, where a brand asks for it.
    GenerateLive,
    /// Regenerating a key.
    Regenerate {
        /// Which key.
        key: KeyRef,
        /// In which mode.
        mode: Mode,
    },
    /// Deactivating a pair.
    Deactivate {
        /// Which pair.
        key_id: KeyId,
        /// In which mode.
        mode: Mode,
    },
    /// Changing how often, and from where, a key may be used.
    ChangeLimits {
        /// Which key.
        key: KeyRef,
        /// In which mode.
        mode: Mode,
    },
    /// Verifying a mobile number.
    VerifyMobile,
    /// Putting another number in the place of the verified one; its own verification follows.
    ChangeMobile,
    /// Turning two-factor on.
    TwoFactorOn,
    /// Turning two-factor off.
    TwoFactorOff,
    /// Sending an invitation that would let somebody see and change keys.
    SendInvitation {
        /// Which one: its address and role are fixed.
        invitation: InvitationId,
    },
    /// Making a member an admin.
    MakeAdmin {
        /// Whom.
        user: UserId,
    },
    /// Taking away a member's second factor.
    ResetTwoFactor {
        /// Whose.
        user: UserId,
    },
    /// Making another member the owner.
    TransferOwnership {
        /// Whom.
        user: UserId,
    },
    /// No longer asking two-factor of the whole team.
    TeamTwoFactorOff,
    /// Setting up an authenticator app: its first code.
    SetUpApp,
    /// Replacing or removing an authenticator app, or setting one up beside a verified number.
    ChangeApp,
    /// Drawing new backup codes.
    BackupCodes,
    /// Changing the account password.
    ChangePassword,
}

impl Purpose {
    /// Reads the text form that the store keeps.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let purpose = match (parts.next()?, parts.next(), parts.next()) {
            ("log_in", None, None) => Purpose::LogIn,
            ("generate_live", None, None) => Purpose::GenerateLive,
            ("regenerate", Some(mode), Some(key)) => {
                Purpose::Regenerate { key: key.parse().ok()?, mode: mode.parse().ok()? }
            }
            ("deactivate", Some(mode), Some(key_id)) => {
                Purpose::Deactivate { key_id: key_id.parse().ok()?, mode: mode.parse().ok()? }
            }
            ("change_limits", Some(mode), Some(key)) => {
                Purpose::ChangeLimits { key: key.parse().ok()?, mode: mode.parse().ok()? }
            }
            ("verify_mobile", None, None) => Purpose::VerifyMobile,
            ("two_factor_on", None, None) => Purpose::TwoFactorOn,
            ("two_factor_off", None, None) => Purpose::TwoFactorOff,
            ("send_invitation", Some(id), None) => Purpose::SendInvitation { invitation: id.parse().ok()? },
            ("make_admin", Some(user), None) => Purpose::MakeAdmin { user: user.parse().ok()? },
            ("reset_two_factor", Some(user), None) => Purpose::ResetTwoFactor { user: user.parse().ok()? },
            ("transfer_ownership", Some(user), None) => {
                Purpose::TransferOwnership { user: user.parse().ok()? }
            }
            ("team_two_factor_off", None, None) => Purpose::TeamTwoFactorOff,
            ("change_mobile", None, None) => Purpose::ChangeMobile,
            ("set_up_app", None, None) => Purpose::SetUpApp,
            ("change_app", None, None) => Purpose::ChangeApp,
            ("backup_codes", None, None) => Purpose::BackupCodes,
            ("change_password", None, None) => Purpose::ChangePassword,
            _ => return None,
        };
        parts.next().is_none().then_some(purpose)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::LogIn => f.write_str("log_in"),
            Purpose::GenerateLive => f.write_str("generate_live"),
            Purpose::Regenerate { key, mode } => write!(f, "regenerate:{mode}:{key}"),
            Purpose::Deactivate { key_id, mode } => write!(f, "deactivate:{mode}:{key_id}"),
            Purpose::ChangeLimits { key, mode } => write!(f, "change_limits:{mode}:{key}"),
            Purpose::VerifyMobile => f.write_str("verify_mobile"),
            Purpose::TwoFactorOn => f.write_str("two_factor_on"),
            Purpose::TwoFactorOff => f.write_str("two_factor_off"),
            Purpose::SendInvitation { invitation } => write!(f, "send_invitation:{invitation}"),
            Purpose::MakeAdmin { user } => write!(f, "make_admin:{user}"),
            Purpose::ResetTwoFactor { user } => write!(f, "reset_two_factor:{user}"),
            Purpose::TransferOwnership { user } => write!(f, "transfer_ownership:{user}"),
            Purpose::TeamTwoFactorOff => f.write_str("team_two_factor_off"),
            Purpose::ChangeMobile => f.write_str("change_mobile"),
            Purpose::SetUpApp => f.write_str("set_up_app"),
            Purpose::ChangeApp => f.write_str("change_app"),
            Purpose::BackupCodes => f.write_str("backup_codes"),
            Purpose::ChangePassword => f.write_str("change_password"),
        }
    }
}

/// How far a challenge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeState {
    /// A code was sent.
    Asked,
    /// The right code came back; the action may be done strictly before `until`.
    Answered {
        /// The end of the grant.
        until: Timestamp,
    },
    /// What it was for has been done.
    Spent,
}

/// One question for a one-time password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its id.
    pub id: ChallengeId,
    /// The session that asked.
    pub session: SessionId,
    /// Who must answer.
    pub user: UserId,
    /// What for.
    pub purpose: Purpose,
    /// How it is answered.
    pub way: Way,
    /// The digest of the latest code that was sent; `None` where an app makes the codes.
    pub digest: Option<Digest>,
    /// When the latest code was sent.
    pub asked_at: Timestamp,
    /// When the latest code stops working.
    pub expires_at: Timestamp,
    /// Wrong tries so far; asking again does not reset them.
    pub tries: u32,
    /// How far it has come.
    pub state: ChallengeState,
    /// Grows by one with each change.
    pub version: i64,
}

impl Challenge {
    /// What the digest of its code is bound to besides its id. TM-53
    pub(crate) fn bound_to(session: &SessionId, purpose: &Purpose, to: &Recipient) -> String {
        format!("{session} {purpose} {}", to.as_str())
    }

    /// Whether a code may still be typed.
    pub fn is_open(&self, limits: &OtpLimits, now: Timestamp) -> bool {
        self.state == ChallengeState::Asked && self.tries < limits.tries && !self.expires_at.reached(now)
    }

    /// Whether it was answered and may still be used.
    pub fn grants(&self, now: Timestamp) -> bool {
        matches!(self.state, ChallengeState::Answered { until } if !until.reached(now))
    }

    /// The same challenge, used up.
    pub(crate) fn spent(self) -> Self {
        Self { state: ChallengeState::Spent, ..self }
    }
}

/// What a member brings to show that a step-up is not due or has been done.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The session, with when a code was answered at its login.
    pub session: Option<Session>,
    /// The latest challenge for this purpose in this session, if there is one.
    pub challenge: Option<Challenge>,
    /// When the member put another number in the place of theirs.
    pub mobile_changed_at: Option<Timestamp>,
}

/// Whether a step-up is due for `purpose`, whatever proof there is.
pub fn need(brand: &Brand, actor: &Actor, purpose: &Purpose, session: Option<&Session>) -> bool {
    if matches!(actor, Actor::Operator { .. }) {
        return false;
    }
    match purpose {
        Purpose::GenerateLive if !brand.generate_live => false,
        Purpose::Regenerate { .. }
        | Purpose::Deactivate { .. }
        | Purpose::ChangeLimits { .. }
        | Purpose::GenerateLive
        | Purpose::SendInvitation { .. }
        | Purpose::MakeAdmin { .. }
        | Purpose::ResetTwoFactor { .. }
        | Purpose::TeamTwoFactorOff => match brand.regenerate {
            StepUpRule::Always => true,
            StepUpRule::UnlessLoginOtp => session.is_none_or(|session| session.otp_at().is_none()),
        },
        // Whoever takes over a session must not take over the account with it.
        Purpose::TransferOwnership { .. } => true,
        // What somebody changes about their own login is asked for each time, whatever was answered before.
        Purpose::LogIn
        | Purpose::VerifyMobile
        | Purpose::ChangeMobile
        | Purpose::TwoFactorOn
        | Purpose::TwoFactorOff
        | Purpose::SetUpApp
        | Purpose::ChangeApp
        | Purpose::BackupCodes
        | Purpose::ChangePassword => true,
    }
}

/// Refuses unless `proof` covers `purpose`. Returns the challenge to write as spent, if one was used. TM-54
pub(crate) fn covers(
    brand: &Brand,
    actor: &Actor,
    purpose: &Purpose,
    proof: &Proof,
    now: Timestamp,
) -> Result<Option<Challenge>, Refusal> {
    refuse_held(brand, purpose, proof.mobile_changed_at, now)?;
    if !need(brand, actor, purpose, proof.session.as_ref()) {
        return Ok(None);
    }
    let Actor::Member(member) = actor else { return Err(Refusal::StepUpNeeded) };
    granted(&member.session, &member.user, purpose, proof.challenge.as_ref(), now).map(Some)
}

/// The challenge that grants `purpose` to a user in a session, as it is when it has been used. TM-54
pub(crate) fn granted(
    session: &SessionId,
    user: &UserId,
    purpose: &Purpose,
    challenge: Option<&Challenge>,
    now: Timestamp,
) -> Result<Challenge, Refusal> {
    match challenge {
        Some(challenge)
            if challenge.purpose == *purpose
                && challenge.session == *session
                && challenge.user == *user
                && challenge.grants(now) =>
        {
            Ok(challenge.clone().spent())
        }
        _ => Err(Refusal::StepUpNeeded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brand::samples::brand;
    use crate::seeded;

    #[test]
    fn every_purpose_survives_being_stored() {
        let rng = &mut seeded(1);
        let key = KeyRef::draw(rng);
        let key_id = KeyId::draw(&brand().key_prefix, Mode::Live, rng);
        let (invitation, user) = (InvitationId::draw(rng), UserId::draw(rng));
        for purpose in [
            Purpose::LogIn,
            Purpose::GenerateLive,
            Purpose::Regenerate { key, mode: Mode::Test },
            Purpose::Deactivate { key_id, mode: Mode::Live },
            Purpose::ChangeLimits { key, mode: Mode::Test },
            Purpose::VerifyMobile,
            Purpose::TwoFactorOn,
            Purpose::TwoFactorOff,
            Purpose::SendInvitation { invitation },
            Purpose::MakeAdmin { user },
            Purpose::ResetTwoFactor { user },
            Purpose::TransferOwnership { user },
            Purpose::TeamTwoFactorOff,
            Purpose::ChangeMobile,
            Purpose::SetUpApp,
            Purpose::ChangeApp,
            Purpose::BackupCodes,
            Purpose::ChangePassword,
        ] {
            assert_eq!(Purpose::parse(&purpose.to_string()), Some(purpose));
        }
        assert_eq!(Purpose::parse("regenerate:live"), None);
        assert_eq!(Purpose::parse("log_in:live"), None);
    }
}
