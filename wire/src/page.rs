//! Lists, a page at a time.

use serde::{Deserialize, Serialize};

/// Entries on a page when the caller does not say.
pub const LIMIT_DEFAULT: usize = 50;
/// Entries on a page at most.
pub const LIMIT_MAX: usize = 200;

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries, in order.
    pub items: Vec<T>,
    /// What to send as `after` to get the following page; `null` after the last one.
    pub next: Option<String>,
}
