//! Home: where things stand in this mode, and what comes next.

use askama::Template;

use super::layout::Frame;
use super::review::LiveGate;

/// The page after login.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Around the page.
    pub frame: Frame,
    /// Whom we greet.
    pub member_name: String,
    /// The role, as people read it.
    pub role: String,
    /// The account's name.
    pub account: String,
    /// Whether this member may see keys at all.
    pub sees_keys: bool,
    /// How many pairs work in this mode.
    pub working: usize,
    /// Whether a key may be generated in this mode.
    pub may_generate: bool,
    /// What live mode asks for.
    pub gate: LiveGate,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};
    use super::review::Standing;

    let frame = |mode| Frame::inside(&razorpay(), "Home", mode, "", Place::Elsewhere, asha());
    let gate =
        |activation, website| LiveGate::new(&razorpay().words, "test", Some(activation), Some(website), true);
    let first = HomePage {
        frame: frame(Mode::Test),
        member_name: "Asha Rao".to_owned(),
        role: "Owner".to_owned(),
        account: "Acme Traders".to_owned(),
        sees_keys: true,
        working: 0,
        may_generate: true,
        gate: gate(Standing::Good { at: moment(-60) }, Standing::Good { at: moment(-30) }),
    };
    let waiting = HomePage {
        frame: frame(Mode::Live),
        may_generate: false,
        gate: gate(Standing::Nothing, Standing::Waiting { since: moment(-30) }),
        ..first.clone()
    };
    let settled = HomePage { frame: frame(Mode::Live), working: 2, ..first.clone() };
    let other_role = HomePage { role: "Finance".to_owned(), sees_keys: false, ..first.clone() };
    let longest = HomePage {
        frame: longest_frame("Home", ""),
        member_name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned(),
        gate: gate(Standing::Good { at: moment(-60) }, Standing::Nothing),
        ..first.clone()
    };
    vec![
        ("first", html(&first)),
        ("waiting", html(&waiting)),
        ("settled", html(&settled)),
        ("other_role", html(&other_role)),
        ("longest", html(&longest)),
    ]
}
