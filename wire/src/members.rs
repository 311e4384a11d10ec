//! Members of an account, and who is asked to be one.

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

/// `POST …/{account}/members/{user}/role`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveRole {
    /// The role; one that the brand offers, and not owner.
    #[cfg_attr(feature = "openapi", schema(example = "finance"))]
    pub role: String,
}

/// `POST …/{account}/invitations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Where the letter goes.
    #[cfg_attr(feature = "openapi", schema(example = "ravi@books.example"))]
    pub email: String,
    /// What they would be; one of the brand's roles, and not owner.
    #[cfg_attr(feature = "openapi", schema(example = "finance"))]
    pub role: String,
}

/// An invitation to an account. Its link is in the letter and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(example = "inv_2mXw8Rk0sVtB5d"))]
    pub id: String,
    /// Who is asked.
    #[cfg_attr(feature = "openapi", schema(example = "ravi@books.example"))]
    pub email: String,
    /// What they would be.
    #[cfg_attr(feature = "openapi", schema(example = "finance"))]
    pub role: String,
    /// `held` for a code of its sender, `sent`, `accepted` or `cancelled`.
    #[cfg_attr(feature = "openapi", schema(example = "sent"))]
    pub state: String,
    /// Who sent it last: a user id, or `operator:<name>`.
    #[cfg_attr(feature = "openapi", schema(example = "operator:first"))]
    pub inviter: String,
    /// When it was sent last; `null` while it is held.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub sent_at: Option<String>,
    /// When its link stops working.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-30T06:00:00.000Z"))]
    pub expires_at: String,
}
