//! Nodes: the processes that verify keys. Operators enrol, list and remove them; a node that only reads says here what others
//! write to the database themselves.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{Duration, Incarnation, Node as Listed, NodeRole, ProcessId, Refusal, Spans, Timestamp};
use engine::EngineError;
use store::{NodeReport as Said, Registration, UsageRow};
use wire::codes::Code;
use wire::nodes::{
    EnrolNode, EnrolledNode, Node, NodeRegistration, NodeReport, NodeUsage, PairUse, USES_MAX,
};
use wire::page::Page;
use wire::problem::Members;

use super::document::Problems;
use super::idempotency::Replayed;
use super::json::{Asked, Nothing};
use super::moments::{moment, read as read_moment};
use super::operator::{Operator, token};
use super::page::{PageAsk, begin, limit};
use super::place::Place;
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Processes that lost a node to another one and may still vouch, before no further one may take it.
const SHADOWS_MAX: usize = 4;

/// The node behind a request.
pub(super) struct AsNode(Listed);

impl FromRequestParts<App> for AsNode {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = token(parts).ok_or_else(|| Problem::new(Code::NodeCredentialNeeded))?;
        match app.engine.node(token).await {
            Ok(node) => Ok(Self(node)),
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(Problem::new(Code::NodeCredentialUnknown)),
            Err(other) => Err(other.into()),
        }
    }
}

/// List the nodes
#[utoipa::path(
    get, path = "/nodes", tag = "nodes", operation_id = "list_nodes", params(PageAsk),
    responses((status = 200, description = "Every process that verifies keys", body = Page<Node>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Node>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let after = ask.after.as_deref().unwrap_or_default();
    let found = app.engine.store().nodes(after, limit as i64 + 1).await?;
    let now = app.now();
    let told = found.iter().map(|one| node(&app, one, now)).collect();
    Ok(Json(begin(told, limit, |node: &Node| node.node.clone())))
}

/// Enrol a node
///
/// For a process that only reads from the database. Its credential is in the answer, once.
#[utoipa::path(
    post, path = "/nodes", tag = "nodes", operation_id = "enrol_node",
    params(("Idempotency-Key" = Option<String>, Header, description = "16 to 255 unguessable visible characters; a repeat within ten minutes gets the same credential")),
    request_body = EnrolNode,
    responses((status = 201, description = "The node and its credential", body = EnrolledNode), Problems),
)]
pub(super) async fn enrol(
    State(app): State<App>,
    Operator(actor): Operator,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<EnrolNode>,
) -> Result<Response, Problem> {
    let idempotency = asked.idempotency(&app, &actor)?;
    let name = &asked.body.name;
    let enrolled =
        app.engine.enrol_node(&actor, name, idempotency.as_ref(), app.now(), &mut *app.rng()).await?;
    let told = EnrolledNode { node: enrolled.node.name, credential: enrolled.token.reveal().to_owned() };
    Ok((StatusCode::CREATED, Replayed(enrolled.replayed), Json(told)).into_response())
}

/// Remove a node
///
/// What runs as it stops when it reads that; receipts count it until it must have. The name can be given again.
#[utoipa::path(
    post, path = "/nodes/{node}/remove", tag = "nodes", operation_id = "remove_node",
    params(("node" = String, Path, description = "The node's name")),
    responses((status = 200, description = "The node as it was", body = Node), Problems),
)]
pub(super) async fn remove(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(name): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Node>, Problem> {
    let now = app.now();
    let removed = app.engine.remove_node(&actor, &name, now).await?;
    Ok(Json(node(&app, &removed, now)))
}

/// Report as a node
///
/// For nodes that only read from the database, with their own credential: at the start what the process registers with, then
/// how far it has come.
#[utoipa::path(
    post, path = "/nodes/{node}/report", tag = "nodes", operation_id = "report_as_node",
    params(("node" = String, Path, description = "The node's own name")),
    security(("node" = [])), request_body = NodeReport,
    responses((status = 200, description = "It was taken", body = Node), Problems),
)]
pub(super) async fn report(
    State(app): State<App>,
    AsNode(listed): AsNode,
    Place(name): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<NodeReport>,
) -> Result<Json<Node>, Problem> {
    if listed.name != name {
        return Err(Problem::new(Code::NotFound));
    }
    let (now, body) = (app.now(), asked.body);
    let process = process("process", &body.process)?;
    if let Some(registration) = &body.register {
        let registration = read(&listed.name, process, registration, app.engine.rules().vouch_for, now)?;
        must_leave_room(&app, &listed, &registration, now).await?;
        taken(app.engine.register(registration).await?)?;
    }
    if body.leaving {
        app.engine.leave_fleet(&engine::Seat { node: listed.name.clone(), process }).await?;
    } else {
        let mark = body.mark.as_deref().map(|text| sixteen("mark", text)).transpose()?;
        let position = not_below(0, "position", body.position)?;
        let said = Said {
            node: listed.name.clone(),
            process,
            // Without its mark it could be any number: at most what there is.
            position: if mark.is_some() { position } else { position.min(app.engine.store().head().await?) },
            mark,
            at: now,
            clock_offset_ms: body.clock_offset_ms,
            pairs: i64::try_from(body.pairs).unwrap_or(i64::MAX),
            peppers: body.peppers.into_iter().take(usize::from(u8::MAX)).collect(),
        };
        taken(app.engine.report(said).await?)?;
        if let Some(lost) = &body.history_lost
            && app.engine.quarantined().is_none()
        {
            let incarnation =
                Incarnation::from_bytes(sixteen("history_lost.incarnation", &lost.incarnation)?);
            app.engine.quarantine_as(&listed.name, incarnation, lost.seen, now).await?;
        }
    }
    app.fleet.room.ring();
    let listed = app.engine.store().node(&listed.name).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Json(node(&app, &listed, now)))
}

