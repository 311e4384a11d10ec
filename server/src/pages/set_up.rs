//! The page that is left to somebody who owes a second factor: one to choose, and nothing else until there is one.

use askama::Template;

use super::form::Hidden;
use super::layout::{Frame, Link};

/// Sets a second factor up at login.
#[derive(Clone, Debug, Template)]
#[template(path = "set_up.html")]
pub struct SetUpPage {
    /// Around the page.
    pub frame: Frame,
    /// The account's name.
    pub account: String,
    /// Whether the account asks it of everybody; otherwise the member's own was reset.
    pub required: bool,
    /// The verified number, masked, if there is one.
    pub number: Option<String>,
    /// The dial code to begin with.
    pub mobile: String,
    /// The brand's own country code.
    pub dial_code: String,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where the verified number is made to count at login.
    pub turn_on: String,
    /// Where a new number is sent.
    pub send_to_number: String,
    /// The way to the authenticator app.
    pub app: Link,
    /// What the forms carry.
    pub hidden: Hidden,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::html;
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let new = SetUpPage {
        frame: Frame::inside(
            &razorpay(),
            "Set up two-factor authentication",
            Mode::Test,
            "/two-factor",
            Place::Elsewhere,
            asha(),
        ),
        account: "Acme Traders".to_owned(),
        required: true,
        number: None,
        mobile: "+91 ".to_owned(),
        dial_code: "+91".to_owned(),
        error: None,
        turn_on: "/test/two-factor/on".to_owned(),
        send_to_number: "/test/two-factor/on/mobile".to_owned(),
        app: Link::new("/test/two-factor/app", "Use an authenticator app"),
        hidden: Hidden::none(),
    };
    let reset = SetUpPage { required: false, ..new.clone() };
    let number = SetUpPage { number: Some("+91 ••••• ••210".to_owned()), ..new.clone() };
    let refused = SetUpPage {
        frame: longest_frame("Set up two-factor authentication", "/two-factor"),
        error: Some("That password is not right.".to_owned()),
        ..number.clone()
    };
    vec![("new", html(&new)), ("reset", html(&reset)), ("number", html(&number)), ("refused", html(&refused))]
}
