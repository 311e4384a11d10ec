//! Text messages through Twilio's Messages resource.
//!
//! Of an answer the status and Twilio's own error number count; its words are never quoted, because they repeat numbers.

use std::fmt;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::call::{Answer, Caller};
use super::template::{Escape, written};
use super::{SendError, Sms};
use crate::config::{SmsTwilio, TwilioSender};

/// More of an answer is not needed to find the error's number.
const BODY_BYTES_MAX: u64 = 16 * 1024;

/// Error numbers that speak of the recipient or the text: no later try would be taken.
const NEVER: [u64; 10] = [
    21211, // not a valid number
    21214, // cannot be reached
    21217, // not in international form
    21265, // a short code
    21266, // the sender itself
    21610, // the recipient has opted out
    21614, // not a mobile number
    21617, // too long
    21635, // a landline
    21705, // a premium number
];

/// Twilio.
#[derive(Clone)]
pub struct Twilio {
    config: SmsTwilio,
    caller: Caller,
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Twilio")
    }
}

impl Twilio {
    pub(super) fn new(config: &SmsTwilio) -> Self {
        Self { config: config.clone(), caller: Caller::new(config.timeout) }
    }

    pub(super) async fn send(&self, sms: &Sms) -> Result<(), SendError> {
        judged(&self.caller.call(self.request(sms)?, BODY_BYTES_MAX).await?)
    }

    fn request(&self, sms: &Sms) -> Result<Request<Vec<u8>>, SendError> {
        let SmsTwilio { account_sid, token, base_url, .. } = &self.config;
        let mut form = format!("To={}", written(&sms.to, Escape::Url));
        let (field, sender) = match (&sms.from, &self.config.sender) {
            (Some(from), _) => ("From", from),
            (None, TwilioSender::From(from)) => ("From", from),
            (None, TwilioSender::MessagingService(sid)) => ("MessagingServiceSid", sid),
        };
        form.push_str(&format!("&{field}={}", written(sender, Escape::Url)));
        form.push_str(&format!("&Body={}", written(sms.text.expose_secret(), Escape::Url)));
        let login = SecretString::from(format!("{account_sid}:{}", token.expose_secret()));
        let login = format!("Basic {}", STANDARD.encode(login.expose_secret()));
        let mut login = HeaderValue::try_from(login).expect("base64 can stand in a header");
        login.set_sensitive(true);
        Request::post(format!("{base_url}/2010-04-01/Accounts/{account_sid}/Messages.json"))
            .header(AUTHORIZATION, login)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .map_err(|_| SendError::Retry("base_url or account_sid in [sms] cannot be used".to_owned()))
    }
}

/// What an answer means for the letter.
fn judged(answer: &Answer) -> Result<(), SendError> {
    let status = answer.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let said: Option<serde_json::Value> = serde_json::from_str(answer.body.expose_secret()).ok();
    let reason = match said.as_ref().and_then(|said| said["code"].as_u64()) {
        Some(code) if NEVER.contains(&code) => {
            return Err(SendError::Reject(format!("Twilio answered {status}, error {code}")));
        }
        Some(code) => format!("Twilio answered {status}, error {code}"),
        None => format!("Twilio answered {status}"),
    };
    // All else is about us or about today: the account, the sender, a country, the rate, their day.
    Err(SendError::Retry(if (400..429).contains(&status) {
        format!("{reason}; check [sms]")
    } else {
        reason
    }))
}
