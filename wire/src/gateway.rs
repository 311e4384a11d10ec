//! What gateways and callers of the gateway listener send and get.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Test or live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Test mode.
    Test,
    /// Live mode.
    Live,
}

/// A secret on its way in. It cannot be printed.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps a secret that is about to be sent.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret, for whoever checks it and wipes it afterwards.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

/// `POST /v1/verify`: one of these or an array of up to [`VERIFY_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// The public half.
    pub key_id: String,
    /// The secret half.
    pub key_secret: SecretText,
    /// The mode the key must have; either when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// How many pairs one request may ask about.
pub const VERIFY_MAX: usize = 100;

/// What a trusted caller learns about one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum VerifyAnswer {
    /// It is good.
    Granted {
        /// Always `true`.
        granted: bool,
        /// Whom it speaks for.
        #[serde(flatten)]
        identity: WhoAmI,
    },
    /// It is not.
    Refused {
        /// Always `false`.
        granted: bool,
        /// `unknown_key`, `wrong_secret`, `ended`, `expired`, `wrong_mode`, `malformed`, `address_not_allowed`,
        /// `quota_exceeded` or `rate_limited`.
        code: String,
        /// With the last two: seconds after which the next request may be let through.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
}

/// `GET /v1/whoami`: whom a key speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhoAmI {
    /// The public half of the pair.
    pub key_id: String,
    /// Test or live.
    pub mode: Mode,
    /// The account.
    pub account_id: String,
    /// The account's brand, as `org/country`.
    pub brand: String,
    /// `current` or `retiring`.
    pub state: String,
    /// When the pair was made, RFC 3339 in UTC.
    pub created_at: String,
    /// Its expiry date, or `null`.
    pub expires_at: Option<String>,
    /// When a replaced pair stops working. Absent for the pair its key uses now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deactivates_at: Option<String>,
}

/// The body of every refusal and failure of the gateway listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
    /// The members of RFC 9457, when the configuration asks for them.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemMembers>,
}

/// What client libraries of the `razorpay` brands read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// `BAD_REQUEST_ERROR` or `SERVER_ERROR`.
    pub code: String,
    /// A sentence.
    pub description: String,
}

/// The members that RFC 9457 adds to a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemMembers {
    /// What kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// The sentence again.
    pub detail: String,
}

/// The descriptions that callers see, word for word.
pub mod descriptions {
    /// There were credentials, and they were refused. Always this sentence, whatever the reason.
    pub const FAILED: &str = "Authentication failed";
    /// There were no credentials at all.
    pub const MISSING: &str = "Please provide your api key for authentication purposes";
    /// The key is good, but used more often than its limits allow.
    pub const TOO_MANY: &str = "Too many requests";
    /// The key is good, but not from there.
    pub const ADDRESS_NOT_ALLOWED: &str = "This address is not allowed to use this key";
    /// This process cannot say now.
    pub const SILENT: &str =
        "The service cannot check api keys right now. Please try again in a few seconds.";
}
