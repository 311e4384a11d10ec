//! The configuration: a TOML file, then the environment, then flags, checked as a whole before anything
//! starts.
//!
//! `Config::load` either returns settings that can be used as they are or a list of everything that is wrong,
//! each with its place and what to write instead. Nothing here listens, connects or creates; it only reads.

mod brand;
mod durations;
mod example;
mod keys;
mod network;
mod outgoing;
mod print;
mod problem;
mod reading;
mod sms;
mod sources;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::config::{Map, Value};
use domain::{BrandId, NodeRole, Spans};
use secrecy::{ExposeSecret, SecretString};
use verify::IdentityKeys;

pub use brand::{Brand, Colour, Colours, Logo, NotAColour, Support};
pub use network::{Network, NotANetwork};
pub use outgoing::{ContentType, Email, HttpMethod, Sms, SmsHttp, Smtp, SmtpTls};
pub use problem::{ConfigError, Problem};
pub use sms::{SMS_PURPOSES, SmsFact, SmsMsg91, SmsTwilio, TwilioSender};
pub use sources::Flags;

use problem::Problems;
use reading::Section;
use sources::Layer;

/// Where data lives when nobody says otherwise.
const DATA_DIR: &str = "/var/lib/keystead";

/// Where the sample has its operator console.
const DEMO_CONSOLE: &str = "operator.localhost";

/// How long a node may go on without the database: from not at all to a day.
const STALE: std::ops::RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(86_400);

/// A token shorter than this could be guessed by whoever reaches the gateway listener.
const GATEWAY_TOKEN_CHARS_MIN: usize = 16;

/// Everything that an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder with the pepper, and the embedded database when there is no other.
    pub data_dir: PathBuf,
    /// A PostgreSQL database; `None` is the embedded one.
    pub database_url: Option<SecretString>,
    /// What a standby of that PostgreSQL has when it takes over.
    pub standby: Standby,
    /// What this process does.
    pub role: NodeRole,
    /// As which node it verifies.
    pub node: Node,
    /// Where the four listeners stand.
    pub listen: Listen,
    /// How the public listener is reached from outside.
    pub public: Public,
    /// Verification.
    pub gateway: Gateway,
    /// How long a login lasts.
    pub session: Session,
    /// One-time passwords.
    pub otp: Otp,
    /// A folder of help pages and pictures, in place of or beside those of the program.
    pub help_dir: Option<PathBuf>,
    /// The operator console; `None` is none.
    pub console: Option<Console>,
    /// How text messages leave.
    pub sms: Sms,
    /// How many codes may leave by SMS.
    pub sms_limits: domain::SendLimits,
    /// How e-mails leave.
    pub email: Email,
    /// The brands; never empty.
    pub brands: Vec<Brand>,
}

/// Where the four listeners stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Dashboard and management API.
    pub public: SocketAddr,
    /// Verification over HTTP.
    pub gateway: SocketAddr,
    /// Verification for Envoy.
    pub envoy: SocketAddr,
    /// Health and metrics.
    pub ops: SocketAddr,
}

/// How the public listener is reached from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// Browsers come over https (a proxy in front ends TLS). Without it cookies lose their protection.
    pub https: bool,
    /// Proxies whose word about the caller's address is taken.
    pub trusted_proxies: Vec<Network>,
}

impl Public {
    /// Whether this neighbour may say on whose behalf it calls.
    pub fn trusts(&self, neighbour: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(neighbour))
    }
}

/// Verification.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Threads that answer; `None` is one per core.
    pub threads: Option<NonZeroUsize>,
    /// How long a node may vouch for what it knows.
    pub lease: Duration,
    /// How long after the lease it goes on while the database is away. Zero is strict.
    pub serve_stale: Duration,
    /// The same for test keys; `None` is the same.
    pub serve_stale_test: Option<Duration>,
    /// The same for live keys; `None` is the same.
    pub serve_stale_live: Option<Duration>,
    /// What callers must send in `X-Keystead-Gateway-Token`; `None` admits all who reach the listener.
    pub token: Option<SecretString>,
    /// What identities are signed with for services behind a gateway; `None`: they are not signed.
    pub identity: Option<IdentityKeys>,
    /// Neighbours whose word about a caller's address is taken.
    pub proxies: Vec<Network>,
    /// What error bodies look like.
    pub errors: Errors,
}

