//! `[sms]` and `[email]`: through which provider letters leave.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use lettre::Address;
use secrecy::{ExposeSecret, SecretString};

use super::brand::is_web_address;
use super::reading::{Item, Section};
use super::sms::{self, SmsMsg91, SmsTwilio};
use crate::letters::template::{Escape, Fill, Hole, Template};

/// How text messages leave.
#[derive(Clone, Debug)]
pub enum Sms {
    /// One log line for each, without the text: nobody receives anything.
    Log,
    /// One JSON line for each.
    File {
        /// The file; made when the first message leaves.
        path: PathBuf,
    },
    /// A request to a provider.
    Http(SmsHttp),
    /// Twilio.
    Twilio(SmsTwilio),
    /// MSG91.
    Msg91(SmsMsg91),
}

/// The request that a provider of text messages expects.
#[derive(Clone, Debug)]
pub struct SmsHttp {
    /// Values are percent-encoded.
    pub url: Template,
    /// The verb.
    pub method: HttpMethod,
    /// Values are sent as they are; only `{token}` and `{id}` occur.
    pub headers: Vec<(HeaderName, Template)>,
    /// How values are escaped in the body.
    pub content_type: ContentType,
    /// `None` sends none.
    pub body: Option<Template>,
    /// What `{token}` stands for.
    pub token: Option<SecretString>,
    /// The longest that one request may take.
    pub timeout: Duration,
}

/// The verb of a request to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// POST.
    Post,
    /// PUT.
    Put,
    /// GET.
    Get,
}

/// The form of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

impl ContentType {
    /// The value of the header.
    pub fn header(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    /// How a value is written inside such a body.
    pub fn escape(self) -> Escape {
        match self {
            Self::Json => Escape::Json,
            Self::Form => Escape::Url,
        }
    }
}

/// How e-mails leave.
#[derive(Clone, Debug)]
pub enum Email {
    /// One log line for each, without the text: nobody receives anything.
    Log,
    /// One JSON line for each.
    File {
        /// The file; made when the first message leaves.
        path: PathBuf,
    },
    /// A mail server.
    Smtp(Smtp),
}

/// A mail server that takes our e-mails.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name; with TLS, the name in its certificate.
    pub host: String,
    /// 465 for TLS, 587 for STARTTLS, 25 without, unless set.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// User name and password, both or neither.
    pub login: Option<(String, SecretString)>,
    /// The sender's address, unless a brand has its own.
    pub from: String,
    /// The longest that one step of the conversation may take.
    pub timeout: Duration,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Begun in clear, then STARTTLS or nothing.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// In clear: for a mail server on this machine.
    None,
}

#[derive(Clone, Copy)]
enum Provider {
    Log,
    File,
    Away,
    Twilio,
    Msg91,
}

pub(super) fn sms(section: &mut Section<'_>, data_dir: &Path) -> Sms {
    let providers = [
        ("log", Provider::Log),
        ("file", Provider::File),
        ("http", Provider::Away),
        ("twilio", Provider::Twilio),
        ("msg91", Provider::Msg91),
    ];
    match section.choice("provider", &providers) {
        Provider::Twilio => Sms::Twilio(sms::twilio(section)),
        Provider::Msg91 => Sms::Msg91(sms::msg91(section)),
        Provider::Log => Sms::Log,
        Provider::File => {
            Sms::File { path: section.path("path").unwrap_or_else(|| data_dir.join("outbox/sms.jsonl")) }
        }
        Provider::Away => Sms::Http(sms_http(section)),
    }
}

fn sms_http(section: &mut Section<'_>) -> SmsHttp {
    let methods = [("POST", HttpMethod::Post), ("PUT", HttpMethod::Put), ("GET", HttpMethod::Get)];
    let method = section.choice("method", &methods);
    let forms =
        [(ContentType::Json.header(), ContentType::Json), (ContentType::Form.header(), ContentType::Form)];
    let content_type = section.choice("content_type", &forms);
    let written_url = section.required("url", "\"https://sms.example.com/send\"").unwrap_or_default();
    if !written_url.is_empty() && !is_web_address(&written_url) {
        section.refuse(
            "url",
            "is not a web address",
            "Write it whole, such as \"https://sms.example.com/send\".",
        );
    }
    let url = template(section, "url", &written_url);
    let written_body = section.text("body");
    let body = written_body.as_deref().map(|written| template(section, "body", written));
    let both_read = url.is_some() && !matches!(body, Some(None));
    let (url, body) = (url.unwrap_or_default(), body.flatten());
    if written_body.is_some() && method == HttpMethod::Get {
        section.refuse("body", "cannot be sent with GET", "Write method = \"POST\", or leave the body out.");
    }
    if let Some(body) = body.as_ref().filter(|_| content_type == ContentType::Json) {
        must_be_json(section, body);
    }
    let holds = |hole: Hole| url.holds(hole) || body.as_ref().is_some_and(|body| body.holds(hole));
    if both_read && !(holds(Hole::Text) && (holds(Hole::To) || holds(Hole::ToDigits))) {
        let hint = "Write body = '{\"to\":\"{to}\",\"text\":\"{text}\"}' or whatever the provider expects.";
        section.refuse("body", "says neither here nor in `url` where {to} and {text} go", hint);
    }
    let headers = headers(section);
    let token = section.secret("token");
    let wants_token = holds(Hole::Token) || headers.iter().any(|(_, value)| value.holds(Hole::Token));
    if wants_token && token.is_none() && !section.has("token") && !section.has("token_file") {
        section.refuse("token", "is missing, but {token} is used", "Write token_file = \"sms-token\".");
    }
    let timeout = section.duration("timeout", Duration::from_secs(10), a_moment_to_a_minute());
    SmsHttp { url, method, headers, content_type, body, token, timeout }
}

