//! Regenerate in the dashboard: step-up, the choice with its consequences in view, the new pair once.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{
    Action, DAY, Key, KeyId, KeyRef, OldPair, Purpose, Refusal, RegenerateRequest, may, refuse_held,
};
use engine::{EngineError, Replaced};
use serde::Deserialize;

use crate::app::Engine;
use crate::dashboard::generate::{dialog, offer_again, own_key, remembered};
use crate::dashboard::keys::{attempt, keys_page};
use crate::dashboard::member::{Member, Named};
use crate::dashboard::receipt;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::form::{Hidden, steps};
use crate::pages::generate;
use crate::pages::layout::{Notice, Place, mode_word};
use crate::pages::moment::time_left;
use crate::pages::receipt::ReceiptNotice;
use crate::pages::regenerate::{RegeneratePage, StillRetiring};
use crate::words::named;

/// What comes after the code.
const STEPS: &[&str] = &[named("step-choose"), named("step-save-new-key")];

/// The choice, as the form sends it.
#[derive(Deserialize)]
pub struct Choice {
    deactivate_old: Option<String>,
    expected_current: Option<String>,
    attempt: Option<String>,
    end_retiring: Option<String>,
}

/// What a second answer needs to find the first.
#[derive(Deserialize)]
pub struct Again {
    attempt: Option<String>,
    verb: Option<String>,
}

/// Giving a key of this account and mode a new pair in place of its current one.
pub struct Regenerate {
    key: Key,
}

impl Guarded for Regenerate {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        may(&Engine::actor(&member.view), Action::Regenerate, &member.view.account.id)?;
        let key: KeyRef = named.parse().map_err(|_| Refusal::NotFound)?;
        let key = own_key(member, &key).await?;
        let (rules, user) = (&member.site.brand.rules, &member.view.user);
        let purpose = Purpose::Regenerate { key: key.id, mode: key.mode };
        refuse_held(rules, &purpose, user.mobile_changed_at, member.now)?;
        match key.current(member.now) {
            Some(_) => Ok(Regenerate { key }),
            None => Err(Refusal::NothingToRegenerate.into()),
        }
    }

    fn flow(&self, member: &Member) -> Flow {
        let key = &self.key;
        let base = format!("/keys/{}/regenerate", key.id);
        let current = key.current(member.now).map(|pair| pair.key_id.to_string()).unwrap_or_default();
        Flow {
            purpose: Purpose::Regenerate { key: key.id, mode: key.mode },
            number: format!("{base}/mobile"),
            page: base.clone(),
            done: base.clone(),
            base,
            words: member
                .say("purpose-regenerate")
                .with("mode", mode_word(member.mode))
                .with("key", current)
                .text(),
            steps: STEPS,
            title: named("keys-regenerate"),
            cancel: "/keys",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(show(&choice_page(member, &self.key, None)?))
    }
}

/// Regenerates.
pub async fn confirm(Wanted { member, action }: Wanted<Regenerate>, Form(choice): Form<Choice>) -> Response {
    regenerate(&member, &action, &choice).await.unwrap_or_else(|error| member.trouble(error))
}

/// Shows once more what the first answer to the same form showed.
pub async fn reveal(member: Member, Named(key): Named<KeyRef>, Form(again): Form<Again>) -> Response {
    let found = async {
        may(&Engine::actor(&member.view), Action::SeeKeys, &member.view.account.id)?;
        own_key(&member, &key).await?;
        let verb = if again.verb.as_deref() == Some("generate") { "generate" } else { "regenerate" };
        let remembered = remembered(&member, verb, again.attempt.as_deref())?;
        let engine = &member.app.engine;
        let shown = if verb == "generate" {
            let issued = engine.issued_before(remembered.as_ref(), member.now).await?;
            issued.map(|issued| dialog(&member, &issued, |page| page))
        } else {
            let replaced = engine.replaced_before(remembered.as_ref(), member.now).await?;
            replaced.map(|replaced| replaced_dialog(&member, &replaced, Vec::new(), None))
        };
        match shown {
            Some(shown) => Ok(shown),
            None => {
                let over = Notice::Trouble(member.say("generated-over").text());
                keys_page(&member, Some(over)).await
            }
        }
    };
    found.await.unwrap_or_else(|error| member.trouble(error))
}

