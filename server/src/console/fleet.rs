//! The fleet: who verifies, how far each has come, and whose clock is wrong.

use axum::response::Response;

use super::who::{Operator, moment};
use crate::api::node_told;
use crate::dashboard::page as show;
use crate::fleet::{CLOCK_OFFSET_MS_MAX, said_of_quarantine};
use crate::installation::Installation;
use crate::pages::console::fleet::{FleetPage, NodeRow, ShadowRow};
use crate::pages::console::frame::Place;

/// The page.
pub async fn page(operator: Operator) -> Response {
    let app = &operator.app;
    let (nodes, shadows) = match app.engine.fleet(app.engine.index().position()).await {
        Ok(fleet) => fleet,
        Err(error) => return operator.trouble(error),
    };
    let (now, head) = (app.now(), app.engine.index().position());
    let row = |listed: &domain::Node| {
        let told = node_told(app, listed, now);
        let since = listed.run.as_ref().map(|run| moment(run.registered_at));
        NodeRow {
            runs: since.is_some(),
            since,
            behind: (head - told.position).max(0),
            is_off: told.clock_offset_ms.is_some_and(|ms| CLOCK_OFFSET_MS_MAX < ms.unsigned_abs()),
            clock: told.clock_offset_ms.map(|ms| format!("{ms:+} ms")),
            heard: told.lease_age_ms.map(|ms| format!("{:.1} s ago", ms as f64 / 1e3)),
            lease: seconds(told.lease_ms),
            vouches: match (told.vouches_test_ms, told.vouches_live_ms) {
                (test, live) if test == live => seconds(test),
                (test, live) => format!("{} for test, {} for live keys", seconds(test), seconds(live)),
            },
            is_ready: told.ready,
            role: told.role.unwrap_or_default(),
            version: told.version,
            position: told.position,
            name: told.node,
        }
    };
    let shadow = |shadow: &domain::Shadow| {
        let span = shadow.spans.test.max(shadow.spans.live);
        let until = domain::vouched_until(shadow.seen_at.unwrap_or(now), span);
        (!until.reached(now)).then(|| ShadowRow { node: shadow.node.clone(), until: moment(until) })
    };
    show(&FleetPage {
        frame: operator.frame("Fleet", Place::Fleet),
        position: head,
        nodes: nodes.iter().map(row).collect(),
        shadows: shadows.iter().filter_map(shadow).collect(),
        quarantine: app
            .engine
            .quarantined()
            .map(|found| said_of_quarantine(&Installation::of(&app.config), &found)),
        now: moment(now),
    })
}

fn seconds(ms: Option<i64>) -> String {
    ms.map_or(String::new(), |ms| format!("{} s", ms / 1_000))
}
