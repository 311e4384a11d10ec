//! The authenticator app: begun with the password, shown as a picture, confirmed by its first code.

use askama::Template;

use super::layout::{Frame, Link};
use super::moment::Moment;
use super::qr::Qr;

/// Sets an app up, replaces it, removes it.
#[derive(Clone, Debug, Template)]
#[template(path = "app.html")]
pub struct AppPage {
    /// Around the page.
    pub frame: Frame,
    /// Whether there is one already.
    pub has_app: bool,
    /// Whether codes come by SMS again when the app is removed.
    pub falls_back: bool,
    /// Why the last try was not accepted.
    pub error: Option<String>,
    /// Where a new app is begun.
    pub begin: String,
    /// Where the app is removed, if it may be.
    pub remove: Option<String>,
    /// The way out.
    pub cancel: Link,
}

/// What a new app is shown, and the field for its first code.
#[derive(Clone, Debug, Template)]
#[template(path = "app_code.html")]
pub struct AppCodePage {
    /// Around the page.
    pub frame: Frame,
    /// The picture.
    pub qr: Qr,
    /// The same secret to type.
    pub secret: String,
    /// The same as a link, for an app on this device.
    pub uri: String,
    /// Until when the first code is waited for.
    pub until: Moment,
    /// Why the last code was not accepted.
    pub error: Option<String>,
    /// Where the code is sent.
    pub action: String,
    /// The way out.
    pub cancel: Link,
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let frame = Frame::inside(
        &razorpay(),
        "Authenticator app",
        Mode::Test,
        "/two-factor/app",
        Place::Elsewhere,
        asha(),
    );
    let new = AppPage {
        frame: frame.clone(),
        has_app: false,
        falls_back: true,
        error: None,
        begin: "/test/two-factor/app/begin".to_owned(),
        remove: None,
        cancel: Link::new("/test/profile", "Cancel"),
    };
    let old =
        AppPage { has_app: true, remove: Some("/test/two-factor/app/remove".to_owned()), ..new.clone() };
    let only = AppPage { falls_back: false, ..old.clone() };
    let required =
        AppPage { remove: None, error: Some("That password is not right.".to_owned()), ..only.clone() };
    let uri =
        "otpauth://totp/Razorpay:asha@acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Razorpay";
    let code = AppCodePage {
        frame: frame.clone(),
        qr: Qr::of(uri, "The picture to scan with your authenticator app".to_owned()),
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
        uri: uri.to_owned(),
        until: moment(15),
        error: None,
        action: "/test/two-factor/app/code".to_owned(),
        cancel: Link::new("/test/profile", "Cancel"),
    };
    let wrong = AppCodePage {
        frame: longest_frame("Authenticator app", "/two-factor/app"),
        error: Some("That code is not right. 4 attempts left.".to_owned()),
        ..code.clone()
    };
    vec![
        ("new", html(&new)),
        ("old", html(&old)),
        ("only", html(&only)),
        ("required", html(&required)),
        ("code", html(&code)),
        ("code_wrong", html(&wrong)),
    ]
}
