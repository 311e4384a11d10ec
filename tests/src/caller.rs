//! Programs that ask over HTTP: a pair of key id and secret, and the question whether it is good.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::Agent;

/// A key id with its secret, as its owner copied them from the dashboard.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// The public half.
    pub key_id: String,
    /// The secret half.
    pub secret: String,
}

impl Pair {
    /// The same key id with a secret of the same shape that was never issued.
    pub fn with_a_wrong_secret(&self) -> Pair {
        let other = |letter: char| if letter == 'x' { 'y' } else { 'x' };
        Pair { key_id: self.key_id.clone(), secret: self.secret.chars().map(other).collect() }
    }

    /// The same secret under an id of the same shape that was never issued.
    pub fn with_an_unknown_id(&self) -> Pair {
        let (brand_and_mode, _) = self.key_id.rsplit_once('_').expect("a key id has a prefix and a mode");
        Pair { key_id: format!("{brand_and_mode}_00000000000000"), secret: self.secret.clone() }
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair({})", self.key_id)
    }
}

/// An HTTP client that follows nothing, judges nothing and never goes through a proxy.
pub fn agent() -> Agent {
    Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .proxy(None)
        .build()
        .into()
}

/// A gateway's side of the gateway listener, on connections that stay open.
pub struct Asking {
    agent: Agent,
    address: SocketAddr,
}

impl Asking {
    /// Asks the listener at `address`.
    pub fn at(address: SocketAddr) -> Self {
        Self { agent: agent(), address }
    }

    /// The status of `/v1/authenticate`: 200, 401 or 503.
    pub fn authenticate(&self, pair: &Pair) -> u16 {
        let url = format!("http://{}/v1/authenticate", self.address);
        let mut answer = self
            .agent
            .get(url)
            .header("Authorization", basic(pair))
            .call()
            .expect("the gateway listener answers each request");
        answer.body_mut().read_to_vec().expect("the answer is whole");
        answer.status().as_u16()
    }

    /// What `/v1/verify` says: the state of a good pair, the code of a refused one.
    pub fn verify(&self, pair: &Pair) -> String {
        let url = format!("http://{}/v1/verify", self.address);
        let asked = serde_json::json!({ "key_id": pair.key_id, "key_secret": pair.secret });
        let mut answer =
            self.agent.post(url).send_json(asked).expect("the gateway listener answers each request");
        let told: serde_json::Value = answer.body_mut().read_json().expect("the answer is JSON");
        let word = if told["granted"] == true { &told["state"] } else { &told["code"] };
        word.as_str().unwrap_or_else(|| panic!("no verdict: {told}")).to_owned()
    }
}

fn basic(pair: &Pair) -> String {
    use base64::Engine as _;
    let text = format!("{}:{}", pair.key_id, pair.secret);
    format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text))
}
