//! Deactivate now: end a retiring pair before its time, after one more look at what that means.

use askama::Template;

use super::form::{Hidden, Step};
use super::layout::Frame;
use super::moment::Moment;

/// The last question before a pair ends for good.
#[derive(Clone, Debug, Template)]
#[template(path = "deactivate.html")]
pub struct DeactivatePage {
    /// Around the page.
    pub frame: Frame,
    /// The steps of the whole, or none.
    pub progress: Vec<Step>,
    /// The pair.
    pub key_id: String,
    /// Until when it would work otherwise.
    pub works_until: Option<Moment>,
    /// When it was last accepted: whoever uses it will notice.
    pub last_used: Option<Moment>,
    /// From where that was.
    pub last_used_from: Option<String>,
    /// The pair that stays.
    pub replaced_by: Option<String>,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where the answer is sent.
    pub action: String,
    /// What the form carries.
    pub hidden: Hidden,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::curlec;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, keys_frame};
    use super::layout::{Mode, Place};

    let in_use = DeactivatePage {
        frame: keys_frame(Mode::Live),
        progress: Vec::new(),
        key_id: "rzp_live_Zy8xWv5uTs2rQp".to_owned(),
        works_until: Some(moment(23 * 60)),
        last_used: Some(moment(-1)),
        last_used_from: Some("192.0.2.1".to_owned()),
        replaced_by: Some("rzp_live_Ab3dEf6hIj9lMn".to_owned()),
        error: None,
        action: "/live/pairs/rzp_live_Zy8xWv5uTs2rQp/deactivate/confirm".to_owned(),
        hidden: Hidden::none(),
    };
    let unused = DeactivatePage {
        frame: Frame::inside(&curlec(), "API Keys", Mode::Test, "/keys", Place::InsideSettings, asha()),
        last_used: None,
        last_used_from: None,
        ..in_use.clone()
    };
    vec![("in_use", html(&in_use)), ("unused", html(&unused))]
}
