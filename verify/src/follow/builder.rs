//! How a follower is set up: which server, with what token, and for how long it may vouch.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use domain::Token;
use ureq::tls::{Certificate, PemItem, parse_pem};
use wire::feed::WAIT_SECONDS_MAX;
use zeroize::Zeroizing;

use super::run::Following;
use super::transport::{Http, Transport};
use super::world::{Clock, SystemClock};
use super::{Follower, Shared};

/// A follower that has not started.
pub struct Builder {
    url: String,
    token: Zeroizing<String>,
    lease: Duration,
    serve_stale: Duration,
    plain_http: bool,
    roots: Option<Vec<u8>>,
    clock: Arc<dyn Clock>,
}

/// Why a follower cannot start. Nothing was sent anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotStart {
    /// The address is not `https://…` or `http://…`.
    NoAddress,
    /// The address is `http://` and not on this machine: whoever listens on the way would have token and keys.
    PlainHttp,
    /// The token is not one that `keystead follower add` printed.
    NoToken,
    /// The root certificates are no PEM.
    NoCertificates,
    /// A lease of nothing vouches for nothing.
    NoLease,
    /// The system gives no further thread.
    NoThread,
}

impl fmt::Display for CannotStart {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            CannotStart::NoAddress => "the server's address must be written in full, such as https://dashboard.example.com",
            CannotStart::PlainHttp => {
                "the server's address is http:// and not on this machine, so token and keys could be read on the way; use \
                 https://, or allow_plain_http() on a network that you trust"
            }
            CannotStart::NoToken => {
                "this is no follower's token: `keystead follower add NAME` prints one of 43 characters"
            }
            CannotStart::NoCertificates => "the root certificates are not PEM",
            CannotStart::NoLease => "the lease must be longer than nothing",
            CannotStart::NoThread => "the system gives no further thread",
        })
    }
}

impl std::error::Error for CannotStart {}

impl Builder {
    pub(super) fn new(url: &str, token: &str) -> Self {
        Self {
            url: url.to_owned(),
            token: Zeroizing::new(token.trim().to_owned()),
            lease: Duration::from_secs(10),
            serve_stale: Duration::from_secs(300),
            plain_http: false,
            roots: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// How long what is known counts. 10 seconds when left out.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How long after the lease to go on while the server cannot be heard. 5 minutes when left out; nothing is strict. The
    /// server's own settings count too: the shorter ones win.
    pub fn serve_stale(mut self, allowance: Duration) -> Self {
        self.serve_stale = allowance;
        self
    }

    /// Speaks `http://` to other machines too. Whoever listens on the way then has the token and the verification keys.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Trusts these root certificates (PEM) instead of the public ones, for a server with a certificate of one's own.
    pub fn roots(mut self, pem: &[u8]) -> Self {
        self.roots = Some(pem.to_owned());
        self
    }

    /// Takes the time from elsewhere, in tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Starts to follow, on a thread of its own. Verification says that it cannot say until everything was read.
    pub fn start(self) -> Result<Follower, CannotStart> {
        let is_here = is_on_this_machine(&self.url)?;
        if self.url.starts_with("http://") && !is_here && !self.plain_http {
            return Err(CannotStart::PlainHttp);
        }
        if Token::parse(&self.token).is_none() {
            return Err(CannotStart::NoToken);
        }
        let roots = self.roots.as_deref().map_or(Ok(Vec::new()), certificates)?;
        let transport = Http::new(&self.url, &self.token, roots, !is_here);
        self.follow(transport)
    }

    fn follow(self, transport: impl Transport) -> Result<Follower, CannotStart> {
        let vouch_for = self.lease.saturating_add(self.serve_stale);
        if self.lease.is_zero() {
            return Err(CannotStart::NoLease);
        }
        let vouch_for_ms = i64::try_from(vouch_for.as_millis()).unwrap_or(i64::MAX);
        // Several questions in one allowance, so that a lost one costs nothing.
        let wait = (vouch_for.as_secs() / 4).clamp(1, WAIT_SECONDS_MAX);
        let shared = Arc::new(Shared::new(self.clock));
        let following = Following::new(transport, shared.clone(), wait, vouch_for_ms);
        let (alive, stop) = mpsc::channel();
        std::thread::Builder::new()
            .name("keystead-follower".to_owned())
            .spawn(move || following.run(&stop))
            .map_err(|_| CannotStart::NoThread)?;
        Ok(Follower { shared, _alive: alive })
    }
}

/// Whether an address names this machine by number or as `localhost`.
fn is_on_this_machine(url: &str) -> Result<bool, CannotStart> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    // What stands before an @ is no host, and a follower has no other credentials than its token.
    if authority.is_empty() || authority.contains('@') {
        return Err(CannotStart::NoAddress);
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    Ok(host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, CannotStart> {
    let mut roots = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| CannotStart::NoCertificates)? {
            roots.push(certificate);
        }
    }
    if roots.is_empty() { Err(CannotStart::NoCertificates) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789012345678901234567890123456789012";

    #[test]
    fn a_token_is_never_sent_in_the_clear_to_another_machine_unless_that_is_allowed() {
        for (url, here) in [
            ("http://127.0.0.1:8080", Ok(true)),
            ("http://localhost/", Ok(true)),
            ("http://[::1]:8080/x", Ok(true)),
            ("http://127.0.0.1.example.com", Ok(false)),
            ("http://localhost.example.com", Ok(false)),
            ("http://10.0.0.1", Ok(false)),
            ("https://dashboard.example.com", Ok(false)),
            ("http://127.0.0.1@example.com", Err(CannotStart::NoAddress)),
            ("ftp://example.com", Err(CannotStart::NoAddress)),
            ("https://", Err(CannotStart::NoAddress)),
            ("dashboard.example.com", Err(CannotStart::NoAddress)),
        ] {
            assert_eq!(is_on_this_machine(url), here, "{url}");
        }
        let far = Follower::builder("http://10.0.0.1", TOKEN).start();
        assert_eq!(far.err(), Some(CannotStart::PlainHttp));
    }

    #[test]
    fn what_cannot_work_is_said_at_the_start() {
        let here = |token: &str| Follower::builder("http://127.0.0.1:1", token);
        assert_eq!(here("short").start().err(), Some(CannotStart::NoToken));
        assert_eq!(here(TOKEN).lease(Duration::ZERO).start().err(), Some(CannotStart::NoLease));
        assert_eq!(here(TOKEN).roots(b"no pem").start().err(), Some(CannotStart::NoCertificates));
    }
}
