//! Help: what keys are, how to generate and regenerate them, in the words and with the paths of the brand.

use askama::Template;

use super::brand::BrandLook;
use super::layout::Frame;

/// The help page of one brand.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    frame: Frame,
    key_prefix: String,
    mode_words: &'static str,
    way: &'static str,
    step_up: &'static str,
    deactivate_label: String,
}

impl HelpPage {
    /// The help of a brand. `always_asks` is its policy: an OTP for each regeneration, whatever the login was.
    pub fn new(frame: Frame, look: &BrandLook, always_asks: bool) -> HelpPage {
        HelpPage {
            frame,
            key_prefix: look.key_prefix.clone(),
            mode_words: "Test Mode or Live Mode",
            way: if look.settings_groups {
                "Account & Settings → API Keys (under Website and app settings)"
            } else {
                "Account & Settings → API Keys"
            },
            step_up: if always_asks {
                "Before a key is regenerated you enter an OTP that we send to your registered mobile number, \
                 each time."
            } else {
                "Before a key is regenerated you enter an OTP that we send to your registered mobile number. \
                 If you already gave one when you logged in, you are not asked again."
            },
            deactivate_label: look.deactivate_label(),
        }
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, curlec, razorpay};
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let page = |look: &BrandLook, always_asks| {
        let frame = Frame::inside(look, "Help", Mode::Live, "/help", Place::Help, asha());
        HelpPage::new(frame, look, always_asks)
    };
    let logged_out = HelpPage::new(Frame::outside(&razorpay(), "Help"), &razorpay(), false);
    vec![
        ("razorpay", html(&page(&razorpay(), false))),
        ("curlec", html(&page(&curlec(), false))),
        ("axis", html(&page(&axis(), true))),
        ("logged_out", html(&logged_out)),
    ]
}
