//! Manage Team: who is in the account as what, and what its owner does about one member or all of them.

use std::collections::HashMap;

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Action, Purpose, Refusal, Role, Timestamp, UserId, may};
use engine::{EngineError, Pending};
use serde::Deserialize;
use store::TeamMember;

use crate::app::Engine;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::brand::role_word;
use crate::pages::form::{Hidden, steps};
use crate::pages::layout::{Frame, Notice, Place};
use crate::pages::team::{
    ConfirmPage, InvitationRow, InvitationStanding, InviteForm, MemberPage, MemberRow, RoleChoice, TeamPage,
    roles_sentence,
};
use crate::words::named;

/// What was done before the page was shown.
#[derive(Deserialize)]
pub struct Before {
    done: Option<String>,
}

/// A role for a member.
#[derive(Deserialize)]
pub struct RoleForm {
    #[serde(default)]
    role: String,
}

/// Refuses whoever does not manage the team.
pub fn manages(member: &Member) -> Result<(), EngineError> {
    Ok(may(&Engine::actor(&member.view), Action::ManageTeam, &member.view.account.id)?)
}

/// The frame of a page about the team.
pub fn frame(member: &Member, title: impl Into<String>) -> Frame {
    member.frame(title, "/team", Place::InsideSettings)
}

/// The page.
pub async fn page(member: Member, Query(before): Query<Before>) -> Response {
    let notice = before.done.as_deref().and_then(|word| {
        let id = match word {
            "sent" => named("team-sent"),
            "sent-again" => named("team-sent-again"),
            "cancelled" => named("team-cancelled"),
            "unlocked" => named("team-unlocked"),
            "reset" => named("team-reset-done"),
            "removed" => named("team-removed"),
            "role" => named("team-role-changed"),
            _ => return None,
        };
        Some(Notice::Done(member.say(id).text()))
    });
    match team_page(&member, None).await {
        Ok(page) => show(&TeamPage {
            frame: match notice {
                Some(notice) => page.frame.with_notice(notice),
                None => page.frame,
            },
            ..page
        }),
        Err(error) => member.trouble(error),
    }
}

/// The page as it stands; with the form that was not accepted, and why.
pub async fn team_page(member: &Member, refused: Option<InviteForm>) -> Result<TeamPage, EngineError> {
    manages(member)?;
    let engine = &member.app.engine;
    let account = &member.view.account;
    let seen: HashMap<UserId, Timestamp> = engine.store().last_seen(&account.id).await?.into_iter().collect();
    let mut team = engine.team(&account.id).await?;
    team.sort_by_key(|one| one.member.role != Role::Owner);
    let members = team.into_iter().map(|one| row(member, one, &seen)).collect();
    let pending = engine.pending_invitations(&account.id).await?;
    let look = &member.site.look;
    Ok(TeamPage {
        frame: frame(member, member.say("team-title")),
        account: account.name.clone(),
        members,
        // Who the operator made the owner of the account is the operator's business.
        invitations: pending
            .iter()
            .filter(|one| one.invitation.role != Role::Owner)
            .map(|one| invitation_row(member, one))
            .collect(),
        invite: refused.unwrap_or_else(|| InviteForm {
            email: String::new(),
            roles: role_choices(member, None),
            error: None,
        }),
        two_factor_required: account.two_factor_required,
        roles_sentence: roles_sentence(&look.words, &look.roles),
        here: member.here(),
    })
}

fn row(member: &Member, one: TeamMember, seen: &HashMap<UserId, Timestamp>) -> MemberRow {
    let locked = one.user.locked_at.is_some();
    let is_owner = one.member.role == Role::Owner;
    let base = member.path(&format!("/team/{}", one.user.id));
    MemberRow {
        id: one.user.id.to_string(),
        is_you: one.user.id == member.view.user.id,
        role: role_word(member.site.words(), one.member.role),
        two_factor: one.user.logs_in_with_two(),
        locked,
        last_seen: seen.get(&one.user.id).map(|at| member.moment(*at)),
        unlock: (locked && !is_owner).then(|| format!("{base}/unlock")),
        page: (!is_owner).then_some(base),
        name: one.user.name,
        email: one.user.email,
    }
}

fn invitation_row(member: &Member, one: &Pending) -> InvitationRow {
    let until = member.moment(one.invitation.expires_at);
    let state = match one.standing(member.now) {
        engine::PendingStanding::Held => InvitationStanding::Held,
        engine::PendingStanding::Works => InvitationStanding::Works { until },
        engine::PendingStanding::Over => InvitationStanding::Over { until },
        engine::PendingStanding::Dead => InvitationStanding::Dead,
    };
    InvitationRow {
        id: one.invitation.id.to_string(),
        email: one.invitation.email.clone(),
        role: role_word(member.site.words(), one.invitation.role),
        state,
    }
}

