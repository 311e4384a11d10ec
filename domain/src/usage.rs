//! Usage over time: the spans somebody may look at, each in a fixed number of steps that end with the one of now.

use std::str::FromStr;

use crate::time::{DAY, Duration, HOUR, MINUTE, Timestamp};

/// How far back somebody looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsageSpan {
    /// The last hour, minute by minute.
    Hour,
    /// The last 24 hours, half an hour at a time: what a clock says in every zone.
    #[default]
    Day,
    /// The last thirty days, 24 hours at a time. They end with the present hour and not at midnight: a calendar day is a
    /// different span for every reader.
    Month,
}

impl UsageSpan {
    /// All of them, the shortest first.
    pub const ALL: [UsageSpan; 3] = [UsageSpan::Hour, UsageSpan::Day, UsageSpan::Month];

    /// As programs and addresses say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            UsageSpan::Hour => "hour",
            UsageSpan::Day => "day",
            UsageSpan::Month => "month",
        }
    }

    /// How long one step is.
    pub const fn step(self) -> Duration {
        match self {
            UsageSpan::Hour => MINUTE,
            UsageSpan::Day => MINUTE.times(30),
            UsageSpan::Month => DAY,
        }
    }

    /// How many steps there are.
    pub const fn steps(self) -> usize {
        match self {
            UsageSpan::Hour => 60,
            UsageSpan::Day => 48,
            UsageSpan::Month => 30,
        }
    }

    /// When the first step begins and the last one ends. `now` lies in the last step.
    pub fn around(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let grain = match self {
            UsageSpan::Hour => MINUTE,
            UsageSpan::Day => MINUTE.times(30),
            UsageSpan::Month => HOUR,
        };
        let end = now.begin_of(grain) + grain;
        (end - self.step().times(self.steps() as i64), end)
    }

    /// The number of the step that a moment lies in.
    pub fn place(self, at: Timestamp, now: Timestamp) -> Option<usize> {
        let (begins, _) = self.around(now);
        let place = at.as_millis().checked_sub(begins.as_millis())?.div_euclid(self.step().as_millis());
        usize::try_from(place).ok().filter(|place| *place < self.steps())
    }
}

/// A word that names no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSpan;

impl FromStr for UsageSpan {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        UsageSpan::ALL.into_iter().find(|span| span.as_str() == text).ok_or(NoSpan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half past eleven in India, and seven milliseconds.
    const NOW: Timestamp = Timestamp::from_millis(1_795_413_600_007);

    #[test]
    fn a_span_ends_with_the_step_of_now_and_covers_what_it_says() {
        for (span, length) in
            [(UsageSpan::Hour, HOUR), (UsageSpan::Day, DAY), (UsageSpan::Month, DAY.times(30))]
        {
            for at in [NOW, NOW - Duration::from_millis(8), NOW + MINUTE.times(29)] {
                let (begins, ends) = span.around(at);
                assert_eq!(begins + length, ends, "{span:?}");
                assert!(begins <= at && at < ends);
                assert_eq!(span.place(at, at), Some(span.steps() - 1), "{span:?}");
                assert_eq!(span.place(begins, at), Some(0));
                assert_eq!(span.place(begins - Duration::from_millis(1), at), None);
                assert_eq!(span.place(ends, at), None);
            }
        }
    }

    #[test]
    fn moments_at_the_ends_of_time_lie_in_no_step() {
        for at in [i64::MIN, i64::MAX].map(Timestamp::from_millis) {
            for span in UsageSpan::ALL {
                assert_eq!(span.place(at, NOW), None);
                span.place(NOW, at);
            }
        }
    }

    #[test]
    fn a_span_is_named_by_its_word_alone() {
        for span in UsageSpan::ALL {
            assert_eq!(span.as_str().parse(), Ok(span));
        }
        for wrong in ["", "Hour", "week", "hour "] {
            assert_eq!(wrong.parse::<UsageSpan>(), Err(NoSpan));
        }
    }
}
