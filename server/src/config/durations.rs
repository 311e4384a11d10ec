//! How long: `"10s"`, `"5min"`, `"24h"`. One number and one unit, so that nobody has to add up.

use std::time::Duration;

/// Units by name, longest first, with their length in milliseconds.
const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration, or `None` if it is not written as one.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().ok()?;
    if unit.is_empty() {
        // Nothing is nothing in any unit; any other bare number is a guess.
        return (number == 0).then_some(Duration::ZERO);
    }
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.checked_mul(*millis).map(Duration::from_millis)
}

/// Writes a duration in the largest unit that keeps it whole.
pub(super) fn print(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0s".to_owned();
    }
    // Days are understood but not written: a session of "24h" is what people say.
    let unit =
        UNITS.iter().filter(|(name, _)| *name != "d").find(|(_, length)| millis.is_multiple_of(*length));
    let (name, length) = unit.expect("a millisecond divides every whole number of milliseconds");
    format!("{}{name}", millis / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_they_are_written() {
        for (text, seconds) in
            [("10s", 10), ("5min", 300), ("24h", 86_400), ("1d", 86_400), ("0", 0), ("90 s", 90)]
        {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn what_could_be_misread_is_not_read() {
        for text in [
            "",
            "10",
            "5m",
            "s",
            "-5s",
            "1.5h",
            "5min30s",
            "10S",
            "99999999999999999999s",
            "9999999999999999d",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_printed_duration_reads_back_the_same() {
        for text in ["0s", "1ms", "1500ms", "10s", "90s", "5min", "24h"] {
            assert_eq!(print(parse(text).expect("these are well written")), text);
        }
    }
}