impl Gateway {
    /// How long a node vouches for what it read, by mode.
    pub fn spans(&self) -> Spans {
        let span = |stale: Option<Duration>| {
            let span = self.lease.saturating_add(stale.unwrap_or(self.serve_stale));
            domain::Duration::from_millis(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
        };
        Spans { test: span(self.serve_stale_test), live: span(self.serve_stale_live) }
    }
}

/// What a standby of the database has when it takes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standby {
    /// Perhaps not what was acknowledged last.
    #[default]
    Asynchronous,
    /// Everything that was acknowledged.
    Synchronous,
}

impl Standby {
    const ALL: [Standby; 2] = [Standby::Asynchronous, Standby::Synchronous];

    /// The word used in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standby::Asynchronous => "asynchronous",
            Standby::Synchronous => "synchronous",
        }
    }
}

/// As which node a process verifies.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// What it is called; `None` is `local` on the embedded database, and this machine's name otherwise.
    pub name: Option<String>,
    /// Where the control plane is: for a process that only reads.
    pub control_url: Option<String>,
    /// What it shows there.
    pub credential: Option<SecretString>,
}

/// What error bodies of the gateway listener look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// `{"error":{"code","description"}}` and nothing else.
    Plain,
    /// The same with the members of RFC 9457 added.
    Problem,
}

/// How long a login lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Without any request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

/// The operator console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// Under which names it is opened; no brand has any of them. Never empty.
    pub hosts: Vec<String>,
    /// Where it is reached.
    pub url: String,
}

impl Console {
    /// Whether a host, given as in a Host header, is the console's.
    pub fn is_at(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        let name = name.map_or(host, |(name, _)| name);
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// One-time passwords. What else there is to say about them is not for configuration: six digits, five tries,
/// once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Otp {
    /// How long one can be used.
    pub lifetime: Duration,
}

impl Config {
    /// Reads the file (if any), the environment and the flags.
    pub fn load(file: Option<&Path>, env: &[(String, String)], flags: Flags) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        let file = match file {
            Some(path) => sources::file(path, &mut problems),
            None => Some(Layer::default()),
        };
        let environment = sources::environment(env, &mut problems);
        if file.is_none() {
            // With the file unread, every further complaint would be about what it may say.
            problems.none_or_error()?;
        }
        let file = file.unwrap_or_default();
        let mut brands = file.brands.clone();
        let merged = sources::merge([file, environment, sources::flags(&flags)]);
        if let Some(more) = brands_file(&merged, &mut problems) {
            brands.extend(more);
        }
        Self::check(&merged, &brands, problems)
    }

    /// The brands of a text such as `brands.toml`, under the names they have there.
    pub fn brands_of(brands_toml: &str) -> Result<Vec<Brand>, ConfigError> {
        let mut problems = Problems::default();
        let layer = sources::toml_text(brands_toml, "brands.toml", Path::new(""), &mut problems);
        problems.none_or_error()?;
        let brands = layer.map(|layer| layer.brands).unwrap_or_default();
        Ok(Self::check(&Map::new(), &brands, problems)?.brands)
    }

    /// The configuration of the sample: loopback ports from `base_port` on, messages into files, and the
    /// brands of `brands_toml` under names that every browser resolves to this machine.
    pub fn demo(data_dir: &Path, base_port: u16, brands_toml: &str) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        if base_port == 0 || base_port > u16::MAX - 3 {
            let hint = format!("Choose one from 1 to {}: four ports in a row are used.", u16::MAX - 3);
            problems.add("--port", format!("{base_port} cannot be used"), hint);
        }
        let layer = sources::toml_text(brands_toml, "brands.toml", Path::new(""), &mut problems);
        problems.none_or_error()?;
        let brands = layer.map(|layer| layer.brands).unwrap_or_default();
        let mut config = Self::check(&Map::new(), &brands, problems)?;

