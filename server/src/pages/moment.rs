//! Moments on a page: a point in time as people read it, and as their browser can translate it.
//!
//! The server prints in the brand's time zone and always names the zone, so the page is right without
//! JavaScript; the script then rewrites each `<time data-local>` into the reader's own zone.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};

use crate::words::{Escaped, Words, named};

/// The time zone in which a brand's pages are printed, and the words in which a moment is said there.
#[derive(Clone, Debug)]
pub struct Zone {
    zone: TimeZone,
    words: Option<Words>,
}

impl Zone {
    /// A zone by its IANA name ("Asia/Kolkata"), from the database inside the binary: what a page shows must
    /// not depend on which files the host has.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZoneDatabase::bundled().get(name).ok().map(Zone::from)
    }

    /// The same zone, said in the words of a catalogue.
    pub fn said_in(self, words: &Words) -> Zone {
        Zone { words: Some(words.clone()), ..self }
    }

    /// For pages that belong to no brand.
    pub fn utc() -> Zone {
        Zone::from(TimeZone::UTC)
    }
}

impl From<TimeZone> for Zone {
    /// In English.
    fn from(zone: TimeZone) -> Zone {
        Zone { zone, words: None }
    }
}

/// A point in time, ready to print. In a template `{{ moment }}` becomes a `<time>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    iso: String,
    text: String,
}

impl Moment {
    /// A moment from milliseconds UTC.
    pub fn at(millis: i64, zone: &Zone) -> Moment {
        // Beyond the year 9999 all dates are equally far away.
        let instant = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
        let local = instant.to_zoned(zone.zone.clone());
        let zone_name = zone_name(&local);
        Moment {
            iso: instant.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            text: match &zone.words {
                Some(words) => said(words, &local, &zone_name),
                None => format!("{} {zone_name}", local.strftime("%-d %b %Y, %-I:%M %P")),
            },
        }
    }

    /// The words alone, for sentences that are not HTML.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, r#"<time datetime="{}" data-local>{}</time>"#, self.iso, Escaped(&self.text))
    }
}

// One part is digits, the other is escaped.
impl HtmlSafe for Moment {}

/// The twelve months, as ids of their texts.
const MONTHS: [&str; 12] = [
    named("moment-january"),
    named("moment-february"),
    named("moment-march"),
    named("moment-april"),
    named("moment-may"),
    named("moment-june"),
    named("moment-july"),
    named("moment-august"),
    named("moment-september"),
    named("moment-october"),
    named("moment-november"),
    named("moment-december"),
];

fn said(words: &Words, local: &Zoned, zone: &str) -> String {
    let month = usize::try_from(local.month() - 1).expect("months are counted from one");
    let half = if local.hour() < 12 { words.say("moment-am") } else { words.say("moment-pm") };
    let part = |format: &str| local.strftime(format).to_string();
    let moment = words.say("moment").with("day", part("%-d")).with("month", words.say(MONTHS[month]));
    let moment = moment.with("year", part("%Y")).with("hour", part("%-I")).with("minute", part("%M"));
    moment.with("half", half).with("zone", zone).text()
}

/// A time of day such as "10:35 am IST", for where a whole moment is too long.
pub fn clock(millis: i64, zone: &Zone) -> String {
    let local = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX).to_zoned(zone.zone.clone());
    let name = zone_name(&local);
    let Some(words) = &zone.words else { return format!("{} {name}", local.strftime("%-I:%M %P")) };
    let half = if local.hour() < 12 { words.say("moment-am") } else { words.say("moment-pm") };
    let part = |format: &str| local.strftime(format).to_string();
    let clock = words.say("moment-clock").with("hour", part("%-I")).with("minute", part("%M"));
    clock.with("half", half).with("zone", name).text()
}

fn zone_name(local: &Zoned) -> String {
    let abbreviation = local.strftime("%Z").to_string();
    if abbreviation.starts_with(['+', '-']) { offset_name(local.offset().seconds()) } else { abbreviation }
}

/// Many zones have no abbreviation that people use ("+08" is what the database says for Kuala Lumpur).
fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    match minutes % 60 {
        0 => format!("GMT{sign}{}", minutes / 60),
        rest => format!("GMT{sign}{}:{rest:02}", minutes / 60),
    }
}

/// How long from `now` until `until`, as in "in 23 h 40 min". Rounded down: nobody should count on more.
pub fn time_left(words: &Words, now: i64, until: i64) -> String {
    let minutes = until.saturating_sub(now) / 60_000;
    let left = match (minutes / 60, minutes % 60) {
        (0, 0) | (..0, _) | (_, ..0) => words.say("time-left-moment"),
        (0, rest) => words.say("time-left-minutes").with("minutes", rest),
        (hours @ 49.., _) => words.say("time-left-days").with("days", hours / 24),
        (hours, 0) => words.say("time-left-hours").with("hours", hours),
        (hours, rest) => words.say("time-left-hours-minutes").with("hours", hours).with("minutes", rest),
    };
    left.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESENT_MS: i64 = 1_795_496_700_000;

    fn in_zone(name: &str) -> String {
        Moment::at(PRESENT_MS, &Zone::named(name).expect("a zone of the bundled database")).text().to_owned()
    }

    #[test]
    fn a_moment_is_printed_in_the_zone_of_the_brand_and_names_it() {
        assert_eq!(in_zone("Asia/Kolkata"), "24 Nov 2026, 10:35 am IST");
        assert_eq!(in_zone("Asia/Kuala_Lumpur"), "24 Nov 2026, 1:05 pm GMT+8");
        assert_eq!(in_zone("Asia/Kathmandu"), "24 Nov 2026, 10:50 am GMT+5:45");
        assert_eq!(in_zone("America/Sao_Paulo"), "24 Nov 2026, 2:05 am GMT-3");
    }

    #[test]
    fn a_browser_can_read_the_exact_moment() {
        let moment = Moment::at(PRESENT_MS + 7, &Zone::utc());
        assert_eq!(
            moment.to_string(),
            r#"<time datetime="2026-11-24T05:05:00.007Z" data-local>24 Nov 2026, 5:05 am UTC</time>"#
        );
    }

    #[test]
    fn moments_beyond_the_calendar_do_not_break_a_page() {
        assert!(Moment::at(i64::MAX, &Zone::utc()).text().contains("9999"));
    }

    #[test]
    fn time_left_never_promises_more_than_there_is() {
        const MINUTE: i64 = 60_000;
        let english = crate::words::Catalogue::new(&[]).unbranded();
        for (left, words) in [
            (-5, "in less than a minute"),
            (59_999, "in less than a minute"),
            (MINUTE, "in 1 min"),
            (60 * MINUTE - 1, "in 59 min"),
            (60 * MINUTE, "in 1 h"),
            (24 * 60 * MINUTE - 1, "in 23 h 59 min"),
            (24 * 60 * MINUTE, "in 24 h"),
            (3 * 24 * 60 * MINUTE, "in 3 days"),
        ] {
            assert_eq!(time_left(&english, PRESENT_MS, PRESENT_MS + left), words, "{left} ms");
        }
    }
}
