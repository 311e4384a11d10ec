//! E-mails through a mail server.
//!
//! Each message has text and HTML, the brand's name as sender, and an id made from the letter's, so that a repeat
//! can be recognised. What the server says is never quoted: it likes to repeat addresses.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::response::{Category, Severity};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use super::{Email, SendError, Stamp};
use crate::config::{Smtp, SmtpTls};

/// A mail server that takes our e-mails.
#[derive(Clone)]
pub struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: String,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailServer")
    }
}

impl MailServer {
    pub(super) fn new(config: &Smtp) -> Result<Self, SendError> {
        let protected = || {
            TlsParameters::new(config.host.clone()).map_err(|_| {
                SendError::Retry("the mail server's host name cannot be used for TLS".to_owned())
            })
        };
        let tls = match config.tls {
            SmtpTls::StartTls => Tls::Required(protected()?),
            SmtpTls::Tls => Tls::Wrapper(protected()?),
            SmtpTls::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(config.timeout));
        if let Some((username, password)) = &config.login {
            let password = password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(username.clone(), password));
        }
        Ok(Self { transport: transport.build(), from: config.from.clone() })
    }

    pub(super) async fn send(&self, email: &Email, stamp: Stamp<'_>) -> Result<(), SendError> {
        let message = self.message(email, stamp)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(judged(&error)),
        }
    }

    fn message(&self, email: &Email, stamp: Stamp<'_>) -> Result<Message, SendError> {
        let from: Address = email.from.as_ref().unwrap_or(&self.from).parse().map_err(|_| {
            SendError::Retry("the sender's address cannot be used; check from in [email]".to_owned())
        })?;
        let to: Address = email
            .to
            .parse()
            .map_err(|_| SendError::Reject("the recipient's address is not an e-mail address".to_owned()))?;
        let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(stamp.at_ms).unwrap_or_default());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .message_id(Some(format!("<{}@{}>", stamp.letter, from.domain())))
            .date(at)
            .from(Mailbox::new(Some(email.from_name.clone()), from))
            .to(Mailbox::new(None, to))
            .subject(email.subject.clone())
            // Holiday replies to a machine help nobody.
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(
                email.text.expose_secret().to_owned(),
                email.html.expose_secret().to_owned(),
            ))
            .map_err(|_| SendError::Reject("the e-mail cannot be put together".to_owned()))
    }
}

/// What an error means for the letter.
fn judged(error: &lettre::transport::smtp::Error) -> SendError {
    if let Some(code) = error.status() {
        // 55x speaks of the mailbox or the message. All other refusals (login, greeting, rate) speak of us.
        let about_this_message =
            code.severity == Severity::PermanentNegativeCompletion && code.category == Category::MailSystem;
        let reason = format!("the mail server answered {code}");
        return if about_this_message { SendError::Reject(reason) } else { SendError::Retry(reason) };
    }
    SendError::Retry(match () {
        () if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        () if error.is_tls() => "no trusted TLS connection to the mail server".to_owned(),
        () if error.is_client() => {
            "the mail server does not offer what [email] asks for (TLS, login)".to_owned()
        }
        () if error.is_response() => "the mail server's answer was not SMTP".to_owned(),
        () => "the mail server cannot be reached".to_owned(),
    })
}