        let listener = |offset: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, base_port + offset));
        config.data_dir = data_dir.to_owned();
        config.listen =
            Listen { public: listener(0), gateway: listener(1), envoy: listener(2), ops: listener(3) };
        config.public.https = false;
        config.console = Some(Console {
            hosts: vec![DEMO_CONSOLE.to_owned()],
            url: format!("http://{DEMO_CONSOLE}:{base_port}"),
        });
        config.sms = Sms::File { path: data_dir.join("outbox/sms.jsonl") };
        config.email = Email::File { path: data_dir.join("outbox/email.jsonl") };
        for brand in &mut config.brands {
            let host = format!("{}.localhost", brand.name.to_lowercase().replace(' ', "-"));
            brand.url = format!("http://{host}:{base_port}");
            brand.hosts = vec![host];
        }
        Ok(config)
    }

    /// A configuration file with every setting, its default and what it means.
    pub fn example() -> String {
        example::EXAMPLE.to_owned()
    }

    /// The settings in force as TOML, without secrets.
    pub fn redacted(&self) -> String {
        print::print(self)
    }

    /// What works but deserves a second look, in the form of problems.
    pub fn warnings(&self) -> Vec<Problem> {
        print::warnings(self)
    }

    /// The brand that a host name shows, if any. The name is compared without port and without regard to
    /// case.
    pub fn brand_of_host(&self, host: &str) -> Option<&Brand> {
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        let name = name.map_or(host, |(name, _)| name);
        self.brands.iter().find(|brand| brand.hosts.iter().any(|own| own.eq_ignore_ascii_case(name)))
    }

    /// A brand by its id.
    pub fn brand(&self, id: &BrandId) -> Option<&Brand> {
        self.brands.iter().find(|brand| brand.rules.id == *id)
    }

    fn check(
        merged: &Map<String, Value>,
        brands: &[Value],
        mut problems: Problems,
    ) -> Result<Self, ConfigError> {
        let mut top = Section::top(merged, &mut problems);
        let data_dir = top.path("data_dir").unwrap_or_else(|| PathBuf::from(DATA_DIR));
        let database_url = database_url(&mut top);
        let standby =
            top.choice("database_standby", &Standby::ALL.map(|standby| (standby.as_str(), standby)));
        let role = top.choice("role", &NodeRole::ALL.map(|role| (role.as_str(), role)));
        let node = node(&mut top.section("node"), role);
        if !role.writes() && database_url.is_none() && !top.has("database_url_file") {
            let hint = "Write database_url, or role = \"all\": the embedded database is for one process.";
            top.refuse("role", "is `verify`, without a database that others use too", hint);
        }
        let listen = listen(&mut top.section("listen"));
        let public = public(&mut top.section("public"));
        let gateway = gateway(&mut top.section("gateway"));
        let session = session(&mut top.section("session"));
        let otp = otp(&mut top.section("otp"));
        let help_dir = help_dir(&mut top.section("help"));
        let sms = outgoing::sms(&mut top.section("sms"), &data_dir);
        let sms_limits = sms::limits(&mut top.section("sms"));
        let email = outgoing::email(&mut top.section("email"), &data_dir);

        let reach = brand::Reach { https: public.https, port: listen.public.port() };
        let brands_read = brand::read_all(brands, &reach, &mut problems);
        let console =
            console(&mut Section::top(merged, &mut problems).section("console"), &brands_read, &reach);
        if role != NodeRole::Verify && brands.is_empty() && !merged.contains_key("brands_file") {
            let hint = "Write brands_file = \"brands.toml\" (the sample stands beside the README), or a \
                        [[brand]]; \
                        `keystead config example` shows one.";
            problems.add("configuration", "there is no brand, so no host has a dashboard", hint);
        }
        problems.none_or_error()?;
        Ok(Self {
            data_dir,
            database_url,
            standby,
            role,
            node,
            listen,
            public,
            gateway,
            session,
            otp,
            help_dir,
            console,
            sms,
            sms_limits,
            email,
            brands: brands_read,
        })
    }
}

