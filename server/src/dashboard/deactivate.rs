//! Deactivate a retiring pair early: step-up, what will happen, done.

use axum::Form;
use axum::response::Response;
use domain::{Action, Key, KeyId, Pair, Purpose, Refusal, Standing, may};
use engine::EngineError;

use crate::app::Engine;
use crate::dashboard::generate::own_key;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, MobileForm, OtpForm};
use crate::dashboard::trouble::page as show;
use crate::pages::deactivate::DeactivatePage;
use crate::pages::form::{Hidden, steps};
use crate::pages::layout::Place;

type Target = Named<KeyId>;

/// Whatever is next: a step of the step-up, or what will happen.
pub async fn page(member: Member, Named(key_id): Target) -> Response {
    let next = async {
        let (key, pair) = working(&member, &key_id).await?;
        if let Some(next) = flow(&member, &key_id).next(&member).await? {
            return Ok(next);
        }
        Ok(show(&confirm_page(&member, &key, &pair)))
    };
    next.await.unwrap_or_else(|error| member.trouble(error))
}

/// Begins: asks for a code if one is due.
pub async fn begin(member: Member, Named(key_id): Target) -> Response {
    let begun = async {
        working(&member, &key_id).await?;
        flow(&member, &key_id).begin(&member).await
    };
    begun.await.unwrap_or_else(|error| member.trouble(error))
}

/// Verifies a number on the way.
pub async fn mobile(member: Member, Named(key_id): Target, Form(form): Form<MobileForm>) -> Response {
    let asked = async {
        working(&member, &key_id).await?;
        flow(&member, &key_id).mobile(&member, form).await
    };
    asked.await.unwrap_or_else(|error| member.trouble(error))
}

/// Judges the code.
pub async fn otp(member: Member, Named(key_id): Target, Form(form): Form<OtpForm>) -> Response {
    let answered = async {
        working(&member, &key_id).await?;
        flow(&member, &key_id).answer(&member, &form).await
    };
    answered.await.unwrap_or_else(|error| member.trouble(error))
}

/// Sends another code.
pub async fn resend(member: Member, Named(key_id): Target) -> Response {
    let asked = async {
        working(&member, &key_id).await?;
        flow(&member, &key_id).resend(&member).await
    };
    asked.await.unwrap_or_else(|error| member.trouble(error))
}

/// Ends the pair.
pub async fn confirm(member: Member, Named(key_id): Target) -> Response {
    let ended = async {
        working(&member, &key_id).await?;
        let rng = &mut *member.app.rng();
        match member.app.engine.deactivate(&member.view, &key_id, member.now, rng).await {
            Ok(_) => {
                member.app.letters.notify_one();
                Ok(member.to("/keys"))
            }
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => flow(&member, &key_id).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    ended.await.unwrap_or_else(|error| member.trouble(error))
}

/// A pair of this account and mode that still works, for somebody who may end it.
async fn working(member: &Member, key_id: &KeyId) -> Result<(Key, Pair), EngineError> {
    may(&Engine::actor(&member.view), Action::Deactivate, &member.view.account.id)?;
    let key = member.app.engine.store().key_of_pair(key_id).await?.ok_or(Refusal::NotFound)?;
    let key = own_key(member, &key.id).await?;
    let pair = key.pair(key_id).ok_or(Refusal::NotFound)?.clone();
    match pair.standing(member.now) {
        Standing::Ended { at, .. } => Err(Refusal::AlreadyEnded { key_id: *key_id, at }.into()),
        Standing::Current | Standing::Retiring { .. } => Ok((key, pair)),
    }
}

fn confirm_page(member: &Member, key: &Key, pair: &Pair) -> DeactivatePage {
    let works_until = match pair.standing(member.now) {
        Standing::Retiring { until } => Some(member.moment(until)),
        Standing::Current | Standing::Ended { .. } => None,
    };
    let used = member.app.engine.index().last_used_at(&pair.key_id).or(pair.last_used_at);
    let replacement = key.current(member.now).filter(|current| current.key_id != pair.key_id);
    DeactivatePage {
        frame: member.frame("API Keys", "/keys", Place::InsideSettings),
        progress: steps(&["Confirm"], 0),
        key_id: pair.key_id.to_string(),
        deactivate_label: member.site.look.deactivate_label(),
        works_until,
        last_used: used.map(|at| member.moment(at)),
        replaced_by: replacement.map(|current| current.key_id.to_string()),
        error: None,
        action: member.path(&format!("/pairs/{}/deactivate/confirm", pair.key_id)),
        hidden: Hidden::none(),
    }
}

fn flow(member: &Member, key_id: &KeyId) -> Flow {
    let base = format!("/pairs/{key_id}/deactivate");
    let mode = if member.mode == domain::Mode::Test { "Test" } else { "Live" };
    Flow {
        purpose: Purpose::Deactivate { key_id: *key_id, mode: member.mode },
        then: base.clone(),
        base,
        words: format!("to {} your {mode} key {key_id}", member.site.look.deactivate_word),
        steps: &["Confirm"],
        title: "API Keys",
        cancel: "/keys",
    }
}
