//! One code, one action: the page that asks for an OTP, whatever it is for.

use askama::Template;

use super::form::{Hidden, Step};
use super::layout::{Frame, Link};
use super::moment::Moment;
use crate::words::Words;

/// Asks for the code of a challenge.
#[derive(Clone, Debug, Template)]
#[template(path = "otp.html")]
pub struct OtpPage {
    /// Around the page.
    pub frame: Frame,
    /// The steps of the whole, or none.
    pub progress: Vec<Step>,
    /// What the code is for, as the SMS also says: "To regenerate your Live key rzp_live_…".
    pub purpose: String,
    /// How far the code has come.
    pub state: CodeState,
    /// Whether the message could not leave so far; it is tried again.
    pub delayed: bool,
    /// Where the code comes from.
    pub source: Source,
    /// What the field takes.
    pub typed: Typed,
    /// The way to the other kind of code, where there is one.
    pub other: Option<Link>,
    /// Where the wish for a code by e-mail is sent, where that is possible.
    pub by_email: Option<String>,
    /// How long until another code may be asked for; 0 when it may.
    pub wait_seconds: u32,
    /// Why the last code was not accepted, and how many attempts are left.
    pub error: Option<String>,
    /// Where the code is sent.
    pub verify_action: String,
    /// Where the wish for another code is sent.
    pub resend_action: String,
    /// What both forms carry.
    pub hidden: Hidden,
    /// The way out.
    pub cancel: Link,
}

/// What the address and the form say when a code that was written down is typed.
pub const BACKUP: &str = "backup-code";

/// Where a code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// By SMS, to this number, masked.
    Sms(String),
    /// By e-mail, to this address.
    Email(String),
    /// From the authenticator app.
    App,
}

/// What is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The code from the source.
    Code,
    /// A code that was written down.
    BackupCode,
}

/// How far a code has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// None was sent yet; a button sends it.
    NotSent,
    /// It was sent, and can be typed.
    Out {
        /// When it stops working.
        until: Moment,
    },
    /// It was sent, and can be typed no more: only a new one helps.
    Over,
}

impl OtpPage {
    /// The same page when the provider did not take the message so far.
    pub fn delayed(self) -> OtpPage {
        OtpPage { delayed: true, ..self }
    }

    /// Whether a code was sent by SMS and can be typed.
    pub fn is_out_by_sms(&self) -> bool {
        matches!((&self.state, &self.source), (CodeState::Out { .. }, Source::Sms(_)))
    }

    /// The same page taking `typed`. Where a code that was written down would do (`has`), a link leads to the other kind.
    pub fn with_backup(self, typed: Typed, has: bool, path: &str) -> OtpPage {
        if !has {
            return self;
        }
        let join = if path.contains('?') { '&' } else { '?' };
        let (other, hidden) = match typed {
            Typed::Code => (
                Link::new(format!("{path}{join}with={BACKUP}"), self.frame.say("otp-use-backup")),
                self.hidden.clone(),
            ),
            Typed::BackupCode => {
                (Link::new(path, self.frame.say("otp-use-usual")), self.hidden.clone().with("with", BACKUP))
            }
        };
        OtpPage { typed, other: Some(other), hidden, ..self }
    }
}

/// A mobile number of which only the end can be read: "+91 ••••• ••210".
pub fn masked(dial_code: &str, number: &str) -> String {
    let national = number.strip_prefix(dial_code).unwrap_or(number.trim_start_matches('+'));
    let digits: Vec<char> = national.chars().filter(char::is_ascii_digit).collect();
    let hidden = digits.len().saturating_sub(3);
    let mut text = dial_code.to_owned();
    for (at, digit) in digits.iter().enumerate() {
        if at % 5 == 0 {
            text.push(' ');
        }
        text.push(if at < hidden { '•' } else { *digit });
    }
    text
}

