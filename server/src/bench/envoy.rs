//! Envoy with one worker on the servers' core, asking somebody with ext_authz over gRPC before it answers by itself.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::child::{ChildArguments, Measured, Program};
use super::race::{RaceReport, Rival, Turns, race};
use super::watch::pin;
use super::{CREDENTIALS, SERVER_CORE, sample};

/// What to measure.
#[derive(Clone, Debug)]
pub struct EnvoyBench {
    /// Pairs in the index.
    pub pairs: usize,
    /// How long.
    pub turns: Turns,
    /// The Envoy that asks.
    pub envoy: PathBuf,
    /// This program.
    pub program: Program,
    /// A program that answers every Check with an empty yes and says where it listens, as our own children do.
    pub empty: PathBuf,
}

/// Envoy that asks Keystead beside Envoy that asks an empty tonic server, all on one core.
pub fn ext_authz(bench: &EnvoyBench, talk: &mut dyn FnMut(&str)) -> io::Result<RaceReport> {
    talk(&format!("Filling an index with {} pairs", bench.pairs));
    let on = ChildArguments { pairs: bench.pairs, threads: 1, cores: vec![SERVER_CORE] };
    let keystead = bench.program.child("envoy", &on)?;
    let empty = {
        // It inherits the core.
        pin(SERVER_CORE)?;
        Measured::start(Command::new(&bench.empty))?
    };
    talk("Starting Envoy twice");
    let (asks_empty, asks_keystead) =
        (Envoy::start(&bench.envoy, empty.address)?, Envoy::start(&bench.envoy, keystead.address)?);
    let good = sample::requests(bench.pairs, CREDENTIALS);
    let rival = |name: &str, envoy: &Envoy, asked: &Measured| Rival {
        name: name.to_owned(),
        address: envoy.address,
        processes: vec![envoy.process.id(), asked.id()],
        requests: &good,
        status: b"200",
    };
    let rivals = [
        rival("Envoy asks an empty tonic", &asks_empty, &empty),
        rival("Envoy asks keystead", &asks_keystead, &keystead),
    ];
    let Turns { rounds, seconds } = bench.turns;
    let title = format!("ext_authz, one core, {} pairs, {rounds} rounds of {seconds} s", bench.pairs);
    let report = race(title, &rivals, bench.turns, talk)?;
    let asked = report.asked_us();
    Ok(report.remark(asked))
}

struct Envoy {
    address: SocketAddr,
    process: Child,
    folder: PathBuf,
}

impl Envoy {
    fn start(envoy: &Path, asked: SocketAddr) -> io::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let name = format!("keystead-bench-{}-{}", std::process::id(), address.port());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        let file = folder.join("envoy.yaml");
        fs::write(&file, configuration(address, asked))?;
        pin(SERVER_CORE)?;
        let log = fs::File::create(folder.join("log"))?;
        let process = Command::new(envoy)
            .arg("-c")
            .arg(&file)
            .args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|failure| io::Error::new(failure.kind(), format!("{}: {failure}", envoy.display())))?;
        let mut envoy = Self { address, process, folder };
        while TcpStream::connect(envoy.address).is_err() {
            if let Some(status) = envoy.process.try_wait()? {
                let said = fs::read_to_string(envoy.folder.join("log")).unwrap_or_default();
                return Err(io::Error::other(format!("Envoy ended with {status}: {}", said.trim())));
            }
            std::thread::yield_now();
        }
        Ok(envoy)
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        // As for nginx: ours, and in the temporary directory.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(address: SocketAddr, asked: SocketAddr) -> String {
    let (ip, port, asked_ip, asked_port) = (address.ip(), address.port(), asked.ip(), asked.port());
    format!(
        r#"static_resources:
  listeners:
  - address: {{ socket_address: {{ address: "{ip}", port_value: {port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bench
          generate_request_id: false
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{ prefix: "/" }}
                direct_response: {{ status: 200, body: {{ inline_string: "ok" }} }}
          http_filters:
          - name: envoy.filters.http.ext_authz
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
              transport_api_version: V3
              grpc_service:
                envoy_grpc: {{ cluster_name: asked }}
                timeout: 5s
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: asked
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {{ http2_protocol_options: {{}} }}
    load_assignment:
      cluster_name: asked
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: "{asked_ip}", port_value: {asked_port} }} }} }}
"#
    )
}
