//! Nodes: the processes that verify keys.

use serde::{Deserialize, Serialize};

/// A process that verifies keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "local"))]
    pub node: String,
    /// The version it runs.
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// Whether it answers: loaded, and within its lease.
    pub ready: bool,
    /// The last change it knows.
    pub position: i64,
    /// How long ago it last heard from the database; `null` before the first time.
    pub lease_age_ms: Option<i64>,
    /// How many pairs it knows, ended ones included.
    pub pairs: u64,
}
