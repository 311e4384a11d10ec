//! The API Keys page: every key of the mode with its pairs, and why requests were refused.

use axum::response::Response;
use domain::{Action, EndReason, Key, Mode, Pair, Random, Standing, base62, live_gate, may};
use engine::EngineError;
use verify::{Reason, RecentRefusal, Shape};

use crate::app::Engine;
use crate::dashboard::member::Member;
use crate::dashboard::trouble::page as show;
use crate::dashboard::website;
use crate::pages::form::{Hidden, Press};
use crate::pages::keys::{KeyCard, KeysPage, PairRow, PairStatus, PairTable, RefusalRow};
use crate::pages::layout::{Frame, Notice, Place};
use crate::pages::moment::time_left;
use crate::words::named;

/// Refusals shown at most.
const REFUSALS_MAX: usize = 10;

/// The page.
pub async fn page(member: Member) -> Response {
    keys_page(&member, None).await.unwrap_or_else(|error| member.trouble(error))
}

/// The page, with something to say above it.
pub async fn keys_page(member: &Member, notice: Option<Notice>) -> Result<Response, EngineError> {
    let account = &member.view.account;
    may(&Engine::actor(&member.view), Action::SeeKeys, &account.id)?;
    let keys = member.app.engine.store().keys(&account.id, member.mode).await?;
    let gate = match member.mode {
        Mode::Live => live_gate(&member.site.brand.rules, account),
        Mode::Test => None,
    };
    let may_generate = gate.is_none();
    let frame = member.frame(member.say("keys-title"), "/keys", Place::InsideSettings);
    Ok(show(&KeysPage {
        frame: Frame { notice, ..frame },
        grouped: member.site.look.settings_groups,
        generate_first: (keys.is_empty() && may_generate).then(|| press(member, "/keys/generate")),
        // What is missing matters only to somebody without a working key.
        gate: (!may_generate && keys.iter().all(|key| key.current(member.now).is_none()))
            .then(|| website::live_gate(member)),
        keys: keys.iter().map(|key| card(member, key, may_generate)).collect(),
        shows_refusals: true,
        refusals: refusals(member),
    }))
}

/// A button's form with a fresh name for this attempt, so that pressing it twice does it once.
pub fn press(member: &Member, rest: &str) -> Press {
    Press {
        action: member.path(rest),
        hidden: Hidden::none().with("attempt", attempt(&mut *member.app.rng())),
    }
}

/// A name for one attempt: 32 base62 characters that nobody can guess.
pub fn attempt(rng: Random<'_>) -> String {
    let mut letters = [0u8; 32];
    base62(&mut letters, rng);
    String::from_utf8_lossy(&letters).into_owned()
}

fn card(member: &Member, key: &Key, may_generate: bool) -> KeyCard {
    let (ended, working): (Vec<&Pair>, Vec<&Pair>) =
        key.pairs.iter().partition(|pair| matches!(pair.standing(member.now), Standing::Ended { .. }));
    let look = &member.site.look;
    let has_current = key.current(member.now).is_some();
    KeyCard {
        id: key.id.to_string(),
        name: key.name.clone(),
        pairs: PairTable::working(look, working.iter().map(|pair| row(member, pair)).collect()),
        ended: PairTable::ended(look, ended.iter().map(|pair| row(member, pair)).collect()),
        regenerate: has_current.then(|| member.path(&format!("/keys/{}/regenerate", key.id))),
        generate: (!has_current && may_generate)
            .then(|| press(member, &format!("/keys/{}/generate", key.id))),
    }
}

fn row(member: &Member, pair: &Pair) -> PairRow {
    let standing = pair.standing(member.now);
    let status = match standing {
        Standing::Current => PairStatus::Current,
        Standing::Retiring { until } => PairStatus::Retiring {
            until: member.moment(until),
            left: time_left(member.site.words(), member.now.as_millis(), until.as_millis()),
        },
        Standing::Ended { at, why } => {
            PairStatus::Ended { at: member.moment(at), why: why_ended(member, why) }
        }
    };
    // The index knows of uses that were not written yet.
    let used = member.app.engine.index().last_used_at(&pair.key_id).or(pair.last_used_at);
    PairRow {
        key_id: pair.key_id.to_string(),
        created_at: member.moment(pair.created_at),
        expiry: pair.expires_at.map(|at| member.moment(at)),
        status,
        last_used: used.map(|at| member.moment(at)),
        deactivate: matches!(standing, Standing::Retiring { .. })
            .then(|| member.path(&format!("/pairs/{}/deactivate", pair.key_id))),
    }
}

fn why_ended(member: &Member, why: EndReason) -> String {
    let why = match why {
        EndReason::Replaced => member.say("pairs-why-replaced"),
        EndReason::GraceOver => member.say("pairs-why-grace-over"),
        EndReason::Deactivated => member.say("pairs-why-deactivated"),
        EndReason::Expired => member.say("pairs-why-expired"),
    };
    why.text()
}

fn refusals(member: &Member) -> Vec<RefusalRow> {
    let mut recent: Vec<RecentRefusal> = member.app.refusals.recent(&member.view.account.id);
    recent.retain(|refusal| refusal.key_id.mode() == member.mode);
    recent.sort_by_key(|refusal| std::cmp::Reverse(refusal.last_at));
    recent.truncate(REFUSALS_MAX);
    recent
        .into_iter()
        .map(|refusal| {
            let (reason, advice) = explained(refusal.reason);
            RefusalRow {
                at: member.moment(refusal.last_at),
                key_id: refusal.key_id.to_string(),
                reason: member.say(reason).text(),
                advice: member.say(advice).text(),
                times: refusal.count,
            }
        })
        .collect()
}

/// What was wrong and what to do about it, for the owner of a key: the ids of two texts.
pub fn explained(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::UnknownKey => (named("refused-unknown-key"), named("refused-unknown-key-advice")),
        Reason::WrongSecret => (named("refused-wrong-secret"), named("refused-wrong-secret-advice")),
        Reason::Ended => (named("refused-ended"), named("refused-ended-advice")),
        Reason::Expired => (named("refused-expired"), named("refused-expired-advice")),
        Reason::WrongMode => (named("refused-wrong-mode"), named("refused-wrong-mode-advice")),
        Reason::Malformed(shape) => match shape {
            Shape::WhiteSpace => (named("refused-white-space"), named("refused-white-space-advice")),
            Shape::Quotes => (named("refused-quotes"), named("refused-quotes-advice")),
            Shape::EmptySecret => (named("refused-empty-secret"), named("refused-empty-secret-advice")),
            Shape::Bearer => (named("refused-bearer"), named("refused-bearer-advice")),
            Shape::NotASecret => (named("refused-not-a-secret"), named("refused-not-a-secret-advice")),
            Shape::OtherScheme
            | Shape::TwoHeaders
            | Shape::BadBase64
            | Shape::NoColon
            | Shape::ControlCharacters
            | Shape::NotAKeyId
            | Shape::TooLong => (named("refused-malformed"), named("refused-malformed-advice")),
        },
    }
}
