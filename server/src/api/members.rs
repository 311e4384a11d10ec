//! Members: who is in an account, and unlocking them.

use axum::Json;
use axum::extract::State;
use domain::{AccountId, Refusal, UserId};
use engine::EngineError;
use store::TeamMember;
use wire::members::Member;
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
