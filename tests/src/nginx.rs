//! A real nginx with the configuration that ships, in one unprivileged process and one folder.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Ports to try: another program may take a free one between our look and nginx's start.
const PORTS_TRIED_MAX: usize = 5;

/// The gateway, until it is dropped.
pub struct Nginx {
    address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Stands between clients and `api`, asks Keystead at `keystead`. `change` edits the shipped site before nginx reads it.
    pub fn between(keystead: SocketAddr, api: SocketAddr, change: impl Fn(&str) -> String) -> Nginx {
        let tried = (0..PORTS_TRIED_MAX).find_map(|_| Nginx::try_at(free_port(), keystead, api, &change));
        tried.expect("nginx must start; what it says is above")
    }

    /// Where clients find the API.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn try_at(
        address: SocketAddr,
        keystead: SocketAddr,
        api: SocketAddr,
        change: impl Fn(&str) -> String,
    ) -> Option<Nginx> {
        let folder = tempfile::tempdir().expect("room for a folder");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../integrations/nginx");
        let read =
            |name| fs::read_to_string(shipped.join(name)).expect("the configuration ships with the product");
        let write = |name, text: &str| fs::write(folder.path().join(name), text).expect("room for a file");
        let site = change(&read("keystead.conf"));
        let site = replaced(&site, "127.0.0.1:8081", &keystead.to_string());
        let site = replaced(&site, "127.0.0.1:3000", &api.to_string());
        write("keystead.conf", &replaced(&site, "listen 80;", &format!("listen {address};")));
        write("keystead-protect.conf", &read("keystead-protect.conf"));
        write("nginx.conf", MAIN);

        let program = std::env::var_os("KEYSTEAD_TEST_NGINX").unwrap_or_else(|| "nginx".into());
        let process = Command::new(&program)
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                let program = program.display();
                panic!("{program} cannot be started ({error}); `cargo xtask test --only clients` installs it")
            });
        let mut nginx = Nginx { address, process, _folder: folder };
        while TcpStream::connect(address).is_err() {
            if nginx.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return None;
            }
            std::thread::yield_now();
        }
        Some(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A replacement that finds nothing would test something else than what ships.
pub fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the shipped configuration no longer has {from}");
    text.replace(from, to)
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a bound listener has an address")
}

const MAIN: &str = "
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include keystead.conf;
}
";
