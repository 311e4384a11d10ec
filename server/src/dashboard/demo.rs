//! The demo's own pages: who can log in, and the messages that were sent. They do not exist outside the demo.

use std::path::Path;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::dashboard::site::host;
use crate::dashboard::trouble::{nothing_at, page as show, page_of};
use crate::demo::Demo;
use crate::pages::demo::{
    ConsoleLogin, DemoAccount, DemoBrand, DemoMember, DemoPage, MessageKind, MessageRow, MessagesPage,
};
use crate::pages::layout::Frame;
use crate::pages::moment::{Moment, Zone};
use crate::pages::problem::ProblemPage;

/// Messages shown at most.
const MESSAGES_MAX: usize = 100;
/// Bytes read from the end of an outbox.
const TAIL_BYTES: u64 = 512 * 1024;

/// A line of an outbox.
#[derive(Deserialize)]
struct Line {
    at: String,
    to: String,
    text: String,
    subject: Option<String>,
}

/// The demo, if there is one and it is asked under its own address or a brand's: another site's name that leads to this
/// computer must not read its messages.
pub struct Asked(Demo);

impl FromRequestParts<App> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match &app.demo {
            Some(demo) if is_known_here(app, &parts.uri, &parts.headers) => Ok(Asked(demo.clone())),
            Some(_) | None => Err(nothing_at(parts, app).await),
        }
    }
}

/// Whether a request names the demo's own address or one of its brands.
fn is_known_here(app: &App, uri: &Uri, headers: &HeaderMap) -> bool {
    let brand = host(uri, headers).and_then(|host| app.sites.of_host(&host));
    brand.is_some() || is_own_address(app, uri, headers)
}

/// Whether a request names the demo's own address, by number or as `localhost`.
pub fn is_own_address(app: &App, uri: &Uri, headers: &HeaderMap) -> bool {
    let own = app.config.listen.public;
    let names = [own.to_string(), format!("localhost:{}", own.port())];
    host(uri, headers).is_some_and(|host| names.contains(&host))
}

/// The sample's brands and logins.
pub async fn page(State(app): State<App>, Asked(demo): Asked) -> Response {
    show(&DemoPage {
        frame: Frame::unbranded(app.sites.unbranded(), "The sample"),
        brands: demo.brands.iter().map(|brand| shown(&app, brand)).collect(),
        gateway_url: demo.gateway_url.clone(),
        ops_url: demo.ops_url.clone(),
        console: demo.operator.as_ref().map(|operator| ConsoleLogin {
            url: operator.console_url.clone(),
            name: operator.name.clone(),
            password: operator.password.clone(),
            totp_secret: operator.totp_secret.clone(),
        }),
        demo_file: app.config.data_dir.join("demo.json").display().to_string(),
    })
}

/// Every SMS and e-mail, the newest first.
pub async fn messages(State(app): State<App>, Asked(demo): Asked) -> Response {
    let frame = Frame::unbranded(app.sites.unbranded(), "Messages");
    match tokio::task::spawn_blocking(move || read(&demo)).await {
        Ok(Ok(messages)) => show(&MessagesPage { frame, messages }),
        Ok(Err(error)) => trouble(frame, &error.to_string()),
        Err(error) => trouble(frame, &error.to_string()),
    }
}

fn trouble(frame: Frame, words: &str) -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    page_of(status, &ProblemPage::new(frame, status, "The messages cannot be read", words))
}

fn shown(app: &App, brand: &crate::demo::DemoBrand) -> DemoBrand {
    let configured = app
        .config
        .brands
        .iter()
        .find(|one| one.rules.id.org() == brand.org && one.rules.id.country() == brand.country);
    let accounts = brand.accounts.iter().map(|account| DemoAccount {
        id: account.id.clone(),
        name: account.name.clone(),
        live_ready: account.activated && account.website_verified,
        members: account
            .members
            .iter()
            .map(|member| DemoMember {
                role: member.role.clone(),
                email: member.email.clone(),
                password: member.password.clone(),
                mobile: member.mobile.clone(),
                two_factor: member.two_factor,
            })
            .collect(),
    });
    DemoBrand {
        name: configured.map_or_else(|| brand.org.clone(), |one| one.name.clone()),
        org: brand.org.clone(),
        country: brand.country.clone(),
        dashboard: brand.dashboard_url.clone(),
        accounts: accounts.collect(),
    }
}

fn read(demo: &Demo) -> std::io::Result<Vec<MessageRow>> {
    let mut lines = tail(&demo.sms_outbox)?;
    lines.extend(tail(&demo.email_outbox)?);
    lines.sort_by(|one, other| other.at.cmp(&one.at));
    lines.truncate(MESSAGES_MAX);
    let zone = Zone::named("Asia/Kolkata").unwrap_or_else(Zone::utc);
    Ok(lines
        .into_iter()
        .map(|line| MessageRow {
            at: Moment::at(millis(&line.at), &zone),
            to: line.to,
            kind: line.subject.map_or(MessageKind::Sms, |subject| MessageKind::Email { subject }),
            text: line.text,
        })
        .collect())
}

/// The moment a line was written; one that cannot be read counts as the oldest.
fn millis(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}

/// The last lines of an outbox; a line that was cut off at the front is left out.
fn tail(path: &Path) -> std::io::Result<Vec<Line>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = match std::fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}
