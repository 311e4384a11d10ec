//! Logging in to the console, and enrolling for it: token and password, the app, the backup codes.

use askama::Template;

use super::super::qr::Qr;
use super::super::review::TextField;
use super::frame::Frame;

/// Name, password and code.
#[derive(Clone, Debug, Template)]
#[template(path = "console/log_in.html")]
pub struct LogInPage {
    /// Around the page.
    pub frame: Frame,
    /// The name as it was typed.
    pub name: String,
    /// What was wanted before the login.
    pub next: Option<String>,
    /// Why the last try was refused.
    pub error: Option<String>,
}

/// Token and the password to be.
#[derive(Clone, Debug, Template)]
#[template(path = "console/enrol.html")]
pub struct EnrolPage {
    /// Around the page.
    pub frame: Frame,
    /// Why the last try was refused.
    pub error: Option<String>,
}

/// The app's secret, as a picture and as text, and its first code.
#[derive(Clone, Debug, Template)]
#[template(path = "console/app.html")]
pub struct AppPage {
    /// Around the page.
    pub frame: Frame,
    /// The picture.
    pub qr: Qr,
    /// The secret in groups of four.
    pub secret: String,
    /// The first code.
    pub code: TextField,
}

/// The backup codes, shown once.
#[derive(Clone, Debug, Template)]
#[template(path = "console/backup_codes.html")]
pub struct BackupCodesPage {
    /// Around the page.
    pub frame: Frame,
    /// The codes.
    pub codes: Vec<String>,
}
