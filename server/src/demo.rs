//! The demo: a complete sample on the embedded database, the same each time it is started on the same folder.
//!
//! For each brand of the sample configuration there is an account that is ready for live mode, with a member of every role,
//! and one that is not activated. No account has keys at the start. Messages go to files and are readable on a page.

mod operator;
mod pairs;
mod sample;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::Engine;
use crate::clock::Clock;
use crate::config::Config;
use crate::random::RandomSource;
use crate::start::{PEPPER_FILE, StartError};

pub use pairs::add_pairs;

/// What the demo knows of itself; written to its folder when it is ready, read by people's scripts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Demo {
    /// The dashboard and the management API.
    pub public_url: String,
    /// Where gateways ask.
    pub gateway_url: String,
    /// Health and metrics.
    pub ops_url: String,
    /// A token for the management API.
    pub operator_token: String,
    /// A login to the operator console; none where no console is configured.
    #[serde(default)]
    pub operator: Option<DemoOperator>,
    /// SMS, one JSON object a line.
    pub sms_outbox: PathBuf,
    /// E-mails, one JSON object a line.
    pub email_outbox: PathBuf,
    /// The sample's brands.
    pub brands: Vec<DemoBrand>,
}

/// A login to the operator console.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoOperator {
    /// Where the console is.
    pub console_url: String,
    /// What the operator is called.
    pub name: String,
    /// Their password.
    pub password: String,
    /// What an authenticator app needs, in base32.
    pub totp_secret: String,
}

/// A brand of the sample.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoBrand {
    /// Its org.
    pub org: String,
    /// Its country.
    pub country: String,
    /// Its dashboard.
    pub dashboard_url: String,
    /// Its accounts.
    pub accounts: Vec<DemoAccount>,
}

/// An account of the sample.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoAccount {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether it is activated.
    pub activated: bool,
    /// Whether its website is verified.
    pub website_verified: bool,
    /// Who can log in.
    pub members: Vec<DemoMember>,
}

/// Somebody who can log in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoMember {
    /// What they are.
    pub role: String,
    /// Their e-mail.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Their verified number; `null` when none is verified yet.
    pub mobile: Option<String>,
    /// Whether a code is asked for at login.
    pub two_factor: bool,
}

/// The file that says that the demo is ready.
const FILE: &str = "demo.json";
/// The same before it is ready: what the folder's database holds.
const STATE: &str = "demo-state.json";

/// Whether a folder holds an installation that is not the sample. It gets no sample accounts, nor an operator whose password
/// stands in a file.
pub fn is_barred_from(folder: &Path) -> bool {
    folder.join(PEPPER_FILE).exists() && !folder.join(STATE).exists()
}

/// Sets up the sample in a folder, or finds it there as it was left.
pub async fn prepare(
    engine: &Engine,
    config: &Config,
    clock: &dyn Clock,
    random: &dyn RandomSource,
) -> Result<Demo, StartError> {
    let state = config.data_dir.join(STATE);
    let found = match std::fs::read(&state) {
        Ok(bytes) => Some(serde_json::from_slice::<Demo>(&bytes).map_err(|error| StartError::File {
            path: state.clone(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
        })?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(StartError::File { path: state, source }),
    };
    let _ = std::fs::remove_file(config.data_dir.join(FILE));
    let mut demo = match found {
        Some(found) => found,
        None => sample::make(engine, config, clock, random).await?,
    };
    if let (Some(console), None) = (&config.console, &demo.operator) {
        let token = &demo.operator_token;
        demo.operator = Some(operator::enrol(engine, &console.url, token, clock, random).await?);
    }
    // The ports may be others than last time.
    demo.public_url = format!("http://{}", config.listen.public);
    demo.gateway_url = format!("http://{}", config.listen.gateway);
    demo.ops_url = format!("http://{}", config.listen.ops);
    demo.sms_outbox = config.data_dir.join("outbox/sms.jsonl");
    demo.email_outbox = config.data_dir.join("outbox/email.jsonl");
    if let (Some(console), Some(operator)) = (&config.console, &mut demo.operator) {
        operator.console_url = console.url.clone();
    }
    for brand in &mut demo.brands {
        let configured = config
            .brands
            .iter()
            .find(|one| one.rules.id.org() == brand.org && one.rules.id.country() == brand.country);
        if let Some(configured) = configured {
            brand.dashboard_url = configured.url.clone();
        }
    }
    write(&state, &demo)?;
    Ok(demo)
}

impl Demo {
    /// Says to whoever waits for the file that the demo answers now.
    pub fn announce(&self, folder: &Path) -> Result<(), StartError> {
        write(&folder.join(FILE), self)
    }
}

/// Writes a file that only its owner can read, so that it is there whole or not at all.
fn write(path: &Path, demo: &Demo) -> Result<(), StartError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |source| StartError::File { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let _ = std::fs::remove_file(&part);
    let file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(failed)?;
    serde_json::to_writer_pretty(&file, demo).map_err(|error| failed(error.into()))?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}
