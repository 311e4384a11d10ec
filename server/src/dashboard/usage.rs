//! How often keys were used, on API Keys: a chart for each pair, and which retiring pairs somebody still uses.

use domain::{Key, Network, Standing, Timestamp, UsageSpan};
use engine::{EngineError, KeyUsage, PairUsage};
use serde::Deserialize;

use crate::dashboard::member::Member;
use crate::pages::moment::time_left;
use crate::pages::refusals::time_ago;
use crate::pages::usage::{Lane, LaneState, RetiringUse, SeenIn, SpanChoice, UsageCharts, span_word};

/// Networks told of a retiring pair besides the last one.
const OTHERS_MAX: usize = 3;

/// Which span somebody wants to see.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    usage: Option<String>,
    receipt: Option<String>,
}

impl Wanted {
    /// The pair of whose end somebody wants to see who has heard.
    pub fn receipt(&self) -> Option<domain::KeyId> {
        self.receipt.as_deref()?.parse().ok()
    }

    /// The span; without a word, or with one that names none, the usual one.
    pub fn span(&self) -> UsageSpan {
        self.usage.as_deref().and_then(|word| word.parse().ok()).unwrap_or_default()
    }
}

/// How keys were used over a span, each in its place.
pub async fn of_keys(member: &Member, keys: &[Key], span: UsageSpan) -> Result<Vec<KeyUsage>, EngineError> {
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        all.push(member.app.engine.usage_of(key, span, member.now).await?);
    }
    Ok(all)
}

/// A key's charts.
pub fn charts(member: &Member, key: &Key, usage: &KeyUsage) -> UsageCharts {
    let choice = |span: UsageSpan| SpanChoice {
        words: span_word(span),
        href: member.path(&format!("/keys?usage={}#usage-{}", span.as_str(), key.id)),
        is_here: span == usage.span,
    };
    let steps = usage.steps.iter().map(|begins| member.moment(*begins)).collect();
    UsageCharts::new(
        &member.site.look,
        key.id.to_string(),
        usage.span,
        UsageSpan::ALL.into_iter().map(choice).collect(),
        (steps, member.moment(usage.ends_at)),
        usage.pairs.iter().map(|pair| lane(member, pair)).collect(),
    )
}

/// Retiring pairs that were used after they were replaced.
pub fn retiring(member: &Member, keys: &[Key], usage: &[KeyUsage]) -> Vec<RetiringUse> {
    keys.iter().zip(usage).filter_map(|(key, usage)| retiring_of(member, key, usage)).collect()
}

fn retiring_of(member: &Member, key: &Key, usage: &KeyUsage) -> Option<RetiringUse> {
    let (pair, until) = key.retiring(member.now)?;
    let used = usage.pairs.iter().find(|used| used.pair.key_id == pair.key_id)?;
    let (last, from) = used.last_use?;
    let replaced_at = key.replaced_at(&pair.key_id)?;
    (replaced_at < last).then(|| RetiringUse {
        key_id: pair.key_id.to_string(),
        until: member.moment(until),
        left: time_left(member.site.words(), member.now.as_millis(), until.as_millis()),
        last: ago(member, last),
        source: network(member, from),
        others: others(member, used, from, replaced_at),
    })
}

/// The networks besides `last` that a pair was seen in after it was replaced, as one list.
fn others(
    member: &Member,
    used: &PairUsage,
    last: Option<Network>,
    replaced_at: Timestamp,
) -> Option<String> {
    let others = used.sources.iter().filter(|seen| seen.network != last && replaced_at < seen.last_at);
    let others = others.take(OTHERS_MAX).map(|seen| {
        let told = member.say("retiring-used-other").with("source", network(member, seen.network));
        told.with("last", ago(member, seen.last_at)).text()
    });
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| others.join(", "))
}

fn lane(member: &Member, used: &PairUsage) -> Lane {
    let seen = used.sources.iter().map(|seen| SeenIn {
        network: network(member, seen.network),
        first_at: member.moment(seen.first_at),
        last_at: member.moment(seen.last_at),
    });
    Lane {
        key_id: used.pair.key_id.to_string(),
        state: match used.pair.standing(member.now) {
            Standing::Current => LaneState::Current,
            Standing::Retiring { .. } => LaneState::Retiring,
            Standing::Ended { .. } => LaneState::Ended,
        },
        counts: used.counts.clone(),
        sources: seen.collect(),
    }
}

fn network(member: &Member, network: Option<Network>) -> String {
    network.map_or_else(|| member.say("refusals-unknown-address").text(), |network| network.to_string())
}

fn ago(member: &Member, at: Timestamp) -> String {
    time_ago(member.site.words(), member.now.as_millis(), at.as_millis())
}
