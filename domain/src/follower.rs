//! Followers: services that hold the index themselves and verify in their own process. A credential each, known to the store
//! only as its digest.
//!
//! What the credential opens is the feed of pairs and the keys that verifying takes, and nothing that changes anything. A name
//! is never given twice, so that the audit stays clear; who is revoked stays revoked.

use crate::access::{Actor, operators_only};
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::idempotency::IdempotencyKey;
use crate::open_account::checked_word;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::time::Timestamp;

/// What the digest of a follower's token is bound to: no other token passes for one, and the other way round.
const PURPOSE: &str = "follower";

/// A service that verifies by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What the audit calls it; never given to another one.
    pub name: String,
    /// The digest of its token.
    pub digest: Digest,
    /// Since when.
    pub created_at: Timestamp,
    /// When its token stopped working; `None` while it works.
    pub revoked_at: Option<Timestamp>,
    /// Grows by one with each change.
    pub version: i64,
}

/// The digest under which the store knows a follower's token.
pub fn follower_digest(token: &Token, pepper: &Pepper) -> Digest {
    pepper.digest_link(PURPOSE, token)
}

/// Admits a follower; the token is in the answer and nowhere else. With an idempotency key the token is drawn from it, so
/// that a repeat can be told the same one although nobody kept it.
pub fn admit_follower(
    actor: &Actor,
    name: &str,
    idempotency: Option<&IdempotencyKey>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    operators_only(actor)?;
    let name = checked_word("name", name, "payments-eu")?;
    let token = idempotency.map_or_else(|| Token::draw(rng), |key| key.token(PURPOSE, &name, pepper));
    let mut decision = Decision::new(AuditEntry::by(actor, "follower.admitted", None, &name, now));
    decision.remember = idempotency.map(|key| key.remember(&name, None, pepper, now, rng));
    decision.insert(Row::Follower(Follower {
        name,
        digest: follower_digest(&token, pepper),
        created_at: now,
        revoked_at: None,
        version: 0,
    }));
    Ok((decision, token))
}

/// The token that was admitted under an idempotency key, for a repeat of the same request.
pub fn admitted_token(follower: &Follower, key: &IdempotencyKey, pepper: &Pepper) -> Option<Token> {
    pepper.each().find_map(|pepper| {
        let token = key.token(PURPOSE, &follower.name, pepper);
        follower.digest.matches(&follower_digest(&token, pepper)).then_some(token)
    })
}

/// Revokes a follower's token. `None`: it was revoked already, and nothing changes.
pub fn revoke_follower(
    actor: &Actor,
    follower: &Follower,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    operators_only(actor)?;
    if follower.revoked_at.is_some() {
        return Ok(None);
    }
    let mut decision = Decision::new(AuditEntry::by(actor, "follower.revoked", None, &follower.name, now));
    decision.update(Row::Follower(Follower { revoked_at: Some(now), ..follower.clone() }));
    Ok(Some(decision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Change;
    use crate::pepper::samples::pepper;
    use crate::seeded;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn ops() -> Actor {
        Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.1".to_owned() }
    }

    fn admitted(name: &str, key: Option<&IdempotencyKey>, seed: u64) -> (Decision, Token, Follower) {
        let (decision, token) =
            admit_follower(&ops(), name, key, &pepper(), NOW, &mut seeded(seed)).expect("admitted");
        let follower = match decision.changes.as_slice() {
            [Change::Insert(Row::Follower(follower))] => follower.clone(),
            other => panic!("one follower, not {other:?}"),
        };
        (decision, token, follower)
    }

    #[test]
    fn a_follower_s_token_is_known_by_its_digest_and_passes_for_no_other_kind() {
        let (decision, token, follower) = admitted("payments-eu", None, 3);
        assert!(follower.digest.matches(&follower_digest(&token, &pepper())));
        assert!(!follower.digest.matches(&pepper().digest_token(&token)), "no session, no operator");
        assert!(!format!("{decision:?}").contains(token.reveal()));
        assert_eq!(
            (decision.audit.action, decision.audit.target.as_str()),
            ("follower.admitted", "payments-eu")
        );
        assert!(!decision.changes_keys(), "nobody's key changes");
    }

    #[test]
    fn a_repeat_under_the_same_idempotency_key_gets_the_same_token_and_nobody_else_does() {
        let key =
            |text: &str, asks: &[u8]| IdempotencyKey::new(text, "ops", asks, &pepper()).expect("a good key");
        let first = key("0d9c2f0e-5a57-4a39", b"admit");
        let (_, token, follower) = admitted("payments-eu", Some(&first), 3);
        let again = |key: &IdempotencyKey| {
            admitted_token(&follower, key, &pepper()).map(|token| token.reveal().to_owned())
        };
        assert_eq!(again(&key("0d9c2f0e-5a57-4a39", b"admit")).as_deref(), Some(token.reveal()));
        assert_eq!(again(&key("another-key-altogether", b"admit")), None);
        assert!(Token::parse(token.reveal()).is_some(), "a token like any other");
        let (_, other, _) = admitted("payments-us", Some(&first), 3);
        assert_ne!(other.reveal(), token.reveal(), "another name, another token");
    }

    #[test]
    fn only_operators_admit_and_revoke_and_a_revoked_follower_stays_so() {
        let (_, _, follower) = admitted("payments-eu", None, 3);
        let decision = revoke_follower(&ops(), &follower, NOW).expect("allowed").expect("a change");
        let revoked = match decision.changes.as_slice() {
            [Change::Update(Row::Follower(revoked))] => revoked.clone(),
            other => panic!("one follower, not {other:?}"),
        };
        assert_eq!(revoked.revoked_at, Some(NOW));
        assert_eq!(revoke_follower(&ops(), &revoked, NOW), Ok(None));
        let rng = &mut seeded(9);
        let member = Actor::Member(crate::access::MemberActor {
            user: crate::UserId::draw(rng),
            account: crate::AccountId::draw(rng),
            role: crate::Role::Owner,
            session: crate::SessionId::draw(rng),
            origin: String::new(),
        });
        let refused = admit_follower(&member, "mine", None, &pepper(), NOW, &mut seeded(1));
        assert_eq!(refused.map(|_| ()), Err(Refusal::PermissionDenied));
        assert_eq!(revoke_follower(&member, &follower, NOW), Err(Refusal::PermissionDenied));
    }

    #[test]
    fn a_name_is_one_word_that_can_stand_in_an_address() {
        for bad in ["", " ", "..", "a b", "a/b", "a?b", "ä", "-", &"x".repeat(101)] {
            let outcome = admit_follower(&ops(), bad, None, &pepper(), NOW, &mut seeded(1));
            assert!(matches!(outcome, Err(Refusal::Invalid { field: "name", .. })), "{bad:?}");
        }
        assert_eq!(admitted(" payments_eu.1 ", None, 1).2.name, "payments_eu.1");
    }
}