/// The brands of the file that `brands_file` names. Anything else in it is out of place.
fn brands_file(merged: &Map<String, Value>, problems: &mut Problems) -> Option<Vec<Value>> {
    let path = Section::top(merged, problems).path("brands_file")?;
    let layer = sources::file(&path, problems)?;
    for (key, value) in layer.values_by_name() {
        let place = value.origin().unwrap_or_default();
        let hint = "Move it to the main configuration file; this one holds [[brand]] only.";
        problems.add(place, format!("`{key}` stands in the brands file"), hint);
    }
    if layer.brands.is_empty() {
        let hint = "Write at least one [[brand]] in it, or leave brands_file out.";
        problems.add(path.display().to_string(), "the brands file holds no brand", hint);
    }
    Some(layer.brands)
}

fn database_url(top: &mut Section<'_>) -> Option<SecretString> {
    let url = top.secret("database_url")?;
    let known = ["postgres://", "postgresql://"].iter().any(|scheme| url.expose_secret().starts_with(scheme));
    let key = if top.has("database_url") { "database_url" } else { "database_url_file" };
    let hint = "Write postgres://user@host/name, or leave it out for the embedded database.";
    if !known {
        top.refuse(key, "does not begin with postgres://", hint);
    } else if let Err(error) = store::check_url(url.expose_secret()) {
        top.refuse(key, format!("cannot be used: {error}"), hint);
    }
    Some(url)
}

fn listen(section: &mut Section<'_>) -> Listen {
    let loopback = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let named = [
        ("public", section.address("public", loopback(8080))),
        ("gateway", section.address("gateway", loopback(8081))),
        ("envoy", section.address("envoy", loopback(8082))),
        ("ops", section.address("ops", loopback(9090))),
    ];
    for (at, (name, address)) in named.iter().enumerate() {
        let earlier = named[..at].iter().find(|(_, other)| other == address && address.port() != 0);
        if let Some((first, _)) = earlier {
            let hint = format!("Give it another port; {first} listens there.");
            section.refuse(name, format!("is {address}, which is taken"), hint);
        }
    }
    let [(_, public), (_, gateway), (_, envoy), (_, ops)] = named;
    Listen { public, gateway, envoy, ops }
}

fn public(section: &mut Section<'_>) -> Public {
    let hint = "Write addresses or networks, such as \"127.0.0.1\" or \"10.0.0.0/8\".";
    Public {
        https: section.yes_no("https", true),
        trusted_proxies: section.parsed_list("trusted_proxies", hint).unwrap_or_default(),
    }
}

fn gateway(section: &mut Section<'_>) -> Gateway {
    let threads = if section.word_is("threads", "auto") || !section.has("threads") {
        None
    } else {
        NonZeroUsize::new(usize::from(section.whole("threads", 0, 1..=1024)))
    };
    let token = section.secret("token");
    let length = token.as_ref().map(|token| token.expose_secret().chars().count());
    if length.is_some_and(|chars| chars < GATEWAY_TOKEN_CHARS_MIN) {
        let key = if section.has("token") { "token" } else { "token_file" };
        let hint = format!(
            "Use at least {GATEWAY_TOKEN_CHARS_MIN} characters, such as from `openssl rand -hex 32`."
        );
        section.refuse(key, "is too short", hint);
    }
    if token.as_ref().is_some_and(|token| !token.expose_secret().bytes().all(|b| b.is_ascii_graphic())) {
        let key = if section.has("token") { "token" } else { "token_file" };
        section.refuse(
            key,
            "cannot be sent in a header",
            "Use letters, digits and punctuation of ASCII, no blanks.",
        );
    }
    let identity = identity(section);
    Gateway {
        threads,
        lease: section.duration("lease", seconds(10), seconds(1)..=seconds(600)),
        serve_stale: section.duration("serve_stale", seconds(300), STALE),
        serve_stale_test: stale_of_mode(section, "serve_stale_test"),
        serve_stale_live: stale_of_mode(section, "serve_stale_live"),
        token,
        identity,
        proxies: section
            .parsed_list("proxies", "Write addresses or networks, such as \"127.0.0.0/8\" or \"10.0.0.5\".")
            .unwrap_or_else(Network::loopback),
        errors: section.choice("errors", &[("plain", Errors::Plain), ("problem", Errors::Problem)]),
    }
}

