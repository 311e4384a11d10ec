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
    /// Allowances of codes that were used up, the latest first.
    pub hit: Vec<HitRow>,
}

/// An allowance of codes that was used up.
#[derive(Clone, Debug)]
pub struct HitRow {
    /// Which.
    pub limit: &'static str,
    /// Of what: a masked number, the beginning of neighbouring ones, the brand, or the id of a user or account.
    pub subject: String,
    /// Of which brand.
    pub brand: String,
    /// Codes that were asked for and not sent.
    pub refused: i64,
    /// The last time.
    pub last: Moment,
    /// When codes are sent again.
    pub until: Moment,
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
