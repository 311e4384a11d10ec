//! Generate in the dashboard, and the dialog that shows a new pair once.

use axum::Form;
use axum::response::Response;
use domain::{Action, GenerateRequest, IdempotencyKey, KeyRef, Mode, Purpose, Refusal, may};
use engine::{EngineError, Issued};
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::keys::keys_page;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded};
use crate::dashboard::trouble::{page as show, page_of};
use crate::pages::form::Hidden;
use crate::pages::generate::GeneratedPage;
use crate::pages::layout::{Link, Notice, Place};
use crate::pages::problem::{ButtonForm, ProblemPage};
use crate::words::named;

/// What comes after the code.
const STEPS: &[&str] = &[named("step-generate"), named("step-save-key")];

/// The name of an attempt, from the page with the button.
#[derive(Deserialize)]
pub struct Attempt {
    pub attempt: Option<String>,
}

/// Generates the default key's first pair.
pub async fn first(member: Member, Form(form): Form<Attempt>) -> Response {
    generate(&member, None, form.attempt.as_deref()).await.unwrap_or_else(|error| member.trouble(error))
}

/// Generates a pair for a key whose last has ended.
pub async fn again(member: Member, Named(key): Named<KeyRef>, Form(form): Form<Attempt>) -> Response {
    generate(&member, Some(key), form.attempt.as_deref()).await.unwrap_or_else(|error| member.trouble(error))
}

/// Generating a Live key, where a brand wants a code first.
pub struct GenerateLive;

impl Guarded for GenerateLive {
    async fn find(member: &Member, _: &str) -> Result<Self, EngineError> {
        may(&Engine::actor(&member.view), Action::Generate, &member.view.account.id)?;
        Ok(GenerateLive)
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::GenerateLive,
            base: "/keys/generate/step".to_owned(),
            number: "/keys/generate/step/mobile".to_owned(),
            page: "/keys/generate/step".to_owned(),
            done: "/keys/generate/step".to_owned(),
            words: member.say("purpose-generate-live").text(),
            steps: STEPS,
            title: named("keys-generate"),
            cancel: "/keys",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let notice = Notice::Done(member.say("generated-code-right").text());
        keys_page(member, Some(notice)).await
    }
}

async fn generate(
    member: &Member,
    key: Option<KeyRef>,
    attempt: Option<&str>,
) -> Result<Response, EngineError> {
    let engine = &member.app.engine;
    may(&Engine::actor(&member.view), Action::Generate, &member.view.account.id)?;
    let name = match key {
        None => None,
        Some(id) => Some(own_key(member, &id).await?.name),
    };
    let request = GenerateRequest { mode: member.mode, name, expires_at: None };
    let again = remembered(member, "generate", attempt)?;
    let rng = &mut *member.app.rng();
    match engine.generate(&member.view, &request, again.as_ref(), member.now, rng).await {
        Ok(issued) => {
            member.app.letters.notify_one();
            member.app.fleet.room.before_showing(&member.app, member.mode).await;
            Ok(dialog(member, &issued, |page| page))
        }
        Err(EngineError::Refused(Refusal::StepUpNeeded)) if member.mode == Mode::Live => {
            GenerateLive.flow(member).begin(member).await
        }
        Err(EngineError::Refused(refusal @ Refusal::AlreadyGenerated { .. })) => {
            let shown = engine.issued_before(again.as_ref(), member.now).await.ok().flatten();
            match shown {
                // The same form was sent twice and this answer came second: the secret is not lost.
                Some(issued) => Ok(offer_again(member, &issued, attempt.unwrap_or_default(), "generate")),
                None => Err(refusal.into()),
            }
        }
        Err(error) => Err(error),
    }
}

/// The dialog with a new pair, shown once.
pub fn dialog(
    member: &Member,
    issued: &Issued,
    complete: impl FnOnce(GeneratedPage) -> GeneratedPage,
) -> Response {
    let frame = member.frame(member.say("keys-title"), "/keys", Place::InsideSettings);
    let page = GeneratedPage::new(frame, &member.site.look, issued.key_id.as_str(), issued.secret.reveal());
    show(&complete(page))
}

/// A key of the member's account and mode; another's looks like none.
pub async fn own_key(member: &Member, id: &KeyRef) -> Result<domain::Key, EngineError> {
    let key = member.app.engine.store().key(id).await?;
    let own = key.filter(|key| key.account == member.view.account.id && key.mode == member.mode);
    Ok(own.ok_or(Refusal::NotFound)?)
}

/// The name under which a form's answer is remembered, bound to this session.
pub fn remembered(
    member: &Member,
    verb: &str,
    attempt: Option<&str>,
) -> Result<Option<IdempotencyKey>, EngineError> {
    let Some(attempt) = attempt else { return Ok(None) };
    let who = member.view.session.id.to_string();
    let request = format!("{verb} {} {}", member.mode, member.view.account.id);
    let key = IdempotencyKey::new(attempt, &who, request.as_bytes(), member.app.engine.peppers().in_use())?;
    Ok(Some(key))
}

/// What a form's second answer shows: that the first one did it, and a way to see what that one showed.
pub fn offer_again(member: &Member, issued: &Issued, attempt: &str, verb: &str) -> Response {
    let frame = member.frame(member.say("generated-before-title"), "/keys", Place::InsideSettings);
    let words = member.say("generated-before").with("key", issued.key_id.as_str()).text();
    let hidden = Hidden::none().with("attempt", attempt).with("verb", verb);
    let form = ButtonForm {
        action: member.path(&format!("/keys/{}/reveal", issued.key.id)),
        hidden,
        button: member.say("generated-before-show").text(),
    };
    let status = axum::http::StatusCode::CONFLICT;
    let page = ProblemPage::new(frame, status, &member.say("generated-before-title").text(), &words)
        .with_form(form)
        .with_link(Link::new(member.path("/keys"), member.say("back-keys")));
    page_of(status, &page)
}
