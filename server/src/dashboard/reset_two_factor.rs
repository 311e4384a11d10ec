//! Reset a member's two-factor: step-up, what it means, done.

use axum::response::Response;
use domain::{Purpose, Refusal};
use engine::EngineError;
use store::TeamMember;

use crate::app::Engine;
use crate::dashboard::member::Member;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::team::{flow, frame, other_member};
use crate::dashboard::trouble::page as show;
use crate::pages::form::{Hidden, steps};
use crate::pages::team::ConfirmPage;

/// Resetting the two-factor of a member of this account.
pub struct ResetTwoFactor {
    one: TeamMember,
}

impl Guarded for ResetTwoFactor {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        let one = other_member(member, named).await?;
        let accounts = member.app.engine.own_accounts(&one.user.id).await?;
        if accounts.len() > 1 { Err(Refusal::OperatorNeeded.into()) } else { Ok(ResetTwoFactor { one }) }
    }

    fn flow(&self, member: &Member) -> Flow {
        let user = self.one.user.id;
        let base = format!("/team/{user}/reset-two-factor");
        flow(Purpose::ResetTwoFactor { user }, base, member.say("team-code-reset"))
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let user = &self.one.user;
        Ok(show(&ConfirmPage {
            frame: frame(member, member.say("team-title")),
            progress: steps(member.site.words(), &["step-confirm"], 0),
            heading: member.say("team-reset-ask").with("name", &user.name).text(),
            words: member.say("team-reset-words").text(),
            harms: true,
            password: false,
            error: None,
            action: member.own_path(&format!("/team/{}/reset-two-factor/confirm", user.id)),
            hidden: Hidden::none(),
            button: member.say("team-reset-button").text(),
            cancel: member.path(&format!("/team/{}", user.id)),
        }))
    }
}

/// Resets it.
pub async fn confirm(Wanted { member, action }: Wanted<ResetTwoFactor>) -> Response {
    let reset = async {
        let (engine, actor, view) = (&member.app.engine, Engine::actor(&member.view), &member.view);
        let (user, rng) = (&action.one.user.id, &mut *member.app.rng());
        match engine.reset_two_factor(&actor, Some(view), &view.account.id, user, member.now, rng).await {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to("/team?done=reset"))
            }
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => action.flow(&member).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    reset.await.unwrap_or_else(|error| member.trouble(error))
}
