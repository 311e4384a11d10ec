//! Invitations: who is asked to join an account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{AccountId, InvitationId, InvitationState, Invite as Request};
use wire::members::{Invitation, Invite};
use wire::page::Page;

use super::document::Problems;
use super::json::{Asked, Nothing};
use super::members::role;
use super::moments::moment;
use super::operator::Operator;
use super::page::{PageAsk, cut, limit};
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// List an account's pending invitations
#[utoipa::path(
    get, path = "/accounts/{account}/invitations", tag = "members", operation_id = "list_invitations",
    params(("account" = String, Path, description = "The account's id"), PageAsk),
    responses((status = 200, description = "Pending invitations, oldest first", body = Page<Invitation>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Place(account): Place<String>,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Invitation>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let account = app.engine.account(&named(&account)?).await?;
    let pending = app.engine.store().pending_invitations(&account.id).await?;
    let pending = pending.iter().map(invitation).collect();
    Ok(Json(cut(pending, ask.after.as_deref(), limit, |one: &Invitation| one.id.clone())?))
}

/// Invite somebody
///
/// They get a letter with a link that works once, for seven days. Whether the address has a login at the brand is not told.
#[utoipa::path(
    post, path = "/accounts/{account}/invitations", tag = "members", operation_id = "invite",
    params(("account" = String, Path, description = "The account's id")),
    request_body = Invite,
    responses((status = 201, description = "The invitation", body = Invitation), Problems),
)]
pub(super) async fn invite(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(account): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<Invite>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    let account: AccountId = named(&account)?;
    let request = Request { email: asked.body.email, role: role(&asked.body.role)? };
    let invited = app.engine.invite(&actor, None, &account, &request, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok((StatusCode::CREATED, Json(invitation(&invited))))
}

/// Send an invitation again
///
/// With a new link; the old one no longer works. Once a minute, five times a day.
#[utoipa::path(
    post, path = "/accounts/{account}/invitations/{invitation}/resend", tag = "members",
    operation_id = "resend_invitation",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("invitation" = String, Path, description = "The invitation's id"),
    ),
    responses((status = 200, description = "The invitation", body = Invitation), Problems),
)]
pub(super) async fn resend(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, id)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Invitation>, Problem> {
    let (account, id): (AccountId, InvitationId) = (named(&account)?, named(&id)?);
    let sent = app.engine.send_invitation_again(&actor, &account, &id, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(invitation(&sent)))
}

/// Cancel an invitation
///
/// Its link no longer works. Cancelling what is over already changes nothing.
#[utoipa::path(
    post, path = "/accounts/{account}/invitations/{invitation}/cancel", tag = "members",
    operation_id = "cancel_invitation",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("invitation" = String, Path, description = "The invitation's id"),
    ),
    responses((status = 200, description = "The invitation", body = Invitation), Problems),
)]
pub(super) async fn cancel(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, id)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Invitation>, Problem> {
    let (account, id): (AccountId, InvitationId) = (named(&account)?, named(&id)?);
    let cancelled = app.engine.cancel_invitation(&actor, &account, &id, app.now()).await?;
    Ok(Json(invitation(&cancelled)))
}

fn invitation(one: &domain::Invitation) -> Invitation {
    let state = match one.state {
        InvitationState::Held => "held",
        InvitationState::Open { .. } => "sent",
        InvitationState::Accepted { .. } => "accepted",
        InvitationState::Cancelled { .. } => "cancelled",
    };
    Invitation {
        id: one.id.to_string(),
        email: one.email.clone(),
        role: one.role.to_string(),
        state: state.to_owned(),
        inviter: one.inviter.to_string(),
        sent_at: one.sent.last().copied().map(moment),
        expires_at: moment(one.expires_at),
    }
}
