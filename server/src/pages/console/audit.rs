//! The audit: every change, filtered, and a form to take it away.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/audit.html")]
pub struct AuditPage {
    /// Around the page.
    pub frame: Frame,
    /// What was asked for.
    pub filter: Asked,
    /// What of it cannot be understood.
    pub error: Option<String>,
    /// The entries, the newest first.
    pub entries: Vec<EntryRow>,
    /// Where to go on looking.
    pub next: Option<String>,
}

/// The filter as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// An account's id.
    pub account: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// From this moment on.
    pub from: String,
    /// Before this moment.
    pub until: String,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// Its number.
    pub sequence: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// What.
    pub action: String,
    /// On what.
    pub target: String,
    /// What else.
    pub facts: String,
    /// In which account; none where the page is about one.
    pub account: Option<String>,
}
