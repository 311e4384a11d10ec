//! How often, and from where, a key may be used.

use serde::{Deserialize, Deserializer, Serialize};

use crate::gateway::Mode;

/// The limits of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyLimits {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// Its mode.
    pub mode: Mode,
    /// Requests per second, all its pairs together; `null` for any number.
    #[cfg_attr(feature = "openapi", schema(example = 10))]
    pub requests_per_second: Option<u32>,
    /// Requests per day of UTC, all its pairs together; `null` for any number.
    #[cfg_attr(feature = "openapi", schema(example = 100_000))]
    pub requests_per_day: Option<u64>,
    /// Addresses and networks it may be used from; empty for everywhere.
    #[cfg_attr(feature = "openapi", schema(example = json!(["192.0.2.0/24", "2001:db8::1"])))]
    pub allowed_addresses: Vec<String>,
    /// How often the limits were changed: the `expected_version` of the next change.
    pub version: i64,
    /// When they were changed last; `null` for never.
    pub changed_at: Option<String>,
    /// Who changed them last, as the audit names them.
    pub changed_by: Option<String>,
    /// Requests that were let through since midnight UTC, counted while the key is limited; `null` while it is not.
    pub used_today: Option<u64>,
}

/// `POST …/{account}/keys/{key}/limits`: all limits at once. What shall not be limited is `null` or an empty list, never
/// left out, so that no limit is lost by forgetting it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeLimits {
    /// Requests per second, from 1 to 1,000,000; `null` for any number.
    #[serde(deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(required = true, minimum = 1, maximum = 1_000_000, example = 10))]
    pub requests_per_second: Option<u64>,
    /// Requests per day of UTC, from 1 to 86,400,000,000; `null` for any number.
    #[serde(deserialize_with = "present")]
    #[cfg_attr(
        feature = "openapi",
        schema(required = true, minimum = 1, maximum = 86_400_000_000u64, example = 100_000)
    )]
    pub requests_per_day: Option<u64>,
    /// Addresses and networks it may be used from, at most 64; empty for everywhere.
    #[cfg_attr(feature = "openapi", schema(max_items = 64, example = json!(["192.0.2.0/24", "2001:db8::1"])))]
    pub allowed_addresses: Vec<String>,
    /// The version that was read before. If the limits were changed since, the request is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
}

/// An option that has to be there, even if it is `null`.
fn present<'de, D: Deserializer<'de>>(read: D) -> Result<Option<u64>, D::Error> {
    Option::deserialize(read)
}
