//! The audit, read from the store in order.

use axum::Json;
use axum::extract::State;
use domain::AccountId;
use serde::Deserialize;
use store::AuditRow;
use utoipa::IntoParams;
use wire::audit::AuditEntry;
use wire::hex::hex;
use wire::page::Page;

use super::document::Problems;
use super::moments::moment;
use super::operator::Operator;
use super::page::{begin, limit, wrong_cursor};
use super::problem::Problem;
use super::query::Ask;
use crate::app::App;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditAsk {
    /// Only entries of this account
    account: Option<String>,
    /// The `next` of an earlier page, or the number of the last entry you have
    after: Option<String>,
    /// Entries on a page; 50 when left out
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Read the audit
#[utoipa::path(
    get, path = "/audit", tag = "audit", operation_id = "list_audit", params(AuditAsk),
    responses((status = 200, description = "Entries, oldest first", body = Page<AuditEntry>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<AuditAsk>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let after = ask.after.as_deref().map_or(Some(0), |after| after.parse().ok().filter(|after| 0 <= *after));
    let (after, one_more) = (after.ok_or_else(wrong_cursor)?, limit as i64 + 1);
    let store = app.engine.store();
    let rows = match ask.account {
        Some(account) => {
            let account: AccountId = account.parse().map_err(|_| {
                Problem::parameter("account", "Give an account's id, such as acc_4pT0nZ7bQk2W9s.")
            })?;
            store.audit_of(&account, after, one_more).await?
        }
        None => store.audit(after, one_more).await?,
    };
    let entries = rows.into_iter().map(entry).collect();
    Ok(Json(begin(entries, limit, |entry: &AuditEntry| entry.sequence.to_string())))
}

/// An entry of the audit as it goes out.
pub fn entry(row: AuditRow) -> AuditEntry {
    AuditEntry {
        sequence: row.sequence,
        at: moment(row.at),
        actor: row.actor,
        origin: row.origin,
        account: (!row.account.is_empty()).then_some(row.account),
        action: row.action,
        target: row.target,
        facts: row.facts,
        position: (row.position != 0).then_some(row.position),
        link: hex(&row.link),
    }
}
