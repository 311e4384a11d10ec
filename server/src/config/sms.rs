//! Providers of text messages that are known by name: Twilio and MSG91.

use std::time::Duration;

use domain::SendLimits;
use secrecy::SecretString;

use super::brand::is_web_address;
use super::outgoing::a_moment_to_a_minute;
use super::reading::{Item, Section};

/// An account at Twilio.
#[derive(Clone, Debug)]
pub struct SmsTwilio {
    /// The account, which is also the user name.
    pub account_sid: String,
    /// The account's password.
    pub token: SecretString,
    /// Who sends.
    pub sender: TwilioSender,
    /// Where the interface is, without a slash at its end.
    pub base_url: String,
    /// The longest that one request may take.
    pub timeout: Duration,
}

/// Who sends for Twilio.
#[derive(Clone, Debug)]
pub enum TwilioSender {
    /// A number or name of the account.
    From(String),
    /// A messaging service, which chooses the number.
    MessagingService(String),
}

/// An account at MSG91.
#[derive(Clone, Debug)]
pub struct SmsMsg91 {
    /// The account's key.
    pub token: SecretString,
    /// The sender id, unless the template has one.
    pub from: Option<String>,
    /// Purpose and id of each template.
    pub templates: Vec<(String, String)>,
    /// Variable of the templates and what stands in it.
    pub variables: Vec<(String, SmsFact)>,
    /// Where the interface is, without a slash at its end.
    pub base_url: String,
    /// The longest that one request may take.
    pub timeout: Duration,
}

/// What can stand in a variable of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsFact {
    /// The six digits; empty in a notice.
    Code,
    /// What they are for.
    Action,
    /// Until when they work.
    Until,
    /// The brand's name.
    Brand,
    /// The whole message as it would be sent without a template.
    Text,
}

impl SmsFact {
    const ALL: [(&'static str, SmsFact); 5] = [
        ("code", SmsFact::Code),
        ("action", SmsFact::Action),
        ("until", SmsFact::Until),
        ("brand", SmsFact::Brand),
        ("text", SmsFact::Text),
    ];

    /// The word that the configuration uses.
    pub fn as_str(self) -> &'static str {
        let (word, _) = Self::ALL[self as usize];
        word
    }
}

/// What a template can be for. A test holds this list against everything that is sent by SMS.
pub const SMS_PURPOSES: [&str; 15] = [
    "default",
    "log_in",
    "generate_live",
    "regenerate",
    "deactivate",
    "change_limits",
    "verify_mobile",
    "change_mobile",
    "two_factor_on",
    "two_factor_off",
    "set_up_app",
    "change_app",
    "backup_codes",
    "change_password",
    "mobile_changed",
];

/// How many codes may be sent by SMS, whichever provider sends them.
pub(super) fn limits(section: &mut Section<'_>) -> SendLimits {
    let usual = SendLimits::default();
    let within = Duration::from_millis(u64::try_from(usual.nearby_within.as_millis()).unwrap_or_default());
    let within =
        section.duration("nearby_within", within, Duration::from_secs(60)..=Duration::from_secs(24 * 3600));
    SendLimits {
        nearby: section.count("nearby_codes", usual.nearby),
        nearby_within: domain::Duration::from_millis(i64::try_from(within.as_millis()).unwrap_or(i64::MAX)),
        daily: section.count("daily_codes", usual.daily),
        ..usual
    }
}

pub(super) fn twilio(section: &mut Section<'_>) -> SmsTwilio {
    let account_sid = section.required("account_sid", "\"AC…\"").unwrap_or_default();
    if !account_sid.chars().all(|c| c.is_ascii_alphanumeric()) {
        section.refuse(
            "account_sid",
            "is not an account's id",
            "Copy it from Twilio's console: AC and 32 more.",
        );
    }
    let sender = match (section.text("from"), section.text("messaging_service")) {
        (Some(from), None) => Some(TwilioSender::From(from)),
        (None, Some(sid)) => Some(TwilioSender::MessagingService(sid)),
        (Some(_), Some(_)) => {
            section.refuse("from", "is set, and `messaging_service` too", "Keep one of the two.");
            None
        }
        (None, None) => {
            let hint = "Write from = \"+15005550006\", or messaging_service = \"MG…\".";
            section.refuse("from", "is missing", hint);
            None
        }
    };
    SmsTwilio {
        account_sid,
        token: token(section),
        sender: sender.unwrap_or(TwilioSender::From(String::new())),
        base_url: base_url(section, "https://api.twilio.com"),
        timeout: section.duration("timeout", Duration::from_secs(10), a_moment_to_a_minute()),
    }
}

pub(super) fn msg91(section: &mut Section<'_>) -> SmsMsg91 {
    let templates = templates(section, "templates");
    let mut variables = Vec::new();
    for (name, Item { text, place }) in section.entries("variables") {
        match SmsFact::ALL.iter().find(|(word, _)| *word == text) {
            Some((_, fact)) => variables.push((name, *fact)),
            None => {
                let hint = "Write one of code, action, until, brand, text.";
                section.problems.add(place, format!("`{name}` is `{text}`, which is not known here"), hint);
            }
        }
    }
    if variables.is_empty() {
        variables.push(("otp".to_owned(), SmsFact::Code));
    }
    SmsMsg91 {
        token: token(section),
        from: section.text("from"),
        templates,
        variables,
        base_url: base_url(section, "https://control.msg91.com"),
        timeout: section.duration("timeout", Duration::from_secs(10), a_moment_to_a_minute()),
    }
}

/// Templates by purpose; `_hi` and such at a purpose's end names one in that language.
pub(super) fn templates(section: &mut Section<'_>, key: &str) -> Vec<(String, String)> {
    let mut templates = Vec::new();
    for (name, Item { text, place }) in section.entries(key) {
        let languages = domain::Language::ALL.map(|language| format!("_{language}"));
        let purpose = languages.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        if SMS_PURPOSES.contains(&purpose) {
            templates.push((name, text));
        } else {
            let hint = format!("Write one of {}.", SMS_PURPOSES.join(", "));
            section.problems.add(place, format!("`{name}` is nothing that is sent by SMS"), hint);
        }
    }
    templates
}

fn token(section: &mut Section<'_>) -> SecretString {
    let is_written = section.has("token") || section.has("token_file");
    if !is_written {
        section.refuse("token", "is missing", "Write token_file = \"sms-token\".");
    }
    section.secret("token").unwrap_or_default()
}

fn base_url(section: &mut Section<'_>, usual: &str) -> String {
    let url = section.text("base_url").unwrap_or_else(|| usual.to_owned());
    if !is_web_address(&url) {
        section.refuse("base_url", "is not a web address", format!("Leave it out for {usual}."));
    }
    url.trim_end_matches('/').to_owned()
}
