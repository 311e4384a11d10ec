//! The control plane as a node that only reads sees it: an address, and the node's own credential.
//!
//! What it answers is foreign input. The credential goes to that address and nowhere else: redirects are not followed.

use std::time::Duration;

use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use ureq::Agent;
use wire::nodes::{NodeReport, NodeUsage};
use wire::problem::Problem;

/// How long a call may take in all.
const WITHIN: Duration = Duration::from_secs(5);
/// Bytes of a problem that are read, at most.
const PROBLEM_BYTES_MAX: u64 = 16 * 1024;

/// Where a node reports, and as whom.
#[derive(Clone)]
pub(crate) struct Control {
    agent: Agent,
    url: String,
    credential: SecretString,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It was taken.
    Taken,
    /// It was refused: this process is not what runs as the node any more, or the node is not on the list.
    NotIn,
    /// It did not arrive, or nobody knows whether it did; why, in words.
    Lost(String),
}

/// What a problem says about itself, if it can be read.
fn detail(mut body: ureq::Body) -> String {
    let read = body.with_config().limit(PROBLEM_BYTES_MAX).read_to_vec();
    let problem = read.ok().and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    problem.map_or_else(String::new, |problem| format!(": {}", problem.detail))
}

impl Control {
    pub(crate) fn new(url: &str, node: &str, credential: SecretString) -> Self {
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(WITHIN))
            .proxy(None)
            .max_response_header_size(16 * 1024)
            .user_agent("keystead")
            .build();
        let url = format!("{}/api/v1/nodes/{node}", url.trim_end_matches('/'));
        Self { agent: settings.new_agent(), url, credential }
    }

    /// Sends a report.
    pub(crate) async fn tell(&self, report: &NodeReport) -> Told {
        self.post("report", report).await
    }

    /// Sends uses.
    pub(crate) async fn tell_uses(&self, uses: &NodeUsage) -> Told {
        self.post("usage", uses).await
    }

    async fn post(&self, what: &str, body: &impl Serialize) -> Told {
        let body = serde_json::to_vec(body).expect("a report is text and numbers, which JSON can hold");
        let request = Request::post(format!("{}/{what}", self.url))
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", self.credential.expose_secret()))
            .body(body);
        let Ok(request) = request else { return Told::Lost("control_url is no address".to_owned()) };
        let agent = self.agent.clone();
        let called = tokio::task::spawn_blocking(move || agent.run(request)).await;
        match called {
            Ok(Ok(answer)) => match answer.status().as_u16() {
                200 => Told::Taken,
                401 | 404 | 409 => Told::NotIn,
                422 => Told::Lost(format!("the control plane refused it{}", detail(answer.into_body()))),
                status => Told::Lost(format!("the control plane answered {status}")),
            },
            Ok(Err(ureq::Error::Timeout(_))) => {
                Told::Lost("the control plane did not answer in time".to_owned())
            }
            // The library's own words may quote the address, which may hold a password.
            Ok(Err(ureq::Error::Io(error))) => {
                Told::Lost(format!("the control plane cannot be reached ({})", error.kind()))
            }
            Ok(Err(_)) => Told::Lost("the control plane cannot be reached".to_owned()),
            Err(_) => Told::Lost("the program is stopping".to_owned()),
        }
    }
}