fn stale_of_mode(section: &mut Section<'_>, key: &str) -> Option<Duration> {
    section.has(key).then(|| section.duration(key, seconds(300), STALE))
}

fn node(section: &mut Section<'_>, role: NodeRole) -> Node {
    let name = section.text("name");
    if name.as_deref().is_some_and(|name| domain::checked_node(name).is_err()) {
        section.refuse(
            "name",
            "is not one word",
            "Write letters, digits, dots and dashes, such as \"eu-1\".",
        );
    }
    let control_url = section.text("control_url");
    if control_url.as_deref().is_some_and(|url| !["http://", "https://"].iter().any(|at| url.starts_with(at)))
    {
        let hint = "Write the address of the management API, such as \"https://keys.example.com\".";
        section.refuse("control_url", "is no address", hint);
    }
    let credential = section.secret("credential");
    if !role.writes() {
        section.required("name", "\"eu-1\"");
        section.required("control_url", "\"https://keys.example.com\"");
        if credential.is_none() && !section.has("credential_file") && !section.has("credential") {
            let hint = "Write what `keystead node enrol NAME` printed into a file, and credential_file = \"node-credential\".";
            section.refuse("credential_file", "is missing", hint);
        }
    }
    Node { name, control_url, credential }
}

fn identity(section: &mut Section<'_>) -> Option<IdentityKeys> {
    let text = section.secret("identity_key")?;
    match IdentityKeys::parse(text.expose_secret()) {
        Ok(keys) => Some(keys),
        Err(no) => {
            let key = if section.has("identity_key") { "identity_key" } else { "identity_key_file" };
            let hint = "Write a name and a key on each line, such as: a $(openssl rand -hex 32).";
            section.refuse(key, format!("holds no keys that can be used: {no}"), hint);
            None
        }
    }
}

fn session(section: &mut Section<'_>) -> Session {
    let idle = section.duration("idle", seconds(30 * 60), seconds(60)..=seconds(12 * 3600));
    let absolute = section.duration("absolute", seconds(12 * 3600), seconds(300)..=seconds(24 * 3600));
    if absolute < idle {
        let hint = format!("Write at most \"{}\", the length of absolute.", durations::print(absolute));
        section.refuse("idle", "is longer than a session lasts in all", hint);
    }
    Session { idle, absolute }
}

fn otp(section: &mut Section<'_>) -> Otp {
    // Ten minutes is the most that the standards for one-time passwords allow.
    Otp { lifetime: section.duration("lifetime", seconds(300), seconds(60)..=seconds(600)) }
}

fn help_dir(section: &mut Section<'_>) -> Option<PathBuf> {
    let folder = section.path("dir")?;
    if let Err(error) = std::fs::read_dir(&folder) {
        let what = format!("names {}, which cannot be read as a folder ({error})", folder.display());
        let hint = "Name a folder of pages, or leave the line out: the program's own pages are shown.";
        section.refuse("dir", what, hint);
    }
    Some(folder)
}

fn console(section: &mut Section<'_>, brands: &[Brand], reach: &brand::Reach) -> Option<Console> {
    let hosts = brand::host_names(section);
    for host in &hosts {
        if let Some(brand) = brands.iter().find(|brand| brand.hosts.contains(host)) {
            let hint = format!("{} has it; give the console a name of its own.", brand.rules.id);
            section.refuse("hosts", format!("holds `{host}`, which is taken"), hint);
        }
    }
    let url = reach.address(hosts.first()?);
    Some(Console { hosts, url })
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}
