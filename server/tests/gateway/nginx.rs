//! The nginx configuration that ships, word for word, in a real nginx between a client and an API.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;
use tempfile::TempDir;
use verify::IdentityKeys;
use zeroize::Zeroizing;

use crate::http::{Answer, Caller, ask, basic, basic_of};
use crate::site::{ENDED, LIVE, NOW, OTHER_SECRET, SECRET, Site, TEST, UNKNOWN};

const FAILED: &str = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#;
const CHALLENGE: &str = r#"Basic realm="Razorpay API", charset="UTF-8""#;

#[test]
fn a_good_key_reaches_the_api_with_its_identity_and_without_its_secret() {
    let site = Site::open();
    let nginx = Nginx::before(&site, |conf| conf);
    for (key_id, mode) in [(LIVE, "live"), (TEST, "test")] {
        let answer = ask(nginx.address, &["GET /v1/orders?count=1 HTTP/1.1", &basic(key_id, SECRET)]);
        assert_eq!(answer.status, 200, "{answer:?}");
        let seen = Seen::by(&answer);
        assert_eq!(seen.line, "GET /v1/orders?count=1 HTTP/1.1");
        assert_eq!(seen.all("x-key-id"), [key_id]);
        assert_eq!(seen.all("x-key-mode"), [mode]);
        assert_eq!(seen.all("x-account-id"), ["acc_00000000000001"]);
        assert_eq!(seen.all("x-brand"), ["razorpay/IN"]);
        assert_eq!(seen.all("authorization"), [""; 0], "the secret ends at the gateway");
    }
}

#[test]
fn a_body_reaches_the_api_and_an_answer_the_client_unchanged() {
    let site = Site::open();
    let nginx = Nginx::before(&site, |conf| conf);
    let mut caller = Caller::to(nginx.address);
    caller.write(
        format!(
            "POST /teapot HTTP/1.1\r\nHost: api\r\n{}\r\nContent-Length: 5\r\n\r\nhello",
            basic(LIVE, SECRET)
        )
        .as_bytes(),
    );
    let answer = caller.read().expect("an answer");
    assert_eq!(answer.status, 401, "the API's own 401 is the API's own");
    assert_eq!(Seen::by(&answer).body, "hello");
}

#[test]
fn every_refusal_reaches_the_client_as_keysteads_json() {
    let site = Site::open();
    let nginx = Nginx::before(&site, |conf| conf);
    let mut seen = Vec::new();
    for authorization in [
        basic(LIVE, OTHER_SECRET),
        basic(UNKNOWN, SECRET),
        basic(ENDED, SECRET),
        basic_of(&format!("{LIVE}:{SECRET}\n")),
        basic(LIVE, ""),
        format!("Authorization: Bearer {SECRET}"),
    ] {
        let answer = ask(nginx.address, &["GET /v1/orders HTTP/1.1", &authorization]);
        assert_eq!((answer.status, answer.body.as_str()), (401, FAILED));
        assert_eq!(answer.header("Content-Type"), "application/json");
        assert_eq!(answer.header("WWW-Authenticate"), CHALLENGE);
        assert_eq!(answer.header("Cache-Control"), "no-store");
        seen.push(answer.seen());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");

    let answer = ask(nginx.address, &["GET /v1/orders HTTP/1.1"]);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json()["error"]["description"],
        "Please provide your api key for authentication purposes"
    );
    assert_eq!(answer.header("WWW-Authenticate"), CHALLENGE);
}

#[test]
fn a_location_can_demand_live_keys_and_a_client_cannot_talk_it_out_of_it() {
    let site = Site::open();
    let nginx = Nginx::before(&site, |conf| conf);
    let payouts = |key_id| {
        let lines = ["GET /v1/payouts HTTP/1.1", &basic(key_id, SECRET), "X-Require-Mode: test"];
        ask(nginx.address, &lines).status
    };
    assert_eq!(payouts(LIVE), 200);
    assert_eq!(payouts(TEST), 401);
    let elsewhere =
        ask(nginx.address, &["GET / HTTP/1.1", &basic(TEST, SECRET), "X-Require-Mode: live"]).status;
    assert_eq!(elsewhere, 200, "a client has no say in it either way");
}

