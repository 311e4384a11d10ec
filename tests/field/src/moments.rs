//! When things happened, as the harness counts: microseconds since the machine started, by a clock that nobody sets. No process
//! under test has a say in it.
//!
//! Receipts and commits speak in the database's wall time. The database runs on this machine, with its clock untouched, so its moments
//! are carried over by reading both clocks here, the wall first: what passes between the two readings, some microseconds, makes a
//! moment later and never earlier.

use rustix::time::{ClockId, clock_gettime};

/// Microseconds since the machine started.
pub type Moment = i64;

/// One second.
pub const SECOND: Moment = 1_000_000;
/// One millisecond.
pub const MILLISECOND: Moment = 1_000;

/// Now.
pub fn now() -> Moment {
    read(ClockId::Monotonic)
}

/// A moment of wall time, given in microseconds.
pub fn of_wall(microseconds: i64) -> Moment {
    let wall = read(ClockId::Realtime);
    now() + microseconds - wall
}

/// A moment as the management API writes it.
pub fn of_text(text: &str) -> Option<Moment> {
    text.parse::<jiff::Timestamp>().ok().map(|moment| of_wall(moment.as_microsecond()))
}

fn read(clock: ClockId) -> i64 {
    let since = clock_gettime(clock);
    since.tv_sec * SECOND + since.tv_nsec / 1_000
}

/// Seconds with one decimal, for people.
pub fn shown(span: Moment) -> String {
    format!("{}.{} s", span / SECOND, span % SECOND / 100_000)
}

/// A span as a configuration writes it: one number and one unit.
pub fn span(text: &str) -> Result<Moment, String> {
    let digits = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => MILLISECOND,
        "s" => SECOND,
        "min" => 60 * SECOND,
        _ => return Err(format!("{text} is no time: write 500ms, 6s or 15min")),
    };
    number.parse::<Moment>().map(|number| number * unit).map_err(|error| format!("{text}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(span("15min"), Ok(900 * SECOND));
        assert_eq!(span("6s"), Ok(6 * SECOND));
        assert_eq!(span("500ms"), Ok(SECOND / 2));
        assert!(span("15").is_err() && span("s").is_err());
    }

    #[test]
    fn a_moment_of_wall_time_is_carried_over_to_the_microsecond_or_some_later() {
        let before = now();
        let carried = of_wall(read(ClockId::Realtime));
        assert!(before <= carried && carried <= now() + MILLISECOND, "{before} {carried}");
    }
}
