//! Text messages through MSG91's flow interface: a template that was approved beforehand, and values for its variables.
//!
//! In India each text is registered (DLT) and its words are in the template; so each purpose names a template, and a
//! brand may name its own. MSG91 answers 200 to some errors, so the answer's body counts; its words are never quoted.

use std::fmt;

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderValue, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::call::{Answer, Caller};
use super::{SendError, Sms};
use crate::config::{SmsFact, SmsMsg91};

/// More of an answer is not needed to see whether it says success.
const BODY_BYTES_MAX: u64 = 16 * 1024;

/// MSG91.
#[derive(Clone)]
pub struct Msg91 {
    config: SmsMsg91,
    caller: Caller,
}

impl fmt::Debug for Msg91 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Msg91")
    }
}

impl Msg91 {
    pub(super) fn new(config: &SmsMsg91) -> Self {
        Self { config: config.clone(), caller: Caller::new(config.timeout) }
    }

    pub(super) async fn send(&self, sms: &Sms) -> Result<(), SendError> {
        judged(&self.caller.call(self.request(sms)?, BODY_BYTES_MAX).await?)
    }

    fn request(&self, sms: &Sms) -> Result<Request<Vec<u8>>, SendError> {
        let template = self.template(sms).ok_or_else(|| {
            SendError::Retry(format!("there is no template for {} in [sms.templates]", sms.parts.purpose))
        })?;
        let mut recipient = Map::new();
        recipient.insert("mobiles".to_owned(), sms.to.trim_start_matches('+').into());
        for (name, fact) in &self.config.variables {
            let value = match fact {
                SmsFact::Code => sms.parts.code.as_ref().map(|code| code.expose_secret()).unwrap_or_default(),
                SmsFact::Action => &sms.parts.action,
                SmsFact::Until => &sms.parts.until,
                SmsFact::Brand => &sms.parts.brand,
                SmsFact::Text => sms.text.expose_secret(),
            };
            recipient.insert(name.clone(), value.into());
        }
        let mut body = json!({ "template_id": template, "short_url": "0", "recipients": [recipient] });
        if let Some(sender) = sms.from.as_ref().or(self.config.from.as_ref()) {
            body["sender"] = Value::from(sender.as_str());
        }
        let body = SecretString::from(body.to_string());
        let key = HeaderValue::try_from(self.config.token.expose_secret());
        let mut key = key.map_err(|_| {
            SendError::Retry("the token in [sms] cannot be sent: is it on one line of ASCII?".to_owned())
        })?;
        key.set_sensitive(true);
        Request::post(format!("{}/api/v5/flow/", self.config.base_url))
            .header("authkey", key)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(body.expose_secret().as_bytes().to_vec())
            .map_err(|_| SendError::Retry("base_url in [sms] cannot be used".to_owned()))
    }

    /// The template of this message: the brand's own before the installation's, the language's before any, and the
    /// purpose's before the default.
    fn template<'a>(&'a self, sms: &'a Sms) -> Option<&'a str> {
        let id_of = |name: &str| {
            let mut own = sms.parts.templates.iter().chain(&self.config.templates);
            own.find(|(its, _)| its == name).map(|(_, id)| id.as_str())
        };
        let (purpose, language) = (&sms.parts.purpose, sms.parts.language);
        id_of(&format!("{purpose}_{language}"))
            .or_else(|| id_of(purpose))
            .or_else(|| id_of(&format!("default_{language}")))
            .or_else(|| id_of("default"))
    }
}

/// What an answer means for the letter. MSG91 speaks of the recipient only later, in its reports; so nothing here ends a letter.
fn judged(answer: &Answer) -> Result<(), SendError> {
    let status = answer.status;
    let said: Option<Value> = serde_json::from_str(answer.body.expose_secret()).ok();
    let kind = said.as_ref().and_then(|said| said["type"].as_str());
    if (200..300).contains(&status) && kind == Some("success") {
        return Ok(());
    }
    let code = said.as_ref().and_then(|said| match &said["code"] {
        Value::Number(code) => code.as_u64(),
        Value::String(code) => code.parse().ok(),
        _ => None,
    });
    Err(SendError::Retry(match (code, kind, status) {
        (Some(code), _, _) => format!("MSG91 answered {status}, error {code}; check [sms]"),
        (None, Some("error"), _) => format!("MSG91 answered {status}, an error; check [sms]"),
        (None, _, 200..300) => "MSG91's answer was not understood".to_owned(),
        (None, _, 400..429) => format!("MSG91 answered {status}; check [sms]"),
        _ => format!("MSG91 answered {status}"),
    }))
}
