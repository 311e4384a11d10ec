//! Routes of the public listener: who answers what. Reading this file is reading the product.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::app::App;
use crate::clock::SystemClock;
use crate::dashboard::authenticator::ChangeApp;
use crate::dashboard::backup_codes::DrawCodes;
use crate::dashboard::deactivate::Deactivate;
use crate::dashboard::generate::GenerateLive;
use crate::dashboard::invite::SendInvitation;
use crate::dashboard::limits::ChangeLimits;
use crate::dashboard::password::ChangePassword;
use crate::dashboard::profile::{ChangeMobile, VerifyMobile};
use crate::dashboard::regenerate::Regenerate;
use crate::dashboard::reset_two_factor::ResetTwoFactor;
use crate::dashboard::team::{MakeAdmin, TeamTwoFactorOff};
use crate::dashboard::transfer::Transfer;
use crate::dashboard::two_factor::ChangeTwoFactor;
use crate::dashboard::{
    self, accept, activation, authenticator, backup_codes, deactivate, demo, generate, help, home, invite,
    keys, language, limits, log_in, password, profile, refusals, regenerate, reset_two_factor, step_up,
    switch, team, transfer, two_factor, website,
};
use crate::traced::traced;
use crate::{api, console, gateway};

/// Who may ask. Handlers make it so; a test asks every row as everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, logged in or not.
    Anybody,
    /// Every member who is logged in.
    Members,
    /// Owner and admin.
    KeyHolders,
    /// The owner alone.
    Owner,
    /// Anybody, in the demo, under its own address or a brand's.
    Demo,
    /// Operators who are logged in to the console, under its own hosts.
    Operator,
}

/// One page or one thing a form does.
pub struct Row {
    /// The method it answers.
    pub method: &'static str,
    /// Its address; `{…}` stands for one segment.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    answer: MethodRouter<App>,
}

