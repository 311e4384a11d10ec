//! The pulse of a connection: in which second it last asked something.
//!
//! A request moves it with one plain store; once a second the thread looks at all of them. So limits are kept to a second
//! or two, and cost a request nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Seconds a new connection has for its first question.
const FIRST_SECONDS: u32 = 10;
/// Seconds without a question after which a connection is asked to leave. Envoy opens another when it needs one.
const IDLE_SECONDS: u32 = 300;
/// Seconds it has to leave.
const LEAVING_SECONDS: u32 = 10;

/// When a connection last asked.
#[derive(Debug)]
pub(crate) struct Pulse {
    last: AtomicU32,
    has_asked: AtomicBool,
    seconds: Arc<AtomicU32>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    /// It should be told to go.
    Goodbye,
    /// It should be cut off.
    End,
}

impl Pulse {
    /// A connection that was just accepted. `seconds` is the thread's count.
    pub(crate) fn new(seconds: Arc<AtomicU32>) -> Self {
        let now = seconds.load(Ordering::Relaxed);
        Self { last: AtomicU32::new(now), has_asked: AtomicBool::new(false), seconds }
    }

    /// It asks something.
    pub(crate) fn beat(&self) {
        self.last.store(self.seconds.load(Ordering::Relaxed), Ordering::Relaxed);
        self.has_asked.store(true, Ordering::Relaxed);
    }

    /// What is due now.
    pub(crate) fn due(&self) -> Due {
        let quiet = self.seconds.load(Ordering::Relaxed).wrapping_sub(self.last.load(Ordering::Relaxed));
        let patience = if self.has_asked.load(Ordering::Relaxed) { IDLE_SECONDS } else { FIRST_SECONDS };
        match quiet {
            _ if quiet <= patience => Due::Nothing,
            _ if patience == FIRST_SECONDS || patience + LEAVING_SECONDS < quiet => Due::End,
            _ => Due::Goodbye,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_ended_when_it_asks_nothing_for_too_long() {
        for start in [0, 5_000, u32::MAX - 5] {
            let seconds = Arc::new(AtomicU32::new(start));
            let pulse = Pulse::new(seconds.clone());
            let after = |passed: u32| {
                seconds.store(start.wrapping_add(passed), Ordering::Relaxed);
                pulse.due()
            };
            assert_eq!((after(10), after(11)), (Due::Nothing, Due::End), "before its first question");
            after(0);
            pulse.beat();
            assert_eq!((after(300), after(301)), (Due::Nothing, Due::Goodbye), "after a question");
            assert_eq!((after(310), after(311)), (Due::Goodbye, Due::End), "when it does not leave");
        }
    }
}
