//! Limits hit: logins that are locked, and what was held back lately.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/limits.html")]
pub struct LimitsPage {
    /// Around the page.
    pub frame: Frame,
    /// Locked logins, the latest first.
    pub locked: Vec<LockedRow>,
}

/// A locked login.
#[derive(Clone, Debug)]
pub struct LockedRow {
    /// Who.
    pub name: String,
    /// Their address.
    pub email: String,
    /// As what.
    pub role: &'static str,
    /// In which account.
    pub account: String,
    /// Of which brand.
    pub brand: String,
    /// Since when.
    pub since: Moment,
}