/// The dashboard's pages and what their forms do.
pub fn pages() -> Vec<Row> {
    use Who::{Anybody, Demo, KeyHolders, Members, Owner};
    vec![
        row("GET", "/", Anybody, home::front),
        row("GET", "/help", Anybody, help::index_before_login),
        row("GET", "/help/{*page}", Anybody, help::page_before_login),
        row("GET", "/login", Anybody, log_in::page),
        row("POST", "/login", Anybody, log_in::submit),
        row("GET", "/login/otp", Anybody, log_in::otp_page),
        row("POST", "/login/otp", Anybody, log_in::otp),
        row("POST", "/login/otp/resend", Anybody, log_in::resend),
        row("GET", "/login/forgot", Anybody, password::forgot_page),
        row("POST", "/login/forgot", Anybody, password::forget),
        row("GET", "/reset/{token}", Anybody, password::reset_page),
        row("POST", "/reset/{token}", Anybody, password::reset),
        row("POST", "/logout", Anybody, log_in::log_out),
        row("POST", "/language", Anybody, language::choose),
        row("GET", "/invitation/{token}", Anybody, accept::page),
        row("POST", "/invitation/{token}", Anybody, accept::submit),
        row("GET", "/{mode}", Members, home::page),
        row("GET", "/{mode}/settings", Members, home::settings),
        row("GET", "/{mode}/website", Members, website::page),
        row("POST", "/{mode}/website", KeyHolders, website::submit),
        row("GET", "/{mode}/activation", Members, activation::page),
        row("POST", "/{mode}/activation", KeyHolders, activation::submit),
        row("GET", "/{mode}/help", Members, help::index),
        row("GET", "/{mode}/help/{*page}", Members, help::page),
        row("GET", "/{mode}/team", Owner, team::page),
        row("POST", "/{mode}/team/{user}/unlock", Owner, team::unlock),
        row("GET", "/{mode}/team/{user}", Owner, team::one),
        row("POST", "/{mode}/team/{user}/role", Owner, team::role),
        row("POST", "/{mode}/team/{user}/remove", Owner, team::remove),
        row("GET", "/{mode}/team/{user}/admin", Owner, step_up::page::<MakeAdmin>),
        row("POST", "/{mode}/team/{user}/admin", Owner, step_up::begin::<MakeAdmin>),
        row("POST", "/{mode}/team/{user}/admin/mobile", Owner, step_up::mobile::<MakeAdmin>),
        row("POST", "/{mode}/team/{user}/admin/otp", Owner, step_up::otp::<MakeAdmin>),
        row("POST", "/{mode}/team/{user}/admin/otp/resend", Owner, step_up::resend::<MakeAdmin>),
        row("POST", "/{mode}/team/{user}/admin/confirm", Owner, team::make_admin),
        row("GET", "/{mode}/team/{user}/reset-two-factor", Owner, step_up::page::<ResetTwoFactor>),
        row("POST", "/{mode}/team/{user}/reset-two-factor", Owner, step_up::begin::<ResetTwoFactor>),
        row("POST", "/{mode}/team/{user}/reset-two-factor/mobile", Owner, step_up::mobile::<ResetTwoFactor>),
        row("POST", "/{mode}/team/{user}/reset-two-factor/otp", Owner, step_up::otp::<ResetTwoFactor>),
        row(
            "POST",
            "/{mode}/team/{user}/reset-two-factor/otp/resend",
            Owner,
            step_up::resend::<ResetTwoFactor>,
        ),
        row("POST", "/{mode}/team/{user}/reset-two-factor/confirm", Owner, reset_two_factor::confirm),
        row("GET", "/{mode}/team/{user}/transfer", Owner, step_up::page::<Transfer>),
        row("POST", "/{mode}/team/{user}/transfer", Owner, transfer::begin),
        row("POST", "/{mode}/team/{user}/transfer/otp", Owner, step_up::otp::<Transfer>),
        row("POST", "/{mode}/team/{user}/transfer/otp/resend", Owner, step_up::resend::<Transfer>),
        row("POST", "/{mode}/team/{user}/transfer/confirm", Owner, transfer::confirm),
        row("POST", "/{mode}/team/two-factor/on", Owner, team::require_two_factor),
        row("GET", "/{mode}/team/two-factor/off", Owner, step_up::page::<TeamTwoFactorOff>),
        row("POST", "/{mode}/team/two-factor/off", Owner, step_up::begin::<TeamTwoFactorOff>),
        row("POST", "/{mode}/team/two-factor/off/mobile", Owner, step_up::mobile::<TeamTwoFactorOff>),
        row("POST", "/{mode}/team/two-factor/off/otp", Owner, step_up::otp::<TeamTwoFactorOff>),
        row("POST", "/{mode}/team/two-factor/off/otp/resend", Owner, step_up::resend::<TeamTwoFactorOff>),
        row("POST", "/{mode}/team/two-factor/off/confirm", Owner, team::stop_requiring),
        row("POST", "/{mode}/team/invitations", Owner, invite::invite),
        row("GET", "/{mode}/team/invitations/{invitation}/send", Owner, step_up::page::<SendInvitation>),
        row("POST", "/{mode}/team/invitations/{invitation}/send", Owner, step_up::begin::<SendInvitation>),
        row(
            "POST",
            "/{mode}/team/invitations/{invitation}/send/mobile",
            Owner,
            step_up::mobile::<SendInvitation>,
        ),
        row("POST", "/{mode}/team/invitations/{invitation}/send/otp", Owner, step_up::otp::<SendInvitation>),
        row(
            "POST",
            "/{mode}/team/invitations/{invitation}/send/otp/resend",
            Owner,
            step_up::resend::<SendInvitation>,
        ),
        row("POST", "/{mode}/team/invitations/{invitation}/send/confirm", Owner, invite::send),
        row("POST", "/{mode}/team/invitations/{invitation}/resend", Owner, invite::send_again),
        row("POST", "/{mode}/team/invitations/{invitation}/cancel", Owner, invite::cancel),
        row("GET", "/{mode}/leave", Members, switch::leave_page),
        row("POST", "/{mode}/leave", Members, switch::leave),
        row("POST", "/{mode}/account", Members, switch::account),
        row("GET", "/{mode}/keys", KeyHolders, keys::page),
        row("POST", "/{mode}/keys/generate", KeyHolders, generate::first),
        row("GET", "/{mode}/keys/generate/step", KeyHolders, step_up::page::<GenerateLive>),
        row("POST", "/{mode}/keys/generate/step/mobile", KeyHolders, step_up::mobile::<GenerateLive>),
        row("POST", "/{mode}/keys/generate/step/otp", KeyHolders, step_up::otp::<GenerateLive>),
        row("POST", "/{mode}/keys/generate/step/otp/resend", KeyHolders, step_up::resend::<GenerateLive>),
        row("POST", "/{mode}/keys/{key}/generate", KeyHolders, generate::again),
        row("GET", "/{mode}/keys/{key}/regenerate", KeyHolders, step_up::page::<Regenerate>),
        row("POST", "/{mode}/keys/{key}/regenerate", KeyHolders, step_up::begin::<Regenerate>),
        row("POST", "/{mode}/keys/{key}/regenerate/mobile", KeyHolders, step_up::mobile::<Regenerate>),
        row("POST", "/{mode}/keys/{key}/regenerate/otp", KeyHolders, step_up::otp::<Regenerate>),
        row("POST", "/{mode}/keys/{key}/regenerate/otp/resend", KeyHolders, step_up::resend::<Regenerate>),
        row("POST", "/{mode}/keys/{key}/regenerate/confirm", KeyHolders, regenerate::confirm),
        row("GET", "/{mode}/keys/{key}/limits", KeyHolders, limits::page),
        row("POST", "/{mode}/keys/{key}/limits", KeyHolders, limits::save),
        row("GET", "/{mode}/keys/{key}/limits/change", KeyHolders, step_up::page::<ChangeLimits>),
        row("POST", "/{mode}/keys/{key}/limits/change", KeyHolders, step_up::begin::<ChangeLimits>),
        row("POST", "/{mode}/keys/{key}/limits/change/mobile", KeyHolders, step_up::mobile::<ChangeLimits>),
        row("POST", "/{mode}/keys/{key}/limits/change/otp", KeyHolders, step_up::otp::<ChangeLimits>),
        row(
            "POST",
            "/{mode}/keys/{key}/limits/change/otp/resend",
            KeyHolders,
            step_up::resend::<ChangeLimits>,
        ),
        row("POST", "/{mode}/keys/{key}/reveal", KeyHolders, regenerate::reveal),
        row("GET", "/{mode}/pairs/{key_id}/deactivate", KeyHolders, step_up::page::<Deactivate>),
        row("POST", "/{mode}/pairs/{key_id}/deactivate", KeyHolders, step_up::begin::<Deactivate>),
        row("POST", "/{mode}/pairs/{key_id}/deactivate/mobile", KeyHolders, step_up::mobile::<Deactivate>),
        row("POST", "/{mode}/pairs/{key_id}/deactivate/otp", KeyHolders, step_up::otp::<Deactivate>),
        row(
            "POST",
            "/{mode}/pairs/{key_id}/deactivate/otp/resend",
            KeyHolders,
            step_up::resend::<Deactivate>,
        ),
        row("POST", "/{mode}/pairs/{key_id}/deactivate/confirm", KeyHolders, deactivate::confirm),
        row("GET", "/{mode}/refusals", KeyHolders, refusals::page),
        row("GET", "/{mode}/keys/{key}/refusals", KeyHolders, refusals::of_key),
        row("GET", "/{mode}/profile", Members, profile::page),
        row("POST", "/{mode}/profile/language", Members, language::change),
        row("GET", "/{mode}/profile/mobile", Members, step_up::page::<ChangeMobile>),
        row("POST", "/{mode}/profile/mobile", Members, step_up::mobile::<VerifyMobile>),
        row("POST", "/{mode}/profile/mobile/change/otp", Members, step_up::otp::<ChangeMobile>),
        row("POST", "/{mode}/profile/mobile/change/otp/resend", Members, step_up::resend::<ChangeMobile>),
        row("POST", "/{mode}/profile/mobile/change/email", Members, step_up::by_email::<ChangeMobile>),
        row("GET", "/{mode}/profile/mobile/otp", Members, step_up::page::<VerifyMobile>),
        row("POST", "/{mode}/profile/mobile/otp", Members, step_up::otp::<VerifyMobile>),
        row("POST", "/{mode}/profile/mobile/otp/resend", Members, step_up::resend::<VerifyMobile>),
        row("GET", "/{mode}/profile/password", Members, step_up::page::<ChangePassword>),
        row("POST", "/{mode}/profile/password", Members, password::change),
        row("POST", "/{mode}/profile/password/otp", Members, step_up::otp::<ChangePassword>),
        row("POST", "/{mode}/profile/password/otp/resend", Members, step_up::resend::<ChangePassword>),
        row("GET", "/{mode}/two-factor", Members, two_factor::page),
        row("POST", "/{mode}/two-factor/{way}", Members, two_factor::change),
        row("POST", "/{mode}/two-factor/{way}/mobile", Members, step_up::mobile::<ChangeTwoFactor>),
        row("GET", "/{mode}/two-factor/{way}/otp", Members, step_up::page::<ChangeTwoFactor>),
        row("POST", "/{mode}/two-factor/{way}/otp", Members, step_up::otp::<ChangeTwoFactor>),
        row("POST", "/{mode}/two-factor/{way}/otp/resend", Members, step_up::resend::<ChangeTwoFactor>),
        row("GET", "/{mode}/two-factor/app", Members, step_up::page::<ChangeApp>),
        row("POST", "/{mode}/two-factor/app/change/otp", Members, step_up::otp::<ChangeApp>),
        row("POST", "/{mode}/two-factor/app/change/otp/resend", Members, step_up::resend::<ChangeApp>),
        row("POST", "/{mode}/two-factor/app/begin", Members, authenticator::begin),
        row("GET", "/{mode}/two-factor/app/code", Members, authenticator::code_page),
        row("POST", "/{mode}/two-factor/app/code", Members, authenticator::confirm),
        row("POST", "/{mode}/two-factor/app/remove", Members, authenticator::remove),
        row("GET", "/{mode}/two-factor/backup-codes", Members, step_up::page::<DrawCodes>),
        row("POST", "/{mode}/two-factor/backup-codes/otp", Members, step_up::otp::<DrawCodes>),
        row("POST", "/{mode}/two-factor/backup-codes/otp/resend", Members, step_up::resend::<DrawCodes>),
        row("POST", "/{mode}/two-factor/backup-codes/new", Members, backup_codes::draw),
        row("POST", "/{mode}/profile/sessions/end-others", Members, profile::end_others),
        row("POST", "/{mode}/profile/sessions/{session}/end", Members, profile::end_session),
        row("GET", "/demo", Demo, demo::page),
        row("GET", "/demo/messages", Demo, demo::messages),
    ]
}

