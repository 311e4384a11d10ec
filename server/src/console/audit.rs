//! The audit: filtered, a page at a time, and taken away as a file.

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use engine::EngineError;
use http_body_util::channel::{Channel, Sender};
use serde::Deserialize;
use store::{AuditFilter, AuditRow};

use super::who::{Operator, moment};
use crate::api::audit as told;
use crate::app::App;
use crate::dashboard::page as show;
use crate::pages::console::audit::{Asked, AuditPage, EntryRow};
use crate::pages::console::frame::Place;

/// Entries on one page.
const ON_A_PAGE: usize = 100;
/// Entries read at a time while exporting.
const AT_A_TIME: i64 = 500;
/// Parts of an export that may wait for a slow reader.
const PARTS_WAITING: usize = 4;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    account: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    before: Option<i64>,
    #[serde(default)]
    format: String,
}

impl Filter {
    /// The filter, or what of it cannot be understood.
    fn read(&self) -> Result<AuditFilter, &'static str> {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let time = |text: &str| match text.trim() {
            "" => Ok(None),
            typed => at(typed).map(Some).ok_or("Write a moment as 2026-11-23 or 2026-11-23T06:00Z."),
        };
        let account = match self.account.trim() {
            "" => None,
            typed => Some(typed.parse().map_err(|_| "Write an account's id, such as acc_4pT0nZ7bQk2W9s.")?),
        };
        Ok(AuditFilter {
            account,
            actor: text(&self.actor),
            action: text(&self.action),
            from: time(&self.from)?,
            until: time(&self.until)?,
        })
    }

    fn asked(&self) -> Asked {
        Asked {
            account: self.account.clone(),
            actor: self.actor.clone(),
            action: self.action.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
        }
    }

    /// The address of the page that goes on before a number.
    fn further(&self, before: i64) -> String {
        let fields = [
            ("account", &self.account),
            ("actor", &self.actor),
            ("action", &self.action),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let written = |(name, value): &(&str, &String)| format!("{name}={}&", encoded(value));
        let query: String = fields.iter().filter(|(_, value)| !value.is_empty()).map(written).collect();
        format!("/audit?{query}before={before}")
    }
}

/// A moment as people type it: a day in UTC, or a moment with its offset.
fn at(typed: &str) -> Option<Timestamp> {
    let day = typed.parse::<jiff::civil::Date>().ok().filter(|_| typed.len() == 10);
    let moment = match day {
        Some(day) => day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
        None => typed.parse::<jiff::Timestamp>().ok()?,
    };
    Some(Timestamp::from_millis(moment.as_millisecond()))
}

/// Percent-encoded for a query.
pub fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// The page.
pub async fn page(operator: Operator, Query(asked): Query<Filter>) -> Response {
    let (filter, error) = match asked.read() {
        Ok(filter) => (Some(filter), None),
        Err(error) => (None, Some(error.to_owned())),
    };
    let found = match filter {
        Some(filter) => {
            let before = asked.before.unwrap_or(i64::MAX);
            operator.app.engine.store().audit_before(&filter, before, ON_A_PAGE).await
        }
        None => Ok(store::AuditPage::default()),
    };
    match found {
        Ok(found) => show(&AuditPage {
            frame: operator.frame("Audit", Place::Audit),
            filter: asked.asked(),
            error,
            entries: found.rows.iter().map(|row| entry(row, true)).collect(),
            next: found.before.map(|before| asked.further(before)),
        }),
        Err(error) => operator.trouble(error.into()),
    }
}

/// An entry as a page shows it, with a link to its account or without.
pub fn entry(row: &AuditRow, with_account: bool) -> EntryRow {
    EntryRow {
        sequence: row.sequence,
        at: moment(row.at),
        actor: row.actor.clone(),
        origin: row.origin.clone(),
        action: row.action.clone(),
        target: row.target.clone(),
        facts: row.facts.clone(),
        account: Some(row.account.clone()).filter(|account| with_account && !account.is_empty()),
    }
}

/// The form an export has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    JsonLines,
}

/// All entries that a filter wants, oldest first, as a file that is sent while it is read. That somebody took it is an entry
/// itself.
pub async fn export(operator: Operator, Form(asked): Form<Filter>) -> Response {
    let kind = if asked.format == "jsonl" { Kind::JsonLines } else { Kind::Csv };
    let Ok(filter) = asked.read() else {
        return page(operator, Query(asked)).await;
    };
    match begin(&operator, filter, kind).await {
        Ok(body) => {
            let (media_type, name) = match kind {
                Kind::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
                Kind::JsonLines => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
            };
            ([(CONTENT_TYPE, media_type), (CONTENT_DISPOSITION, name)], body).into_response()
        }
        Err(error) => operator.trouble(error),
    }
}

