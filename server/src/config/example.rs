//! The configuration file that `keystead config example` prints. Tests hold it against the real defaults.

/// Every setting with its default and what it means.
pub(super) const EXAMPLE: &str = include_str!("example.toml");