/// The operator console's pages and what their forms do, under hosts of their own.
pub fn console_pages() -> Vec<Row> {
    use Who::{Anybody, Operator};
    use console::{
        account, accounts, audit, brands, fleet, letters, limits, log_in, operators, overview, reviews,
    };
    vec![
        row("GET", "/login", Anybody, log_in::page),
        row("POST", "/login", Anybody, log_in::submit),
        row("GET", "/enrol", Anybody, log_in::enrol_page),
        row("POST", "/enrol", Anybody, log_in::enrol),
        row("GET", "/enrol/app", Anybody, log_in::app_page),
        row("POST", "/enrol/app", Anybody, log_in::confirm),
        row("POST", "/logout", Anybody, log_in::log_out),
        row("GET", "/", Operator, overview::page),
        row("GET", "/accounts", Operator, accounts::page),
        row("GET", "/accounts/{account}", Operator, account::page),
        row("POST", "/accounts/{account}/activation/approve", Operator, account::activate),
        row("POST", "/accounts/{account}/activation/return", Operator, account::return_activation),
        row("POST", "/accounts/{account}/website/verify", Operator, account::verify_website),
        row("POST", "/accounts/{account}/website/return", Operator, account::return_website),
        row("POST", "/accounts/{account}/members/{user}/unlock", Operator, account::unlock),
        row(
            "POST",
            "/accounts/{account}/members/{user}/reset-two-factor",
            Operator,
            account::reset_two_factor,
        ),
        row("GET", "/reviews", Operator, reviews::page),
        row("GET", "/brands", Operator, brands::list),
        row("GET", "/brands/{org}/{country}", Operator, brands::page),
        row("GET", "/brands/{org}/{country}/preview/{page}", Operator, brands::preview),
        row("GET", "/brands/{org}/{country}/preview.css", Operator, brands::stylesheet),
        row("GET", "/brands/{org}/{country}/logo", Operator, brands::logo),
        row("GET", "/audit", Operator, audit::page),
        row("POST", "/audit/export", Operator, audit::export),
        row("GET", "/letters", Operator, letters::page),
        row("POST", "/letters/{letter}/retry", Operator, letters::retry),
        row("GET", "/limits", Operator, limits::page),
        row("GET", "/fleet", Operator, fleet::page),
        row("GET", "/operators", Operator, operators::page),
        row("POST", "/operators", Operator, operators::appoint),
        row("POST", "/operators/{operator}/reset", Operator, operators::reset),
        row("POST", "/operators/{operator}/remove", Operator, operators::remove),
        row("POST", "/sessions/{session}/end", Operator, operators::end_session),
    ]
}

