//! Followers: services that hold the index themselves and verify in their own process.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/followers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdmitFollower {
    /// What to call it: one word of letters, digits, dots and dashes. A name is never given twice.
    #[cfg_attr(feature = "openapi", schema(example = "payments-eu"))]
    pub name: String,
}

/// A service that verifies by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Follower {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "payments-eu"))]
    pub name: String,
    /// Since when it may follow.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub created_at: String,
    /// When its token stopped working; `null` while it works.
    pub revoked_at: Option<String>,
    /// When it last asked; `null` if it has not since this process started.
    pub asked_at: Option<String>,
    /// The position it had then: every change up to it is known there.
    pub position: Option<i64>,
}

/// A follower that was just admitted.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdmittedFollower {
    /// The follower.
    #[serde(flatten)]
    pub follower: Follower,
    /// Its token, shown once.
    #[cfg_attr(feature = "openapi", schema(example = "0Zk…43 characters…q8"))]
    pub token: String,
}
