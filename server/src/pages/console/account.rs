//! An account: who is in it, what live mode asks of it, its keys without secrets, what happened lately.

use askama::Template;

use super::super::moment::Moment;
use super::super::review::TextField;
use super::accounts::State;
use super::audit::EntryRow;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/account.html")]
pub struct AccountPage {
    /// Around the page.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its brand.
    pub brand: String,
    /// When it was opened.
    pub opened: Moment,
    /// What it still lacks for Live keys; empty when nothing.
    pub lacks: Vec<&'static str>,
    /// Its activation.
    pub activation: Review,
    /// Its website.
    pub website: Review,
    /// Who is in it.
    pub members: Vec<MemberRow>,
    /// Its pairs, Test and Live.
    pub pairs: Vec<PairRow>,
    /// Why requests were refused lately.
    pub refusals: Vec<RefusalRow>,
    /// What happened lately.
    pub audit: Vec<EntryRow>,
}

/// Something that is reviewed.
#[derive(Clone, Debug)]
pub struct Review {
    /// Where it stands.
    pub state: State,
    /// Since when, or when it was decided.
    pub at: Option<Moment>,
    /// What the account told: a name and a value each.
    pub told: Vec<Fact>,
    /// Why it was returned.
    pub reason: Option<String>,
    /// The form that finds it good.
    pub approve: Option<Approve>,
    /// The form that returns it.
    pub send_back: Option<SendBack>,
}

/// A name and a value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether it is an address to look at.
    pub is_address: bool,
}

/// A button that finds something good.
#[derive(Clone, Debug)]
pub struct Approve {
    /// Where it is sent.
    pub action: String,
    /// What was looked at, sent along.
    pub seen: String,
    /// What the button says.
    pub button: &'static str,
    /// What will happen.
    pub happens: &'static str,
}

/// A form that returns something.
#[derive(Clone, Debug)]
pub struct SendBack {
    /// Where it is sent.
    pub action: String,
    /// What was looked at, sent along.
    pub seen: String,
    /// The reason.
    pub reason: TextField,
    /// What the button says.
    pub button: &'static str,
    /// What will happen.
    pub happens: &'static str,
}

/// A member.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are.
    pub role: &'static str,
    /// Which second factors they have: "SMS", "app".
    pub factors: String,
    /// Whether two-factor is on.
    pub two_factor: bool,
    /// Whether their login is locked.
    pub locked: bool,
    /// Whether they have set a password.
    pub accepted: bool,
    /// Where unlocking is sent; only for a locked login.
    pub unlock: Option<String>,
    /// Where taking the second factor away is sent; only where there is one.
    pub reset: Option<String>,
}

/// A pair, without its secret.
#[derive(Clone, Debug)]
pub struct PairRow {
    /// Test or Live.
    pub mode: &'static str,
    /// The key's name.
    pub key: String,
    /// The public half.
    pub key_id: String,
    /// Where it is in its life.
    pub standing: String,
    /// When it was made.
    pub made: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
}

/// Why requests were refused.
#[derive(Clone, Debug)]
pub struct RefusalRow {
    /// The public half.
    pub key_id: String,
    /// Why.
    pub reason: String,
    /// How often.
    pub times: u64,
    /// The last time.
    pub last: Moment,
    /// From where the last one came.
    pub source: String,
}
