//! Nodes: the processes of this platform that verify, and the credential of those that cannot write to the database.
//!
//! A node is a name on a list, given by an operator or taken by a process that may write. What runs as that node is a
//! *process*: it registers before it vouches, with how long it may vouch for what it read. Whoever writes a receipt counts on
//! nothing else.

use std::fmt;
use std::str::FromStr;

use crate::access::{Actor, operators_only};
use crate::audit::AuditEntry;
use crate::decision::{Decision, Gone, Row};
use crate::idempotency::IdempotencyKey;
use crate::ids::{IdError, Mode, ProcessId};
use crate::open_account::checked_word;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::receipt::vouched_until;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::time::{Duration, Timestamp};

/// What the digest of a node's credential is bound to: no other token passes for one, and the other way round.
const PURPOSE: &str = "node";

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeRole {
    /// Everything.
    #[default]
    All,
    /// Dashboard and management API; gateways ask elsewhere.
    Control,
    /// Answers gateways, and only reads from the database.
    Verify,
}

impl NodeRole {
    /// All of them.
    pub const ALL: [NodeRole; 3] = [NodeRole::All, NodeRole::Control, NodeRole::Verify];

    /// The word used in the store, the API and the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            NodeRole::All => "all",
            NodeRole::Control => "control",
            NodeRole::Verify => "verify",
        }
    }

    /// Whether it may write to the database, and so keeps its own row.
    pub const fn writes(self) -> bool {
        !matches!(self, NodeRole::Verify)
    }

    /// Whether people and programs of the platform reach it: dashboard and management API.
    pub const fn serves_people(self) -> bool {
        !matches!(self, NodeRole::Verify)
    }

    /// Whether gateways ask it.
    pub const fn answers_gateways(self) -> bool {
        !matches!(self, NodeRole::Control)
    }
}

impl fmt::Display for NodeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NodeRole {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let found = NodeRole::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or(IdError { expected: "all, control or verify" })
    }
}

/// How long a process may vouch from the start of its last good read, by mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spans {
    /// For test keys.
    pub test: Duration,
    /// For live keys.
    pub live: Duration,
}

impl Spans {
    /// The same for both modes.
    pub const fn even(span: Duration) -> Self {
        Self { test: span, live: span }
    }

    /// For keys of a mode.
    pub const fn of(&self, mode: Mode) -> Duration {
        match mode {
            Mode::Test => self.test,
            Mode::Live => self.live,
        }
    }

    /// The longer of both, in each mode.
    pub fn max(self, other: Self) -> Self {
        Self { test: self.test.max(other.test), live: self.live.max(other.live) }
    }

    /// No longer than either, in each mode.
    pub fn min(self, other: Self) -> Self {
        Self { test: self.test.min(other.test), live: self.live.min(other.live) }
    }
}

/// A node as the fleet lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub name: String,
    /// The digest of its credential; `None` for one that writes its own row.
    pub digest: Option<Digest>,
    /// Since when.
    pub enrolled_at: Timestamp,
    /// What runs as it, if anything does.
    pub run: Option<NodeRun>,
}

/// A process that runs as a node, as it registered and last reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRun {
    /// Which.
    pub process: ProcessId,
    /// What it does.
    pub role: NodeRole,
    /// The version of its program.
    pub version: String,
    /// How long it vouches as if the database had just answered.
    pub lease: Duration,
    /// How long it vouches in all. Never changes for a process.
    pub spans: Spans,
    /// Since when.
    pub registered_at: Timestamp,
    /// The position it last said to have applied.
    pub position: i64,
    /// When it last said anything, in database time.
    pub reported_at: Timestamp,
    /// How far its wall clock is ahead of the database's time, in milliseconds, if it has measured that.
    pub clock_offset_ms: Option<i64>,
    /// Pairs it knows.
    pub pairs: i64,
    /// The versions of the pepper that it said to hold; none before it said so.
    pub peppers: Vec<u8>,
}

impl NodeRun {
    /// Whether it was heard from within its lease.
    pub fn is_heard(&self, now: Timestamp) -> bool {
        self.is_heard_within(self.lease, now)
    }

    /// Whether it was heard from not longer ago than this.
    pub fn is_heard_within(&self, span: Duration, now: Timestamp) -> bool {
        !(self.reported_at + span).reached(now)
    }
}

/// A process that is no node any more and may vouch all the same, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// Which.
    pub process: ProcessId,
    /// As which node it ran.
    pub node: String,
    /// How long it vouches for what it read.
    pub spans: Spans,
    /// A moment at which somebody read that it is no node any more: no read of its own counts from then on. `None`: nobody has.
    pub seen_at: Option<Timestamp>,
}

/// What somebody is called who ran as a node that no list has. No node can be called so.
pub const UNLISTED: &str = "(unlisted)";

impl Shadow {
    /// Whoever may have registered with a database that was lost. `longest`: as long as anybody vouches.
    pub fn unlisted(process: ProcessId, longest: Spans) -> Self {
        Self { process, node: UNLISTED.to_owned(), spans: longest, seen_at: None }
    }

