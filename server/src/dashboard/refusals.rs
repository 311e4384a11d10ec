//! Why requests were refused, for those who may see keys: the page, what of it stands on API Keys, and which ended pairs
//! are still being used.

use std::collections::HashMap;

use axum::response::Response;
use domain::{Action, Key, KeyId, KeyRef, Standing, Timestamp, may};
use engine::EngineError;
use verify::{Reason, RecentRefusal, SeenSource, Shape};

use crate::app::Engine;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::trouble::page as show;
use crate::pages::layout::Place;
use crate::pages::refusals::{
    Bucket, Chart, Choice, RefusalRow, RefusalsPage, SourceName, SourceRow, StillUsed, time_ago,
};
use crate::words::named;

/// Refusals shown on API Keys.
const LATEST: usize = 3;
/// Ended pairs that API Keys warns of.
const STILL_USED_MAX: usize = 5;

/// Refusals of all keys of a mode.
pub async fn page(member: Member) -> Response {
    refusals_page(&member, None).await.unwrap_or_else(|error| member.trouble(error))
}

/// Refusals of one key.
pub async fn of_key(member: Member, Named(key): Named<KeyRef>) -> Response {
    refusals_page(&member, Some(key)).await.unwrap_or_else(|error| member.trouble(error))
}

async fn refusals_page(member: &Member, only: Option<KeyRef>) -> Result<Response, EngineError> {
    let account = &member.view.account.id;
    may(&Engine::actor(&member.view), Action::SeeKeys, account)?;
    let keys = member.app.engine.store().keys(account, member.mode).await?;
    if only.is_some_and(|only| keys.iter().all(|key| key.id != only)) {
        return Err(domain::Refusal::NotFound.into());
    }
    let mut recent = recent(member);
    recent.retain(|refusal| only.is_none_or(|only| refusal.key == only));
    let path = only.map_or("/refusals".to_owned(), |only| format!("/keys/{only}/refusals"));
    // A key exists in one mode only; in the other one there are all of them to look at.
    let title = member.say("refusals-title").text();
    Ok(show(&RefusalsPage {
        frame: member.frame(title, "/refusals", Place::InsideSettings),
        choices: choices(member, &keys, &path),
        charts: charts(member, &recent),
        refusals: rows(member, &keys, &recent),
    }))
}

/// The latest reasons, for API Keys.
pub fn latest(member: &Member, keys: &[Key]) -> Vec<RefusalRow> {
    let mut recent = recent(member);
    recent.truncate(LATEST);
    rows(member, keys, &recent)
}

/// Pairs that have ended and were used with the right secret in the last 24 hours all the same.
pub fn still_used(member: &Member, keys: &[Key]) -> Vec<StillUsed> {
    let ended = ended(member, keys);
    let used = recent(member).into_iter().filter(|one| matches!(one.reason, Reason::Ended | Reason::Expired));
    let told = used.filter_map(|refusal| {
        let ended_at = ended.get(&refusal.key_id)?;
        let (hour, day) = (refusal.minutes.sum(member.now), refusal.hours.sum_of_last(24, member.now));
        let in_last_hour = 0 < hour;
        let count = if in_last_hour { hour } else { day };
        (0 < count).then(|| StillUsed {
            key_id: refusal.key_id.to_string(),
            ago: time_ago(member.site.words(), member.now.as_millis(), ended_at.as_millis()),
            count,
            in_last_hour,
            last: time_ago(member.site.words(), member.now.as_millis(), refusal.last_at.as_millis()),
            source: name(member, refusal.sources.latest()),
        })
    });
    told.take(STILL_USED_MAX).collect()
}

/// What was refused in this account and mode, the latest first.
fn recent(member: &Member) -> Vec<RecentRefusal> {
    let mut recent = member.app.refusals.recent(&member.view.account.id);
    recent.retain(|refusal| refusal.key_id.mode() == member.mode);
    recent.sort_by_key(|refusal| std::cmp::Reverse(refusal.last_at));
    recent
}

/// When pairs ended, of those that have.
fn ended(member: &Member, keys: &[Key]) -> HashMap<KeyId, Timestamp> {
    let pairs = keys.iter().flat_map(|key| &key.pairs);
    let ended = pairs.filter_map(|pair| match pair.standing(member.now) {
        Standing::Ended { at, .. } => Some((pair.key_id, at)),
        Standing::Current | Standing::Retiring { .. } => None,
    });
    ended.collect()
}

fn choices(member: &Member, keys: &[Key], here: &str) -> Vec<Choice> {
    let choice =
        |words: String, path: String| Choice { words, is_here: path == here, href: member.path(&path) };
    let all = choice(member.say("refusals-all-keys").text(), "/refusals".to_owned());
    // With one key, all keys are that one.
    let each = keys.iter().filter(|_| 1 < keys.len());
    let each = each.map(|key| choice(key.name.clone(), format!("/keys/{}/refusals", key.id)));
    std::iter::once(all).chain(each).collect()
}

