//! Transfer ownership: the account password, a code, one more look, done.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Password, Purpose, Refusal};
use engine::{EngineError, Step};
use serde::Deserialize;
use store::TeamMember;

use crate::dashboard::member::Member;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::team::{flow, frame, other_member};
use crate::dashboard::trouble::{page_of, sentence};
use crate::pages::form::{Hidden, steps};
use crate::pages::team::ConfirmPage;

/// The password that comes before the code.
#[derive(Deserialize)]
pub struct Confirmed {
    #[serde(default)]
    password: String,
}

/// Making a member of this account its owner.
pub struct Transfer {
    one: TeamMember,
}

impl Guarded for Transfer {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        Ok(Transfer { one: other_member(member, named).await? })
    }

    fn flow(&self, member: &Member) -> Flow {
        let user = self.one.user.id;
        let base = format!("/team/{user}/transfer");
        let flow = flow(Purpose::TransferOwnership { user }, base, member.say("team-code-transfer"));
        // A password comes before the first code.
        Flow { asks_freely: false, ..flow }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let purpose = Purpose::TransferOwnership { user: self.one.user.id };
        let step = member.app.engine.step(&member.view, &purpose, member.now).await?;
        Ok(self.shows(member, StatusCode::OK, step == Step::Clear, None))
    }
}

impl Transfer {
    /// The last look, once a code was answered; the password before it.
    fn shows(&self, member: &Member, status: StatusCode, clear: bool, error: Option<String>) -> Response {
        let user = &self.one.user;
        let base = format!("/team/{}", user.id);
        let (action, button) = match clear {
            true => ("/transfer/confirm", member.say("team-transfer-button")),
            false => ("/transfer", member.say("team-transfer-go-on")),
        };
        let words = member
            .say("team-transfer-words")
            .with("name", &user.name)
            .with("account", &member.view.account.name);
        page_of(
            status,
            &ConfirmPage {
                frame: frame(member, member.say("team-transfer")),
                progress: if clear {
                    steps(member.site.words(), &["step-otp", "step-confirm"], 1)
                } else {
                    Vec::new()
                },
                heading: member.say("team-transfer-ask").with("name", &user.name).text(),
                words: words.text(),
                harms: true,
                password: !clear,
                error,
                action: member.own_path(&format!("{base}{action}")),
                hidden: Hidden::none(),
                button: button.text(),
                cancel: member.path(&base),
            },
        )
    }
}

/// Compares the password and sends the code.
pub async fn begin(Wanted { member, action }: Wanted<Transfer>, Form(form): Form<Confirmed>) -> Response {
    let (password, rng) = (Password::new(&form.password), &mut *member.app.rng());
    let user = &action.one.user.id;
    match member.app.engine.ask_transfer(&member.view, user, password, member.now, rng).await {
        Ok(_) => {
            member.app.letters.notify_one();
            member.to(&action.flow(&member).page)
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongPassword
            | Refusal::TooManyAttempts { .. }
            | Refusal::CodeJustSent { .. }
            | Refusal::TooManyCodes { .. }
            | Refusal::MobileNeeded
            | Refusal::Invalid { .. }),
        )) => {
            let words = match &refusal {
                Refusal::MobileNeeded => member.say("team-transfer-number").text(),
                Refusal::Invalid { .. } => member.say("team-transfer-locked").text(),
                other => sentence(other, &member.site.look, member.now),
            };
            action.shows(&member, StatusCode::UNPROCESSABLE_ENTITY, false, Some(words))
        }
        Err(error) => member.trouble(error),
    }
}

/// Hands the account on. The former owner is an admin now and sees the account's home.
pub async fn confirm(Wanted { member, action }: Wanted<Transfer>) -> Response {
    let (user, rng) = (&action.one.user.id, &mut *member.app.rng());
    match member.app.engine.transfer_ownership(&member.view, user, member.now, rng).await {
        Ok(()) => {
            member.app.letters.notify_one();
            member.to("")
        }
        Err(EngineError::Refused(Refusal::StepUpNeeded)) => member.to(&action.flow(&member).page),
        Err(error) => member.trouble(error),
    }
}
