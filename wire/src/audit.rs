//! Audit entries.

use serde::{Deserialize, Serialize};

/// One change: who, what, when, where from, on which object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub sequence: i64,
    /// When.
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-23T06:00:00.000Z"))]
    pub at: String,
    /// Who: a user id, `operator:<name>` or `system`.
    #[cfg_attr(feature = "openapi", schema(example = "operator:first"))]
    pub actor: String,
    /// From which address; empty when there is none.
    pub origin: String,
    /// In which account; `null` when in none.
    pub account: Option<String>,
    /// What, as `noun.verb`.
    #[cfg_attr(feature = "openapi", schema(example = "key.regenerated"))]
    pub action: String,
    /// On what.
    pub target: String,
    /// What else is worth knowing, as `name=value` words.
    pub facts: String,
    /// The position the change got; `null` if it changed no key.
    pub position: Option<i64>,
    /// Its link in the chain, in hexadecimal.
    pub link: String,
}
