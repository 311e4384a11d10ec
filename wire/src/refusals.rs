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
    /// `wrong_secret`, `ended`, `expired`, `wrong_mode` or `malformed`.
    #[cfg_attr(feature = "openapi", schema(example = "wrong_secret"))]
    pub reason: String,
    /// When malformed: in which way, such as `white_space`.
    pub shape: Option<String>,
    /// What happened and what to do.
    pub explanation: String,
    /// How often.
    pub count: u64,
    /// The first time.
    pub first_at: String,
    /// The last time.
    pub last_at: String,
    /// Where the last one came from, as far as the gateway told.
    pub address: Option<String>,
    /// What its sender called itself.
    pub agent: Option<String>,
}
