//! Verify a mobile number: password and number first, then a code to that number.

use askama::Template;

use super::form::{Hidden, Step};
use super::layout::{Frame, Link};

/// Asks for a mobile number, on the way to regenerating or from the profile.
#[derive(Clone, Debug, Template)]
#[template(path = "mobile.html")]
pub struct MobilePage {
    /// Around the page.
    pub frame: Frame,
    /// The steps of the whole, or none.
    pub progress: Vec<Step>,
    /// "Verify your mobile number", "Change mobile number".
    pub heading: String,
    /// Why it is asked for now.
    pub reason: String,
    /// What was typed last time, or the dial code to begin with.
    pub mobile: String,
    /// The brand's own country code.
    pub dial_code: String,
    /// What was wrong with it.
    pub error: Option<String>,
    /// Where it is sent.
    pub action: String,
    /// What the form carries.
    pub hidden: Hidden,
    /// The way out.
    pub cancel: Link,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::form::steps;
    use super::gallery::html;
    use super::layout::Mode;
    use super::layout::samples::keys_frame;

    let due = MobilePage {
        frame: keys_frame(Mode::Test),
        progress: steps(
            &razorpay().words,
            &["step-mobile", "step-otp", "step-choose", "step-save-new-key"],
            0,
        ),
        heading: "Verify your mobile number".to_owned(),
        reason: "Before your Test key rzp_test_Ab3dEf6hIj9lMn is regenerated we make sure that it is you. \
                 You have no verified mobile number yet, so please verify one first."
            .to_owned(),
        mobile: "+91 ".to_owned(),
        dial_code: "+91".to_owned(),
        error: None,
        action: "/test/keys/key_1/regenerate/mobile".to_owned(),
        hidden: Hidden::none(),
        cancel: Link::new("/test/keys", "Cancel"),
    };
    let refused = MobilePage {
        mobile: "12345".to_owned(),
        error: Some(
            "That is not a mobile number we can send SMS to. Write it as +91 98765 43210.".to_owned(),
        ),
        ..due.clone()
    };
    let change = MobilePage {
        progress: Vec::new(),
        heading: "Change mobile number".to_owned(),
        reason: "We send a code to the new number. Until it is entered, the old number stays.".to_owned(),
        action: "/test/profile/mobile".to_owned(),
        cancel: Link::new("/test/profile", "Cancel"),
        ..due.clone()
    };
    vec![("due", html(&due)), ("refused", html(&refused)), ("change", html(&change))]
}
