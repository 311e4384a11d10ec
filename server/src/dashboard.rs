//! The dashboard's handlers: each reads the request, calls one engine command and prints a page.
//!
//! What may happen is decided in `domain`; what it looks like is in `pages`. Here the two meet, one file for each verb.
//! Every action is a POST; a GET never changes anything. Cross-site requests are refused before any handler runs.

pub(crate) mod accept;
pub(crate) mod activation;
pub(crate) mod authenticator;
pub(crate) mod backup_codes;
pub(crate) mod deactivate;
pub(crate) mod demo;
mod device;
pub(crate) mod generate;
pub(crate) mod help;
mod hints;
pub(crate) mod home;
pub(crate) mod invite;
pub(crate) mod keys;
pub(crate) mod language;
pub mod limits;
pub(crate) mod log_in;
mod member;
pub(crate) mod password;
pub(crate) mod profile;
mod receipt;
pub(crate) mod refusals;
pub(crate) mod regenerate;
pub(crate) mod reset_two_factor;
mod security;
mod site;
pub(crate) mod step_up;
pub(crate) mod switch;
pub(crate) mod team;
#[cfg(test)]
mod tests;
pub(crate) mod transfer;
mod trouble;
pub(crate) mod two_factor;
mod usage;
pub(crate) mod website;

pub(crate) use member::client;
pub(crate) use member::{From, cookies};
pub(crate) use security::{limited, with_headers};
pub(crate) use site::host;
pub use site::{Site, Sites};
pub(crate) use trouble::{page, page_of, soon};

use axum::Router;

use crate::app::App;
use crate::pages::assets;

/// The pages of [`crate::routes`] with everything around them: protection, files, and what an unknown address is answered.
pub(crate) fn around(pages: Router<App>, app: &App) -> Router<App> {
    let pages = pages.fallback(trouble::not_found);
    security::protected(pages, app).merge(assets::routes()).merge(site::files())
}
