//! Members of an account.

use serde::{Deserialize, Serialize};

/// A user in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Their id.
    #[cfg_attr(feature = "openapi", schema(example = "usr_8yV2cD6nQx1RfK"))]
    pub user: String,
    /// What they are called.
    #[cfg_attr(feature = "openapi", schema(example = "Asha Rao"))]
    pub name: String,
    /// Their e-mail.
    #[cfg_attr(feature = "openapi", schema(example = "asha@books.example"))]
    pub email: String,
    /// What they are in this account.
    #[cfg_attr(feature = "openapi", schema(example = "owner"))]
    pub role: String,
    /// Whether a mobile number of theirs is verified.
    pub mobile_verified: bool,
    /// Whether a code is asked for at login.
    pub two_factor: bool,
    /// Since when they are locked after too many wrong codes; `null` when not.
    pub locked_at: Option<String>,
}