async fn regenerate(member: &Member, action: &Regenerate, choice: &Choice) -> Result<Response, EngineError> {
    let key = &action.key;
    let old = match choice.deactivate_old.as_deref() {
        Some("now") => OldPair::Now,
        Some("in_24_hours") => OldPair::In24Hours,
        _ => {
            let error = member.say("regenerate-choose").text();
            let page = choice_page(member, key, Some(error))?;
            return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let expected: Option<KeyId> = choice.expected_current.as_deref().and_then(|text| text.parse().ok());
    let request = RegenerateRequest {
        old,
        expected_current: Some(
            expected
                .ok_or_else(|| Refusal::invalid("expected_current", member.say("regenerate-open-again")))?,
        ),
        end_retiring: choice.end_retiring.is_some() && old == OldPair::Now,
    };
    let also_ended = match (request.end_retiring, key.retiring(member.now)) {
        (true, Some((pair, _))) => vec![pair.key_id.to_string()],
        _ => Vec::new(),
    };
    let again = remembered(member, "regenerate", choice.attempt.as_deref())?;
    let began = member.app.clock.uptime();
    let rng = &mut *member.app.rng();
    match member.app.engine.regenerate(&member.view, &key.id, &request, again.as_ref(), member.now, rng).await
    {
        Ok(replaced) => {
            member.app.letters.notify_one();
            let before_showing = member.app.fleet.room.before_showing(&member.app, member.mode);
            let heard = match request.old {
                OldPair::Now => {
                    tokio::join!(before_showing, receipt::wait(member, replaced.position, began));
                    receipt::notice(member, &replaced.issued.key, &replaced.old).await
                }
                OldPair::In24Hours => {
                    before_showing.await;
                    None
                }
            };
            Ok(replaced_dialog(member, &replaced, also_ended, heard))
        }
        Err(EngineError::Refused(refusal @ (Refusal::LostRace { .. } | Refusal::StepUpNeeded))) => {
            let first = member.app.engine.replaced_before(again.as_ref(), member.now).await.ok().flatten();
            match (first, refusal) {
                // The same form was sent twice and this answer came second: the secret is not lost.
                (Some(first), _) => Ok(offer_again(
                    member,
                    &first.issued,
                    choice.attempt.as_deref().unwrap_or_default(),
                    "regenerate",
                )),
                (None, Refusal::StepUpNeeded) => action.flow(member).begin(member).await,
                (None, refusal) => Err(refusal.into()),
            }
        }
        Err(EngineError::Refused(refusal @ Refusal::StillRetiring { .. })) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            Ok(page_of(StatusCode::CONFLICT, &choice_page(member, key, Some(words))?))
        }
        Err(error) => Err(error),
    }
}

fn replaced_dialog(
    member: &Member,
    replaced: &Replaced,
    also_ended: Vec<String>,
    heard: Option<ReceiptNotice>,
) -> Response {
    let key_id = replaced.old.to_string();
    let old = if replaced.old_until.reached(member.now) {
        generate::OldPair::Ended { key_id, at: member.moment(replaced.old_until) }
    } else {
        let left = time_left(member.site.words(), member.now.as_millis(), replaced.old_until.as_millis());
        generate::OldPair::Retiring { key_id, until: member.moment(replaced.old_until), left }
    };
    dialog(member, &replaced.issued, |page| page.replacing(old, also_ended).heard(heard))
}

fn choice_page(member: &Member, key: &Key, error: Option<String>) -> Result<RegeneratePage, EngineError> {
    let current = key.current(member.now).ok_or(Refusal::NothingToRegenerate)?.key_id.to_string();
    let retiring = key.retiring(member.now).map(|(pair, until)| StillRetiring {
        key_id: pair.key_id.to_string(),
        until: member.moment(until),
        left: time_left(member.site.words(), member.now.as_millis(), until.as_millis()),
    });
    let hidden = Hidden::none()
        .with("expected_current", current.clone())
        .with("attempt", attempt(&mut *member.app.rng()));
    Ok(RegeneratePage {
        frame: member.frame(member.say("keys-regenerate"), "/keys", Place::InsideSettings),
        progress: steps(member.site.words(), STEPS, 0),
        current,
        key_name: (key.name != "Default").then(|| key.name.clone()),
        deadline: member.moment(member.now + DAY),
        retiring,
        error,
        action: member.path(&format!("/keys/{}/regenerate/confirm", key.id)),
        hidden,
    })
}