/// What is said about a code that was not right.
pub fn wrong_code(words: &Words, tries_left: u32) -> String {
    words.say("otp-wrong").with("tries", tries_left).text()
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::razorpay;
    use super::form::steps;
    use super::gallery::{html, moment};
    use super::layout::Mode;
    use super::layout::samples::keys_frame;

    let words = razorpay().words;
    let login = OtpPage {
        frame: Frame::outside(&razorpay(), "Enter your OTP"),
        progress: Vec::new(),
        purpose: "You need a code to log in to Razorpay Dashboard.".to_owned(),
        state: CodeState::Out { until: moment(5) },
        delayed: false,
        source: Source::Sms(masked("+91", "+919876543210")),
        typed: Typed::Code,
        other: None,
        by_email: None,
        wait_seconds: 30,
        error: None,
        verify_action: "/login/otp".to_owned(),
        resend_action: "/login/otp/resend".to_owned(),
        hidden: Hidden::none(),
        cancel: Link::new("/login", "Start again"),
    };
    let regenerate = OtpPage {
        frame: keys_frame(Mode::Live),
        progress: steps(&words, &["step-otp", "step-choose", "step-save-new-key"], 0),
        purpose: "You need a code to regenerate your Live key rzp_live_Ab3dEf6hIj9lMn.".to_owned(),
        wait_seconds: 0,
        verify_action: "/live/keys/key_1/regenerate/otp".to_owned(),
        resend_action: "/live/keys/key_1/regenerate/otp/resend".to_owned(),
        hidden: Hidden::none().with("expected_current", "rzp_live_Ab3dEf6hIj9lMn"),
        cancel: Link::new("/live/keys", "Cancel"),
        ..login.clone()
    };
    let wrong = OtpPage { error: Some(wrong_code(&words, 4)), ..regenerate.clone() };
    let expired = OtpPage { error: Some(words.say("otp-expired").text()), ..regenerate.clone() };
    let over = OtpPage { state: CodeState::Over, error: None, ..regenerate.clone() };
    let used_up = OtpPage { error: Some(wrong_code(&words, 0)), ..over.clone() };
    let not_sent = OtpPage { state: CodeState::NotSent, ..over.clone() };
    let delayed = regenerate.clone().delayed();
    let app = OtpPage { source: Source::App, ..regenerate.clone() };
    let app = app.with_backup(Typed::Code, true, "/live/keys/key_1/regenerate");
    let backup = OtpPage { source: Source::App, error: Some(wrong_code(&words, 3)), ..regenerate.clone() };
    let backup = backup.with_backup(Typed::BackupCode, true, "/live/keys/key_1/regenerate");
    let app_first = OtpPage { source: Source::App, state: CodeState::NotSent, ..regenerate.clone() };
    let app_over = OtpPage { source: Source::App, state: CodeState::Over, ..regenerate.clone() };
    let lost =
        OtpPage { by_email: Some("/live/profile/mobile/change/email".to_owned()), ..regenerate.clone() };
    let email = OtpPage { source: Source::Email("asha@acme.example".to_owned()), ..regenerate.clone() };
    let email_delayed = email.clone().delayed();
    vec![
        ("login", html(&login)),
        ("regenerate", html(&regenerate)),
        ("wrong", html(&wrong)),
        ("expired", html(&expired)),
        ("over", html(&over)),
        ("used_up", html(&used_up)),
        ("not_sent", html(&not_sent)),
        ("delayed", html(&delayed)),
        ("app", html(&app)),
        ("app_backup", html(&backup)),
        ("app_first", html(&app_first)),
        ("app_over", html(&app_over)),
        ("lost_phone", html(&lost)),
        ("email", html(&email)),
        ("email_delayed", html(&email_delayed)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_number_is_shown() {
        assert_eq!(masked("+91", "+919876543210"), "+91 ••••• ••210");
        assert_eq!(masked("+60", "+60123456789"), "+60 ••••• •789");
        assert_eq!(masked("+91", "+12"), "+91 12", "too short to be a number, and nothing to hide");
    }

    #[test]
    fn a_wrong_code_says_what_is_left() {
        let words = crate::words::Catalogue::new(&[]).unbranded();
        assert_eq!(wrong_code(&words, 4), "That code is not right. 4 attempts left.");
        assert_eq!(wrong_code(&words, 1), "That code is not right. 1 attempt left.");
        let none = "That code is not right, and there are no attempts left. Ask for a new one.";
        assert_eq!(wrong_code(&words, 0), none);
    }
}