fn template(section: &mut Section<'_>, key: &str, written: &str) -> Option<Template> {
    match Template::parse(written, &Hole::ALL) {
        Ok(template) => Some(template),
        Err(unknown) => {
            let what = format!("holds {{{}}}, which stands for nothing here", unknown.0);
            section.refuse(key, what, format!("What can be filled in: {}.", Hole::list(&Hole::ALL)));
            None
        }
    }
}

fn must_be_json(section: &mut Section<'_>, body: &Template) {
    let sample = Fill { to: "+910000000000", text: "sample", token: "sample", id: "sample" };
    let filled = body.fill(&sample, Escape::Json);
    if let Err(error) = serde_json::from_str::<serde_json::Value>(filled.expose_secret()) {
        // The error's position is told, its text is not: it could quote a key that was written into the body.
        let what = format!("is not JSON once filled in (line {}, column {})", error.line(), error.column());
        let hint = "Put {to} and {text} inside the quotes: body = '{\"to\":\"{to}\",\"text\":\"{text}\"}'.";
        section.refuse("body", what, hint);
    }
}

fn headers(section: &mut Section<'_>) -> Vec<(HeaderName, Template)> {
    let mut headers = Vec::new();
    for (name, Item { text, place }) in section.entries("headers") {
        let Ok(header) = HeaderName::try_from(name.as_str()) else {
            let hint = "Write letters, digits and hyphens, such as Authorization.";
            section.problems.add(place, format!("`{name}` is not a header's name"), hint);
            continue;
        };
        if ["content-type", "content-length", "host", "transfer-encoding"].contains(&header.as_str()) {
            let hint = "Leave it out; for the form of the body set content_type in [sms].";
            section.problems.add(place, format!("`{name}` is written by the program itself"), hint);
            continue;
        }
        if HeaderValue::try_from(text.as_str()).is_err() {
            let hint = "Write visible ASCII characters on one line.";
            section.problems.add(place, format!("`{name}` cannot be sent in a header"), hint);
            continue;
        }
        match Template::parse(&text, &[Hole::Token, Hole::Id]) {
            Ok(value) => headers.push((header, value)),
            Err(unknown) => {
                let what = format!("`{name}` holds {{{}}}, which stands for nothing in a header", unknown.0);
                section.problems.add(place, what, "What can be filled in: {token}, {id}.");
            }
        }
    }
    headers
}

pub(super) fn email(section: &mut Section<'_>, data_dir: &Path) -> Email {
    let providers = [("log", Provider::Log), ("file", Provider::File), ("smtp", Provider::Away)];
    match section.choice("provider", &providers) {
        Provider::Log => Email::Log,
        Provider::File => {
            Email::File { path: section.path("path").unwrap_or_else(|| data_dir.join("outbox/email.jsonl")) }
        }
        Provider::Away | Provider::Twilio | Provider::Msg91 => Email::Smtp(smtp(section)),
    }
}

fn smtp(section: &mut Section<'_>) -> Smtp {
    let host = section.required("host", "\"smtp.example.com\"").unwrap_or_default();
    let protections = [("starttls", SmtpTls::StartTls), ("tls", SmtpTls::Tls), ("none", SmtpTls::None)];
    let tls = section.choice("tls", &protections);
    let usual_port = match tls {
        SmtpTls::StartTls => 587,
        SmtpTls::Tls => 465,
        SmtpTls::None => 25,
    };
    let port = section.whole("port", usual_port, 1..=u16::MAX);
    let username = section.text("username");
    let password = section.secret("password");
    let password_is_written = section.has("password") || section.has("password_file");
    if username.is_some() && !password_is_written {
        section.refuse("username", "has no password", "Write password_file = \"smtp-password\" too.");
    }
    if username.is_none() && password_is_written {
        section.refuse("username", "is missing beside the password", "Write username = \"…\" too.");
    }
    if password_is_written && tls == SmtpTls::None && !is_this_machine(&host) {
        let hint = "Write tls = \"starttls\" or tls = \"tls\".";
        section.refuse("tls", "is none, which would send the password in clear", hint);
    }
    let from = section.required("from", "\"no-reply@example.com\"").unwrap_or_default();
    if !from.is_empty() && from.parse::<Address>().is_err() {
        let what = format!("is `{from}`, which is not an e-mail address");
        section.refuse("from", what, "Write it such as \"no-reply@example.com\"; the name is the brand's.");
    }
    let timeout = section.duration("timeout", Duration::from_secs(20), a_moment_to_a_minute());
    Smtp { host, port, tls, login: username.zip(password), from, timeout }
}

pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) fn a_moment_to_a_minute() -> std::ops::RangeInclusive<Duration> {
    Duration::from_millis(100)..=Duration::from_secs(60)
}
