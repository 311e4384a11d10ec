//! Nodes: the processes that verify keys.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/nodes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolNode {
    /// What to call it: one word of letters, digits, dots and dashes.
    #[cfg_attr(feature = "openapi", schema(example = "eu-1"))]
    pub name: String,
}

/// A node that was just enrolled.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolledNode {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "eu-1"))]
    pub node: String,
    /// Its credential, shown once.
    #[cfg_attr(feature = "openapi", schema(example = "0Zk…43 characters…q8"))]
    pub credential: String,
}

/// A process that verifies keys, or a node that nothing runs as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "local"))]
    pub node: String,
    /// The version it runs; empty where nothing runs.
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// Whether it answers, as far as is known: it registered, and has said something within its lease.
    pub ready: bool,
    /// The last change it said to know.
    pub position: i64,
    /// How long ago it last said anything or, of the process that answers this, last heard from the database; `null` before the
    /// first time.
    pub lease_age_ms: Option<i64>,
    /// How many pairs it knows, ended ones included.
    pub pairs: u64,
    /// What it does: `all`, `control` or `verify`; `null` where nothing runs.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "all"))]
    pub role: Option<String>,
    /// For how long it vouches as if the database had just answered.
    #[serde(default)]
    pub lease_ms: Option<i64>,
    /// For how long it vouches for test keys in all, from the start of its last read.
    #[serde(default)]
    pub vouches_test_ms: Option<i64>,
    /// The same for live keys.
    #[serde(default)]
    pub vouches_live_ms: Option<i64>,
    /// How far its wall clock is ahead of the database's time; `null` where that is not measured.
    #[serde(default)]
    pub clock_offset_ms: Option<i64>,
    /// Since when what runs now does.
    #[serde(default)]
    pub since: Option<String>,
    /// Whether it found that the database lacks changes that it had seen, and nobody has decided yet.
    #[serde(default)]
    pub history_lost: bool,
    /// The versions of the pepper that it said to hold.
    #[serde(default)]
    pub peppers: Vec<u8>,
}

/// `POST /api/v1/nodes/{node}/report`, by the node itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeReport {
    /// Which run of the program this is.
    #[cfg_attr(feature = "openapi", schema(example = "prc_0f3Kq9LrXb5TzM"))]
    pub process: String,
    /// At its start: what it registers with, before it vouches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<NodeRegistration>,
    /// Every change up to here is applied.
    pub position: i64,
    /// The mark of that position, as the feed told it: the same position of another history has another one. Left out by earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "00112233445566778899aabbccddeeff"))]
    pub mark: Option<String>,
    /// What it has seen and the database has not: acknowledged changes are lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_lost: Option<HistoryLost>,
    /// How many pairs it knows.
    pub pairs: u64,
    /// How far its wall clock is ahead of the database's time, if it has measured that.
    #[serde(default)]
    pub clock_offset_ms: Option<i64>,
    /// The versions of the pepper that it holds; left out where that is the first one alone, as it always was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peppers: Vec<u8>,
    /// Whether it stops now, and vouches for nothing any more.
    #[serde(default)]
    pub leaving: bool,
}

/// What a process has seen and the database has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HistoryLost {
    /// The position that it had come to.
    pub seen: i64,
    /// The life of the database that lacks it.
    #[cfg_attr(feature = "openapi", schema(example = "00112233445566778899aabbccddeeff"))]
    pub incarnation: String,
}

/// What a process registers with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeRegistration {
    /// The process before it in the same data folder, which is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<String>,
    /// What it does.
    #[cfg_attr(feature = "openapi", schema(example = "verify"))]
    pub role: String,
    /// The version it runs.
    pub version: String,
    /// For how long it vouches as if the database had just answered.
    pub lease_ms: i64,
    /// For how long it vouches for test keys in all.
    pub vouches_test_ms: i64,
    /// The same for live keys.
    pub vouches_live_ms: i64,
}

/// Most uses that are told at once.
pub const USES_MAX: usize = 100;

/// `POST /api/v1/nodes/{node}/usage`, by the node itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeUsage {
    /// What was granted since the last time, each pair once for each minute; at most 100.
    pub uses: Vec<PairUse>,
}

/// How often a pair was granted in a minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PairUse {
    /// The pair.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// How often.
    pub count: u32,
    /// When last.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub last_used_at: String,
    /// From where that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_from: Option<String>,
}