#[test]
fn a_gateway_that_cannot_say_is_503_and_never_401() {
    let site = Site::not_ready(Errors::Plain, GatewaySettings { threads: 1, ..GatewaySettings::default() });
    let nginx = Nginx::before(&site, |conf| conf);
    let silent = || {
        for authorization in [basic(LIVE, SECRET), basic(UNKNOWN, SECRET)] {
            let answer = ask(nginx.address, &["GET / HTTP/1.1", &authorization]);
            assert_eq!((answer.status, answer.header("Retry-After")), (503, "2"));
            assert_eq!(answer.header("Content-Type"), "application/json");
            assert_eq!(answer.json()["error"]["code"], "SERVER_ERROR");
            assert_eq!(answer.header("WWW-Authenticate"), "");
        }
    };
    silent();
    site.gateway.stop();
    silent();
}

#[test]
fn a_wrong_gateway_token_is_the_operators_error_and_not_the_clients() {
    let token = Some(Zeroizing::new("shared".to_owned()));
    let settings = GatewaySettings { threads: 1, token, ..GatewaySettings::default() };
    let site = Site::with(Errors::Plain, settings);
    let answer = {
        let nginx = Nginx::before(&site, |conf| conf);
        ask(nginx.address, &["GET / HTTP/1.1", &basic(LIVE, SECRET), "X-Keystead-Gateway-Token: shared"])
    };
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("X-Keystead-Gateway-Token"), "{}", answer.body);

    let nginx = Nginx::before(&site, |conf| {
        let line = r#"# proxy_set_header X-Keystead-Gateway-Token "content of that file";"#;
        assert!(conf.contains(line), "the configuration shows where the token goes");
        conf.replace(line, r#"proxy_set_header X-Keystead-Gateway-Token "shared";"#)
    });
    let answer = ask(nginx.address, &["GET / HTTP/1.1", &basic(LIVE, SECRET)]);
    assert_eq!(answer.status, 200);
    assert_eq!(Seen::by(&answer).all("x-keystead-gateway-token"), [""; 0]);
}

// TM-31
#[test]
fn identity_headers_from_outside_never_reach_the_api_in_any_spelling() {
    let site = Site::open();
    for underscores in ["off", "on"] {
        let nginx = Nginx::before(&site, |conf| {
            conf.replace("underscores_in_headers off", &format!("underscores_in_headers {underscores}"))
        });
        let forged = [
            "X-Key-Id: rzp_live_66666666666666",
            "x-key-id: rzp_live_66666666666666",
            "X-KEY-ID: rzp_live_66666666666666",
            "X_Key_Id: rzp_live_66666666666666",
            "X-Key_Id: rzp_live_66666666666666",
            "x_key-id: rzp_live_66666666666666",
            "X.Key.Id: rzp_live_66666666666666",
            "X-Account-Id: acc_66666666666666",
            "X-Account-Id: acc_66666666666666",
            "x_account_id: acc_66666666666666",
            "X-Account_Id: acc_66666666666666",
            "X_Account-Id: acc_66666666666666",
            "X-Key-Mode: forged66666666",
            "X_KEY_MODE: forged66666666",
            "X-Key_Mode: forged66666666",
            "X_Key-Mode: forged66666666",
            "X-Brand: forged66666666/XX",
            "X_Brand: forged66666666/XX",
            "X-Keystead-Identity: forged66666666",
            "X_Keystead_Identity: forged66666666",
            "X-Keystead_Identity: forged66666666",
            "x_keystead-identity: forged66666666",
            "Connection: close, X-Key-Id, X-Account-Id, X-Key-Mode, X-Brand",
        ];
        let authorization = basic(TEST, SECRET);
        let mut lines = vec!["GET / HTTP/1.1", authorization.as_str()];
        lines.extend(forged);
        let answer = ask(nginx.address, &lines);
        assert_eq!(answer.status, 200, "underscores {underscores}: {answer:?}");
        let seen = Seen::by(&answer);
        assert!(!answer.body.contains("66666666"), "underscores {underscores}: {}", answer.body);
        assert_eq!(seen.all("x-key-id"), [TEST]);
        assert_eq!(seen.all("x-account-id"), ["acc_00000000000001"]);
        assert_eq!(seen.all("x-key-mode"), ["test"]);
        assert_eq!(seen.all("x-brand"), ["razorpay/IN"]);
    }
}

