//! Members: who is in an account as what, and unlocking them.

use axum::Json;
use axum::extract::State;
use domain::{AccountId, IdError, Refusal, Role, UserId};
use engine::EngineError;
use store::TeamMember;
use wire::members::{GiveRole, Member};
use wire::page::Page;

use super::document::Problems;
use super::json::{Asked, Nothing};
use super::moments::moment;
use super::operator::Operator;
use super::page::{PageAsk, cut, limit};
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// List an account's members
#[utoipa::path(
    get, path = "/accounts/{account}/members", tag = "members", operation_id = "list_members",
    params(("account" = String, Path, description = "The account's id"), PageAsk),
    responses((status = 200, description = "Members, oldest first", body = Page<Member>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Place(account): Place<String>,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Member>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let account = app.engine.account(&named(&account)?).await?;
    let members = app.engine.team(&account.id).await?.iter().map(member).collect();
    Ok(Json(cut(members, ask.after.as_deref(), limit, |member: &Member| member.user.clone())?))
}

/// Unlock a member
///
/// Owners too. A member who is not locked is what was wished for.
#[utoipa::path(
    post, path = "/accounts/{account}/members/{user}/unlock", tag = "members", operation_id = "unlock_member",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("user" = String, Path, description = "The member's user id"),
    ),
    responses((status = 200, description = "The member, not locked", body = Member), Problems),
)]
pub(super) async fn unlock(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, user)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Member>, Problem> {
    let (account, user): (AccountId, UserId) = (named(&account)?, named(&user)?);
    match app.engine.unlock(&actor, &account, &user, app.now()).await {
        Ok(_) | Err(EngineError::Refused(Refusal::NotLocked { .. })) => {}
        Err(other) => return Err(other.into()),
    }
    let team = app.engine.team(&account).await?;
    let found = team.iter().find(|one| one.user.id == user).ok_or(Refusal::NotFound)?;
    Ok(Json(member(found)))
}

/// Give a member another role
///
/// It counts at their next request. The owner's role changes only by making another member the owner.
#[utoipa::path(
    post, path = "/accounts/{account}/members/{user}/role", tag = "members", operation_id = "give_role",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("user" = String, Path, description = "The member's user id"),
    ),
    request_body = GiveRole,
    responses((status = 200, description = "The member", body = Member), Problems),
)]
pub(super) async fn give_role(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, user)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<GiveRole>,
) -> Result<Json<Member>, Problem> {
    let (account, user): (AccountId, UserId) = (named(&account)?, named(&user)?);
    let role = role(&asked.body.role)?;
    let given =
        app.engine.change_role(&actor, None, &account, &user, role, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(member(&given)))
}

/// Remove a member
///
/// Whatever they have open is closed to them at their next request. Their login and their other accounts stay.
#[utoipa::path(
    post, path = "/accounts/{account}/members/{user}/remove", tag = "members", operation_id = "remove_member",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("user" = String, Path, description = "The member's user id"),
    ),
    responses((status = 200, description = "The member, as they were", body = Member), Problems),
)]
pub(super) async fn remove(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, user)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Member>, Problem> {
    let (account, user): (AccountId, UserId) = (named(&account)?, named(&user)?);
    let gone = app.engine.remove_member(&actor, &account, &user, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(member(&gone)))
}

/// Reset a member's two-factor
///
/// Owners too. Their number and authenticator app are forgotten and their sessions end; they set up another one at the next
/// login. A lock stays.
#[utoipa::path(
    post, path = "/accounts/{account}/members/{user}/reset-two-factor", tag = "members",
    operation_id = "reset_two_factor",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("user" = String, Path, description = "The member's user id"),
    ),
    responses((status = 200, description = "The member, without a second factor", body = Member), Problems),
)]
pub(super) async fn reset_two_factor(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, user)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Member>, Problem> {
    let (account, user): (AccountId, UserId) = (named(&account)?, named(&user)?);
    app.engine.reset_two_factor(&actor, None, &account, &user, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(member(&app.engine.team_member(&account, &user).await?)))
}

/// Make another member the owner
///
/// For an owner who cannot do it any more. Whoever was the owner becomes an admin.
#[utoipa::path(
    post, path = "/accounts/{account}/members/{user}/make-owner", tag = "members", operation_id = "make_owner",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("user" = String, Path, description = "The member's user id"),
    ),
    responses((status = 200, description = "The new owner", body = Member), Problems),
)]
pub(super) async fn make_owner(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, user)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Member>, Problem> {
    let (account, user): (AccountId, UserId) = (named(&account)?, named(&user)?);
    app.engine.transfer_by_operator(&actor, &account, &user, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(member(&app.engine.team_member(&account, &user).await?)))
}

/// The role that a word names.
pub(super) fn role(word: &str) -> Result<Role, Problem> {
    word.parse().map_err(|error: IdError| {
        Refusal::invalid("role", format!("Choose one of {}.", error.expected)).into()
    })
}

fn member(one: &TeamMember) -> Member {
    Member {
        user: one.user.id.to_string(),
        name: one.user.name.clone(),
        email: one.user.email.clone(),
        role: one.member.role.to_string(),
        mobile_verified: one.user.mobile.is_some(),
        two_factor: one.user.two_factor,
        locked_at: one.user.locked_at.map(moment),
    }
}