/// The roles that can be given at this brand.
pub fn role_choices(member: &Member, chosen: Option<&str>) -> Vec<RoleChoice> {
    let given = member.site.brand.rules.roles.iter().filter(|role| **role != Role::Owner);
    let choice = |role: &Role| RoleChoice {
        value: role.to_string(),
        words: role_word(member.site.words(), *role),
        // Whoever chooses nothing gives the least.
        chosen: chosen.unwrap_or(Role::ViewOnly.as_str()) == role.as_str(),
    };
    given.map(choice).collect()
}

/// One member.
pub async fn one(member: Member, Named(user): Named<UserId>) -> Response {
    let found = async {
        manages(&member)?;
        member.app.engine.team_member(&member.view.account.id, &user).await
    };
    match found.await {
        Ok(found) => shows(&member, found, StatusCode::OK, None).await,
        Err(error) => member.trouble(error),
    }
}

async fn shows(member: &Member, one: TeamMember, status: StatusCode, error: Option<String>) -> Response {
    match member_page(member, one, error).await {
        Ok(page) => page_of(status, &page),
        Err(error) => member.trouble(error),
    }
}

async fn member_page(
    member: &Member,
    one: TeamMember,
    error: Option<String>,
) -> Result<MemberPage, EngineError> {
    if one.member.role == Role::Owner {
        return Err(Refusal::OwnerStays.into());
    }
    let engine = &member.app.engine;
    let seen = engine.store().last_seen(&member.view.account.id).await?;
    let accounts = engine.own_accounts(&one.user.id).await?;
    Ok(MemberPage {
        frame: frame(member, one.user.name.clone()),
        account: member.view.account.name.clone(),
        base: member.path(&format!("/team/{}", one.user.id)),
        role: role_word(member.site.words(), one.member.role),
        roles: role_choices(member, Some(one.member.role.as_str())),
        two_factor: one.user.logs_in_with_two(),
        locked: one.user.locked_at.is_some(),
        last_seen: seen.iter().find(|(user, _)| *user == one.user.id).map(|(_, at)| member.moment(*at)),
        elsewhere: accounts.len() > 1,
        error,
        here: member.here(),
        name: one.user.name,
        email: one.user.email,
    })
}

/// Unlocks a member.
pub async fn unlock(member: Member, Named(user): Named<UserId>) -> Response {
    let unlocked = async {
        // Before anybody is looked up: whoever may not is told the same of everybody.
        manages(&member)?;
        let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
        member.app.engine.unlock(&actor, account, &user, member.now).await
    };
    match unlocked.await {
        Ok(_) => member.to("/team?done=unlocked"),
        Err(error) => member.trouble(error),
    }
}

/// Removes a member.
pub async fn remove(member: Member, Named(user): Named<UserId>) -> Response {
    let removed = async {
        manages(&member)?;
        let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
        let rng = &mut *member.app.rng();
        member.app.engine.remove_member(&actor, account, &user, member.now, rng).await
    };
    match removed.await {
        Ok(_) => {
            member.app.letters.notify_one();
            member.to("/team?done=removed")
        }
        Err(error) => member.trouble(error),
    }
}

/// Gives a member another role; making an admin asks for a code first, if one is due.
pub async fn role(member: Member, Named(user): Named<UserId>, Form(form): Form<RoleForm>) -> Response {
    let changed = async {
        manages(&member)?;
        let found = member.app.engine.team_member(&member.view.account.id, &user).await?;
        let Ok(role) = form.role.parse() else {
            let words = member.say("team-choose-one").text();
            return Ok(shows(&member, found, StatusCode::UNPROCESSABLE_ENTITY, Some(words)).await);
        };
        match give(&member, &user, role).await {
            Ok(()) => Ok(member.to("/team?done=role")),
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => {
                MakeAdmin { one: found }.flow(&member).begin(&member).await
            }
            Err(EngineError::Refused(Refusal::Invalid { .. })) => {
                let words = member.say("team-choose-one").text();
                Ok(shows(&member, found, StatusCode::UNPROCESSABLE_ENTITY, Some(words)).await)
            }
            Err(error) => Err(error),
        }
    };
    changed.await.unwrap_or_else(|error| member.trouble(error))
}

async fn give(member: &Member, user: &UserId, role: Role) -> Result<(), EngineError> {
    let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
    let (view, rng) = (Some(&member.view), &mut *member.app.rng());
    member.app.engine.change_role(&actor, view, account, user, role, member.now, rng).await?;
    member.app.letters.notify_one();
    Ok(())
}

