//! The management API of a host, as an operator's program asks it: no answer is an answer, too.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use crate::history::Receipt;
use crate::moments;
use crate::network::Host;

/// How long a request may take. A host that stands still answers nobody.
const ANSWERS_WITHIN: Duration = Duration::from_secs(6);
/// The public listener's port on every host that has one.
pub const PUBLIC: u16 = 8080;
/// The ops listener's port on every host.
pub const OPS: u16 = 9090;

/// An operator's program.
#[derive(Clone)]
pub struct Api {
    agent: Agent,
    token: String,
}

/// An answer that came whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Value,
}

impl Api {
    /// With a token.
    pub fn new(token: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        let config = config.timeout_global(Some(ANSWERS_WITHIN)).max_idle_connections(0);
        Self { agent: config.build().into(), token: token.to_owned() }
    }

    /// Asks for a change.
    pub fn posts(&self, host: Host, path: &str, body: &Value, idempotency: &str) -> Option<Answer> {
        let url = format!("http://{}:{PUBLIC}/api/v1{path}", host.address());
        let asked = self.agent.post(url).header("Authorization", format!("Bearer {}", self.token));
        let mut answer = asked.header("Idempotency-Key", idempotency).send_json(body).ok()?;
        let body = answer.body_mut().read_json().ok()?;
        Some(Answer { status: answer.status().as_u16(), body })
    }

    /// Reads.
    pub fn reads(&self, host: Host, path: &str) -> Option<Answer> {
        let url = format!("http://{}:{PUBLIC}/api/v1{path}", host.address());
        let asked = self.agent.get(url).header("Authorization", format!("Bearer {}", self.token));
        let mut answer = asked.call().ok()?;
        let body = answer.body_mut().read_json().ok()?;
        Some(Answer { status: answer.status().as_u16(), body })
    }

    /// What the ops listener says at a path, if it says it with 200.
    pub fn ops(&self, host: Host, path: &str) -> Option<String> {
        let url = format!("http://{}:{OPS}{path}", host.address());
        let mut answer = self.agent.get(url).call().ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        (answer.status() == 200).then_some(text)
    }
}

/// A text member of an answer.
pub fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

/// The receipt in an answer.
pub fn receipt(body: &Value) -> Option<Receipt> {
    let receipt: wire::receipts::Receipt = serde_json::from_value(body["receipt"].clone()).ok()?;
    let pending = receipt.pending.iter().map(|silent| {
        let node = Host::named(&silent.node)?;
        Some((node.number(), moments::of_text(&silent.until)?))
    });
    Some(Receipt {
        guaranteed_by: moments::of_text(&receipt.guaranteed_by)?,
        pending: pending.collect::<Option<_>>()?,
    })
}
