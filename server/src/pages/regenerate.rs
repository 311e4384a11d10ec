//! Regenerate, last step: choose what becomes of the old pair, with its consequence and its time in view.

use askama::Template;

use super::form::{Hidden, Step};
use super::layout::Frame;
use super::moment::Moment;

/// The choice before a key is regenerated.
#[derive(Clone, Debug, Template)]
#[template(path = "regenerate.html")]
pub struct RegeneratePage {
    /// Around the page.
    pub frame: Frame,
    /// The steps of the whole, or none.
    pub progress: Vec<Step>,
    /// The pair that will be replaced.
    pub current: String,
    /// The key's name, when there are several.
    pub key_name: Option<String>,
    /// 24 hours from now.
    pub deadline: Moment,
    /// Another pair of this key that still works for a while, and so rules "in 24 hours" out.
    pub retiring: Option<StillRetiring>,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where the choice is sent.
    pub action: String,
    /// `expected_current` and `attempt`.
    pub hidden: Hidden,
}

/// A pair that still works for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillRetiring {
    /// The pair.
    pub key_id: String,
    /// Until when.
    pub until: Moment,
    /// How far away that is.
    pub left: String,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{curlec, razorpay};
    use super::form::steps;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, keys_frame};
    use super::layout::{Mode, Place};

    let plain = RegeneratePage {
        frame: keys_frame(Mode::Test),
        progress: steps(&razorpay().words, &["step-choose", "step-save-new-key"], 0),
        current: "rzp_test_Ab3dEf6hIj9lMn".to_owned(),
        key_name: None,
        deadline: moment(24 * 60),
        retiring: None,
        error: None,
        action: "/test/keys/key_1/regenerate/confirm".to_owned(),
        hidden: Hidden::none()
            .with("expected_current", "rzp_test_Ab3dEf6hIj9lMn")
            .with("attempt", "0123456789abcdef0123456789abcdef"),
    };
    let still_retiring = RegeneratePage {
        frame: Frame::inside(&curlec(), "API Keys", Mode::Live, "/keys", Place::InsideSettings, asha()),
        progress: steps(&curlec().words, &["step-mobile", "step-otp", "step-choose", "step-save-new-key"], 2),
        key_name: Some("Billing".to_owned()),
        retiring: Some(StillRetiring {
            key_id: "rzp_live_Zy8xWv5uTs2rQp".to_owned(),
            until: moment(23 * 60),
            left: "in 23 h".to_owned(),
        }),
        ..plain.clone()
    };
    let nothing_chosen =
        RegeneratePage { error: Some("Choose when the old key stops working.".to_owned()), ..plain.clone() };
    vec![
        ("plain", html(&plain)),
        ("still_retiring", html(&still_retiring)),
        ("nothing_chosen", html(&nothing_chosen)),
    ]
}
