//! Manage Team: who is in the account, and unlocking a member.

use axum::response::Response;
use domain::{Action, Role, UserId, may};

use crate::app::Engine;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::trouble::page as show;
use crate::pages::brand::role_word;
use crate::pages::layout::Place;
use crate::pages::team::{MemberRow, TeamPage, roles_sentence};

/// The page.
pub async fn page(member: Member) -> Response {
    let actor = Engine::actor(&member.view);
    if let Err(refusal) = may(&actor, Action::ManageTeam, &member.view.account.id) {
        return member.trouble(refusal.into());
    }
    let team = match member.app.engine.team(&member.view.account.id).await {
        Ok(team) => team,
        Err(error) => return member.trouble(error),
    };
    let members = team
        .into_iter()
        .map(|one| {
            let locked = one.user.locked_at.is_some();
            let unlockable = locked && one.member.role != Role::Owner;
            MemberRow {
                id: one.user.id.to_string(),
                is_you: one.user.id == member.view.user.id,
                role: role_word(member.site.words(), one.member.role),
                two_factor: one.user.two_factor,
                locked,
                unlock: unlockable.then(|| member.path(&format!("/team/{}/unlock", one.user.id))),
                name: one.user.name,
                email: one.user.email,
            }
        })
        .collect();
    show(&TeamPage {
        frame: member.frame("Manage Team", "/team", Place::InsideSettings),
        account: member.view.account.name.clone(),
        members,
        roles: roles_sentence(&member.site.look.roles),
    })
}

/// Unlocks a member.
pub async fn unlock(member: Member, Named(user): Named<UserId>) -> Response {
    let actor = Engine::actor(&member.view);
    match member.app.engine.unlock(&actor, &member.view.account.id, &user, member.now).await {
        Ok(_) => member.to("/team"),
        Err(error) => member.trouble(error),
    }
}