/// Making a member an admin.
pub struct MakeAdmin {
    one: TeamMember,
}

impl Guarded for MakeAdmin {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        Ok(MakeAdmin { one: other_member(member, named).await? })
    }

    fn flow(&self, member: &Member) -> Flow {
        let base = format!("/team/{}/admin", self.one.user.id);
        flow(Purpose::MakeAdmin { user: self.one.user.id }, base, member.say("team-code-admin"))
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let name = &self.one.user.name;
        let account = &member.view.account.name;
        Ok(show(&ConfirmPage {
            frame: frame(member, member.say("team-title")),
            progress: steps(member.site.words(), &["step-confirm"], 0),
            heading: member.say("team-make-admin").with("name", name).text(),
            words: member.say("team-make-admin-words").with("account", account).text(),
            harms: false,
            password: false,
            error: None,
            action: member.own_path(&format!("/team/{}/admin/confirm", self.one.user.id)),
            hidden: Hidden::none(),
            button: member.say("team-make-admin-button").text(),
            cancel: member.path(&format!("/team/{}", self.one.user.id)),
        }))
    }
}

/// Makes the member an admin.
pub async fn make_admin(Wanted { member, action }: Wanted<MakeAdmin>) -> Response {
    let made = async {
        match give(&member, &action.one.user.id, Role::Admin).await {
            Ok(()) => Ok(member.to("/team?done=role")),
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => action.flow(&member).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    made.await.unwrap_or_else(|error| member.trouble(error))
}

/// A member of the team who is not its owner, named by a path.
pub async fn other_member(member: &Member, named: &str) -> Result<TeamMember, EngineError> {
    manages(member)?;
    let user: UserId = named.parse().map_err(|_| Refusal::NotFound)?;
    let one = member.app.engine.team_member(&member.view.account.id, &user).await?;
    if one.member.role == Role::Owner { Err(Refusal::OwnerStays.into()) } else { Ok(one) }
}

/// The paths and words of a guarded action about the team.
pub fn flow(purpose: Purpose, base: String, words: impl Into<String>) -> Flow {
    Flow {
        purpose,
        number: format!("{base}/mobile"),
        page: base.clone(),
        done: base.clone(),
        base,
        words: words.into(),
        steps: &["step-confirm"],
        title: named("team-title"),
        cancel: "/team",
        asks_freely: true,
    }
}

/// Asks two-factor of the whole team.
pub async fn require_two_factor(member: Member) -> Response {
    match requires(&member, true).await {
        Ok(()) => member.to("/team"),
        Err(EngineError::Refused(refusal @ Refusal::TwoFactorFirst)) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            match team_page(&member, None).await {
                Ok(page) => {
                    let frame = page.frame.with_notice(Notice::Trouble(words));
                    page_of(StatusCode::CONFLICT, &TeamPage { frame, ..page })
                }
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => member.trouble(error),
    }
}

async fn requires(member: &Member, required: bool) -> Result<(), EngineError> {
    let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
    let view = Some(&member.view);
    member.app.engine.require_two_factor(&actor, view, account, required, member.now).await?;
    Ok(())
}

/// No longer asking two-factor of the whole team.
pub struct TeamTwoFactorOff;

impl Guarded for TeamTwoFactorOff {
    async fn find(member: &Member, _: &str) -> Result<Self, EngineError> {
        manages(member)?;
        Ok(TeamTwoFactorOff)
    }

    fn flow(&self, member: &Member) -> Flow {
        let base = "/team/two-factor/off".to_owned();
        flow(Purpose::TeamTwoFactorOff, base, member.say("team-code-all"))
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(show(&ConfirmPage {
            frame: frame(member, member.say("team-title")),
            progress: steps(member.site.words(), &["step-confirm"], 0),
            heading: member.say("team-all-ask").text(),
            words: member.say("team-all-ask-words").text(),
            harms: true,
            password: false,
            error: None,
            action: member.own_path("/team/two-factor/off/confirm"),
            hidden: Hidden::none(),
            button: member.say("team-all-no-longer").text(),
            cancel: member.path("/team"),
        }))
    }
}

/// Stops asking two-factor of the whole team.
pub async fn stop_requiring(Wanted { member, action }: Wanted<TeamTwoFactorOff>) -> Response {
    let stopped = async {
        match requires(&member, false).await {
            Ok(()) => Ok(member.to("/team")),
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => action.flow(&member).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    stopped.await.unwrap_or_else(|error| member.trouble(error))
}