    /// Until when it may vouch, for keys of either mode; as long as nobody has seen it, from now on.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        vouched_until(self.seen_at.unwrap_or(now), self.spans.test.max(self.spans.live))
    }
}

/// The digest under which the store knows a node's credential.
pub fn node_digest(token: &Token, pepper: &Pepper) -> Digest {
    pepper.digest_link(PURPOSE, token)
}

/// Puts a node on the list; its credential is in the answer and nowhere else. With an idempotency key the credential is drawn
/// from it, so that a repeat can be told the same one although nobody kept it.
pub fn enrol_node(
    actor: &Actor,
    name: &str,
    idempotency: Option<&IdempotencyKey>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    operators_only(actor)?;
    let name = checked_node(name)?;
    let token = idempotency.map_or_else(|| Token::draw(rng), |key| key.token(PURPOSE, &name, pepper));
    let mut decision = Decision::new(AuditEntry::by(actor, "node.enrolled", None, &name, now));
    decision.remember = idempotency.map(|key| key.remember(&name, None, pepper, now, rng));
    let digest = Some(node_digest(&token, pepper));
    decision.insert(Row::Node(Node { name, digest, enrolled_at: now, run: None }));
    Ok((decision, token))
}

/// The credential that was given under an idempotency key, for a repeat of the same request.
pub fn enrolled_token(node: &Node, key: &IdempotencyKey, pepper: &Pepper) -> Option<Token> {
    let digest = node.digest.as_ref()?;
    pepper.each().find_map(|pepper| {
        let token = key.token(PURPOSE, &node.name, pepper);
        digest.matches(&node_digest(&token, pepper)).then_some(token)
    })
}

/// Takes a node off the list. Whatever runs as it stops when it reads that, and counts until it must have.
pub fn remove_node(actor: &Actor, node: &Node, now: Timestamp) -> Result<Decision, Refusal> {
    operators_only(actor)?;
    let mut decision = Decision::new(AuditEntry::by(actor, "node.removed", None, &node.name, now));
    decision.remove(Gone::Node(node.name.clone()));
    Ok(decision)
}

/// A name that fits into an audit entry, an address, a metric and a table as one word.
pub fn checked_node(name: &str) -> Result<String, Refusal> {
    checked_word("name", name, "eu-1")
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

    fn enrolled(seed: u64) -> (Decision, Token, Node) {
        let (decision, token) =
            enrol_node(&ops(), "eu-1", None, &pepper(), NOW, &mut seeded(seed)).expect("enrolled");
        let node = match decision.changes.as_slice() {
            [Change::Insert(Row::Node(node))] => node.clone(),
            other => panic!("one node, not {other:?}"),
        };
        (decision, token, node)
    }

    #[test]
    fn a_node_s_credential_is_known_by_its_digest_and_passes_for_no_other_kind() {
        let (decision, token, node) = enrolled(3);
        let digest = node.digest.expect("it has one");
        assert!(digest.matches(&node_digest(&token, &pepper())));
        assert!(!digest.matches(&crate::follower_digest(&token, &pepper())), "no follower");
        assert!(!digest.matches(&pepper().digest_token(&token)), "no session, no operator");
        assert!(!format!("{decision:?}").contains(token.reveal()));
        assert_eq!((decision.audit.action, decision.audit.target.as_str()), ("node.enrolled", "eu-1"));
        assert!(!decision.changes_keys(), "nobody's key changes");
    }

    #[test]
    fn only_operators_enrol_and_remove() {
        let (_, _, node) = enrolled(3);
        let rng = &mut seeded(9);
        let member = Actor::Member(crate::access::MemberActor {
            user: crate::UserId::draw(rng),
            account: crate::AccountId::draw(rng),
            role: crate::Role::Owner,
            session: crate::SessionId::draw(rng),
            origin: String::new(),
        });
        let refused = enrol_node(&member, "eu-2", None, &pepper(), NOW, &mut seeded(1));
        assert_eq!(refused.map(|_| ()), Err(Refusal::PermissionDenied));
        assert_eq!(remove_node(&member, &node, NOW), Err(Refusal::PermissionDenied));
        let removed = remove_node(&ops(), &node, NOW).expect("allowed");
        assert_eq!(removed.changes, [Change::Remove(Gone::Node("eu-1".to_owned()))]);
        assert_eq!(removed.audit.action, "node.removed");
    }

    #[test]
    fn a_name_is_one_word_that_can_stand_in_an_address() {
        for bad in ["", " ", "..", "a b", "a/b", "a?b", "ä", "-", "a\nb", &"x".repeat(101)] {
            assert!(matches!(checked_node(bad), Err(Refusal::Invalid { field: "name", .. })), "{bad:?}");
        }
        assert!(checked_node(UNLISTED).is_err(), "nobody takes the place of those who are on no list");
        assert_eq!(checked_node(" eu_1.a "), Ok("eu_1.a".to_owned()));
    }
}
