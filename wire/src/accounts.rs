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

/// `POST …/{account}/website`. What is left out stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitWebsite {
    /// The full address of the website, or of the app's page in a store.
    #[cfg_attr(feature = "openapi", schema(example = "https://books.example"))]
    pub url: String,
    /// `website` or `app`; left out, the address tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "website"))]
    pub kind: Option<String>,
    /// Where the terms and conditions stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Where the privacy policy stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// Where it says how money comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunds: Option<String>,
    /// Where it says how to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// How a reviewer gets in, where a login is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `POST …/{account}/website/verify`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyWebsite {
    /// The address that was looked at. If the account has told another one meanwhile, nothing is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "https://books.example"))]
    pub url: Option<String>,
}

/// `POST …/{account}/website/return`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnWebsite {
    /// What has to be mended, 1 to 500 characters; the account's owner reads it.
    #[cfg_attr(feature = "openapi", schema(example = "The refund policy cannot be opened."))]
    pub reason: String,
    /// The address that was looked at. If the account has told another one meanwhile, nothing is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// `POST …/{account}/activation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitBusiness {
    /// The business's name in law.
    #[cfg_attr(feature = "openapi", schema(example = "Asha Books Private Limited"))]
    pub legal_name: String,
    /// `individual`, `proprietorship`, `partnership`, `limited-partnership`, `private-company`, `public-company` or
    /// `non-profit`.
    #[cfg_attr(feature = "openapi", schema(example = "private-company"))]
    pub business_type: String,
    /// The number under which it is registered; individuals may leave it out.
    #[serde(default)]
    pub registration: String,
    /// What it sells.
    #[cfg_attr(feature = "openapi", schema(example = "Books"))]
    pub sells: String,
}

/// `POST …/{account}/activation/return`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnActivation {
    /// What has to be mended, 1 to 500 characters; the account's owner reads it.
    #[cfg_attr(feature = "openapi", schema(example = "The name is not the one in the register."))]
    pub reason: String,
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
    /// Its business details; `null` while it has told none.
    pub activation: Option<Activation>,
    /// Its website or app; `null` while it has told none.
    pub website: Option<Website>,
    /// Whether it may have live keys.
    pub live_ready: bool,
    /// What it lacks for live keys: `activation`, `website`. Empty when nothing.
    pub missing: Vec<String>,
}

/// An account's business details and what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// `in_review`, `activated` or `returned`.
    #[cfg_attr(feature = "openapi", schema(example = "in_review"))]
    pub state: String,
    /// When they were told last.
    pub submitted_at: String,
    /// The business's name in law.
    pub legal_name: String,
    /// What it is in law.
    pub business_type: String,
    /// The number under which it is registered; empty for those who have none.
    pub registration: String,
    /// What it sells.
    pub sells: String,
    /// Why they were returned; `null` unless they were.
    pub reason: Option<String>,
}

/// An account's website or app and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Website {
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(example = "https://books.example"))]
    pub url: String,
    /// `website` or `app`.
    #[cfg_attr(feature = "openapi", schema(example = "website"))]
    pub kind: String,
    /// `in_review`, `verified` or `returned`.
    #[cfg_attr(feature = "openapi", schema(example = "verified"))]
    pub state: String,
    /// When it was told last.
    pub submitted_at: String,
    /// When it was verified; `null` while it is not.
    pub verified_at: Option<String>,
    /// Why it was returned; `null` unless it was.
    pub reason: Option<String>,
    /// Where the terms and conditions stand; empty: nowhere.
    pub terms: String,
    /// Where the privacy policy stands.
    pub privacy: String,
    /// Where it says how money comes back.
    pub refunds: String,
    /// Where it says how to be reached.
    pub contact: String,
    /// How a reviewer gets in.
    pub note: String,
}
