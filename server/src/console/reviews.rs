//! What waits for a review: business details and websites.

use axum::extract::Query;
use axum::response::Response;
use domain::{Account, AccountId, DAY, Timestamp};
use engine::EngineError;
use serde::Deserialize;

use super::accounts::{brand_name, place};
use super::who::{Operator, moment};
use crate::dashboard::page as show;
use crate::pages::console::frame::Place;
use crate::pages::console::reviews::{Queue, ReviewsPage, WaitingRow};

/// Accounts of a queue on one page.
const ON_A_PAGE: usize = 50;

/// Where the queues go on.
#[derive(Debug, Default, Deserialize)]
pub struct Places {
    activations: Option<String>,
    websites: Option<String>,
}

/// The page.
pub async fn page(operator: Operator, Query(places): Query<Places>) -> Response {
    match queues(&operator, &places).await {
        Ok(queues) => show(&ReviewsPage { frame: operator.frame("Reviews", Place::Reviews), queues }),
        Err(error) => operator.trouble(error),
    }
}

async fn queues(operator: &Operator, places: &Places) -> Result<[Queue; 2], EngineError> {
    let store = operator.app.engine.store();
    let one_more = ON_A_PAGE as i64 + 1;
    let after = places.activations.as_deref().and_then(place);
    let activations = store.activations_in_review(after, one_more).await?;
    let after = places.websites.as_deref().and_then(place);
    let websites = store.websites_in_review(after, one_more).await?;
    let told = |account: &Account| {
        let told = account.application.as_ref()?;
        Some((told.submitted_at, format!("{} ({})", told.business.legal_name, told.business.business_type)))
    };
    let activations = queue(operator, "activations", "Activations to check", &activations, told);
    let told = |account: &Account| {
        account.website.as_ref().map(|website| (website.submitted_at, website.details.url.clone()))
    };
    Ok([activations, queue(operator, "websites", "Websites to look at", &websites, told)])
}

fn queue(
    operator: &Operator,
    id: &'static str,
    title: &'static str,
    accounts: &[Account],
    told: impl Fn(&Account) -> Option<(Timestamp, String)>,
) -> Queue {
    let shown = &accounts[..accounts.len().min(ON_A_PAGE)];
    let row = |account: &Account| {
        let (since, told) = told(account)?;
        Some(WaitingRow {
            account: account.id.to_string(),
            name: account.name.clone(),
            brand: brand_name(&operator.app, account),
            told,
            // Three working days are at most five days of the calendar.
            late: (since + DAY.times(5)).reached(operator.now),
            since: moment(since),
        })
    };
    let last = shown.last().and_then(|account| Some((told(account)?.0, account.id)));
    let more = ON_A_PAGE < accounts.len();
    let next = last
        .filter(|_| more)
        .map(|(at, last): (Timestamp, AccountId)| format!("/reviews?{id}={}.{last}#{id}", at.as_millis()));
    Queue { id, title, rows: shown.iter().filter_map(row).collect(), next }
}
