//! Refused requests: the true reasons, how many and when, and where they came from. For owners and admins; whoever sent
//! them is told nothing.

use askama::Template;

use super::bars::{self, Bar};
use super::layout::Frame;
use super::moment::Moment;
use crate::words::{Saying, Words, named};

/// Refusals of an account in a mode, or of one of its keys.
#[derive(Clone, Debug, Template)]
#[template(path = "refusals.html")]
pub struct RefusalsPage {
    /// Around the page.
    pub frame: Frame,
    /// All keys together, then each key.
    pub choices: Vec<Choice>,
    /// Counts over time.
    pub charts: Vec<Chart>,
    /// The reasons, the latest first.
    pub refusals: Vec<RefusalRow>,
}

/// One key to look at, or all of them.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What it is called.
    pub words: String,
    /// Where it is.
    pub href: String,
    /// Whether that is this page.
    pub is_here: bool,
}

/// Refusals of one pair for one reason.
#[derive(Clone, Debug)]
pub struct RefusalRow {
    /// The pair.
    pub key_id: String,
    /// What was wrong: a text's id.
    pub reason: &'static str,
    /// What to do about it: a text's id.
    pub advice: &'static str,
    /// When the pair ended, if that is the reason.
    pub ended_at: Option<Moment>,
    /// How often in all.
    pub times: u64,
    /// How often in the last hour.
    pub last_hour: u64,
    /// How often in the last 24 hours.
    pub last_day: u64,
    /// The first time.
    pub first_at: Moment,
    /// The last time.
    pub last_at: Moment,
    /// Where they came from, the latest first.
    pub sources: Vec<SourceRow>,
}

/// A place that refused requests came from.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// Which.
    pub source: SourceName,
    /// How often.
    pub times: u64,
    /// The last time.
    pub last_at: Moment,
}

/// What is known of a sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceName {
    /// Its address, or "an unknown address".
    pub address: String,
    /// What it calls itself; empty when it did not say.
    pub agent: String,
}

impl SourceName {
    /// In the reader's words.
    pub fn said<'a>(&self, frame: &'a Frame) -> Saying<'a> {
        match self.agent.as_str() {
            "" => frame.say("refusals-source").with("address", &self.address),
            agent => frame.say("refusals-source-agent").with("address", &self.address).with("agent", agent),
        }
    }
}

/// A pair that has ended and is still being used.
#[derive(Clone, Debug)]
pub struct StillUsed {
    /// The pair.
    pub key_id: String,
    /// How long ago it ended: "2 h ago".
    pub ago: String,
    /// Requests with it, in the last hour or, if there were none, in the last 24.
    pub count: u64,
    /// Whether they were counted over an hour.
    pub in_last_hour: bool,
    /// How long ago the last one came.
    pub last: String,
    /// Where it came from.
    pub source: SourceName,
}

impl StillUsed {
    /// What is to be said of it: a text's id.
    pub fn sentence(&self) -> &'static str {
        if self.in_last_hour { named("still-used-hour") } else { named("still-used-day") }
    }
}

/// Counts over time: bars, and the same numbers for a table.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows: a text's id.
    pub title: &'static str,
    /// How many in all and at most: a text's id.
    pub sentence: &'static str,
    /// When each bucket begins and how many are in it, oldest first.
    pub buckets: Vec<Bucket>,
}

/// How many there were in a minute or an hour.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// When it begins.
    pub begins: Moment,
    /// How many.
    pub count: u64,
}

impl Chart {
    fn width(&self) -> usize {
        bars::width(self.buckets.len())
    }

    fn top(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).max().unwrap_or_default()
    }

    fn sum(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    fn bars(&self) -> Vec<Bar> {
        bars::bars(self.buckets.iter().map(|bucket| bucket.count), self.top())
    }

    fn rows(&self) -> impl Iterator<Item = &Bucket> {
        self.buckets.iter().rev().filter(|bucket| bucket.count > 0)
    }
}

/// How long before `now` something was, as in "2 h ago". Rounded down.
pub fn time_ago(words: &Words, now: i64, then: i64) -> String {
    let minutes = now.saturating_sub(then) / 60_000;
    let ago = match (minutes / 60, minutes) {
        (_, ..1) => words.say("time-ago-moment"),
        (0, minutes) => words.say("time-ago-minutes").with("minutes", minutes),
        (hours @ ..49, _) => words.say("time-ago-hours").with("hours", hours),
        (hours, _) => words.say("time-ago-days").with("days", hours / 24),
    };
    ago.text()
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let frame = |mode| {
        let look = super::brand::samples::razorpay();
        Frame::inside(&look, "Refused requests", mode, "/refusals", Place::InsideSettings, asha())
    };
    let choice =
        |words: &str, href: &str, is_here| Choice { words: words.to_owned(), href: href.to_owned(), is_here };
    let empty = RefusalsPage {
        frame: frame(Mode::Test),
        choices: vec![choice("All keys", "/test/refusals", true)],
        charts: Vec::new(),
        refusals: Vec::new(),
    };
    let buckets = |counts: &[u64], minutes: i64| {
        let begins = |n: usize| moment((n as i64 - counts.len() as i64) * minutes);
        let bucket = |(n, count): (usize, &u64)| Bucket { begins: begins(n), count: *count };
        counts.iter().enumerate().map(bucket).collect::<Vec<_>>()
    };
    let minutes = Chart {
        title: named("refusals-last-hour"),
        sentence: named("refusals-chart-minutes"),
        buckets: buckets(&[0, 0, 1, 120, 0, 60], 1),
    };
    let hours = Chart {
        title: named("refusals-last-days"),
        sentence: named("refusals-chart-hours"),
        buckets: buckets(&[0, 0, 0, 181], 60),
    };
    let source = |address: &str, agent: &str, times| SourceRow {
        source: SourceName { address: address.to_owned(), agent: agent.to_owned() },
        times,
        last_at: moment(-2),
    };
    let ended = RefusalRow {
        key_id: "rzp_test_00112233445566".to_owned(),
        reason: named("refused-ended"),
        advice: named("refused-ended-advice"),
        ended_at: Some(moment(-120)),
        times: 214,
        last_hour: 180,
        last_day: 181,
        first_at: moment(-119),
        last_at: moment(-2),
        sources: vec![source("192.0.2.1", "shop/1.0", 213), source("an unknown address", "", 1)],
    };
    let newline = RefusalRow {
        key_id: "rzp_test_Ab3dEf6hIj9lMn".to_owned(),
        reason: named("refused-newline"),
        advice: named("refused-newline-advice"),
        ended_at: None,
        times: 1,
        last_hour: 1,
        last_day: 1,
        first_at: moment(-2),
        sources: vec![source("2001:db8::1", "curl/8 <script>", 1)],
        ..ended.clone()
    };
    let some = RefusalsPage {
        choices: vec![
            choice("All keys", "/test/refusals", true),
            choice("Default", "/test/keys/key_1/refusals", false),
            choice("Brüder & <b>Sons</b>", "/test/keys/key_2/refusals", false),
        ],
        charts: vec![minutes, hours],
        refusals: vec![ended, newline],
        ..empty.clone()
    };
    let longest = RefusalsPage { frame: longest_frame("Refused requests", "/refusals"), ..some.clone() };
    let live = RefusalsPage { frame: frame(Mode::Live), ..empty.clone() };
    vec![("empty", html(&empty)), ("live", html(&live)), ("some", html(&some)), ("longest", html(&longest))]
}
