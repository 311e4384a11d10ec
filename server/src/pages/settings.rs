//! Account & Settings: the way to everything that can be set, grouped as the brand shows it.

use askama::Template;

use super::layout::Frame;

/// The list of settings.
#[derive(Clone, Debug, Template)]
#[template(path = "settings.html")]
pub struct SettingsPage {
    /// Around the page.
    pub frame: Frame,
    /// The account's name.
    pub account: String,
    /// Whether API Keys stands under "Website and app settings" or directly in the list.
    pub grouped: bool,
    /// Whether this member may see the team.
    pub manages_team: bool,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, razorpay};
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let page = |look: &super::brand::BrandLook| SettingsPage {
        frame: Frame::inside(look, "Account & Settings", Mode::Test, "/settings", Place::Settings, asha()),
        account: "Acme Traders".to_owned(),
        grouped: look.settings_groups,
        manages_team: true,
    };
    let member = SettingsPage { manages_team: false, ..page(&razorpay()) };
    vec![("grouped", html(&page(&razorpay()))), ("flat", html(&page(&axis()))), ("member", html(&member))]
}
