//! How often a key was used: for each of its pairs a chart and the same numbers in a table, part of the key's card on API Keys;
//! and what is to be said of a retiring pair that somebody still uses.
//!
//! Pairs stand below each other on one scale, each under its own name, so nothing has to be told by colour.

use askama::Template;
use askama::filters::HtmlSafe;
use domain::UsageSpan;

use super::bars::{self, Bar};
use super::brand::BrandLook;
use super::moment::Moment;
use crate::words::{Saying, Words, named};

/// A key's charts. In a template `{{ charts }}` becomes their part of the card.
#[derive(Clone, Debug, Template)]
#[template(path = "usage.html")]
pub struct UsageCharts {
    words: Words,
    /// The key's id: the heading of its card.
    pub key: String,
    /// The spans to choose from.
    pub spans: Vec<SpanChoice>,
    /// The span that is shown.
    pub span: UsageSpan,
    /// When each step begins, oldest first.
    pub steps: Vec<Moment>,
    /// When the last one ends.
    pub ends_at: Moment,
    /// The pairs: the current one, the retiring one, then those that have ended.
    pub lanes: Vec<Lane>,
}

// The template escapes what stands in it.
impl HtmlSafe for UsageCharts {}

/// A span to look at.
#[derive(Clone, Debug)]
pub struct SpanChoice {
    /// What it is called: a text's id.
    pub words: &'static str,
    /// Where it is.
    pub href: String,
    /// Whether it is shown.
    pub is_here: bool,
}

/// One pair.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The public half.
    pub key_id: String,
    /// Whether it works.
    pub state: LaneState,
    /// How many requests it was granted in each step.
    pub counts: Vec<u64>,
    /// Networks that it was seen in lately, the latest first.
    pub sources: Vec<SeenIn>,
}

/// A pair's place in its life, without its moments: they stand in the table of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// It works.
    Current,
    /// It works for now.
    Retiring,
    /// It does not work any more.
    Ended,
}

/// A network that a pair was seen in.
#[derive(Clone, Debug)]
pub struct SeenIn {
    /// Which, or "an unknown address".
    pub network: String,
    /// The first time.
    pub first_at: Moment,
    /// The last time.
    pub last_at: Moment,
}

/// A retiring pair that was used after it was replaced.
#[derive(Clone, Debug)]
pub struct RetiringUse {
    /// The pair.
    pub key_id: String,
    /// Until when it works.
    pub until: Moment,
    /// How far away that is: "in 23 h".
    pub left: String,
    /// How long ago it was used last: "2 min ago".
    pub last: String,
    /// Where that was from.
    pub source: String,
    /// Where else it was seen since it was replaced, the latest first, and how long ago.
    pub others: Option<String>,
}

impl LaneState {
    /// How the chart is drawn.
    fn class(self) -> &'static str {
        match self {
            LaneState::Current => "current",
            LaneState::Retiring => "retiring",
            LaneState::Ended => "ended",
        }
    }

    /// How its word is coloured.
    fn chip(self) -> &'static str {
        match self {
            LaneState::Current => "chip good",
            LaneState::Retiring => "chip warn",
            LaneState::Ended => "chip",
        }
    }

    /// Its word: a text's id.
    fn word(self) -> &'static str {
        match self {
            LaneState::Current => named("pairs-current"),
            LaneState::Retiring => named("pairs-retiring"),
            LaneState::Ended => named("pairs-ended-mark"),
        }
    }
}

impl Lane {
    fn sum(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn most(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or_default()
    }

    fn bars(&self, top: &u64) -> Vec<Bar> {
        bars::bars(self.counts.iter().copied(), *top)
    }
}

impl UsageCharts {
    /// Charts in a brand's words.
    pub fn new(
        look: &BrandLook,
        key: String,
        span: UsageSpan,
        spans: Vec<SpanChoice>,
        (steps, ends_at): (Vec<Moment>, Moment),
        lanes: Vec<Lane>,
    ) -> UsageCharts {
        UsageCharts { words: look.words.clone(), key, spans, span, steps, ends_at, lanes }
    }

    fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        self.words.say(id)
    }

    fn width(&self) -> usize {
        bars::width(self.steps.len())
    }

    /// One scale for all pairs.
    fn top(&self) -> u64 {
        self.lanes.iter().map(Lane::most).max().unwrap_or_default()
    }

    /// What was not used has nothing to draw, but may have been seen before the span.
    fn is_silent(&self) -> bool {
        self.top() == 0
    }

