//! Moments as the API writes and reads them: RFC 3339.

use domain::Timestamp;

/// A moment in UTC with milliseconds.
pub(crate) fn moment(at: Timestamp) -> String {
    // Beyond the year 9999 all dates are equally far away.
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Reads a moment in any offset. What is finer than a millisecond is cut off.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_and_read_in_any_offset() {
        for (text, written) in [
            ("2026-11-23T06:00:00Z", Some("2026-11-23T06:00:00.000Z")),
            ("2026-11-23T11:30:00.123456+05:30", Some("2026-11-23T06:00:00.123Z")),
            ("2026-11-23T06:00:00", None),
            ("2026-11-23", None),
            ("1700000000000", None),
            ("", None),
        ] {
            assert_eq!(read(text).map(moment).as_deref(), written, "{text:?}");
        }
        assert_eq!(moment(Timestamp::from_millis(i64::MAX)), "9999-12-30T22:00:00.999Z");
    }
}
