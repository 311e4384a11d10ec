//! Operators: those who run the platform. A token each, known to the store only as its digest.

use crate::access::Actor;
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::open_account::checked_name;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::time::Timestamp;

/// Somebody who runs the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// What the audit calls them.
    pub name: String,
    /// The digest of their token.
    pub digest: Digest,
    /// Since when.
    pub created_at: Timestamp,
}

/// Appoints an operator; the token is in the answer and nowhere else.
pub fn appoint(
    name: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    let name = checked_name("name", name)?;
    let token = Token::draw(rng);
    // The first operator has nobody to be appointed by: whoever holds the data folder may.
    let actor = Actor::Operator { name: name.clone(), origin: String::new() };
    let mut decision = Decision::new(AuditEntry::by(&actor, "operator.appointed", None, &name, now));
    decision.insert(Row::Operator(Operator { name, digest: pepper.digest_token(&token), created_at: now }));
    Ok((decision, token))
}