async fn begin(operator: &Operator, filter: AuditFilter, kind: Kind) -> Result<Body, EngineError> {
    let engine = &operator.app.engine;
    // The end is fixed before the entry about this export is written: an export ends, whatever happens meanwhile.
    let last = engine.store().audit_before(&AuditFilter::default(), i64::MAX, 1).await?;
    let last = last.rows.first().map_or(0, |row| row.sequence);
    engine.audit_taken(&operator.actor(), filter.account, &words(&filter), operator.now).await?;
    let (sender, body) = Channel::<Bytes, std::io::Error>::new(PARTS_WAITING);
    tokio::spawn(send(operator.app.clone(), filter, kind, last, sender));
    Ok(Body::new(body))
}

/// The filter in the audit's own words.
fn words(filter: &AuditFilter) -> String {
    let mut words = Vec::new();
    words.extend(filter.actor.as_ref().map(|actor| format!("actor:{actor}")));
    words.extend(filter.action.as_ref().map(|action| format!("action:{action}")));
    words.extend(filter.from.map(|from| format!("from:{}", from.as_millis())));
    words.extend(filter.until.map(|until| format!("until:{}", until.as_millis())));
    if words.is_empty() { "all".to_owned() } else { words.join(",") }
}

/// Sends the entries part by part. A reader who goes away, or a store that fails, ends it: a file that was cut short lacks its
/// last line, and the connection says so.
async fn send(
    app: App,
    filter: AuditFilter,
    kind: Kind,
    last: i64,
    mut sender: Sender<Bytes, std::io::Error>,
) {
    let mut after = 0;
    if kind == Kind::Csv && sender.send_data(Bytes::from_static(HEADER.as_bytes())).await.is_err() {
        return;
    }
    loop {
        let store = app.engine.store();
        let rows = match &filter.account {
            Some(account) => store.audit_of(account, after, AT_A_TIME).await,
            None => store.audit(after, AT_A_TIME).await,
        };
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "An export of the audit was cut short"
                );
                sender.abort(std::io::Error::other("the audit could not be read on"));
                return;
            }
        };
        let Some(end) = rows.last().map(|row| row.sequence) else { return };
        after = end;
        let wanted = rows.into_iter().filter(|row| row.sequence <= last && filter.wants(row));
        let part: String = wanted.map(|row| line(kind, row)).collect();
        if !part.is_empty() && sender.send_data(part.into()).await.is_err() {
            return;
        }
        if last <= after {
            return;
        }
    }
}

const HEADER: &str = "sequence,at,actor,origin,account,action,target,facts,position,link\r\n";

fn line(kind: Kind, row: AuditRow) -> String {
    let entry = told::entry(row);
    match kind {
        Kind::JsonLines => {
            let mut line =
                serde_json::to_string(&entry).expect("an entry is text and numbers, which JSON can hold");
            line.push('\n');
            line
        }
        Kind::Csv => {
            let fields = [
                entry.sequence.to_string(),
                entry.at,
                entry.actor,
                entry.origin,
                entry.account.unwrap_or_default(),
                entry.action,
                entry.target,
                entry.facts,
                entry.position.map(|position| position.to_string()).unwrap_or_default(),
                entry.link,
            ];
            fields.map(|field| cell(&field)).join(",") + "\r\n"
        }
    }
}

/// A cell of a CSV file (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front. CWE-1236
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    if is_formula || text.contains([',', '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{at, cell};

    #[test]
    fn a_cell_is_never_a_formula_and_never_two_cells() {
        for (text, written) in [
            ("key.generated", "key.generated"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@cmd", "\"'@cmd\""),
            ("-2", "\"'-2\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn a_moment_is_a_day_or_has_its_offset() {
        let millis = |typed: &str| at(typed).map(|at| at.as_millis());
        assert_eq!(millis("2026-11-23"), Some(1_795_392_000_000));
        assert_eq!(millis("2026-11-23T06:00Z"), Some(1_795_413_600_000));
        assert_eq!(millis("2026-11-23T11:30+05:30"), Some(1_795_413_600_000));
        for wrong in ["yesterday", "2026-13-01", "2026-11-23T06:00", "23.11.2026"] {
            assert_eq!(millis(wrong), None, "{wrong}");
        }
    }
}
