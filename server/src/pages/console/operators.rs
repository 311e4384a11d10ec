//! The circle of operators, and one's own sessions.

use askama::Template;

use super::super::moment::Moment;
use super::super::review::TextField;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/operators.html")]
pub struct OperatorsPage {
    /// Around the page.
    pub frame: Frame,
    /// The operators, by name.
    pub operators: Vec<OperatorRow>,
    /// The new one's name.
    pub name: TextField,
    /// A fresh code of the one who appoints.
    pub code: TextField,
    /// One's own sessions.
    pub sessions: Vec<SessionRow>,
    /// Backup codes that were not used yet.
    pub backup_codes_left: usize,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Moment,
    /// What is true of them.
    pub state: &'static str,
    /// The class of its chip.
    pub class: &'static str,
    /// What can be done to them; nothing to oneself and to those who are gone.
    pub actions: Option<Actions>,
}

/// What can be done to an operator.
#[derive(Clone, Debug)]
pub struct Actions {
    /// Where a reset is sent.
    pub reset: String,
    /// A fresh code for it.
    pub reset_code: TextField,
    /// Where a removal is sent.
    pub remove: String,
    /// A fresh code for it.
    pub remove_code: TextField,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// The browser and system, as people say.
    pub device: String,
    /// Where from.
    pub address: String,
    /// Since when.
    pub since: Moment,
    /// When last used.
    pub last_seen: Moment,
    /// Whether it is the one that looks.
    pub is_this: bool,
}

/// A fresh token, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "console/token.html")]
pub struct TokenPage {
    /// Around the page.
    pub frame: Frame,
    /// Whose it is.
    pub name: String,
    /// The token.
    pub token: String,
    /// Where they enrol.
    pub enrol: String,
}