    fn begins(&self) -> &Moment {
        self.steps.first().unwrap_or(&self.ends_at)
    }

    /// The steps with any, the latest first.
    fn rows<'a>(&'a self, lane: &'a Lane) -> impl Iterator<Item = (&'a Moment, u64)> {
        let rows = self.steps.iter().zip(lane.counts.iter().copied()).rev();
        rows.filter(|(_, count)| 0 < *count)
    }

    /// How many in all and at most: a text's id.
    fn sentence(&self) -> &'static str {
        match self.span {
            UsageSpan::Hour => named("usage-sum-hour"),
            UsageSpan::Day => named("usage-sum-day"),
            UsageSpan::Month => named("usage-sum-month"),
        }
    }

    /// That there was nothing: a text's id.
    fn nothing(&self) -> &'static str {
        match self.span {
            UsageSpan::Hour => named("usage-none-hour"),
            UsageSpan::Day => named("usage-none-day"),
            UsageSpan::Month => named("usage-none-month"),
        }
    }
}

/// What a span is called: a text's id.
pub fn span_word(span: UsageSpan) -> &'static str {
    match span {
        UsageSpan::Hour => named("usage-hour"),
        UsageSpan::Day => named("usage-day"),
        UsageSpan::Month => named("usage-month"),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::gallery::moment;
    use super::*;

    fn charts(look: &BrandLook, key: &str, span: UsageSpan, lanes: Vec<Lane>) -> UsageCharts {
        let spans = UsageSpan::ALL.into_iter().map(|one| SpanChoice {
            words: span_word(one),
            href: format!("/test/keys?usage={}#usage-{key}", one.as_str()),
            is_here: one == span,
        });
        let minutes = span.step().as_millis() / 60_000;
        let step = |n: usize| moment((n as i64 - span.steps() as i64) * minutes);
        let steps = (0..span.steps()).map(step).collect();
        UsageCharts::new(look, key.to_owned(), span, spans.collect(), (steps, moment(0)), lanes)
    }

    fn lane(key_id: &str, state: LaneState, span: UsageSpan, counts: &[(usize, u64)]) -> Lane {
        let mut all = vec![0; span.steps()];
        counts.iter().for_each(|(place, count)| all[*place] = *count);
        Lane { key_id: key_id.to_owned(), state, counts: all, sources: Vec::new() }
    }

    fn seen(network: &str, minutes: i64) -> SeenIn {
        SeenIn { network: network.to_owned(), first_at: moment(minutes - 90), last_at: moment(minutes) }
    }

    /// A key that nobody has used.
    pub(crate) fn unused(look: &BrandLook, key: &str, key_id: &str) -> UsageCharts {
        charts(look, key, UsageSpan::Day, vec![lane(key_id, LaneState::Current, UsageSpan::Day, &[])])
    }

    /// A key with one pair that was used.
    pub(crate) fn used(look: &BrandLook, key: &str, key_id: &str) -> UsageCharts {
        let span = UsageSpan::Hour;
        let sources = vec![seen("192.0.2.1", -2)];
        let lane = lane(key_id, LaneState::Current, span, &[(12, 1), (57, 40), (58, 3)]);
        charts(look, key, span, vec![Lane { sources, ..lane }])
    }

    /// A key whose old pairs are still used, or were.
    pub(crate) fn replaced(look: &BrandLook, key: &str, key_ids: [&str; 3]) -> UsageCharts {
        let (span, [current, retiring, ended]) = (UsageSpan::Month, key_ids);
        let sources = vec![seen("2001:db8:85a3:8d3::/64", -1), seen("an unknown address", -3_000)];
        let lanes = vec![
            lane(current, LaneState::Current, span, &[(28, 1_250_000), (29, 900_000)]),
            Lane { sources, ..lane(retiring, LaneState::Retiring, span, &[(3, 1), (28, 70_000), (29, 12)]) },
            lane(ended, LaneState::Ended, span, &[(0, 4)]),
        ];
        charts(look, key, span, lanes)
    }

    /// The warning above it.
    pub(crate) fn retiring_use() -> RetiringUse {
        RetiringUse {
            key_id: "rzp_test_Zy8xWv5uTs2rQp".to_owned(),
            until: moment(23 * 60),
            left: "in 23 h".to_owned(),
            last: "1 min ago".to_owned(),
            source: "2001:db8:85a3:8d3::/64".to_owned(),
            others: Some("192.0.2.1 (40 min ago), 192.0.2.7 (2 h ago)".to_owned()),
        }
    }
}
