//! Accounts: found by what somebody has at hand, or listed by brand and state.

use axum::extract::Query;
use axum::response::Response;
use domain::{Account, AccountId, Review, Timestamp};
use engine::AccountQuery;
use serde::Deserialize;
use store::AccountState;

use super::who::{Operator, moment};
use crate::app::App;
use crate::dashboard::page as show;
use crate::pages::console::accounts::{AccountRow, AccountsPage, Choice, State};
use crate::pages::console::frame::Place;

/// Accounts on one page.
const ON_A_PAGE: usize = 50;
/// The states that can be asked for: what is sent, what it says.
const STATES: [(&str, &str, AccountState); 5] = [
    ("", "Any", AccountState::Any),
    ("not-activated", "Not activated", AccountState::NotActivated),
    ("activated", "Activated", AccountState::Activated),
    ("ready", "Activated, website verified", AccountState::Ready),
    ("returned", "Something returned", AccountState::Returned),
];

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Looked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    brand: String,
    #[serde(default)]
    state: String,
    after: Option<String>,
}

/// The page.
pub async fn page(operator: Operator, Query(looked): Query<Looked>) -> Response {
    let app = &operator.app;
    let brand = app.config.brands.iter().find(|brand| brand.rules.id.to_string() == looked.brand);
    let (_, _, state) = STATES.into_iter().find(|(word, _, _)| *word == looked.state).unwrap_or(STATES[0]);
    let query = AccountQuery {
        brand: brand.map(|brand| brand.rules.id.clone()),
        state,
        words: looked.q.trim().to_owned(),
        after: looked.after.as_deref().and_then(place),
    };
    let found = match app.engine.find_accounts(&query, ON_A_PAGE).await {
        Ok(found) => found,
        Err(error) => return operator.trouble(error),
    };
    let next = found.next.map(|(at, id)| {
        let (brand, state) = (looked.brand.replace('/', "%2F"), &looked.state);
        format!("/accounts?brand={brand}&state={state}&after={}.{id}", at.as_millis())
    });
    show(&AccountsPage {
        frame: operator.frame("Accounts", Place::Accounts),
        brands: brands(app, &looked.brand),
        states: STATES.iter().map(|(value, words, own)| choice(value, words, *own == state)).collect(),
        accounts: found.accounts.iter().map(|account| row(app, account)).collect(),
        cut: found.cut,
        next: next.filter(|_| brand.is_some() || looked.brand.is_empty()),
        words: query.words,
    })
}

/// The brands to choose from, with one that stands for all.
pub fn brands(app: &App, chosen: &str) -> Vec<Choice> {
    let of_brand = app.config.brands.iter().map(|brand| {
        let id = brand.rules.id.to_string();
        choice(&id, &format!("{} ({id})", brand.name), id == chosen)
    });
    std::iter::once(choice("", "All brands", chosen.is_empty())).chain(of_brand).collect()
}

/// One entry of a list to choose from.
pub fn choice(value: &str, words: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), words: words.to_owned(), chosen }
}

/// A place in a list as an address carries it.
pub fn place(text: &str) -> Option<(Timestamp, AccountId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

/// An account in a list.
pub fn row(app: &App, account: &Account) -> AccountRow {
    AccountRow {
        id: account.id.to_string(),
        name: account.name.clone(),
        brand: brand_name(app, account),
        opened: moment(account.created_at),
        activation: activation(account),
        website: website(account),
    }
}

/// What an account's brand is called; its id where the configuration has it no more.
pub fn brand_name(app: &App, account: &Account) -> String {
    let brand = app.config.brand(&account.brand);
    brand.map_or_else(|| account.brand.to_string(), |brand| format!("{} ({})", brand.name, account.brand))
}

fn activation(account: &Account) -> State {
    match (account.activated_at, &account.application) {
        (Some(_), _) => State::Good,
        (None, None) => State::Nothing,
        (None, Some(told)) if told.returned.is_some() => State::Returned,
        (None, Some(_)) => State::Waiting,
    }
}

fn website(account: &Account) -> State {
    match account.website.as_ref().map(|website| &website.review) {
        None => State::Nothing,
        Some(Review::Waiting) => State::Waiting,
        Some(Review::Verified { .. }) => State::Good,
        Some(Review::Returned(_)) => State::Returned,
    }
}
