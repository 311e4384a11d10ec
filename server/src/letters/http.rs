//! Text messages through a provider's HTTP interface, described by templates in the configuration.
//!
//! Of the provider's answer only the status counts; its body is never read.

use std::fmt;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Request};
use secrecy::{ExposeSecret, SecretString};

use super::call::Caller;
use super::template::{Escape, Fill};
use super::{SendError, Sms, Stamp};
use crate::config::{HttpMethod, SmsHttp};

/// A provider of text messages.
#[derive(Clone)]
pub struct HttpProvider {
    config: SmsHttp,
    caller: Caller,
}

impl fmt::Debug for HttpProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpProvider")
    }
}

impl HttpProvider {
    pub(super) fn new(config: &SmsHttp) -> Self {
        Self { config: config.clone(), caller: Caller::new(config.timeout) }
    }

    pub(super) async fn send(&self, sms: &Sms, stamp: Stamp<'_>) -> Result<(), SendError> {
        judged(self.caller.call(self.request(sms, stamp)?, 0).await?.status)
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

/// What an answer means for the letter.
fn judged(code: u16) -> Result<(), SendError> {
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
