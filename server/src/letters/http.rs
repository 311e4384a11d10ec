//! Text messages through a provider's HTTP interface, described by templates in the configuration.
//!
//! The provider's reply is foreign input: only its status counts, its body is never read, and a redirect is
//! not followed, because it could lead a code or a token to somebody else.

use std::fmt;
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use ureq::Agent;
use ureq::config::AutoHeaderValue;

use super::template::{Escape, Fill};
use super::{SendError, Sms, Stamp};
use crate::config::{HttpMethod, SmsHttp};

/// A provider of text messages.
#[derive(Clone)]
pub struct HttpProvider {
    config: SmsHttp,
    agent: Agent,
}

impl fmt::Debug for HttpProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpProvider")
    }
}

impl HttpProvider {
    pub(super) fn new(config: &SmsHttp) -> Self {
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(config.timeout))
            // Codes go where the configuration says, not through a proxy that the environment names.
            .proxy(None)
            .max_response_header_size(16 * 1024)
            .max_idle_connections(0)
            .user_agent("keystead")
            // Nobody reads the answer's body, so it need not be packed.
            .accept_encoding(AutoHeaderValue::None)
            .build();
        Self { config: config.clone(), agent: settings.new_agent() }
    }

    pub(super) async fn send(&self, sms: &Sms, stamp: Stamp<'_>) -> Result<(), SendError> {
        let request = self.request(sms, stamp)?;
        let agent = self.agent.clone();
        let timeout = self.config.timeout;
        let answered = tokio::task::spawn_blocking(move || run(&agent, request)).await;
        match answered {
            Ok(Ok(status)) => judged(status),
            Ok(Err(error)) => Err(SendError::Retry(unreachable_because(&error, timeout))),
            Err(_) => Err(SendError::Retry("the program is stopping".to_owned())),
        }
    }

    fn request(&self, sms: &Sms, stamp: Stamp<'_>) -> Result<Request<Vec<u8>>, SendError> {
        let no_token = SecretString::default();
        let token = self.config.token.as_ref().unwrap_or(&no_token).expose_secret();
        let fill = Fill { to: &sms.to, text: sms.text.expose_secret(), token, id: stamp.letter };
        let method = match self.config.method {
            HttpMethod::Post => Method::POST,
            HttpMethod::Put => Method::PUT,
            HttpMethod::Get => Method::GET,
        };
        let url = self.config.url.fill(&fill, Escape::Url);
        let mut request = Request::builder().method(method).uri(url.expose_secret());
        let mut body = Vec::new();
        if let Some(template) = &self.config.body {
            let form = self.config.content_type;
            request = request.header(CONTENT_TYPE, form.header());
            body = template.fill(&fill, form.escape()).expose_secret().as_bytes().to_vec();
        }
        for (name, template) in &self.config.headers {
            let value = template.fill(&fill, Escape::Nothing);
            let value = HeaderValue::try_from(value.expose_secret());
            let mut value = value.map_err(|_| {
                SendError::Retry(format!(
                    "the header {name} cannot be sent: is the token on one line of ASCII?"
                ))
            })?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request.body(body).map_err(|_| SendError::Retry("the url in [sms] is not a web address".to_owned()))
    }
}

/// Blocks until the provider has answered or the time is over.
fn run(agent: &Agent, request: Request<Vec<u8>>) -> Result<StatusCode, ureq::Error> {
    let answer = match *request.method() {
        // Even the length of an empty body is more than some servers accept of a GET.
        Method::GET => agent.run(request.map(drop))?,
        _ => agent.run(request)?,
    };
    Ok(answer.status())
}

/// What an answer means for the letter.
fn judged(status: StatusCode) -> Result<(), SendError> {
    let code = status.as_u16();
    match code {
        200..=299 => Ok(()),
        // These speak of us (token, account, address, rate), not of the message: mended, it will be taken.
        401 | 402 | 403 | 404 | 405 | 407 | 408 | 425 | 429 => {
            Err(SendError::Retry(format!("the SMS provider answered {code}; check [sms]")))
        }
        400..=499 => Err(SendError::Reject(format!("the SMS provider answered {code}"))),
        300..=399 => {
            Err(SendError::Retry(format!("the SMS provider answered {code}, a redirect; check url in [sms]")))
        }
        _ => Err(SendError::Retry(format!("the SMS provider answered {code}"))),
    }
}

/// Our own words for what went wrong on the way; the library's may quote the address.
fn unreachable_because(error: &ureq::Error, timeout: Duration) -> String {
    match error {
        ureq::Error::Timeout(_) => {
            format!("the SMS provider did not answer within {} ms", timeout.as_millis())
        }
        ureq::Error::HostNotFound => "the SMS provider's host name is not known".to_owned(),
        ureq::Error::Io(error) => format!("the SMS provider cannot be reached ({})", error.kind()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            "no trusted TLS connection to the SMS provider".to_owned()
        }
        _ => "the SMS provider's answer was not HTTP".to_owned(),
    }
}
