//! Letters going out: SMS and e-mail through whichever provider is configured.
//!
//! Sending promises little and says so: a letter may arrive twice or late, and a provider that fails delays
//! it. Nothing here decides what is owed (rows in the store do) or when to try again (a loop does);
//! [`next_try`] only says how long to wait. Texts of messages, numbers, addresses and tokens never reach a
//! log or an error.

mod call;
mod http;
mod msg91;
mod outbox;
mod page;
mod smtp;
pub mod template;
mod twilio;
pub mod words;

use std::fmt;

use domain::Language;
use secrecy::SecretString;

use crate::config;
use http::HttpProvider;
use msg91::Msg91;
use outbox::{Line, Outbox};
use smtp::MailServer;
use twilio::Twilio;

/// The pause after the first failure; it doubles from there.
const FIRST_PAUSE_MS: i64 = 5_000;

/// The longest pause: a provider that comes back gets everything within this.
const LONGEST_PAUSE_MS: i64 = 600_000;

/// One text message.
#[derive(Clone)]
pub struct Sms {
    /// The number, with plus sign and country.
    pub to: String,
    /// What it says. It may hold a code, so it cannot be printed.
    pub text: SecretString,
    /// What it is about, for the log.
    pub about: &'static str,
    /// The brand's own sender, where it has one.
    pub from: Option<String>,
    /// The same in parts, for providers that keep the words themselves.
    pub parts: Parts,
}

/// What a text message says, in parts.
#[derive(Clone, Default)]
pub struct Parts {
    /// What it is for, in one word of ours.
    pub purpose: String,
    /// In which language.
    pub language: Language,
    /// The brand's own templates: purpose and id.
    pub templates: Vec<(String, String)>,
    /// The code, if it carries one.
    pub code: Option<SecretString>,
    /// What a code is for, to go after "OTP to".
    pub action: String,
    /// Until when a code works, as a time of day.
    pub until: String,
    /// The brand's name.
    pub brand: String,
}

/// One e-mail.
#[derive(Clone)]
pub struct Email {
    /// The name beside the sender's address: the brand's.
    pub from_name: String,
    /// The sender's address, where the brand has its own.
    pub from: Option<String>,
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: SecretString,
    /// The same for all others.
    pub html: SecretString,
    /// What it is about, for the log.
    pub about: &'static str,
}

/// Either form of message.
#[derive(Clone, Debug)]
pub enum Message {
    /// A text message.
    Sms(Sms),
    /// An e-mail.
    Email(Email),
}

/// What identifies one attempt to send.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The letter's id: the same at each attempt, so that providers can recognise a repeat.
    pub letter: &'a str,
    /// Now, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Why a message did not leave. The reasons hold no secret, number or address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The way is blocked, for this letter or for all; try again later.
    #[error("not sent yet: {0}")]
    Retry(String),
    /// This very message will never be taken.
    #[error("refused: {0}")]
    Reject(String),
}

/// Sends text messages.
#[derive(Clone, Debug)]
pub enum SmsSender {
    /// Writes that there was one.
    Log,
    /// Writes a line to a file.
    File(Outbox),
    /// Asks a provider as the configuration describes it.
    Http(Box<HttpProvider>),
    /// Asks Twilio.
    Twilio(Box<Twilio>),
    /// Asks MSG91.
    Msg91(Box<Msg91>),
}

/// How many messages a provider may be given at the same time. One suffices for a file and keeps its lines in order.
const AT_ONCE: usize = 8;

impl SmsSender {
    /// How many messages may be under way at the same time.
    pub fn at_once(&self) -> usize {
        match self {
            Self::Log | Self::File(_) => 1,
            Self::Http(_) | Self::Twilio(_) | Self::Msg91(_) => AT_ONCE,
        }
    }

    /// The sender that the configuration asks for.
    pub fn new(config: &config::Sms) -> Self {
        match config {
            config::Sms::Log => Self::Log,
            config::Sms::File { path } => Self::File(Outbox::new(path)),
            config::Sms::Http(http) => Self::Http(Box::new(HttpProvider::new(http))),
            config::Sms::Twilio(twilio) => Self::Twilio(Box::new(Twilio::new(twilio))),
            config::Sms::Msg91(msg91) => Self::Msg91(Box::new(Msg91::new(msg91))),
        }
    }

    /// Sends one message.
    pub async fn send(&self, sms: &Sms, stamp: Stamp<'_>) -> Result<(), SendError> {
        match self {
            Self::Log => {
                tracing::info!(letter.id = stamp.letter, "Would send an SMS: {}", sms.about);
                Ok(())
            }
            Self::File(outbox) => {
                let at = moment(stamp.at_ms);
                outbox.append(&Line { at, to: &sms.to, subject: None, text: &sms.text, html: None }).await
            }
            Self::Http(provider) => provider.send(sms, stamp).await,
            Self::Twilio(twilio) => twilio.send(sms).await,
            Self::Msg91(msg91) => msg91.send(sms).await,
        }
    }
}

/// Sends e-mails.
#[derive(Clone, Debug)]
pub enum EmailSender {
    /// Writes that there was one.
    Log,
    /// Writes a line to a file.
    File(Outbox),
    /// Hands it to a mail server.
    Smtp(Box<MailServer>),
}

impl EmailSender {
    /// How many messages may be under way at the same time.
    pub fn at_once(&self) -> usize {
        match self {
            Self::Log | Self::File(_) => 1,
            Self::Smtp(_) => AT_ONCE,
        }
    }

    /// The sender that the configuration asks for.
    pub fn new(config: &config::Email) -> Result<Self, SendError> {
        match config {
            config::Email::Log => Ok(Self::Log),
            config::Email::File { path } => Ok(Self::File(Outbox::new(path))),
            config::Email::Smtp(server) => Ok(Self::Smtp(Box::new(MailServer::new(server)?))),
        }
    }

    /// Sends one e-mail.
    pub async fn send(&self, email: &Email, stamp: Stamp<'_>) -> Result<(), SendError> {
        match self {
            Self::Log => {
                tracing::info!(letter.id = stamp.letter, "Would send an e-mail: {}", email.about);
                Ok(())
            }
            Self::File(outbox) => {
                let at = moment(stamp.at_ms);
                let subject = Some(email.subject.as_str());
                outbox
                    .append(&Line { at, to: &email.to, subject, text: &email.text, html: Some(&email.html) })
                    .await
            }
            Self::Smtp(server) => server.send(email, stamp).await,
        }
    }
}

/// When to try a letter again that has failed `attempts` times: after 5 s, 10 s, 20 s … at most 10 min.
pub fn next_try(attempts: u32, now_ms: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).min(16);
    now_ms.saturating_add((FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS))
}

/// A moment as the outbox writes it, such as `2026-11-24T05:05:00.000Z`.
fn moment(at_ms: i64) -> String {
    let moment =
        jiff::Timestamp::from_millisecond(at_ms).expect("letters are written in this age of the world");
    format!("{moment:.3}")
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("about", &self.about).finish_non_exhaustive()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("about", &self.about).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
