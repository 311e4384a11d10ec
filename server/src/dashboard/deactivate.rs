//! Deactivate a retiring pair early: step-up, what will happen, done.

use axum::response::Response;
use domain::{Action, Key, KeyId, Pair, Purpose, Refusal, Standing, may};
use engine::EngineError;

use crate::app::Engine;
use crate::dashboard::generate::own_key;
use crate::dashboard::member::Member;
use crate::dashboard::receipt;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::page as show;
use crate::pages::deactivate::DeactivatePage;
use crate::pages::form::{Hidden, steps};
use crate::pages::layout::{Place, mode_word};
use crate::words::named;

/// What comes after the code.
const STEPS: &[&str] = &[named("step-confirm")];

/// Ending a pair of this account and mode that still works.
pub struct Deactivate {
    key: Key,
    pair: Pair,
}

impl Guarded for Deactivate {
    async fn find(member: &Member, named: &str) -> Result<Self, EngineError> {
        may(&Engine::actor(&member.view), Action::Deactivate, &member.view.account.id)?;
        let key_id: KeyId = named.parse().map_err(|_| Refusal::NotFound)?;
        let key = member.app.engine.store().key_of_pair(&key_id).await?.ok_or(Refusal::NotFound)?;
        let key = own_key(member, &key.id).await?;
        let pair = key.pair(&key_id).ok_or(Refusal::NotFound)?.clone();
        match pair.standing(member.now) {
            Standing::Ended { at, .. } => Err(Refusal::AlreadyEnded { key_id, at }.into()),
            Standing::Current | Standing::Retiring { .. } => Ok(Deactivate { key, pair }),
        }
    }

    fn flow(&self, member: &Member) -> Flow {
        let key_id = self.pair.key_id;
        let base = format!("/pairs/{key_id}/deactivate");
        Flow {
            purpose: Purpose::Deactivate { key_id, mode: member.mode },
            number: format!("{base}/mobile"),
            page: base.clone(),
            done: base.clone(),
            base,
            words: member
                .say("purpose-deactivate")
                .with("mode", mode_word(member.mode))
                .with("key", key_id.as_str())
                .text(),
            steps: STEPS,
            title: named("keys-title"),
            cancel: "/keys",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        let Deactivate { key, pair } = self;
        let works_until = match pair.standing(member.now) {
            Standing::Retiring { until } => Some(member.moment(until)),
            Standing::Current | Standing::Ended { .. } => None,
        };
        let used = member.app.engine.last_use(pair);
        let replacement = key.current(member.now).filter(|current| current.key_id != pair.key_id);
        Ok(show(&DeactivatePage {
            frame: member.frame(member.say("keys-title"), "/keys", Place::InsideSettings),
            progress: steps(member.site.words(), STEPS, 0),
            key_id: pair.key_id.to_string(),
            works_until,
            last_used: used.map(|(at, _)| member.moment(at)),
            last_used_from: used.and_then(|(_, from)| from).map(|from| from.to_string()),
            replaced_by: replacement.map(|current| current.key_id.to_string()),
            error: None,
            action: member.path(&format!("/pairs/{}/deactivate/confirm", pair.key_id)),
            hidden: Hidden::none(),
        }))
    }
}

/// Ends the pair.
pub async fn confirm(Wanted { member, action }: Wanted<Deactivate>) -> Response {
    let ended = async {
        let (began, rng) = (member.app.clock.uptime(), &mut *member.app.rng());
        match member.app.engine.deactivate(&member.view, &action.pair.key_id, member.now, rng).await {
            Ok(ended) => {
                member.app.letters.notify_one();
                receipt::wait(&member, ended.position, began).await;
                Ok(member.to(&format!("/keys?receipt={}", action.pair.key_id)))
            }
            Err(EngineError::Refused(Refusal::StepUpNeeded)) => action.flow(&member).begin(&member).await,
            Err(error) => Err(error),
        }
    };
    ended.await.unwrap_or_else(|error| member.trouble(error))
}
