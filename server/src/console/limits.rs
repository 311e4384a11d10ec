//! Limits hit.

use axum::response::Response;

use super::account::role;
use super::who::{Operator, moment};
use crate::dashboard::page as show;
use crate::pages::console::frame::Place;
use crate::pages::console::limits::{HitRow, LimitsPage, LockedRow};

/// Locked logins shown at most.
const LOCKED_MAX: i64 = 200;

/// Limits hit shown at most, and for how long.
const HIT_MAX: i64 = 200;

/// The page.
pub async fn page(operator: Operator) -> Response {
    let locked = match operator.app.engine.store().locked_logins(LOCKED_MAX).await {
        Ok(locked) => locked,
        Err(error) => return operator.trouble(error.into()),
    };
    let since = operator.app.now() - domain::DAY.times(30);
    let hit = match operator.app.engine.store().limits_hit(since, HIT_MAX).await {
        Ok(hit) => hit,
        Err(error) => return operator.trouble(error.into()),
    };
    let hit_row = |one: store::LimitHit| HitRow {
        limit: match one.limit {
            domain::SendLimit::Recipient => "Codes to one number or address",
            domain::SendLimit::Nearby => "Codes to neighbouring numbers",
            domain::SendLimit::Brand => "Codes by SMS of the brand, a day",
            domain::SendLimit::User => "Codes a user sent to new numbers, a day",
            domain::SendLimit::Account => "Codes an account sent to new numbers, a day",
            domain::SendLimit::NewNearby => "Codes to new numbers among neighbouring ones",
            domain::SendLimit::NewBrand => "Codes to new numbers of the brand, a day",
        },
        subject: one.subject,
        brand: one.brand.to_string(),
        refused: one.refused,
        last: moment(one.refused_at),
        until: moment(one.until),
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
        hit: hit.into_iter().map(hit_row).collect(),
    })
}
