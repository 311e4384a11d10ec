//! Your Profile: who you are here, your mobile number, two-factor authentication, where you are logged in.

use askama::Template;

use super::form::Hidden;
use super::language::LanguageForm;
use super::layout::{Frame, Notice};
use super::moment::Moment;

/// A member's own page.
#[derive(Clone, Debug, Template)]
#[template(path = "profile.html")]
pub struct ProfilePage {
    /// Around the page.
    pub frame: Frame,
    /// The member's name.
    pub name: String,
    /// The address for logging in.
    pub email: String,
    /// The role, as people read it.
    pub role: String,
    /// The account's name.
    pub account: String,
    /// The present moment: with its zone it shows how times are printed.
    pub now: Moment,
    /// The verified number, masked.
    pub verified_mobile: Option<String>,
    /// What was typed last time, or the dial code to begin with.
    pub mobile: String,
    /// The brand's own country code.
    pub dial_code: String,
    /// Whether logging in needs a code.
    pub two_factor: bool,
    /// Whether an account asks two factors of everybody, so that it cannot be turned off.
    pub required: bool,
    /// Since when there is an authenticator app.
    pub app_since: Option<Moment>,
    /// How many backup codes are left; `None` if none were ever drawn.
    pub backup_codes: Option<usize>,
    /// Why the last try was not accepted; belongs to the one form on the page that asks for the password.
    pub error: Option<String>,
    /// What that form carries.
    pub hidden: Hidden,
    /// Where the member is logged in, this device first.
    pub sessions: Vec<SessionRow>,
    /// The choice of a language, where the brand offers one.
    pub language: Option<LanguageForm>,
}

impl ProfilePage {
    /// The same page with what was just done above it.
    pub fn with_notice(self, notice: Option<Notice>) -> ProfilePage {
        match notice {
            Some(notice) => ProfilePage { frame: self.frame.with_notice(notice), ..self },
            None => self,
        }
    }
}

/// One place where the member is logged in.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Names the session without being able to use it.
    pub id: String,
    /// "Firefox on Linux".
    pub device: String,
    /// The network address.
    pub address: String,
    /// When it began.
    pub since: Moment,
    /// When it was last used.
    pub last_seen: Moment,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// A browser's name and system, as far as it says: "Firefox on Linux".
pub fn device(user_agent: &str) -> String {
    // The order matters: most browsers also name those they descend from.
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|&(_, name)| name)
    };
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::gallery::{html, moment};
    use super::language::sample;
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let here = SessionRow {
        id: "ses_1".to_owned(),
        device: "Firefox on Linux".to_owned(),
        address: "203.0.113.7".to_owned(),
        since: moment(-30),
        last_seen: moment(0),
        is_this: true,
    };
    let elsewhere = SessionRow {
        id: "ses_2".to_owned(),
        device: "Chrome on Android".to_owned(),
        address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
        is_this: false,
        ..here.clone()
    };
    let frame = Frame::inside(&razorpay(), "Your Profile", Mode::Test, "/profile", Place::Elsewhere, asha());
    let new = ProfilePage {
        frame: frame.clone(),
        name: "Asha Rao".to_owned(),
        email: "asha@acme.example".to_owned(),
        role: "Owner".to_owned(),
        account: "Acme Traders".to_owned(),
        now: moment(0),
        verified_mobile: None,
        mobile: "+91 ".to_owned(),
        dial_code: "+91".to_owned(),
        two_factor: false,
        required: false,
        app_since: None,
        backup_codes: None,
        error: None,
        hidden: Hidden::none(),
        sessions: vec![here.clone()],
        language: Some(sample(&razorpay(), "/test/profile/language")),
    };
    let verified =
        ProfilePage { verified_mobile: Some("+91 ••••• ••210".to_owned()), ..new.clone() };
    let two_factor = ProfilePage {
        frame: frame.with_notice(Notice::Done("Two-factor authentication is on.".to_owned())),
        two_factor: true,
        sessions: vec![here.clone(), elsewhere.clone()],
        ..verified.clone()
    };
    let app = ProfilePage {
        app_since: Some(moment(-90)),
        backup_codes: Some(9),
        required: true,
        ..two_factor.clone()
    };
    let app_alone =
        ProfilePage { verified_mobile: None, backup_codes: Some(0), required: false, ..app.clone() };
    let refused = ProfilePage { error: Some("The password is not right.".to_owned()), ..verified.clone() };
    let longest = ProfilePage {
        frame: longest_frame("Your Profile", "/profile"),
        name: "Wolfeschlegelsteinhausenbergerdorff-O'Brien <script>".to_owned(),
        email: format!("{}@{}.example", "a".repeat(64), "b".repeat(63)),
        sessions: vec![here, elsewhere.clone(), SessionRow { id: "ses_3".to_owned(), ..elsewhere }],
        ..two_factor.clone()
    };
    vec![
        ("new", html(&new)),
        ("verified", html(&verified)),
        ("two_factor", html(&two_factor)),
        ("app", html(&app)),
        ("app_alone", html(&app_alone)),
        ("refused", html(&refused)),
        ("longest", html(&longest)),
    ]
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_called_by_names_that_people_know() {
        for (user_agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown device"),
        ] {
            assert_eq!(device(user_agent), name);
        }
    }
}
