//! Receipts: who has heard of a change, and from when it is guaranteed everywhere.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use domain::{Mode, Timestamp};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use verify::Uptime;
use wire::keys::Receipt;
use wire::receipts::ReceiptKeys;

use super::document::Problems;
use super::operator::Operator;
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;
use crate::fleet::{Change, Stopped};

/// How long a request waits for everybody when it does not say how long.
const WITHIN: Duration = Duration::from_secs(5);
/// The longest that a request may wait, in milliseconds.
const WITHIN_MS_MAX: u64 = 30_000;

/// Whether to wait, and for whom.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WaitAsk {
    /// `fleet`: answer after every node has heard, or say which has not, and add a receipt.
    #[param(inline)]
    pub(super) wait: Option<Wait>,
    /// How long to wait for them at most, in milliseconds; 5000 when left out
    #[param(value_type = Option<u32>, minimum = 0, maximum = 30000)]
    pub(super) within_ms: Option<String>,
}

/// For whom a request waits.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wait {
    /// Every node that verifies.
    Fleet,
}

/// When a request began, by both clocks, and how long it may wait.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) now: Timestamp,
    uptime: Uptime,
    within: Option<Duration>,
}

impl Begun {
    /// Before anything is done: a request that cannot be understood changes nothing.
    pub(super) fn at_once(app: &App, ask: &WaitAsk) -> Result<Self, Problem> {
        let within = match ask.within_ms.as_deref() {
            None => WITHIN,
            Some(text) => {
                let within = text.parse().ok().filter(|within| *within <= WITHIN_MS_MAX);
                let hint = format!("Give a number of milliseconds, at most {WITHIN_MS_MAX}.");
                Duration::from_millis(within.ok_or_else(|| Problem::parameter("within_ms", &hint))?)
            }
        };
        let within = ask.wait.map(|Wait::Fleet| within);
        Ok(Self { now: app.now(), uptime: app.clock.uptime(), within })
    }

    /// The receipt for the change at `position`, if one was asked for. Called after the commit has returned.
    pub(super) async fn receipt(
        &self,
        app: &App,
        position: i64,
        mode: Mode,
        stopped: Stopped,
    ) -> Option<Receipt> {
        let within = self.within?;
        let change = Change { position, mode, known_by: app.now() };
        match app.fleet.room.wait(app, change, within).await {
            Ok(heard) => {
                let elapsed_ms = (app.clock.uptime().as_millis() - self.uptime.as_millis()).max(0);
                Some(app.fleet.receipt(change, &heard, stopped, elapsed_ms))
            }
            // What was asked for is done, and the answer to it must not get lost for want of a receipt.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "Who has heard of a change could not be read");
                None
            }
        }
    }
}

/// Show the keys that receipts are signed with
///
/// Keep the public key where receipts are kept: with it alone `keystead receipt verify` checks them.
#[utoipa::path(
    get, path = "/receipts/keys", tag = "keys", operation_id = "show_receipt_keys",
    responses((status = 200, description = "The public keys", body = ReceiptKeys), Problems),
)]
pub(super) async fn keys(
    State(app): State<App>,
    _: Operator,
    Ask(NoParameters {}): Ask<NoParameters>,
) -> Json<ReceiptKeys> {
    Json(ReceiptKeys { public_keys: app.fleet.seal().public_keys().to_vec() })
}
