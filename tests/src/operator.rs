//! An operator's program at the management API.

use serde_json::{Value, json};
use ureq::Agent;

use crate::caller::{Pair, agent};
use crate::installation::{Installation, Served};

/// A program with the first operator's token.
pub struct Operator {
    agent: Agent,
    base: String,
    token: String,
}

/// An answer that came whole.
#[derive(Debug)]
pub struct Told {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Value,
}

impl Operator {
    /// The operator of a folder, at the server that serves it now.
    pub fn of(installation: &Installation, served: &Served) -> Operator {
        let base = format!("http://{}/api/v1", served.public);
        Operator { agent: agent(), base, token: installation.token.clone() }
    }

    /// Generates a test key.
    pub fn generates(&self, account: &str, name: &str) -> Told {
        let path = format!("/accounts/{account}/keys");
        let asked = json!({ "mode": "test", "name": name });
        self.asks(&path, &asked, &format!("generate-{account}-{name}")).expect("an answer")
    }

    /// Reads; the server must answer.
    pub fn reads(&self, path: &str) -> Value {
        let asked = self.agent.get(format!("{}{path}", self.base)).header("Authorization", self.bearer());
        let mut answer = asked.call().expect("a running server answers");
        let body: Value = answer.body_mut().read_json().expect("the API answers in JSON");
        assert_eq!(answer.status(), 200, "{body}");
        body
    }

    /// Asks for a change. `None` when no whole answer came: then nobody but the server knows whether it happened.
    pub fn asks(&self, path: &str, body: &Value, idempotency: &str) -> Option<Told> {
        let asked = self.agent.post(format!("{}{path}", self.base)).header("Authorization", self.bearer());
        let mut answer = asked.header("Idempotency-Key", idempotency).send_json(body).ok()?;
        let body = answer.body_mut().read_json().ok()?;
        Some(Told { status: answer.status().as_u16(), body })
    }

    /// Opens an account of the first brand and returns its id.
    pub fn opens_account(&self, name: &str) -> String {
        let asked = json!({
            "org": "razorpay", "country": "IN", "name": name,
            "owner": { "name": "Owner", "email": format!("owner@{name}.example") },
        });
        let told = self.asks("/accounts", &asked, &format!("open-account-{name}")).expect("an answer");
        assert_eq!(told.status, 201, "{told:?}");
        text(&told.body, "id")
    }
}

impl Operator {
    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

impl Told {
    /// The pair of an answer that shows one.
    pub fn pair(&self) -> Pair {
        assert_eq!(self.status, 201, "{self:?}");
        Pair { key_id: text(&self.body, "key_id"), secret: text(&self.body, "key_secret") }
    }
}

/// A text member of a JSON object.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}
