//! A throttle for wrong passwords: so many in a while from one place, then a pause.
//!
//! Arithmetic on `now`, no clock. What it counts is up to the caller; nothing here is keyed by a `key_id`, which is
//! public and must never let a stranger slow anybody down.

use std::collections::HashMap;

use crate::refusal::Refusal;
use crate::time::{Duration, Timestamp};

/// More places than this are not remembered; the oldest window goes first.
const PLACES_MAX: usize = 100_000;

/// Counts failures per place in fixed windows.
#[derive(Debug)]
pub struct Throttle {
    limit: u32,
    window: Duration,
    places: HashMap<String, (Timestamp, u32)>,
}

impl Throttle {
    /// Allows `limit` failures in each `window`.
    pub fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window, places: HashMap::new() }
    }

    /// Refuses if `place` has used up its failures.
    pub fn check(&self, place: &str, now: Timestamp) -> Result<(), Refusal> {
        match self.places.get(place) {
            Some((since, count)) if self.limit <= *count && !(*since + self.window).reached(now) => {
                Err(Refusal::TooManyAttempts { again_at: *since + self.window })
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&mut self, place: &str, now: Timestamp) {
        if PLACES_MAX <= self.places.len() {
            let window = self.window;
            self.places.retain(|_, (since, _)| !(*since + window).reached(now));
        }
        if PLACES_MAX <= self.places.len()
            && !self.places.contains_key(place)
            && let Some(oldest) =
                self.places.iter().min_by_key(|(_, (since, _))| *since).map(|(place, _)| place.clone())
        {
            self.places.remove(&oldest);
        }
        let (since, count) = self.places.entry(place.to_owned()).or_insert((now, 0));
        if (*since + self.window).reached(now) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }

    /// Forgets a place after a success.
    pub fn succeeded(&mut self, place: &str) {
        self.places.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MINUTE;

    #[test]
    fn after_so_many_failures_a_place_waits_and_others_do_not() {
        let mut throttle = Throttle::new(3, MINUTE);
        let start = Timestamp::from_millis(0);
        for _ in 0..3 {
            assert!(throttle.check("here", start).is_ok());
            throttle.failed("here", start);
        }
        assert_eq!(throttle.check("here", start), Err(Refusal::TooManyAttempts { again_at: start + MINUTE }));
        assert!(throttle.check("there", start).is_ok());
        assert!(throttle.check("here", start + MINUTE).is_ok());
    }
}
