//! Regenerate: give a key a new pair while the old one keeps working for a while, or not at all.
//!
//! The key does not change: same name, limits, history. Callers can move to the new pair without an outage, and
//! the old one dies by the clock, not by a job.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::generate::{NewPair, draw, write_key};
use crate::ids::KeyId;
use crate::key::Key;
use crate::letter::{Letter, LetterKind};
use crate::pair::{EndReason, Pair, PairState};
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::{DAY, Duration, HOUR, Timestamp};
use crate::user::User;

/// What becomes of the old pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldPair {
    /// It ends with this change.
    Now,
    /// It ends exactly 24 hours later.
    In24Hours,
}

/// How long before the old pair's end people are reminded of it.
const REMIND: Duration = HOUR.times(4);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegenerateRequest {
    /// What becomes of the old pair.
    pub old: OldPair,
    /// The pair the caller believes to be current; a lost race is refused instead of replacing the winner's.
    pub expected_current: Option<KeyId>,
    /// With [`OldPair::Now`]: whether to end a pair that still retires from an earlier regeneration too.
    pub end_retiring: bool,
}

/// The new pair, and what happens to the old one.
#[derive(Debug)]
pub struct Regenerated {
    /// The new pair with its secret.
    pub new: NewPair,
    /// The pair it replaces.
    pub old: KeyId,
    /// When the old pair stops; `now` if it already has.
    pub old_until: Timestamp,
}

/// Regenerates a key.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn regenerate(
    brand: &Brand,
    key: &Key,
    request: &RegenerateRequest,
    actor: &Actor,
    proof: &Proof,
    told: &[User],
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Regenerated), Refusal> {
    may(actor, Action::Regenerate, &key.account)?;
    let current = key.current(now);
    if let Some(expected) = request.expected_current
        && current.is_none_or(|pair| pair.key_id != expected)
    {
        let (current, at) = current.map(|pair| (pair.key_id, pair.created_at)).unzip();
        return Err(Refusal::LostRace { current, at });
    }
    let spent = covers(brand, actor, &Purpose::Regenerate { key: key.id, mode: key.mode }, proof, now)?;
    let current = current.ok_or(Refusal::NothingToRegenerate)?;
    let retiring = key.retiring(now);
    if let (OldPair::In24Hours, Some((pair, until))) = (request.old, retiring) {
        // With three working pairs nobody could tell which one leaked.
        return Err(Refusal::StillRetiring { key_id: pair.key_id, until });
    }

    // The new pair keeps the old one's expiry: regenerating never extends a deadline.
    let (pair, new) = draw(brand, key, current.expires_at, pepper, now, rng);
    let (state, old_until) = match request.old {
        OldPair::Now => (PairState::Ended { at: now, why: EndReason::Replaced }, now),
        OldPair::In24Hours => (PairState::Retiring { until: now + DAY }, now + DAY),
    };
    let audit = AuditEntry::by(actor, "key.regenerated", Some(key.account), key.id, now)
        .fact("mode", key.mode)
        .fact("key_id", pair.key_id)
        .fact("old", current.key_id)
        .fact("old_until", old_until.as_millis());
    let mut decision = Decision::new(audit);
    write_key(&mut decision, key, false, now);
    decision.update(Row::Pair { key: key.id, pair: Pair { state, ..current.clone() } });
    if let (true, Some((retiring, _))) = (request.end_retiring, retiring) {
        let state = PairState::Ended { at: now, why: EndReason::Deactivated };
        decision.update(Row::Pair { key: key.id, pair: Pair { state, ..retiring.clone() } });
        decision.audit = decision.audit.fact("also_ended", retiring.key_id);
    }
    decision.insert(Row::Pair { key: key.id, pair });
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    for user in told {
        let kind = LetterKind::KeyRegenerated {
            key_id: new.key_id,
            old: current.key_id,
            mode: key.mode,
            old_until: (request.old == OldPair::In24Hours).then_some(old_until),
        };
        decision.letter(Letter::to_user(user, kind, now, rng));
        if request.old == OldPair::In24Hours {
            let ends = current.expires_at.map_or(old_until, |expiry| expiry.min(old_until));
            let kind = LetterKind::KeyEnding { key_id: current.key_id, mode: key.mode, until: ends };
            decision.letter(Letter::to_user(user, kind, now, rng).due(ends - REMIND));
        }
    }
    Ok((decision, Regenerated { new, old: current.key_id, old_until }))
}
