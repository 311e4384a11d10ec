//! A throttle for wrong passwords: so many in a while from one place, then a pause.
//!
//! Arithmetic on `now`, no clock. What it counts is up to the caller; nothing here is keyed by a `key_id`, which is
//! public and must never let a stranger slow anybody down.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::refusal::Refusal;
use crate::time::{Duration, Timestamp};

/// More places than this are not remembered; the oldest window goes first.
const PLACES_MAX: usize = 100_000;

/// A place's digest: as long as what was typed may be, what is remembered of it is 32 bytes.
type Place = [u8; 32];

/// Counts failures per place in fixed windows.
#[derive(Debug)]
pub struct Throttle {
    limit: u32,
    window: Duration,
    places: HashMap<Place, (Timestamp, u32)>,
}

impl Throttle {
    /// Allows `limit` failures in each `window`.
    pub fn new(limit: u32, window: Duration) -> Self {
        Self { limit, window, places: HashMap::new() }
    }

    /// Refuses if `place` has used up its failures; else counts this attempt as one until it has
    /// [succeeded](Throttle::succeeded). Counted first, compared after: attempts made at once gain nothing.
    pub fn attempt(&mut self, place: &str, now: Timestamp) -> Result<(), Refusal> {
        let place = digest(place);
        self.check(&place, now)?;
        self.failed(place, now);
        Ok(())
    }

    fn check(&self, place: &Place, now: Timestamp) -> Result<(), Refusal> {
        match self.places.get(place) {
            Some((since, count)) if self.limit <= *count && !(*since + self.window).reached(now) => {
                Err(Refusal::TooManyAttempts { again_at: *since + self.window })
            }
            _ => Ok(()),
        }
    }

    fn failed(&mut self, place: Place, now: Timestamp) {
        if PLACES_MAX <= self.places.len() {
            let window = self.window;
            self.places.retain(|_, (since, _)| !(*since + window).reached(now));
        }
        if PLACES_MAX <= self.places.len()
            && !self.places.contains_key(&place)
            && let Some(oldest) =
                self.places.iter().min_by_key(|(_, (since, _))| *since).map(|(place, _)| *place)
        {
            self.places.remove(&oldest);
        }
        let (since, count) = self.places.entry(place).or_insert((now, 0));
        if (*since + self.window).reached(now) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }

    /// Forgets a place after a success.
    pub fn succeeded(&mut self, place: &str) {
        self.places.remove(&digest(place));
    }

    /// Takes back the one [attempt](Throttle::attempt) that was made at `now`; those that failed stay counted. For places that
    /// many share, where somebody's success must not forgive what others did.
    pub fn take_back(&mut self, place: &str, now: Timestamp) {
        if let Some((since, count)) = self.places.get_mut(&digest(place))
            && *since <= now
        {
            *count = count.saturating_sub(1);
        }
    }
}

fn digest(place: &str) -> Place {
    Sha256::digest(place).into()
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
            assert!(throttle.attempt("here", start).is_ok());
        }
        let wait = Err(Refusal::TooManyAttempts { again_at: start + MINUTE });
        assert_eq!(throttle.attempt("here", start), wait);
        assert!(throttle.attempt("there", start).is_ok());
        assert!(throttle.attempt("here", start + MINUTE).is_ok());
    }

    #[test]
    fn a_success_at_a_place_that_many_share_forgives_no_failures_of_others() {
        let mut throttle = Throttle::new(3, MINUTE);
        let start = Timestamp::from_millis(0);
        for _ in 0..2 {
            assert!(throttle.attempt("here", start).is_ok());
        }
        for _ in 0..10 {
            assert!(throttle.attempt("here", start).is_ok());
            throttle.take_back("here", start);
        }
        assert!(throttle.attempt("here", start).is_ok());
        assert!(throttle.attempt("here", start).is_err());
        let next = start + MINUTE;
        assert!(throttle.attempt("here", next).is_ok());
        throttle.take_back("here", start);
        for _ in 0..2 {
            assert!(throttle.attempt("here", next).is_ok());
        }
        assert!(
            throttle.attempt("here", next).is_err(),
            "one of an earlier window takes nothing back in this one"
        );
    }

    #[test]
    fn what_is_remembered_of_a_place_is_no_longer_for_a_long_one() {
        let mut throttle = Throttle::new(3, MINUTE);
        assert!(throttle.attempt(&"a".repeat(16_000), Timestamp::from_millis(0)).is_ok());
        let remembered: usize = throttle.places.keys().map(size_of_val).sum();
        assert_eq!(remembered, 32);
    }

    #[test]
    fn attempts_whose_outcome_is_not_known_yet_count() {
        let mut throttle = Throttle::new(3, MINUTE);
        let start = Timestamp::from_millis(0);
        let begun = (0..30).filter(|_| throttle.attempt("here", start).is_ok()).count();
        assert_eq!(begun, 3);
        throttle.succeeded("here");
        assert!(throttle.attempt("here", start).is_ok());
    }
}