/// A credential in wrong hands, or a node that starts over and over on an empty folder, must not fill the list of those whom
/// receipts wait for.
async fn must_leave_room(
    app: &App,
    listed: &Listed,
    registration: &Registration,
    now: Timestamp,
) -> Result<(), Problem> {
    let replaces = listed
        .run
        .as_ref()
        .is_some_and(|run| run.process != registration.process && Some(run.process) != registration.former);
    if !replaces {
        return Ok(());
    }
    let shadows = app.engine.store().shadows().await?;
    let ends = shadows.iter().filter(|shadow| shadow.node == listed.name).map(|shadow| shadow.until(now));
    let (mut first, mut shadows) = (None, 0);
    for end in ends.filter(|end| !end.reached(now)) {
        first = Some(first.map_or(end, |first: Timestamp| first.min(end)));
        shadows += 1;
    }
    if shadows < SHADOWS_MAX {
        return Ok(());
    }
    let again_at = first.map(moment);
    Err(Problem::with(Code::TooManyProcesses, Members { again_at, ..Members::default() }))
}

/// Tell uses as a node
///
/// For nodes that only read from the database, with their own credential: how often pairs were granted there, and when last.
#[utoipa::path(
    post, path = "/nodes/{node}/usage", tag = "nodes", operation_id = "tell_usage_as_node",
    params(("node" = String, Path, description = "The node's own name")),
    security(("node" = [])), request_body = NodeUsage,
    responses((status = 200, description = "What was written: all but the uses of pairs that are not there", body = NodeUsage), Problems),
)]
pub(super) async fn usage(
    State(app): State<App>,
    AsNode(listed): AsNode,
    Place(name): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<NodeUsage>,
) -> Result<Json<NodeUsage>, Problem> {
    if listed.name != name {
        return Err(Problem::new(Code::NotFound));
    }
    taken(listed.run.is_some())?;
    let wrong = || Refusal::invalid("uses", "Give at most 100 uses of pairs, as the node counted them.");
    let NodeUsage { mut uses } = asked.body;
    if USES_MAX < uses.len() {
        return Err(wrong().into());
    }
    let now = app.now();
    let rows: Option<Vec<UsageRow>> = uses.iter().map(|told| use_told(told, now)).collect();
    let written = app.engine.used_elsewhere(rows.ok_or_else(wrong)?).await?;
    uses.retain(|told| written.iter().any(|row| row.key_id.as_str() == told.key_id));
    Ok(Json(NodeUsage { uses }))
}

/// A node whose clock is ahead must not make a pair used in times to come, which would hide every use until then.
fn use_told(told: &PairUse, now: Timestamp) -> Option<UsageRow> {
    Some(UsageRow {
        key_id: told.key_id.parse().ok()?,
        count: (0 < told.count).then_some(told.count)?,
        last_used_at: read_moment(&told.last_used_at)?.min(now),
        last_used_from: told.last_used_from.as_deref().map(str::parse).transpose().ok()?,
    })
}

