//! The first page: what waits for somebody.

use axum::response::Response;
use engine::EngineError;

use super::who::Operator;
use crate::dashboard::page as show;
use crate::pages::console::frame::Place;
use crate::pages::console::overview::{OverviewPage, Tile};

/// Counted at most, so that a long queue costs no more than a short one.
const COUNTED_MAX: usize = 100;

/// The page.
pub async fn page(operator: Operator) -> Response {
    match tiles(&operator).await {
        Ok(tiles) => show(&OverviewPage { frame: operator.frame("Overview", Place::Overview), tiles }),
        Err(error) => operator.trouble(error),
    }
}

async fn tiles(operator: &Operator) -> Result<Vec<Tile>, EngineError> {
    let store = operator.app.engine.store();
    let most = COUNTED_MAX as i64;
    let tile = |title, count: usize, sentence, href| Tile {
        title,
        count: if count < COUNTED_MAX { count.to_string() } else { format!("{COUNTED_MAX} or more") },
        waits: count > 0,
        sentence,
        href,
    };
    Ok(vec![
        tile(
            "Activations to check",
            store.activations_in_review(None, most).await?.len(),
            "Business details that accounts have told and nobody has decided about.",
            "/reviews#activations",
        ),
        tile(
            "Websites to look at",
            store.websites_in_review(None, most).await?.len(),
            "Websites and apps that accounts have told and nobody has decided about.",
            "/reviews#websites",
        ),
        tile(
            "Letters that failed",
            store.letters_failed(None, most).await?.len(),
            "E-mails and text messages that no provider has taken yet, or that were given up.",
            "/letters",
        ),
        tile(
            "Locked logins",
            store.locked_logins(most).await?.len(),
            "Nine wrong codes in a row. Owners unlock their members; owners are unlocked here.",
            "/limits#locked",
        ),
    ])
}
