//! Backup codes: a button that draws them, and the page that shows them once.

use askama::Template;

use super::layout::{Frame, Link};

/// Draws a new set.
#[derive(Clone, Debug, Template)]
#[template(path = "backup_codes_new.html")]
pub struct NewBackupCodesPage {
    /// Around the page.
    pub frame: Frame,
    /// How many of the set before are left; none was drawn: `None`.
    pub left: Option<usize>,
    /// Where the wish is sent.
    pub action: String,
    /// The way out.
    pub cancel: Link,
}

/// Shows a set, once.
#[derive(Clone, Debug, Template)]
#[template(path = "backup_codes.html")]
pub struct BackupCodesPage {
    /// Around the page.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
    /// Whether an authenticator app was set up a moment ago.
    pub app_is_new: bool,
    /// The way on.
    pub done: Link,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};

    let frame = Frame::inside(
        &razorpay(),
        "Backup codes",
        Mode::Test,
        "/two-factor/backup-codes",
        Place::Elsewhere,
        asha(),
    );
    let first = NewBackupCodesPage {
        frame: frame.clone(),
        left: None,
        action: "/test/two-factor/backup-codes/new".to_owned(),
        cancel: Link::new("/test/profile", "Cancel"),
    };
    let again = NewBackupCodesPage { left: Some(1), ..first.clone() };
    let codes: Vec<String> = (0..10).map(|n| format!("jawc-r05r-ake{n}")).collect();
    let shown = BackupCodesPage {
        frame,
        codes,
        app_is_new: false,
        done: Link::new("/test/profile", "I have written them down"),
    };
    let app = BackupCodesPage { app_is_new: true, ..shown.clone() };
    vec![("first", html(&first)), ("again", html(&again)), ("shown", html(&shown)), ("app", html(&app))]
}