// TM-31, TM-33
#[test]
fn the_api_can_check_whom_a_request_speaks_for_and_a_client_cannot_choose_what_is_signed() {
    let keys = IdentityKeys::parse(&format!("a {}", "0123456789abcdef".repeat(4))).expect("a key");
    let site = Site::signing(&keys);
    let nginx = Nginx::before(&site, |conf| conf);
    let other = ["X-Original-URI: /admin", "X-Forwarded-Uri: /admin", "X-Original-Method: DELETE"];
    let line = "GET /v1/orders?count=1 HTTP/1.1";
    let answer = ask(nginx.address, &[line, &basic(LIVE, SECRET), other[0], other[1], other[2]]);
    let seen = Seen::by(&answer);
    let [header] = seen.all("x-keystead-identity")[..] else { panic!("one header: {answer:?}") };
    let identity =
        keys.verify(header.as_bytes(), b"GET", b"/v1/orders?count=1", NOW).expect("for this request");
    assert_eq!(identity.key_id.as_str(), LIVE);
    assert!(keys.verify(header.as_bytes(), b"DELETE", b"/admin", NOW).is_err());
}

#[test]
fn the_owner_sees_the_clients_address_and_name_not_nginxs() {
    let site = Site::open();
    let nginx = Nginx::before(&site, |conf| conf);
    ask(nginx.address, &["GET / HTTP/1.1", &basic(LIVE, OTHER_SECRET), "User-Agent: shop/2"]);
    let told = site.refusals.recent_of(&LIVE.parse().expect("a key id"));
    assert_eq!(told.len(), 1, "one request is one refusal: {told:?}");
    let from = told[0].sources.latest().expect("a source");
    assert_eq!((told[0].count, from.agent.as_str()), (1, "shop/2"));
    assert_eq!(from.address, Some([127, 0, 0, 1].into()));
}

/// What the API saw of a request.
struct Seen {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Seen {
    fn by(answer: &Answer) -> Self {
        let (head, body) = answer.body.split_once("\r\n\r\n").expect("the API tells what it saw");
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| line.split_once(": ").map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()));
        Self { line, headers: lines.filter_map(header).collect(), body: body.to_owned() }
    }

    /// The values of a header, read as frameworks read it: underscores are hyphens.
    fn all(&self, name: &str) -> Vec<&str> {
        let same = |n: &str| n.replace(['_', '.'], "-") == name;
        self.headers.iter().filter(|(n, _)| same(n)).map(|(_, value)| value.as_str()).collect()
    }
}

/// An nginx with the shipped configuration, an API behind it.
struct Nginx {
    address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    fn before(site: &Site, change: impl Fn(String) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder for nginx");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../integrations/nginx");
        let address = free_address();
        let conf = fs::read_to_string(shipped.join("keystead.conf")).expect("the shipped configuration");
        let conf = change(conf)
            .replace("127.0.0.1:8081", &site.address.to_string())
            .replace("127.0.0.1:3000", &api().to_string())
            .replace("listen 80;", &format!("listen {address};"));
        fs::write(folder.path().join("keystead.conf"), conf).expect("room for a file");
        fs::copy(shipped.join("keystead-protect.conf"), folder.path().join("keystead-protect.conf"))
            .expect("the shipped configuration");
        fs::copy(shipped.join("keystead-open.conf"), folder.path().join("keystead-open.conf"))
            .expect("the shipped configuration");
        fs::write(folder.path().join("nginx.conf"), MAIN).expect("room for a file");

        let nginx = std::env::var_os("KEYSTEAD_TEST_NGINX").unwrap_or_else(|| "nginx".into());
        let process = Command::new(&nginx)
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stderr(Stdio::inherit())
            .spawn()
            .expect("nginx must be installed, or KEYSTEAD_TEST_NGINX must name it");
        let mut nginx = Self { address, process, _folder: folder };
        nginx.wait();
        nginx
    }

    fn wait(&mut self) {
        while TcpStream::connect(self.address).is_err() {
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("nginx ended with {status}; what it says is above");
            }
            std::thread::yield_now();
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Everything in one unprivileged process and one folder.
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

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound listener has an address")
}

/// An API that answers with what it saw: 200, and 401 at `/teapot`.
fn api() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || echo(stream));
        }
    });
    address
}

fn echo(stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut saw = String::new();
    while !saw.ends_with("\r\n\r\n") {
        if reader.read_line(&mut saw).unwrap_or(0) == 0 {
            return;
        }
    }
    let length = saw
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0usize);
    let mut body = vec![0; length];
    if std::io::Read::read_exact(&mut reader, &mut body).is_err() {
        return;
    }
    saw.push_str(&String::from_utf8_lossy(&body));
    let status = if saw.starts_with("POST /teapot") { "401 Unauthorized" } else { "200 OK" };
    let _ = write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{saw}",
        saw.len()
    );
}
