//! The API Keys page: every key of the mode with its pairs, and why requests were refused.

use axum::extract::Query;
use axum::response::Response;
use domain::{Action, EndReason, Key, Mode, Pair, Random, Standing, UsageSpan, base62, live_gate, may};
use engine::{EngineError, KeyUsage};

use crate::app::Engine;
use crate::dashboard::generate::own_key;
use crate::dashboard::member::Member;
use crate::dashboard::receipt;
use crate::dashboard::refusals;
use crate::dashboard::trouble::page as show;
use crate::dashboard::usage::{self, Wanted};
use crate::dashboard::website;
use crate::pages::form::{Hidden, Press};
use crate::pages::keys::{KeyCard, KeysPage, PairRow, PairStatus, PairTable};
use crate::pages::layout::{Frame, Notice, Place};
use crate::pages::moment::time_left;
use crate::pages::receipt::ReceiptNotice;

/// The page.
pub async fn page(member: Member, Query(wanted): Query<Wanted>) -> Response {
    let shown = async {
        let receipt = match wanted.receipt() {
            Some(key_id) => match member.app.engine.store().key_of_pair(&key_id).await? {
                Some(key) => receipt::notice(&member, &own_key(&member, &key.id).await?, &key_id).await,
                None => None,
            },
            None => None,
        };
        let page = whole_page(&member, None, wanted.span(), receipt.clone()).await?;
        Ok(receipt::looking_again(page, receipt.as_ref()))
    };
    shown.await.unwrap_or_else(|error| member.trouble(error))
}

/// The page, with something to say above it.
pub async fn keys_page(member: &Member, notice: Option<Notice>) -> Result<Response, EngineError> {
    whole_page(member, notice, UsageSpan::default(), None).await
}

async fn whole_page(
    member: &Member,
    notice: Option<Notice>,
    span: UsageSpan,
    receipt: Option<ReceiptNotice>,
) -> Result<Response, EngineError> {
    let account = &member.view.account;
    may(&Engine::actor(&member.view), Action::SeeKeys, &account.id)?;
    let keys = member.app.engine.store().keys(&account.id, member.mode).await?;
    let usage = usage::of_keys(member, &keys, span).await?;
    let gate = match member.mode {
        Mode::Live => live_gate(&member.site.brand.rules, account),
        Mode::Test => None,
    };
    let may_generate = gate.is_none();
    let frame = member.frame(member.say("keys-title"), "/keys", Place::InsideSettings);
    Ok(show(&KeysPage {
        frame: Frame { notice, ..frame },
        receipt,
        grouped: member.site.look.settings_groups,
        generate_first: (keys.is_empty() && may_generate).then(|| press(member, "/keys/generate")),
        // What is missing matters only to somebody without a working key.
        gate: (!may_generate && keys.iter().all(|key| key.current(member.now).is_none()))
            .then(|| website::live_gate(member)),
        keys: keys.iter().zip(&usage).map(|(key, usage)| card(member, key, usage, may_generate)).collect(),
        still_used: refusals::still_used(member, &keys),
        retiring_used: usage::retiring(member, &keys, &usage),
        shows_refusals: true,
        refusals: refusals::latest(member, &keys),
    }))
}

/// A button's form with a fresh name for this attempt, so that pressing it twice does it once.
pub fn press(member: &Member, rest: &str) -> Press {
    Press {
        action: member.own_path(rest),
        hidden: Hidden::none().with("attempt", attempt(&mut *member.app.rng())),
    }
}

/// A name for one attempt: 32 base62 characters that nobody can guess.
pub fn attempt(rng: Random<'_>) -> String {
    let mut letters = [0u8; 32];
    base62(&mut letters, rng);
    String::from_utf8_lossy(&letters).into_owned()
}

fn card(member: &Member, key: &Key, usage: &KeyUsage, may_generate: bool) -> KeyCard {
    let (ended, working): (Vec<&Pair>, Vec<&Pair>) =
        key.pairs.iter().partition(|pair| matches!(pair.standing(member.now), Standing::Ended { .. }));
    let look = &member.site.look;
    let has_current = key.current(member.now).is_some();
    KeyCard {
        id: key.id.to_string(),
        name: key.name.clone(),
        pairs: PairTable::working(look, working.iter().map(|pair| row(member, pair)).collect()),
        ended: PairTable::ended(look, ended.iter().map(|pair| row(member, pair)).collect()),
        ended_title: if key.pairs.len() < store::PAIRS_READ as usize {
            "keys-ended"
        } else {
            "keys-ended-newest"
        },
        usage: usage::charts(member, key, usage),
        limits: member.path(&format!("/keys/{}/limits", key.id)),
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
    let used = member.app.engine.last_use(pair);
    PairRow {
        key_id: pair.key_id.to_string(),
        created_at: member.moment(pair.created_at),
        expiry: pair.expires_at.map(|at| member.moment(at)),
        status,
        last_used: used.map(|(at, _)| member.moment(at)),
        last_used_from: used.and_then(|(_, from)| from).map(|from| from.to_string()),
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
