//! Why requests with an account's keys were refused lately.

use serde::{Deserialize, Serialize};

/// Refusals of one pair for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The pair that was named.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// Its key.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// `wrong_secret`, `ended`, `expired`, `wrong_mode`, `malformed`, `address_not_allowed`, `quota_exceeded` or
    /// `rate_limited`.
    #[cfg_attr(feature = "openapi", schema(example = "wrong_secret"))]
    pub reason: String,
    /// When malformed: in which way, such as `white_space` or `newline`.
    pub shape: Option<String>,
    /// What happened and what to do.
    pub explanation: String,
    /// When the pair ended, if it has.
    #[serde(default)]
    pub ended_at: Option<String>,
    /// How often.
    pub count: u64,
    /// How often in the last sixty minutes.
    #[serde(default)]
    pub last_hour: u64,
    /// How often in the last 24 hours.
    #[serde(default)]
    pub last_24_hours: u64,
    /// The first time.
    pub first_at: String,
    /// The last time.
    pub last_at: String,
    /// Where the last one came from, as far as the gateway told.
    pub address: Option<String>,
    /// What its sender called itself.
    pub agent: Option<String>,
    /// The last four places they came from, the latest first.
    #[serde(default)]
    pub sources: Vec<RefusalSource>,
    /// Minutes of the last hour that had any, oldest first.
    #[serde(default)]
    pub by_minute: Vec<RefusalCount>,
    /// Hours of the last two days that had any, oldest first.
    #[serde(default)]
    pub by_hour: Vec<RefusalCount>,
}

/// A place that refused requests came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusalSource {
    /// The address, as far as the gateway told.
    pub address: Option<String>,
    /// What the sender called itself.
    pub agent: Option<String>,
    /// How often.
    pub count: u64,
    /// The last time.
    pub last_at: String,
}

/// How many there were in a minute or an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusalCount {
    /// When it begins.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub at: String,
    /// How many.
    pub count: u32,
}

/// Requests with key ids that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnknownIds {
    /// How many, since this server started.
    pub count: u64,
    /// The last of them, at most 256, the latest first.
    pub recent: Vec<UnknownId>,
}

/// A request with a key id that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnknownId {
    /// The id as it was sent.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// When.
    pub at: String,
    /// From where, as far as the gateway told.
    pub address: Option<String>,
}
