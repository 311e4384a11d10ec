//! Log in with e-mail and password. A code, when two-factor is on, comes on the page after it.

use askama::Template;

use super::language::LanguageForm;
use super::layout::{Frame, Notice};

/// The first page anybody sees.
#[derive(Clone, Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// Around the page.
    pub frame: Frame,
    /// What was typed last time, so that only the password must be typed again.
    pub email: String,
    /// Where to go afterwards: a path of this dashboard, already checked.
    pub next: Option<String>,
    /// Why it did not work. The same words for an unknown e-mail and a wrong password.
    pub error: Option<String>,
    /// The choice of a language, where the brand offers one.
    pub language: Option<LanguageForm>,
}

impl LoginPage {
    /// The same page with what was just done above it.
    pub fn with_notice(self, notice: Option<Notice>) -> LoginPage {
        match notice {
            Some(notice) => LoginPage { frame: self.frame.with_notice(notice), ..self },
            None => self,
        }
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, curlec, longest, razorpay};
    use super::gallery::html;
    use super::language::sample;

    let page = |frame| LoginPage { frame, email: String::new(), next: None, error: None, language: None };
    let plain = page(Frame::outside(&razorpay(), "Log in"));
    let refused = LoginPage {
        email: "asha@acme.example".to_owned(),
        next: Some("/live/keys".to_owned()),
        error: Some("The e-mail address or the password is not right.".to_owned()),
        ..plain.clone()
    };
    let left =
        page(Frame::outside(&curlec(), "Log in").with_notice(Notice::Done("You are logged out.".to_owned())));
    vec![
        ("plain", html(&plain)),
        ("refused", html(&refused)),
        ("curlec_logged_out", html(&left)),
        ("axis", html(&page(Frame::outside(&axis(), "Log in")))),
        ("languages", html(&LoginPage { language: Some(sample(&razorpay(), "/language")), ..plain.clone() })),
        ("longest", html(&page(Frame::outside(&longest(), "Log in")))),
    ]
}
