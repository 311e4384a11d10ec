//! Where the database is and how it is reached: a URL with one host or several, and whether the way there is encrypted.
//!
//! `sslmode` means what it says: `require` and `verify-full` both check the server's certificate, because encryption to
//! nobody in particular protects from nobody in particular. Without `sslmode`, only this machine is reached in the clear.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::tls::{Tls, TlsError};

/// How long one host may take to accept a connection, log in and say whether it can be written.
pub(super) const HOST_ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// What has not been acknowledged for this long was sent to nobody.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(10);
/// A silent connection is asked for a sign of life after this long, again after each of the next, and given up after three.
const SILENT_MAX: Duration = Duration::from_secs(5);
const ASKED_EVERY: Duration = Duration::from_secs(2);
const PORT: u16 = 5432;

/// Why a URL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("the database URL cannot be read: {0}; write postgres://user:password@host1,host2/name")]
    Unreadable(String),
    /// It names no host.
    #[error("the database URL names no host; write postgres://user:password@host1,host2/name")]
    NoHost,
    /// It says something that this program does not do.
    #[error("the database URL says {0}, which is not supported; {1}")]
    Unsupported(String, &'static str),
    /// Encryption cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Whether a URL can be used, without asking anybody at it.
pub fn check_url(url: &str) -> Result<(), AddressError> {
    Address::parse(url).map(drop)
}

/// A database's hosts, in the order in which they are tried.
pub(super) struct Address {
    /// Each host with all other settings.
    pub(super) hosts: Vec<Config>,
    /// For hosts that are reached over a network; `None`: in the clear.
    pub(super) tls: Option<Tls>,
    shown: String,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, AddressError> {
        if 1 < url.split('?').next().unwrap_or_default().matches('@').count() {
            let hint = "it has more than one @; in a user's name or password write @ as %40";
            return Err(AddressError::Unreadable(hint.to_owned()));
        }
        let (plain, ssl) = without_ssl(url)?;
        let whole: Config = plain
            .parse()
            .map_err(|error: tokio_postgres::Error| AddressError::Unreadable(super::failure::told(&error)))?;
        if !whole.get_hostaddrs().is_empty() {
            return Err(AddressError::Unsupported("hostaddr".to_owned(), "write the address as the host"));
        }
        if whole.get_target_session_attrs() == TargetSessionAttrs::ReadOnly {
            let hint = "everything is read from the primary; leave it out or write read-write";
            return Err(AddressError::Unsupported("target_session_attrs=read-only".to_owned(), hint));
        }
        let (hosts, ports) = (whole.get_hosts(), whole.get_ports());
        if hosts.is_empty() {
            return Err(AddressError::NoHost);
        }
        if 1 < ports.len() && ports.len() != hosts.len() {
            let hint = "write one port for all hosts, or one for each";
            return Err(AddressError::Unsupported(format!("{} ports", ports.len()), hint));
        }
        let is_here = hosts.iter().all(is_this_machine);
        let tls = match ssl.mode.as_deref() {
            Some("disable") => None,
            Some("require" | "verify-full") => Some(Tls::trusting(ssl.roots.as_deref())?),
            None if is_here => None,
            None => Some(Tls::trusting(ssl.roots.as_deref())?),
            Some(other) => {
                let hint =
                    "write sslmode=disable, require or verify-full; the last two check the certificate";
                return Err(AddressError::Unsupported(format!("sslmode={other}"), hint));
            }
        };
        let port = |place: usize| ports.get(place).or(ports.first()).copied().unwrap_or(PORT);
        let placed: Vec<(&Host, u16)> =
            hosts.iter().enumerate().map(|(place, host)| (host, port(place))).collect();
        let one = |(host, port): &(&Host, u16)| one_host(&whole, host, *port, tls.is_some());
        Ok(Self { hosts: placed.iter().map(one).collect(), shown: shown(&whole, &placed), tls })
    }

    /// The address without its password.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }
}

/// What a URL says about encryption.
#[derive(Default)]
struct Ssl {
    mode: Option<String>,
    roots: Option<PathBuf>,
}

/// Takes out of a URL what the client library does not know or reads otherwise.
fn without_ssl(url: &str) -> Result<(String, Ssl), AddressError> {
    let Some((before, query)) = url.split_once('?') else { return Ok((url.to_owned(), Ssl::default())) };
    let (mut ssl, mut kept) = (Ssl::default(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("sslmode", mode)) => ssl.mode = Some(mode.to_owned()),
            Some(("sslrootcert", path)) => ssl.roots = Some(decoded(path)?.into()),
            _ => kept.push(part),
        }
    }
    let query = kept.join("&");
    Ok((if query.is_empty() { before.to_owned() } else { format!("{before}?{query}") }, ssl))
}

