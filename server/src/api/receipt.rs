//! Receipts: who has heard of a change. This node is the whole fleet, and the engine answers only after it has heard.

use domain::{Duration, Timestamp};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use verify::Uptime;
use wire::keys::Receipt;

use super::moments::moment;
use crate::app::App;

/// Whether to wait, and for whom.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WaitAsk {
    /// `fleet`: answer after every node has heard, or say which has not, and add a receipt.
    #[param(inline)]
    pub(super) wait: Option<Wait>,
}

/// For whom a request waits.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wait {
    /// Every node that verifies.
    Fleet,
}

/// When a request began, by both clocks.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) now: Timestamp,
    uptime: Uptime,
}

impl Begun {
    pub(super) fn at_once(app: &App) -> Self {
        Self { now: app.now(), uptime: app.clock.uptime() }
    }

    /// The receipt for the change at `position`, if one was asked for.
    pub(super) fn receipt(&self, ask: &WaitAsk, position: i64, app: &App) -> Option<Receipt> {
        ask.wait.map(|Wait::Fleet| {
            let elapsed_ms = (app.clock.uptime().as_millis() - self.uptime.as_millis()).max(0);
            Receipt {
                position,
                nodes: 1,
                acknowledged: 1,
                pending: Vec::new(),
                guaranteed_by: moment(self.now + Duration::from_millis(elapsed_ms)),
                elapsed_ms,
            }
        })
    }
}
