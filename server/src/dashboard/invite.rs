//! Invite somebody to the account, again if need be, and take it back.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Action, Invitation, InvitationId, InvitationState, Invite, Purpose, Refusal, Role, may};
use engine::EngineError;
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::team::{flow, frame, manages, role_choices, team_page};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::brand::role_word;
use crate::pages::form::{Hidden, steps};
use crate::pages::team::{ConfirmPage, InviteForm};

/// Whom to invite, as typed.
#[derive(Deserialize)]
pub struct Guest {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

/// Invites. What cannot be is said on the page, with what was typed.
pub async fn invite(member: Member, Form(guest): Form<Guest>) -> Response {
    match invited(&member, &guest).await {
        Ok(response) => response,
        Err(EngineError::Refused(
            refusal @ (Refusal::Invalid { .. }
            | Refusal::AlreadyInTeam
            | Refusal::AlreadyInvited
            | Refusal::TooManyInvitations { .. }
            | Refusal::TooManyPending { .. }),
        )) => {
            let words = match &refusal {
                Refusal::Invalid { field: "role", .. } => member.say("team-choose-one").text(),
                other => sentence(other, &member.site.look, member.now),
            };
            let roles = role_choices(&member, Some(&guest.role));
            let form = InviteForm { email: guest.email, roles, error: Some(words) };
            match team_page(&member, Some(form)).await {
                Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => member.trouble(error),
    }
}

async fn invited(member: &Member, guest: &Guest) -> Result<Response, EngineError> {
    manages(member)?;
    let role: Role = guest.role.parse().map_err(|_| Refusal::invalid("role", "Choose one of the roles."))?;
    let request = Invite { email: guest.email.clone(), role };
    let (engine, actor, view) = (&member.app.engine, Engine::actor(&member.view), &member.view);
    let rng = &mut *member.app.rng();
    let invitation = engine.invite(&actor, Some(view), &view.account.id, &request, member.now, rng).await?;
    if invitation.state == InvitationState::Held {
        return SendInvitation { invitation }.flow(member).begin(member).await;
    }
    member.app.letters.notify_one();
    Ok(member.to("/team?done=sent"))
}

/// Sending an invitation that lets somebody see keys.
pub struct SendInvitation {
    invitation: Invitation,
}

impl Guarded for SendInvitation {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        manages(member)?;
        let id: InvitationId = named.parse().map_err(|_| Refusal::NotFound)?;
        let (_, invitation) = member.app.engine.own_invitation(&member.view.account.id, &id).await?;
        match invitation.state {
            InvitationState::Held => Ok(SendInvitation { invitation }),
            _ => Err(Refusal::NotFound.into()),
        }
    }

    fn flow(&self, member: &Member) -> Flow {
        let id = self.invitation.id;
        let base = format!("/team/invitations/{id}/send");
        flow(Purpose::SendInvitation { invitation: id }, base, member.say("team-code-invite"))
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let Invitation { id, email, role, .. } = &self.invitation;
        let words = member
            .say("team-confirm-invite-words")
            .with("email", email)
            .with("account", &member.view.account.name)
            .with("role", role_word(member.site.words(), *role));
        Ok(show(&ConfirmPage {
            frame: frame(member, member.say("team-title")),
            progress: steps(member.site.words(), &["step-confirm"], 0),
            heading: member.say("team-confirm-invite").text(),
            words: words.text(),
            harms: false,
            password: false,
            error: None,
            action: member.own_path(&format!("/team/invitations/{id}/send/confirm")),
            hidden: Hidden::none(),
            button: member.say("team-send-invitation").text(),
            cancel: member.path("/team"),
        }))
    }
}

/// Sends a held invitation.
pub async fn send(Wanted { member, action }: Wanted<SendInvitation>) -> Response {
    let sent = async {
        let (engine, rng) = (&member.app.engine, &mut *member.app.rng());
        match engine.send_held_invitation(&member.view, &action.invitation.id, member.now, rng).await {
            Ok(()) => {
                member.app.letters.notify_one();
                Ok(member.to("/team?done=sent"))
            }
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => action.flow(&member).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    sent.await.unwrap_or_else(|error| member.trouble(error))
}

/// Sends an invitation again, with a new link.
pub async fn send_again(member: Member, Named(id): Named<InvitationId>) -> Response {
    let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
    let sent = async {
        may(&actor, Action::ManageTeam, account)?;
        let rng = &mut *member.app.rng();
        member.app.engine.send_invitation_again(&actor, account, &id, member.now, rng).await
    };
    match sent.await {
        Ok(_) => {
            member.app.letters.notify_one();
            member.to("/team?done=sent-again")
        }
        Err(error) => member.trouble(error),
    }
}

/// Takes an invitation back.
pub async fn cancel(member: Member, Named(id): Named<InvitationId>) -> Response {
    let (actor, account) = (Engine::actor(&member.view), &member.view.account.id);
    let cancelled = async {
        may(&actor, Action::ManageTeam, account)?;
        member.app.engine.cancel_invitation(&actor, account, &id, member.now).await
    };
    match cancelled.await {
        Ok(_) => member.to("/team?done=cancelled"),
        Err(error) => member.trouble(error),
    }
}
