//! The dashboard's handlers: each reads the request, calls one engine command and prints a page.
//!
//! What may happen is decided in `domain`; what it looks like is in `pages`. Here the two meet, one file for each verb.
//! Every action is a POST; a GET never changes anything. Cross-site requests are refused before any handler runs.

mod deactivate;
mod demo;
mod generate;
mod home;
mod keys;
mod log_in;
mod member;
mod profile;
mod regenerate;
mod security;
mod site;
mod step_up;
mod team;
mod trouble;

pub use site::{Site, Sites};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::pages::assets;

/// Every route of the dashboard.
pub fn router(app: &App) -> Router<App> {
    let pages = Router::new()
        .route("/", get(home::front))
        .route("/login", get(log_in::page).post(log_in::submit))
        .route("/login/otp", get(log_in::otp_page).post(log_in::otp))
        .route("/login/otp/resend", post(log_in::resend))
        .route("/logout", post(log_in::log_out))
        .route("/help", get(home::help_before_login))
        .route("/{mode}", get(home::page))
        .route("/{mode}/settings", get(home::settings))
        .route("/{mode}/website", get(home::website))
        .route("/{mode}/help", get(home::help))
        .route("/{mode}/team", get(team::page))
        .route("/{mode}/team/{user}/unlock", post(team::unlock))
        .route("/{mode}/keys", get(keys::page))
        .route("/{mode}/keys/generate", post(generate::first))
        .route("/{mode}/keys/generate/step", get(generate::step))
        .route("/{mode}/keys/generate/mobile", post(generate::mobile))
        .route("/{mode}/keys/generate/otp", post(generate::otp))
        .route("/{mode}/keys/generate/otp/resend", post(generate::resend))
        .route("/{mode}/keys/{key}/generate", post(generate::again))
        .route("/{mode}/keys/{key}/regenerate", get(regenerate::page).post(regenerate::begin))
        .route("/{mode}/keys/{key}/regenerate/mobile", post(regenerate::mobile))
        .route("/{mode}/keys/{key}/regenerate/otp", post(regenerate::otp))
        .route("/{mode}/keys/{key}/regenerate/otp/resend", post(regenerate::resend))
        .route("/{mode}/keys/{key}/regenerate/confirm", post(regenerate::confirm))
        .route("/{mode}/keys/{key}/reveal", post(regenerate::reveal))
        .route("/{mode}/pairs/{key_id}/deactivate", get(deactivate::page).post(deactivate::begin))
        .route("/{mode}/pairs/{key_id}/deactivate/mobile", post(deactivate::mobile))
        .route("/{mode}/pairs/{key_id}/deactivate/otp", post(deactivate::otp))
        .route("/{mode}/pairs/{key_id}/deactivate/otp/resend", post(deactivate::resend))
        .route("/{mode}/pairs/{key_id}/deactivate/confirm", post(deactivate::confirm))
        .route("/{mode}/profile", get(profile::page))
        .route("/{mode}/profile/mobile", get(profile::mobile_page).post(profile::mobile))
        .route("/{mode}/profile/mobile/otp", get(profile::mobile_otp_page).post(profile::mobile_otp))
        .route("/{mode}/profile/mobile/otp/resend", post(profile::mobile_resend))
        .route("/{mode}/profile/two-factor/{way}", post(profile::two_factor))
        .route(
            "/{mode}/profile/two-factor/{way}/otp",
            get(profile::two_factor_otp_page).post(profile::two_factor_otp),
        )
        .route("/{mode}/profile/two-factor/{way}/otp/resend", post(profile::two_factor_resend))
        .route("/{mode}/profile/sessions/{session}/end", post(profile::end_session))
        .route("/demo", get(demo::page))
        .route("/demo/messages", get(demo::messages))
        .fallback(trouble::not_found);
    security::protected(pages, app).merge(assets::routes()).merge(site::files())
}
