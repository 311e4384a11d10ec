//! Accounts: opening them, and what live mode asks of them.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/accounts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// The brand's org.
    #[cfg_attr(feature = "openapi", schema(example = "razorpay"))]
    pub org: String,
    /// The brand's country.
    #[cfg_attr(feature = "openapi", schema(example = "IN"))]
    pub country: String,
    /// What to call the account, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(example = "Asha Books"))]
    pub name: String,
    /// Its first member.
    pub owner: NewOwner,
}

/// The first member of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// What to call them, 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(example = "Asha Rao"))]
    pub name: String,
    /// Where their letter goes; unique in the brand.
    #[cfg_attr(feature = "openapi", schema(example = "asha@books.example"))]
    pub email: String,
    /// A mobile number that the operator vouches for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "+91 98765 43210"))]
    pub mobile: Option<String>,
}

/// `POST …/{account}/website`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitWebsite {
    /// The full address of the website or app.
    #[cfg_attr(feature = "openapi", schema(example = "https://books.example"))]
    pub url: String,
}

/// A merchant of one brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(example = "acc_4pT0nZ7bQk2W9s"))]
    pub id: String,
    /// Its brand's org.
    #[cfg_attr(feature = "openapi", schema(example = "razorpay"))]
    pub org: String,
    /// Its brand's country.
    #[cfg_attr(feature = "openapi", schema(example = "IN"))]
    pub country: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "Asha Books"))]
    pub name: String,
    /// When it was opened.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub created_at: String,
    /// When it was activated; `null` until then.
    pub activated_at: Option<String>,
    /// Its website or app; `null` while it has told none.
    pub website: Option<Website>,
    /// Whether it may have live keys.
    pub live_ready: bool,
    /// What it lacks for live keys: `activation`, `website`. Empty when nothing.
    pub missing: Vec<String>,
}

/// An account's website or app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Website {
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(example = "https://books.example"))]
    pub url: String,
    /// When it was verified; `null` while in review.
    pub verified_at: Option<String>,
}