fn decoded(text: &str) -> Result<String, AddressError> {
    let wrong = || AddressError::Unreadable("a percent sign is not followed by two digits".to_owned());
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit().ok_or_else(wrong)?, digit().ok_or_else(wrong)?);
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }
}

fn one_host(whole: &Config, host: &Host, port: u16, encrypted: bool) -> Config {
    let mut one = Config::new();
    match host {
        Host::Tcp(name) => one.host(name),
        Host::Unix(folder) => one.host_path(folder),
    };
    one.port(port);
    if let Some(user) = whole.get_user() {
        one.user(user);
    }
    if let Some(password) = whole.get_password() {
        one.password(password);
    }
    if let Some(name) = whole.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = whole.get_options() {
        one.options(options);
    }
    one.application_name(whole.get_application_name().unwrap_or("keystead"))
        .ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable })
        .ssl_negotiation(whole.get_ssl_negotiation())
        .channel_binding(whole.get_channel_binding())
        .connect_timeout(whole.get_connect_timeout().copied().unwrap_or(HOST_ANSWERS_WITHIN))
        .tcp_user_timeout(whole.get_tcp_user_timeout().copied().unwrap_or(UNACKNOWLEDGED_MAX))
        .keepalives(true)
        .keepalives_idle(SILENT_MAX)
        .keepalives_interval(ASKED_EVERY)
        .keepalives_retries(3)
        .target_session_attrs(TargetSessionAttrs::ReadWrite);
    if matches!(host, Host::Unix(_)) {
        one.ssl_mode(SslMode::Disable);
    }
    one
}

fn shown(whole: &Config, hosts: &[(&Host, u16)]) -> String {
    let hosts: Vec<String> = hosts
        .iter()
        .map(|(host, port)| match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        })
        .collect();
    let user = whole.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    format!("postgres://{user}{}/{}", hosts.join(","), whole.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn every_host_is_asked_whether_it_can_be_written_and_no_password_is_shown() {
        let address = address("postgres://keystead:hunter2@db1:5433,db2:5434/keys?sslmode=disable");
        assert_eq!(address.shown(), "postgres://keystead@db1:5433,db2:5434/keys");
        assert_eq!(address.hosts.len(), 2);
        for host in &address.hosts {
            assert_eq!(host.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
            assert_eq!((host.get_user(), host.get_dbname()), (Some("keystead"), Some("keys")));
            assert_eq!(host.get_password(), Some(&b"hunter2"[..]));
            assert_eq!(host.get_hosts().len(), 1);
        }
        assert_eq!(address.hosts[1].get_ports(), [5434]);
    }

    #[test]
    fn only_this_machine_is_reached_in_the_clear_unless_it_is_said() {
        for (url, encrypted) in [
            ("postgres://a@localhost/k", false),
            ("postgres://a@127.0.0.1,[::1]/k", false),
            ("postgres://a@%2Frun%2Fpostgresql/k", false),
            ("postgres://a@db1/k", true),
            ("postgres://a@localhost,db1/k", true),
            ("postgres://a@db1/k?sslmode=disable", false),
            ("postgres://a@db1/k?sslmode=require", true),
            ("postgres://a@localhost/k?sslmode=verify-full&application_name=x", true),
        ] {
            let address = address(url);
            assert_eq!(address.tls.is_some(), encrypted, "{url}");
            let modes = address.hosts.iter().map(|host| host.get_ssl_mode() == SslMode::Require);
            assert!(modes.into_iter().all(|required| required == encrypted), "{url}");
        }
    }

    #[test]
    fn what_would_not_do_what_it_says_is_refused_with_what_to_write() {
        for (url, says) in [
            ("postgres://a:hunter2@/k", "names no host"),
            ("postgres://a:hunter2@hunter2@db/k", "write @ as %40"),
            ("postgres://a:hunter2@db/k?sslmode=prefer", "sslmode=disable, require or verify-full"),
            ("postgres://a:hunter2@db/k?target_session_attrs=read-only", "read from the primary"),
            ("postgres://a:hunter2@db/k?hostaddr=192.0.2.1", "write the address as the host"),
            ("postgres://a:hunter2@db/k?no_such_thing=1", "cannot be read"),
            ("postgres://a:hunter2@db/k?sslrootcert=%2", "cannot be read"),
            ("postgres://a:hunter2@db/k?sslrootcert=%2Fno%2Fsuch%2Ffile", "/no/such/file"),
        ] {
            let told = Address::parse(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains(says), "{url}: {told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
