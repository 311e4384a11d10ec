//! Receipts: who has heard of a change, from when on it is guaranteed everywhere, and a signature over that, so that it can be
//! kept as evidence and shown to somebody who trusts the public key alone.

use serde::{Deserialize, Serialize};

/// Which nodes have heard of a change, and from when it is guaranteed on all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The change's place in the feed that nodes follow.
    pub position: i64,
    /// How many nodes verify keys.
    pub nodes: u32,
    /// How many of them have confirmed.
    pub acknowledged: u32,
    /// Those that have not, and until when each may still act on what it knew.
    pub pending: Vec<PendingNode>,
    /// The moment from which no node accepts a pair that stops: never before its `refused_from`.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.004Z"))]
    pub guaranteed_by: String,
    /// How long this request waited.
    pub elapsed_ms: i64,
    /// The pairs that stop with this change.
    #[serde(default)]
    pub pairs: Vec<ReceiptPair>,
    /// When it was written.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.004Z"))]
    pub issued_at: String,
    /// The public key that it is signed with: Ed25519, 64 hexadecimal digits.
    #[serde(default)]
    pub public_key: String,
    /// The signature, 128 hexadecimal digits.
    #[serde(default)]
    pub signature: String,
}

/// A node that has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingNode {
    /// Its name.
    pub node: String,
    /// Until when it may still act on what it knew.
    pub until: String,
}

/// A pair that stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptPair {
    /// The public half.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_live_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// The moment from which a node that has heard refuses it.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub refused_from: String,
}

/// The public keys that receipts are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptKeys {
    /// Ed25519, 64 hexadecimal digits each; the first signs, the others have.
    pub public_keys: Vec<String>,
}

impl Receipt {
    /// What is signed: every fact of the receipt in a fixed order, a line each. A name or a moment holds no line end, so no two
    /// receipts have the same text.
    pub fn signed_text(&self) -> String {
        let mut lines = vec!["keystead receipt 1".to_owned(), format!("position {}", self.position)];
        lines.extend(self.pairs.iter().map(|pair| format!("pair {} {}", pair.key_id, pair.refused_from)));
        lines.push(format!("nodes {}", self.nodes));
        lines.push(format!("acknowledged {}", self.acknowledged));
        lines.extend(self.pending.iter().map(|silent| format!("pending {} {}", silent.node, silent.until)));
        lines.push(format!("guaranteed_by {}", self.guaranteed_by));
        lines.push(format!("elapsed_ms {}", self.elapsed_ms));
        lines.push(format!("issued_at {}", self.issued_at));
        let mut text = String::new();
        for line in lines {
            // A text from elsewhere could hold a line end; it must not look like another line.
            text.push_str(&line.replace(['\n', '\r'], "\u{fffd}"));
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            position: 42,
            nodes: 3,
            acknowledged: 2,
            pending: vec![PendingNode {
                node: "eu-1".to_owned(),
                until: "2026-11-23T06:05:10.870Z".to_owned(),
            }],
            guaranteed_by: "2026-11-23T06:05:10.870Z".to_owned(),
            elapsed_ms: 5_000,
            pairs: vec![ReceiptPair {
                key_id: "rzp_live_1DP5mmOlF5G5ag".to_owned(),
                refused_from: "2026-11-23T06:00:00.000Z".to_owned(),
            }],
            issued_at: "2026-11-23T06:00:05.000Z".to_owned(),
            public_key: String::new(),
            signature: String::new(),
        }
    }

    #[test]
    fn the_signed_text_says_every_fact_in_a_fixed_order() {
        let text = "keystead receipt 1\nposition 42\npair rzp_live_1DP5mmOlF5G5ag 2026-11-23T06:00:00.000Z\nnodes 3\n\
                    acknowledged 2\npending eu-1 2026-11-23T06:05:10.870Z\nguaranteed_by 2026-11-23T06:05:10.870Z\n\
                    elapsed_ms 5000\nissued_at 2026-11-23T06:00:05.000Z\n";
        assert_eq!(receipt().signed_text(), text);
    }

    #[test]
    fn no_fact_can_be_told_another_way_under_the_same_text() {
        let one = receipt();
        let sneaky = Receipt {
            pairs: Vec::new(),
            nodes: 3,
            pending: vec![PendingNode { node: "eu-1\nnodes".to_owned(), until: String::new() }],
            ..one.clone()
        };
        assert_ne!(one.signed_text(), sneaky.signed_text());
        assert_eq!(sneaky.signed_text().lines().filter(|line| line.starts_with("nodes")).count(), 1);
    }
}
