//! Limits hit.

use axum::response::Response;

use super::account::role;
use super::who::{Operator, moment};
use crate::dashboard::page as show;
use crate::pages::console::frame::Place;
use crate::pages::console::limits::{LimitsPage, LockedRow};

/// Locked logins shown at most.
const LOCKED_MAX: i64 = 200;

/// The page.
pub async fn page(operator: Operator) -> Response {
    let locked = match operator.app.engine.store().locked_logins(LOCKED_MAX).await {
        Ok(locked) => locked,
        Err(error) => return operator.trouble(error.into()),
    };
    let row = |one: store::LockedLogin| LockedRow {
        name: one.name,
        email: one.email,
        role: role(one.role),
        account: one.account.to_string(),
        brand: one.brand.to_string(),
        since: moment(one.locked_at),
    };
    show(&LimitsPage {
        frame: operator.frame("Limits", Place::Limits),
        locked: locked.into_iter().map(row).collect(),
    })
}
