//! Rotate the pepper: put a newer version to use, and wrap what stands under older ones.
//!
//! Both take nothing from customers. A version is put to use only when everybody who may vouch holds it; a pair is wrapped with
//! what the database knows of it. So at every moment each node either can tell a good secret or knows that it cannot.

use crate::audit::AuditEntry;
use crate::decision::{Change, Decision};
use crate::ids::KeyId;
use crate::layers::Layers;
use crate::node::Node;
use crate::pepper::Digest;
use crate::receipt::vouched_until;
use crate::time::Timestamp;

/// A pair's digest with one more layer around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// Which pair.
    pub key_id: KeyId,
    /// What is written about it now; another wrapping may have been quicker.
    pub inner: (Layers, Digest),
    /// What is to be written.
    pub outer: (Layers, Digest),
}

/// The nodes that may still vouch and did not say that they hold a version. A newer version in use would make them unready.
pub fn nodes_lacking(version: u8, nodes: &[Node], now: Timestamp) -> Vec<&str> {
    let lacks = |node: &&Node| {
        node.run.as_ref().is_some_and(|run| {
            let until = vouched_until(run.reported_at, run.spans.test.max(run.spans.live));
            !run.peppers.contains(&version) && !until.reached(now)
        })
    };
    nodes.iter().filter(lacks).map(|node| node.name.as_str()).collect()
}

/// Puts a newer version to use: from here on everything is made under it.
pub fn use_pepper(version: u8, now: Timestamp) -> Decision {
    let mut decision = Decision::new(entry("pepper.used", version, now));
    decision.changes.push(Change::UsePepper(version));
    decision
}

/// Wraps pairs with the version in use. All of them or none.
pub fn wrap_pairs(wraps: Vec<Wrap>, version: u8, now: Timestamp) -> Decision {
    let mut decision = Decision::new(entry("pepper.wrapped", version, now).fact("pairs", wraps.len()));
    decision.changes.extend(wraps.into_iter().map(Change::Wrap));
    decision
}

/// Nobody asked for it: the program does it by itself when it can.
fn entry(action: &'static str, version: u8, now: Timestamp) -> AuditEntry {
    AuditEntry {
        at: now,
        actor: "system".to_owned(),
        origin: String::new(),
        account: None,
        action,
        target: format!("pepper:{version}"),
        facts: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ProcessId;
    use crate::node::{NodeRole, NodeRun, Spans};
    use crate::time::SECOND;
    use crate::{MINUTE, seeded};

    fn node(n: u64, peppers: &[u8], reported_at: i64) -> Node {
        let run = NodeRun {
            process: ProcessId::draw(&mut seeded(n)),
            role: NodeRole::Verify,
            version: "1".to_owned(),
            lease: SECOND.times(10),
            spans: Spans { test: MINUTE.times(5), live: SECOND.times(10) },
            registered_at: Timestamp::from_millis(0),
            position: 0,
            reported_at: Timestamp::from_millis(reported_at),
            clock_offset_ms: None,
            pairs: 1,
            peppers: peppers.to_vec(),
        };
        Node { name: format!("n{n}"), digest: None, enrolled_at: Timestamp::default(), run: Some(run) }
    }

    #[test]
    fn whoever_may_still_vouch_and_did_not_say_that_they_hold_a_version_lacks_it() {
        let hours_ago = 0;
        let now = Timestamp::from_millis(3_600_000);
        let just = now.as_millis() - 1_000;
        let off = Node { run: None, ..node(5, &[], just) };
        let nodes =
            [node(1, &[1, 2], just), node(2, &[1], just), node(3, &[], just), node(4, &[1], hours_ago), off];
        assert_eq!(
            nodes_lacking(2, &nodes, now),
            ["n2", "n3"],
            "one that is silent for so long vouches no more"
        );
        assert!(nodes_lacking(1, &nodes[..2], now).is_empty());
    }

    #[test]
    fn using_and_wrapping_are_changes_of_keys_with_one_entry_each() {
        let now = Timestamp::from_millis(5);
        let used = use_pepper(2, now);
        assert!(used.changes_keys(), "every node must hear of it");
        assert_eq!((used.audit.actor.as_str(), used.audit.action), ("system", "pepper.used"));
        let wrap = Wrap {
            key_id: "rzp_test_00000000000000".parse().expect("a key id"),
            inner: (Layers::of(1), Digest::from_bytes([1; 32])),
            outer: (Layers::of(1).wrapped(2).expect("newer"), Digest::from_bytes([2; 32])),
        };
        let wrapped = wrap_pairs(vec![wrap.clone(), wrap], 2, now);
        assert!(wrapped.changes_keys());
        assert_eq!(
            (wrapped.audit.action, wrapped.audit.target.as_str(), wrapped.audit.facts.as_str()),
            ("pepper.wrapped", "pepper:2", "pairs=2")
        );
    }
}
