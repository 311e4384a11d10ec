//! One call to a provider over HTTP: no redirects, no proxy from the environment, no longer than configured.
//!
//! What a provider answers is foreign input: a redirect could lead a code or a token to somebody else, and words in an
//! answer like to repeat numbers. So redirects are not followed, and of a body only so much is read as was asked for.

use std::time::Duration;

use axum::http::{Method, Request};
use secrecy::SecretString;
use ureq::Agent;
use ureq::config::AutoHeaderValue;

use super::SendError;

/// Calls a provider.
#[derive(Clone)]
pub(super) struct Caller {
    agent: Agent,
    timeout: Duration,
}

/// What a provider said.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// As much of the body as was asked for; empty if it was longer, or not text.
    pub(super) body: SecretString,
}

impl Caller {
    pub(super) fn new(timeout: Duration) -> Self {
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(timeout))
            // Codes go where the configuration says, not through a proxy that the environment names.
            .proxy(None)
            .max_response_header_size(16 * 1024)
            .max_idle_connections(0)
            .user_agent("keystead")
            // Little or nothing of an answer's body is read, so it need not be packed.
            .accept_encoding(AutoHeaderValue::None)
            .build();
        Self { agent: settings.new_agent(), timeout }
    }

    /// The answer to a request, with at most `body_bytes_max` of its body.
    pub(super) async fn call(
        &self,
        request: Request<Vec<u8>>,
        body_bytes_max: u64,
    ) -> Result<Answer, SendError> {
        let agent = self.agent.clone();
        match tokio::task::spawn_blocking(move || run(&agent, request, body_bytes_max)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(SendError::Retry(unreachable_because(&error, self.timeout))),
            Err(_) => Err(SendError::Retry("the program is stopping".to_owned())),
        }
    }
}

/// Blocks until the provider has answered or the time is over.
fn run(agent: &Agent, request: Request<Vec<u8>>, body_bytes_max: u64) -> Result<Answer, ureq::Error> {
    let mut answer = match *request.method() {
        // Even the length of an empty body is more than some servers accept of a GET.
        Method::GET => agent.run(request.map(drop))?,
        _ => agent.run(request)?,
    };
    let body = match body_bytes_max {
        0 => String::new(),
        max => answer.body_mut().with_config().limit(max).read_to_string().unwrap_or_default(),
    };
    Ok(Answer { status: answer.status().as_u16(), body: SecretString::from(body) })
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