fn taken(taken: bool) -> Result<(), Problem> {
    if taken { Ok(()) } else { Err(Problem::new(Code::NodeReplaced)) }
}

fn process(field: &'static str, text: &str) -> Result<ProcessId, Refusal> {
    text.parse().map_err(|_| Refusal::invalid(field, "Give `prc_` and 14 letters or digits."))
}

fn sixteen(field: &'static str, text: &str) -> Result<[u8; 16], Refusal> {
    let bytes = wire::hex::bytes(text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Refusal::invalid(field, "Give thirty-two hexadecimal digits."))
}

fn not_below(least: i64, field: &'static str, number: i64) -> Result<i64, Refusal> {
    if least <= number {
        Ok(number)
    } else {
        Err(Refusal::invalid(field, format!("Give a number from {least} on.")))
    }
}

fn read(
    node: &str,
    process_id: ProcessId,
    told: &NodeRegistration,
    own: Spans,
    now: Timestamp,
) -> Result<Registration, Refusal> {
    let span = |field: &'static str, millis: i64| not_below(1, field, millis).map(Duration::from_millis);
    let wished = Spans {
        test: span("register.vouches_test_ms", told.vouches_test_ms)?,
        live: span("register.vouches_live_ms", told.vouches_live_ms)?,
    };
    // Receipts count with nodes they do not know of, and with none that vouches longer than this process.
    let spans = wished.min(own);
    if spans != wished {
        tracing::warn!(
            node,
            "The node {node} would vouch longer than the control plane, and is taken with no longer lease and serve_stale than its own"
        );
    }
    // One that may write does so itself, and is believed what only the holder of that right may say.
    let role = told.role.parse().ok().filter(|role: &NodeRole| !role.writes());
    let role = role.ok_or_else(|| Refusal::invalid("register.role", "Give verify."))?;
    Ok(Registration {
        node: node.to_owned(),
        process: process_id,
        former: told.former.as_deref().map(|text| process("register.former", text)).transpose()?,
        role,
        version: told.version.chars().filter(char::is_ascii_graphic).take(50).collect(),
        lease: span("register.lease_ms", told.lease_ms)?.min(spans.test.max(spans.live)),
        spans,
        at: now,
        admit: false,
    })
}

/// Whether a node that said to hold these versions of the pepper holds the one that is in use. One that says nothing holds the first.
fn holds(held: &[u8], in_use: u8) -> bool {
    if held.is_empty() { in_use == 1 } else { held.contains(&in_use) }
}

/// What is known of a node. This process knows more of itself than it wrote down.
pub(crate) fn node(app: &App, listed: &Listed, now: Timestamp) -> Node {
    let (index, uptime) = (app.engine.index(), app.clock.uptime());
    let name = listed.name.clone();
    let history_lost = app.engine.quarantined().is_some_and(|quarantine| quarantine.by == name);
    let Some(run) = &listed.run else {
        return Node {
            node: name,
            version: String::new(),
            ready: false,
            position: 0,
            lease_age_ms: None,
            pairs: 0,
            role: None,
            lease_ms: None,
            vouches_test_ms: None,
            vouches_live_ms: None,
            clock_offset_ms: None,
            since: None,
            history_lost,
            peppers: Vec::new(),
        };
    };
    let silent_ms = (now.as_millis() - run.reported_at.as_millis()).max(0);
    let told = Node {
        node: name,
        version: run.version.clone(),
        ready: run.is_heard(now) && holds(&run.peppers, app.engine.pepper_in_use()),
        position: run.position,
        lease_age_ms: Some(silent_ms),
        pairs: run.pairs.unsigned_abs(),
        role: Some(run.role.to_string()),
        lease_ms: Some(run.lease.as_millis()),
        vouches_test_ms: Some(run.spans.test.as_millis()),
        vouches_live_ms: Some(run.spans.live.as_millis()),
        clock_offset_ms: run.clock_offset_ms,
        since: Some(moment(run.registered_at)),
        history_lost,
        peppers: run.peppers.clone(),
    };
    if app.engine.seat().is_none_or(|seat| seat.process != run.process) {
        return told;
    }
    Node {
        ready: index.is_ready(uptime),
        position: index.position(),
        lease_age_ms: index.lease().age_ms(uptime),
        pairs: index.len() as u64,
        clock_offset_ms: app.fleet.clock.offset_ms(),
        history_lost: history_lost || app.engine.lost().is_some(),
        peppers: app.engine.held_peppers(),
        ..told
    }
}
