//! How often a key's pairs were used, when and from where.

use serde::{Deserialize, Serialize};

use crate::keys::PairState;

/// How far back somebody looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum UsageSpan {
    /// The last hour, minute by minute.
    Hour,
    /// The last 24 hours, half an hour at a time.
    #[default]
    Day,
    /// The last thirty days, 24 hours at a time.
    Month,
}

impl UsageSpan {
    /// As an address says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            UsageSpan::Hour => "hour",
            UsageSpan::Day => "day",
            UsageSpan::Month => "month",
        }
    }
}

/// How a key was used over a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyUsage {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// The span.
    pub span: UsageSpan,
    /// When it begins.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-22T06:30:00.000Z"))]
    pub begins_at: String,
    /// When it ends: with the step of now.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:30:00.000Z"))]
    pub ends_at: String,
    /// How long each step is.
    #[cfg_attr(feature = "openapi", schema(example = 1800))]
    pub step_seconds: i64,
    /// Its pairs, newest first: those that work, and those that have ended and were used in the span.
    pub pairs: Vec<PairUsage>,
}

/// How a pair was used over a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairUsage {
    /// The public half.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// Whether it works.
    pub state: PairState,
    /// How many requests it was granted in the span.
    pub total: u64,
    /// When it was last used.
    pub last_used_at: Option<String>,
    /// From where that was: an address, or the network of an IPv6 address.
    pub last_used_from: Option<String>,
    /// Steps that had any, oldest first.
    pub counts: Vec<UsageCount>,
    /// Networks seen in the last thirty days, at most eight, the latest first. Not all there were.
    pub sources: Vec<UsageSource>,
}

/// How many requests were granted in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageCount {
    /// When it begins.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub at: String,
    /// How many.
    pub count: u64,
}

/// A network that a pair was seen in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageSource {
    /// An address, or the network of an IPv6 address; none when the gateway did not tell.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.1"))]
    pub network: Option<String>,
    /// The first time.
    pub first_at: String,
    /// The last time.
    pub last_at: String,
}
