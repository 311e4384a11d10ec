//! Deactivate: end a pair now, for ever.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::generate::write_key;
use crate::ids::KeyId;
use crate::key::Key;
use crate::letter::{Letter, LetterKind};
use crate::pair::{EndReason, Pair, PairState, Standing};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::User;

/// Ends the pair `key_id` of `key`.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn deactivate(
    brand: &Brand,
    key: &Key,
    key_id: &KeyId,
    actor: &Actor,
    proof: &Proof,
    told: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::Deactivate, &key.account)?;
    let pair = key.pair(key_id).ok_or(Refusal::NotFound)?;
    if let Standing::Ended { at, .. } = pair.standing(now) {
        return Err(Refusal::AlreadyEnded { key_id: *key_id, at });
    }
    let spent = covers(brand, actor, &Purpose::Deactivate { key_id: *key_id, mode: key.mode }, proof, now)?;

    let audit = AuditEntry::by(actor, "key.deactivated", Some(key.account), key.id, now)
        .fact("mode", key.mode)
        .fact("key_id", key_id);
    let mut decision = Decision::new(audit);
    write_key(&mut decision, key, false, now);
    let state = PairState::Ended { at: now, why: EndReason::Deactivated };
    decision.update(Row::Pair { key: key.id, pair: Pair { state, ..pair.clone() } });
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    for user in told {
        let kind = LetterKind::KeyDeactivated { key_id: *key_id, mode: key.mode };
        decision.letter(Letter::to_user(user, kind, now, rng));
    }
    Ok(decision)
}
