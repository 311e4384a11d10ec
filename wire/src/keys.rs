//! Keys and their pairs. A secret is in [`IssuedKey`] and nowhere else.

use serde::{Deserialize, Serialize};

use crate::gateway::{Mode, SecretText};
pub use crate::receipts::{PendingNode, Receipt, ReceiptPair};

/// `POST …/{account}/keys`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GenerateKey {
    /// In which mode.
    pub mode: Mode,
    /// For which key; the one named `Default` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Default"))]
    pub name: Option<String>,
    /// When the pair shall stop by itself, RFC 3339; never when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2027-11-23T00:00:00Z"))]
    pub expires_at: Option<String>,
}

/// `POST …/{account}/keys/{key}/regenerate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegenerateKey {
    /// When the old pair stops working.
    pub deactivate_old: DeactivateOld,
    /// The pair the caller believes to be current. If another one is by then, the request is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub expected_current: Option<String>,
    /// With `now`: end a pair that still retires from an earlier regeneration too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_retiring: Option<bool>,
}

/// When the old pair stops working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DeactivateOld {
    /// With this request.
    #[serde(rename = "now")]
    Now,
    /// Exactly 24 hours later.
    #[serde(rename = "in_24_hours")]
    In24Hours,
}

/// A pair that was just made, with its secret: shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedKey {
    /// The key it belongs to.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// That key's name.
    #[cfg_attr(feature = "openapi", schema(example = "Default"))]
    pub name: String,
    /// Its mode.
    pub mode: Mode,
    /// The public half.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// The secret half. Nobody can show it again.
    pub key_secret: SecretText,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub created_at: String,
    /// When it stops by itself; `null` for never.
    pub expires_at: Option<String>,
}

/// A regenerated key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegeneratedKey {
    /// The new pair.
    #[serde(flatten)]
    pub issued: IssuedKey,
    /// The pair it replaces.
    pub old: OldPair,
    /// Who has heard of it, when the request asked with `?wait=fleet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// A pair that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OldPair {
    /// The public half.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_0A1b2C3d4E5f6G"))]
    pub key_id: String,
    /// The moment from which it is refused.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-24T06:00:00.000Z"))]
    pub deactivates_at: String,
}

/// A key: the row an owner sees. Its name and history stay; its pairs come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "Default"))]
    pub name: String,
    /// Its mode.
    pub mode: Mode,
    /// When it was first generated.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub created_at: String,
    /// Its pairs, newest first: all that work, and in all the newest hundred.
    pub pairs: Vec<Pair>,
}

/// A pair: one generation of a key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pair {
    /// The public half.
    #[cfg_attr(feature = "openapi", schema(example = "rzp_test_1DP5mmOlF5G5ag"))]
    pub key_id: String,
    /// What is true of it now.
    pub state: PairState,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub created_at: String,
    /// When it stops by itself; `null` for never.
    pub expires_at: Option<String>,
    /// When it was last accepted; `null` for never.
    pub last_used_at: Option<String>,
    /// Where that was from, as far as the gateway told: an address, or the network of an IPv6 address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.1"))]
    pub last_used_from: Option<String>,
    /// While retiring: the moment from which it is refused.
    pub deactivates_at: Option<String>,
    /// Once ended: since when.
    pub ended_at: Option<String>,
    /// Once ended: `replaced`, `grace_over`, `deactivated` or `expired`.
    pub ended_because: Option<String>,
}

/// What is true of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PairState {
    /// Works; the one its key uses now.
    Current,
    /// Replaced; works until `deactivates_at`.
    Retiring,
    /// Does not work and never will again.
    Ended,
}

impl PairState {
    /// The word that goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            PairState::Current => "current",
            PairState::Retiring => "retiring",
            PairState::Ended => "ended",
        }
    }
}

/// A pair with the key and account it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairOfKey {
    /// The account.
    #[cfg_attr(feature = "openapi", schema(example = "acc_4pT0nZ7bQk2W9s"))]
    pub account: String,
    /// The key.
    #[cfg_attr(feature = "openapi", schema(example = "key_0f3Kq9LrXb5TzM"))]
    pub key: String,
    /// That key's name.
    #[cfg_attr(feature = "openapi", schema(example = "Default"))]
    pub name: String,
    /// Its mode.
    pub mode: Mode,
    /// The pair.
    #[serde(flatten)]
    pub pair: Pair,
    /// Who has heard of a deactivation, when the request asked with `?wait=fleet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}
