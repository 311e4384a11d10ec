//! The gateways that Keystead has a configuration for, each the real program with the files that ship, in one unprivileged
//! process and one folder.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::{caddy, envoy, haproxy, nginx, raw, traefik};

/// Ports to try: another program may take a free one between our look and the gateway's start.
const PORTS_TRIED_MAX: usize = 5;

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `auth_request`.
    Nginx,
    /// ext_authz over gRPC.
    Envoy,
    /// `forward_auth`.
    Caddy,
    /// ForwardAuth.
    Traefik,
    /// A small Lua file.
    Haproxy,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::Nginx, Kind::Envoy, Kind::Caddy, Kind::Traefik, Kind::Haproxy];

    fn says(self) -> &'static Says {
        match self {
            Kind::Nginx => &nginx::SAYS,
            Kind::Envoy => &envoy::SAYS,
            Kind::Caddy => &caddy::SAYS,
            Kind::Traefik => &traefik::SAYS,
            Kind::Haproxy => &haproxy::SAYS,
        }
    }
}

/// What there is to know of one program.
pub(crate) struct Says {
    /// Its folder in `integrations/`.
    pub(crate) folder: &'static str,
    /// The files that are used as they ship.
    pub(crate) files: &'static [&'static str],
    /// Where it listens, as it stands in the file that says so.
    pub(crate) listens: &'static str,
    /// The same with another address.
    pub(crate) listens_at: fn(SocketAddr) -> String,
    /// Whether it asks on Keystead's Envoy listener.
    pub(crate) asks_as_envoy: bool,
    /// How the shipped files say where something is.
    pub(crate) place: fn(SocketAddr) -> String,
    /// What else in the shipped files belongs to whoever installs them, for the gateway at this address.
    pub(crate) own: fn(SocketAddr) -> Vec<(&'static str, String)>,
    /// The variable that names the program, and its name where the variable is not set.
    pub(crate) program: (&'static str, &'static str),
    /// How it is started in the folder.
    pub(crate) arguments: &'static [&'static str],
    /// Files around those that ship.
    pub(crate) around: &'static [(&'static str, &'static str)],
}

/// Where the others are.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// Keystead's gateway listener.
    pub gateway: SocketAddr,
    /// Keystead's Envoy listener.
    pub envoy: SocketAddr,
    /// The API behind.
    pub api: SocketAddr,
}

/// A gateway, until it is dropped.
pub struct Gateway {
    address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Gateway {
    /// Stands between clients and the API with exactly what ships.
    pub fn between(kind: Kind, places: &Places) -> Gateway {
        Gateway::changed(kind, places, |text| text.to_owned())
    }

    /// The same after `change` has edited the first of the shipped files.
    pub fn changed(kind: Kind, places: &Places, change: impl Fn(&str) -> String) -> Gateway {
        let tried =
            (0..PORTS_TRIED_MAX).find_map(|_| Gateway::try_at(free_port(), kind.says(), places, &change));
        tried.unwrap_or_else(|| panic!("{kind:?} must start; what it says is above"))
    }

    /// Where clients find the API.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same for clients that want an address with a scheme.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn try_at(
        address: SocketAddr,
        says: &Says,
        places: &Places,
        change: impl Fn(&str) -> String,
    ) -> Option<Gateway> {
        let folder = tempfile::tempdir().expect("room for a folder");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../integrations").join(says.folder);
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("room for a file");
        };
        let mut texts: Vec<String> = says
            .files
            .iter()
            .map(|name| {
                fs::read_to_string(shipped.join(name)).expect("the configuration ships with the product")
            })
            .collect();
        texts[0] = change(&texts[0]);
        let (keystead, shipped_keystead) =
            if says.asks_as_envoy { (places.envoy, 8082) } else { (places.gateway, 8081) };
        let loopback = |port| (says.place)(SocketAddr::from(([127, 0, 0, 1], port)));
        replace(&mut texts, &loopback(shipped_keystead), &(says.place)(keystead));
        replace(&mut texts, &loopback(3000), &(says.place)(places.api));
        replace(&mut texts, says.listens, &(says.listens_at)(address));
        for (from, to) in (says.own)(address) {
            replace(&mut texts, from, &to);
        }
        for (name, text) in says.files.iter().zip(&texts) {
            write(name, text);
        }
        for (name, text) in says.around {
            write(name, text);
        }

        let program = program(says.program);
        let log = fs::File::create(folder.path().join("log")).expect("room for a file");
        let errors = log.try_clone().expect("a file can be opened twice");
        let process = Command::new(&program)
            .args(says.arguments)
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| {
                let program = program.display();
                panic!("{program} cannot be started ({error}); `cargo xtask test --only clients` installs it")
            });
        let mut gateway = Gateway { address, process, _folder: folder };
        // Some listen before they know what to do: then they answer 404.
        while !is_protecting(address) {
            if gateway.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                let log = fs::read_to_string(gateway._folder.path().join("log"));
                eprintln!("{}: {}", says.folder, log.unwrap_or_default());
                return None;
            }
            std::thread::yield_now();
        }
        Some(gateway)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether somebody without a key is asked for one. The API hears nothing of it.
fn is_protecting(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
        && raw::exchange(address, b"GET / HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
            .first()
            .is_some_and(|answer| answer.status != 404)
}

fn program((variable, name): (&str, &str)) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| name.into(), PathBuf::from)
}

/// Replaces in whichever of the files it stands. A replacement that finds nothing would test something else than what
/// ships.
fn replace(texts: &mut [String], from: &str, to: &str) {
    assert!(texts.iter().any(|text| text.contains(from)), "the shipped configuration no longer has {from}");
    for text in texts {
        *text = text.replace(from, to);
    }
}

/// The same for one text.
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the shipped configuration no longer has {from}");
    text.replace(from, to)
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a bound listener has an address")
}