fn charts(member: &Member, recent: &[RecentRefusal]) -> Vec<Chart> {
    let minutes = recent.iter().map(|refusal| refusal.minutes.until(member.now).collect());
    let hours = recent.iter().map(|refusal| refusal.hours.until(member.now).collect());
    vec![
        Chart {
            title: named("refusals-last-hour"),
            sentence: named("refusals-chart-minutes"),
            buckets: added_up(member, minutes),
        },
        Chart {
            title: named("refusals-last-days"),
            sentence: named("refusals-chart-hours"),
            buckets: added_up(member, hours),
        },
    ]
}

/// Counts of several entries, bucket by bucket: all of them have the same buckets at the same moment.
fn added_up(member: &Member, counts: impl Iterator<Item = Vec<(Timestamp, u32)>>) -> Vec<Bucket> {
    let mut sums: Vec<(Timestamp, u64)> = Vec::new();
    for buckets in counts {
        sums.resize(buckets.len(), (member.now, 0));
        for (sum, (begins, count)) in sums.iter_mut().zip(buckets) {
            *sum = (begins, sum.1 + u64::from(count));
        }
    }
    sums.into_iter().map(|(begins, count)| Bucket { begins: member.moment(begins), count }).collect()
}

fn rows(member: &Member, keys: &[Key], recent: &[RecentRefusal]) -> Vec<RefusalRow> {
    let ended = ended(member, keys);
    let row = |refusal: &RecentRefusal| {
        let (reason, advice) = explained(refusal.reason);
        let has_ended = matches!(refusal.reason, Reason::Ended | Reason::Expired);
        let ended_at = ended.get(&refusal.key_id).filter(|_| has_ended);
        RefusalRow {
            key_id: refusal.key_id.to_string(),
            reason,
            advice,
            ended_at: ended_at.map(|at| member.moment(*at)),
            times: refusal.count,
            last_hour: refusal.minutes.sum(member.now),
            last_day: refusal.hours.sum_of_last(24, member.now),
            first_at: member.moment(refusal.first_at),
            last_at: member.moment(refusal.last_at),
            sources: refusal.sources.iter().map(|seen| source(member, seen)).collect(),
        }
    };
    recent.iter().map(row).collect()
}

fn source(member: &Member, seen: &SeenSource) -> SourceRow {
    SourceRow { source: name(member, Some(seen)), times: seen.count, last_at: member.moment(seen.last_at) }
}

fn name(member: &Member, seen: Option<&SeenSource>) -> SourceName {
    let address = seen.and_then(|seen| seen.address).map(|address| address.to_string());
    SourceName {
        address: address.unwrap_or_else(|| member.say("refusals-unknown-address").text()),
        agent: seen.map(|seen| seen.agent.clone()).unwrap_or_default(),
    }
}

/// What was wrong and what to do about it, for the owner of a key: the ids of two texts.
pub fn explained(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::UnknownKey => (named("refused-unknown-key"), named("refused-unknown-key-advice")),
        Reason::WrongSecret => (named("refused-wrong-secret"), named("refused-wrong-secret-advice")),
        Reason::Ended => (named("refused-ended"), named("refused-ended-advice")),
        Reason::Expired => (named("refused-expired"), named("refused-expired-advice")),
        Reason::WrongMode => (named("refused-wrong-mode"), named("refused-wrong-mode-advice")),
        Reason::AddressNotAllowed => (named("refused-address"), named("refused-address-advice")),
        Reason::QuotaExceeded => (named("refused-quota"), named("refused-quota-advice")),
        Reason::RateLimited => (named("refused-rate"), named("refused-rate-advice")),
        Reason::Malformed(shape) => match shape {
            Shape::WhiteSpace => (named("refused-white-space"), named("refused-white-space-advice")),
            Shape::Newline => (named("refused-newline"), named("refused-newline-advice")),
            Shape::Quotes => (named("refused-quotes"), named("refused-quotes-advice")),
            Shape::EmptySecret => (named("refused-empty-secret"), named("refused-empty-secret-advice")),
            Shape::Bearer => (named("refused-bearer"), named("refused-bearer-advice")),
            Shape::NotASecret => (named("refused-not-a-secret"), named("refused-not-a-secret-advice")),
            // Recognised as the account's only when the other half is its key id.
            Shape::NotAKeyId => (named("refused-not-a-key-id"), named("refused-not-a-key-id-advice")),
            Shape::TwoHeaders => (named("refused-two-headers"), named("refused-two-headers-advice")),
            Shape::OtherScheme
            | Shape::BadBase64
            | Shape::NoColon
            | Shape::ControlCharacters
            | Shape::TooLong => (named("refused-malformed"), named("refused-malformed-advice")),
        },
    }
}
