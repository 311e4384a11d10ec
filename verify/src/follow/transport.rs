//! The way to the server: HTTP with a bearer token, bounded in time and size, never redirected.

use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zeroize::Zeroizing;

/// What an answer may take beyond the time it was asked to wait.
const WITHIN: Duration = Duration::from_secs(15);
/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Far more than any page.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Asks the server something.
pub(super) trait Transport: Send + 'static {
    /// A GET of `path`, which may take `wait` seconds longer than others.
    fn get(&mut self, path: &str, wait: u64) -> Result<Answer, Lost>;
}

/// What the server said.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// There was no answer; why, in words.
pub(super) struct Lost(pub(super) String);

/// Over TCP, with TLS where the address says so.
pub(super) struct Http {
    agent: Agent,
    base: String,
    authorization: Zeroizing<String>,
}

impl Http {
    pub(super) fn new(base: &str, token: &str, roots: Vec<Certificate<'static>>, by_proxy: bool) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A token must not follow a redirect to who knows where.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .user_agent(concat!("keystead-verify/", env!("CARGO_PKG_VERSION")));
        if !roots.is_empty() {
            let roots = RootCerts::new_with_certs(&roots);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        if !by_proxy {
            config = config.proxy(None);
        }
        let authorization = Zeroizing::new(format!("Bearer {token}"));
        Self { agent: config.build().into(), base: base.trim_end_matches('/').to_owned(), authorization }
    }
}

impl Transport for Http {
    fn get(&mut self, path: &str, wait: u64) -> Result<Answer, Lost> {
        let lost = |error: ureq::Error| Lost(error.to_string());
        let within = WITHIN + Duration::from_secs(wait);
        let request = self.agent.get(format!("{}{path}", self.base));
        let request = request.header("Authorization", self.authorization.as_str());
        let request = request.config().timeout_global(Some(within)).build();
        let mut response = request.call().map_err(lost)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(BYTES_MAX).read_to_vec().map_err(lost)?;
        Ok(Answer { status, body: Zeroizing::new(body) })
    }
}
