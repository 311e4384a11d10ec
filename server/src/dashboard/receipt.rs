//! Who has heard that a pair is over: waited for, for a moment, when somebody ends one, and shown for as long as somebody asks.

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::REFRESH;
use axum::response::Response;
use domain::{Key, KeyId, Mode, Standing};
use engine::EngineError;
use verify::Uptime;

use crate::dashboard::member::Member;
use crate::fleet::Change;
use crate::pages::moment::time_left;
use crate::pages::receipt::{ReceiptNotice, SilentNode};

/// How long a page may keep somebody waiting for the whole fleet. In a healthy one it takes a tenth of that.
const WITHIN: Duration = Duration::from_secs(1);
/// How soon a page looks again while a node is silent, in seconds.
const AGAIN: HeaderValue = HeaderValue::from_static("3");

/// Waits a moment until everybody has heard of a change that has just returned. Nothing is wrong when they have not, or when
/// nobody can say: the page shows what is known.
pub(super) async fn wait(member: &Member, position: i64, began: Uptime) {
    let app = &member.app;
    let change = Change { position, mode: member.mode, known_by: app.now() };
    app.fleet.room.note(change, began);
    match app.fleet.room.wait(app, change, WITHIN).await {
        Ok(heard) if heard.pending.is_empty() => app.fleet.room.all_heard(position, app.clock.uptime()),
        Ok(_) => {}
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "Who has heard of a change could not be read");
        }
    }
}

/// What is known of a pair's end. `None`: it has not ended, or nobody can say.
pub(super) async fn notice(member: &Member, key: &Key, key_id: &KeyId) -> Option<ReceiptNotice> {
    let pair = key.pair(key_id)?;
    match pair.standing(member.now) {
        Standing::Ended { .. } => {}
        Standing::Current | Standing::Retiring { .. } => return None,
    }
    match looked(member, key.mode, key_id).await {
        Ok(notice) => notice,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "Who has heard of a change could not be read");
            None
        }
    }
}

async fn looked(member: &Member, mode: Mode, key_id: &KeyId) -> Result<Option<ReceiptNotice>, EngineError> {
    let (app, words) = (&member.app, member.site.words());
    let Some(position) = app.engine.store().pair_position(key_id).await? else { return Ok(None) };
    // Who was not there when it was committed counts from now on, which is later and never too early.
    let known_by = app.fleet.room.known_by(position).unwrap_or_else(|| app.now());
    let heard = app.fleet.room.look(app, Change { position, mode, known_by }).await?;
    if heard.pending.is_empty() {
        app.fleet.room.all_heard(position, app.clock.uptime());
    }
    let silent = heard.pending.iter().map(|silent| SilentNode {
        node: silent.node.clone(),
        until: member.moment(silent.until),
        left: time_left(words, member.now.as_millis(), silent.until.as_millis()),
    });
    Ok(Some(ReceiptNotice {
        key_id: key_id.to_string(),
        nodes: heard.nodes.to_string(),
        heard: heard.acknowledged.to_string(),
        elapsed_ms: app.fleet.room.elapsed_ms(position).map(|ms| ms.to_string()),
        silent: silent.collect(),
        again: member.path(&format!("/keys?receipt={key_id}")),
    }))
}

/// A page that looks again by itself while somebody is silent.
pub(super) fn looking_again(mut page: Response, notice: Option<&ReceiptNotice>) -> Response {
    if notice.is_some_and(|notice| !notice.silent.is_empty()) {
        page.headers_mut().insert(REFRESH, AGAIN);
    }
    page
}
