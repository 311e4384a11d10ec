//! Devices: which browsers somebody has logged in from, so that a login from another can be told by letter.
//!
//! A browser is known by a random token in a cookie of its own, and by nothing else: nothing is measured about it. The
//! store keeps digests, bound to the user; the same browser is a stranger to another user.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::UserId;
use crate::letter::{Letter, LetterKind};
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::secret::Token;
use crate::session::Session;
use crate::time::Timestamp;
use crate::user::User;

/// How many of somebody's devices are remembered; the one that was new longest ago is forgotten first.
const DEVICES_MAX: usize = 20;

/// The devices somebody has logged in from. One row for each user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// Whose.
    pub user: UserId,
    /// Digests of the devices' tokens, the oldest first.
    pub known: Vec<Digest>,
    /// Grows by one with each change; 0 when there is no row yet.
    pub version: i64,
}

impl Devices {
    /// The devices of somebody who never logged in.
    pub fn none(user: UserId) -> Self {
        Self { user, known: Vec::new(), version: 0 }
    }

    fn digest(&self, token: &Token, pepper: &Pepper) -> Digest {
        pepper.digest_link(&format!("device of {}", self.user), token)
    }

    /// Whether the browser with this token is one of them.
    pub fn know(&self, token: &Token, pepper: &Pepper) -> bool {
        let digests = pepper.digests(|pepper| self.digest(token, pepper));
        self.known.iter().any(|known| digests.contains(known))
    }
}

/// Remembers the browser of a login that is complete, and tells its user unless it is their very first.
pub fn remember_device(
    user: &User,
    session: &Session,
    devices: &Devices,
    token: &Token,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Decision {
    let mut decision = Decision::new(AuditEntry::in_session(session, "device.added", user.id, now));
    let mut known = devices.known.clone();
    known.push(devices.digest(token, pepper));
    let forgotten = known.len().saturating_sub(DEVICES_MAX);
    known.drain(..forgotten);
    let row = Row::Devices(Devices { known, ..devices.clone() });
    if devices.version == 0 {
        decision.insert(row);
    } else {
        decision.update(row);
        let (address, agent) = (session.origin.address.clone(), session.origin.agent.clone());
        decision.letter(Letter::to_user(user, LetterKind::SignedIn { address, agent }, now, rng));
    }
    decision
}
