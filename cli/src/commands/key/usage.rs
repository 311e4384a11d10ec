//! `keystead key usage`: how often the pairs of a key are used, when and from where.

use clap::ValueEnum;
use wire::keys::PairOfKey;
use wire::usage::{KeyUsage, PairUsage, UsageSource, UsageSpan};

use crate::failure::Failure;
use crate::remote::Remote;
use crate::report::Report;

/// How far back, on the command line.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SpanWord {
    /// The last hour, minute by minute
    Hour,
    /// The last 24 hours, half an hour at a time
    #[default]
    Day,
    /// The last thirty days, 24 hours at a time
    Month,
}

/// Asks for the key of a pair.
pub(super) fn report(remote: &Remote, found: &PairOfKey, span: SpanWord) -> Result<Report, Failure> {
    let span = UsageSpan::from(span).as_str();
    let path = format!("/accounts/{}/keys/{}/usage?span={span}", found.account, found.key);
    let answer = remote.get::<KeyUsage>(&path)?;
    Ok(told(&answer.read, answer.body))
}

fn told(usage: &KeyUsage, body: String) -> Report {
    let rows = usage.pairs.iter().flat_map(|pair| {
        let row = |at: &str, count: u64| {
            [at.to_owned(), pair.key_id.clone(), pair.state.as_str().to_owned(), count.to_string()]
        };
        pair.counts.iter().map(move |step| row(&step.at, step.count))
    });
    let report = Report::of(body).table(["BEGINS", "KEY ID", "STATUS", "REQUESTS"], rows);
    let sentences = usage.pairs.iter().flat_map(|pair| {
        let seen = pair.sources.iter().map(|seen| format!("  {}", told_network(seen)));
        std::iter::once(summed_up(pair)).chain(seen)
    });
    sentences.fold(report, Report::sentence)
}

/// A pair's uses in one sentence.
fn summed_up(pair: &PairUsage) -> String {
    let last = match (&pair.last_used_at, &pair.last_used_from) {
        (Some(at), Some(from)) => format!("last used at {at} from {from}"),
        (Some(at), None) => format!("last used at {at}"),
        (None, _) => "never used".to_owned(),
    };
    let requests = if pair.total == 1 { "request" } else { "requests" };
    format!("{} ({}): {} {requests}, {last}.", pair.key_id, pair.state.as_str(), pair.total)
}

/// One network that a pair was seen in.
fn told_network(seen: &UsageSource) -> String {
    let network = seen.network.as_deref().unwrap_or("an unknown address");
    format!("seen in {network}, first at {}, last at {}", seen.first_at, seen.last_at)
}

impl From<SpanWord> for UsageSpan {
    fn from(word: SpanWord) -> Self {
        match word {
            SpanWord::Hour => UsageSpan::Hour,
            SpanWord::Day => UsageSpan::Day,
            SpanWord::Month => UsageSpan::Month,
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::keys::PairState;
    use wire::usage::UsageCount;

    use super::*;

    #[test]
    fn each_pair_is_told_by_its_steps_its_last_use_and_its_networks() {
        let pair = PairUsage {
            key_id: "rzp_test_1DP5mmOlF5G5ag".to_owned(),
            state: PairState::Retiring,
            total: 12,
            last_used_at: Some("2026-11-23T06:00:59.113Z".to_owned()),
            last_used_from: Some("192.0.2.1".to_owned()),
            counts: vec![UsageCount { at: "2026-11-23T06:00:00.000Z".to_owned(), count: 12 }],
            sources: vec![UsageSource {
                network: None,
                first_at: "2026-11-22T06:00:00.000Z".to_owned(),
                last_at: "2026-11-23T06:00:00.000Z".to_owned(),
            }],
        };
        let unused = PairUsage {
            key_id: "rzp_test_00000000000000".to_owned(),
            state: PairState::Current,
            total: 0,
            last_used_at: None,
            last_used_from: None,
            counts: Vec::new(),
            sources: Vec::new(),
        };
        let usage = KeyUsage {
            key: "key_0f3Kq9LrXb5TzM".to_owned(),
            span: UsageSpan::Hour,
            begins_at: "2026-11-23T05:01:00.000Z".to_owned(),
            ends_at: "2026-11-23T06:01:00.000Z".to_owned(),
            step_seconds: 60,
            pairs: vec![unused, pair],
        };
        insta::assert_snapshot!(told(&usage, "{}".to_owned()).told(), @r"
        {}
        BEGINS | KEY ID | STATUS | REQUESTS
        2026-11-23T06:00:00.000Z | rzp_test_1DP5mmOlF5G5ag | retiring | 12
        rzp_test_00000000000000 (current): 0 requests, never used.
        rzp_test_1DP5mmOlF5G5ag (retiring): 12 requests, last used at 2026-11-23T06:00:59.113Z from 192.0.2.1.
          seen in an unknown address, first at 2026-11-22T06:00:00.000Z, last at 2026-11-23T06:00:00.000Z
        ");
    }
}