/// Everything that the public listener answers.
pub fn router(app: &App) -> Router {
    let dashboards = dashboard::around(routed(pages()), app).with_state(app.clone());
    let console = console::around(routed(console_pages()), app).with_state(app.clone());
    Router::new()
        .nest("/api/v1", api::router().route_layer(from_fn(traced)))
        .merge(one("GET", "/v1/whoami", whoami))
        .with_state(app.clone())
        .fallback_service(console::by_host(app, console, dashboards))
        .layer(from_fn_with_state(app.clone(), timed))
}

/// Counts every answer and how long it took. TM-78: by kind, not by what was asked.
async fn timed(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked_at = SystemClock.nanoseconds();
    let answer = next.run(request).await;
    let took = (SystemClock.nanoseconds() - asked_at).unsigned_abs();
    app.meters().answered(answer.status().as_u16(), took);
    answer
}

fn routed(rows: Vec<Row>) -> Router<App> {
    let routes = rows.into_iter().fold(Router::new(), |all, row| all.route(row.path, row.answer));
    routes.route_layer(from_fn(traced))
}

fn row<H: Handler<T, App>, T: 'static>(
    method: &'static str,
    path: &'static str,
    who: Who,
    handler: H,
) -> Row {
    let method_of_http: Method = method.parse().expect("rows name methods of HTTP");
    let filter = MethodFilter::try_from(method_of_http).expect("rows name methods that can be routed");
    Row { method, path, who, answer: on(filter, handler) }
}

fn one<H: Handler<T, App>, T: 'static>(method: &'static str, path: &'static str, handler: H) -> Router<App> {
    Router::new().route(path, row(method, path, Who::Anybody, handler).answer)
}

async fn whoami(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    // Anybody reaches this listener: only a trusted proxy's word about where a request came from is taken.
    let address = dashboard::client(&headers, from.ip(), &app.config.public);
    gateway::whoami(&app.desk, &headers, gateway::Caller::at(address), &app.tally).map(Body::new)
}
