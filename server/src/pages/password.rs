//! The password: changed, forgotten, set anew.

use askama::Template;

use super::layout::{Frame, Link};

/// Changes the password of somebody who knows it.
#[derive(Clone, Debug, Template)]
#[template(path = "password.html")]
pub struct PasswordPage {
    /// Around the page.
    pub frame: Frame,
    /// The address for logging in, so that a browser keeps the new password in the right place.
    pub email: String,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Whether it was the new password that was not.
    pub marks_new: bool,
    /// Where it is sent.
    pub action: String,
    /// The way out.
    pub cancel: Link,
}

/// Asks where to send a link.
#[derive(Clone, Debug, Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// Around the page.
    pub frame: Frame,
    /// What was typed.
    pub email: String,
    /// Why it was not accepted.
    pub error: Option<String>,
    /// Whether the wish was taken; said of every address alike.
    pub sent: bool,
    /// The way back.
    pub back: Link,
}

/// Takes the password that a link was sent for.
#[derive(Clone, Debug, Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// Around the page.
    pub frame: Frame,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where it is sent.
    pub action: String,
}

/// A link that works no more.
#[derive(Clone, Debug, Template)]
#[template(path = "link_over.html")]
pub struct LinkOverPage {
    /// Around the page.
    pub frame: Frame,
    /// Why.
    pub why: String,
    /// The way to another one.
    pub again: Link,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, curlec, razorpay};
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let weak = "That password is one of the first that somebody would try.".to_owned();
    let change = PasswordPage {
        frame: Frame::inside(
            &razorpay(),
            "Change your password",
            Mode::Test,
            "/profile/password",
            Place::Elsewhere,
            asha(),
        ),
        email: "asha@acme.example".to_owned(),
        error: None,
        marks_new: false,
        action: "/test/profile/password".to_owned(),
        cancel: Link::new("/test/profile", "Cancel"),
    };
    let refused = PasswordPage { error: Some(weak.clone()), marks_new: true, ..change.clone() };
    let forgot = ForgotPage {
        frame: Frame::outside(&curlec(), "Forgot your password?"),
        email: String::new(),
        error: None,
        sent: false,
        back: Link::new("/login", "Back to log in"),
    };
    let sent = ForgotPage { email: "asha@acme.example".to_owned(), sent: true, ..forgot.clone() };
    let too_often = ForgotPage {
        email: "asha@acme.example".to_owned(),
        error: Some("That was asked for too often. You can try again in 20 min.".to_owned()),
        ..forgot.clone()
    };
    let reset = ResetPage {
        frame: Frame::outside(&axis(), "Set a new password"),
        error: None,
        action: "/reset/link".to_owned(),
    };
    let reset_refused = ResetPage { error: Some(weak), ..reset.clone() };
    let over = LinkOverPage {
        frame: Frame::outside(&razorpay(), "Set a new password"),
        why: "This link was used already, or is too old, or a newer one was sent.".to_owned(),
        again: Link::new("/login/forgot", "Ask for another link"),
    };
    vec![
        ("change", html(&change)),
        ("change_refused", html(&refused)),
        ("forgot", html(&forgot)),
        ("forgot_sent", html(&sent)),
        ("forgot_too_often", html(&too_often)),
        ("reset", html(&reset)),
        ("reset_refused", html(&reset_refused)),
        ("reset_over", html(&over)),
    ]
}
