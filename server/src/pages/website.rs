//! Business website details: where customers pay, whether it is verified, and what Live keys still wait for.

use askama::Template;

use super::layout::Frame;

/// Read-only: the operator of the brand enters and verifies addresses.
#[derive(Clone, Debug, Template)]
#[template(path = "website.html")]
pub struct WebsitePage {
    /// Around the page.
    pub frame: Frame,
    /// Whether the page stands under "Website and app settings" or directly in the list.
    pub grouped: bool,
    /// The address, once there is one.
    pub website: Option<String>,
    /// Whether it is verified.
    pub verified: bool,
    /// Whether the account is activated.
    pub activated: bool,
}

impl WebsitePage {
    /// Whether nothing is left to wait for.
    fn ready(&self) -> bool {
        self.verified && self.activated
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, razorpay};
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let frame = |look: &super::brand::BrandLook| {
        let place = Place::InsideSettings;
        Frame::inside(look, "Business website details", Mode::Live, "/website", place, asha())
    };
    let none = WebsitePage {
        frame: frame(&razorpay()),
        grouped: true,
        website: None,
        verified: false,
        activated: false,
    };
    let checking = WebsitePage {
        frame: frame(&axis()),
        grouped: false,
        website: Some("https://shop.acme.example/a/very/long/path/that/goes/on?and=on&and=on".to_owned()),
        activated: true,
        ..none.clone()
    };
    let ready = WebsitePage {
        website: Some("https://acme.example".to_owned()),
        verified: true,
        activated: true,
        ..none.clone()
    };
    vec![("none", html(&none)), ("checking", html(&checking)), ("ready", html(&ready))]
}
