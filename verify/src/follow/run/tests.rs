//! Following a server that answers, does not answer, or answers strangely, step by step and without a clock.

use std::collections::VecDeque;

use wire::feed::State;

use super::*;
use crate::follow::samples::{Still, page_with};
use crate::follow::{Follower, Status};
use crate::index::samples::{credentials, peppers};
use crate::verdict::{Ask, Verdict};

const CURRENT: State = State::Current;
const ENDED: State = State::Deactivated(2_000);

/// What the server says next.
enum Says {
    Keys,
    /// The keys of these versions and no others.
    KeysOf(u8),
    /// Pair 1, told by a server that has no newer key than the first.
    Before(i64),
    /// Pair 1, wrapped by version 2.
    Wrapped(i64),
    Page(i64, Vec<(usize, i64, State)>),
    NewerKey(i64),
    Status(u16),
    Nothing,
}

/// A server that says what was written down for it, and keeps what it was asked.
struct Script {
    says: VecDeque<Says>,
    asked: Vec<String>,
}

impl Transport for Script {
    fn get(&mut self, path: &str, _wait: u64) -> Result<Answer, Lost> {
        self.asked.push(path.to_owned());
        let nonce = path.split("nonce=").nth(1).and_then(|rest| rest.split('&').next());
        let nonce = nonce.map_or(0, |nonce| nonce.parse().expect("a number"));
        let (status, body) = match self.says.pop_front().expect("the script goes on") {
            Says::Keys => (200, peppers().verification_keys().to_bytes().to_vec()),
            Says::KeysOf(newest) => (200, keys_up_to(newest).to_bytes().to_vec()),
            Says::Before(head) => (
                200,
                page_with(nonce, head, &[(1, head, CURRENT)], |page| feed::Page { newest_key: 1, ..page }),
            ),
            Says::Wrapped(head) => (
                200,
                page_with(nonce, head, &[(1, head, CURRENT)], |mut page| {
                    page.pairs[0] = feed::Pair { digest: wrapped(1), around: &[2], ..page.pairs[0] };
                    page
                }),
            ),
            Says::Page(head, pairs) => (200, page_with(nonce, head, &pairs, |page| page)),
            Says::NewerKey(head) => {
                (200, page_with(nonce, head, &[], |page| feed::Page { newest_key: 3, ..page }))
            }
            Says::Status(status) => (status, Vec::new()),
            Says::Nothing => return Err(Lost("nobody listens".to_owned())),
        };
        Ok(Answer { status, body: body.into() })
    }
}

fn keys_up_to(newest: u8) -> VerificationKeys {
    let held = peppers().only(|pepper| pepper.version() <= newest);
    held.expect("there is a first version").verification_keys()
}

/// The digest of a pair of the samples under two layers.
fn wrapped(n: usize) -> [u8; 32] {
    *crate::index::samples::wrapped(n).digest.as_bytes()
}

struct Story {
    following: Following<Script>,
    follower: Follower,
    clock: Arc<Still>,
}

impl Story {
    fn begins() -> Self {
        let clock = Arc::new(Still::default());
        let shared = Arc::new(Shared::new(clock.clone()));
        let script = Script { says: VecDeque::new(), asked: Vec::new() };
        let (alive, _) = std::sync::mpsc::channel();
        let follower = Follower { shared: shared.clone(), _alive: alive };
        Self { following: Following::new(script, shared, 25, 310_000), follower, clock }
    }

    /// A follower that knows pair 1 at position 3.
    fn loaded() -> Self {
        let mut story = Self::begins();
        story.hears(Says::Keys);
        story.hears(Says::Page(3, vec![(1, 3, CURRENT)]));
        story
    }

    fn hears(&mut self, says: Says) -> Duration {
        self.following.transport.says.push_back(says);
        let pause = self.following.step();
        assert!(self.following.transport.says.is_empty(), "it asked once");
        pause
    }

    fn says(&self, n: usize) -> String {
        self.follower.verify(&credentials(n), &Ask::default(), |verdict| match verdict {
            Verdict::Granted(_) => "granted".to_owned(),
            Verdict::Refused { reason, .. } => reason.code().to_owned(),
            Verdict::Limited { exceeded, .. } => exceeded.reason().code().to_owned(),
            Verdict::CannotSay(silence) => silence.as_str().to_owned(),
        })
    }

    fn status(&self) -> Status {
        self.follower.status()
    }

    fn last_question(&self) -> &str {
        self.following.transport.asked.last().expect("something was asked")
    }
}

#[test]
fn a_follower_loads_follows_and_tells_how_it_is_doing() {
    let mut story = Story::begins();
    assert_eq!(story.says(1), "not_loaded");
    let nothing = Status { ready: false, position: None, age_ms: None, pairs: 0, trouble: None };
    assert_eq!(story.status(), nothing);
    assert_eq!(story.hears(Says::Keys), Duration::ZERO);
    assert_eq!(story.hears(Says::Page(3, vec![(1, 2, CURRENT), (2, 3, ENDED)])), Duration::ZERO);
    assert_eq!([1, 2, 3].map(|n| story.says(n)), ["granted", "ended", "unknown_key"]);
    story.clock.advance(40);
    let known = Status { ready: true, position: Some(3), age_ms: Some(40), pairs: 2, trouble: None };
    assert_eq!(story.status(), known);
    story.hears(Says::Page(4, vec![(1, 4, ENDED)]));
    assert!(story.last_question().contains("after=3&wait=25&"), "{}", story.last_question());
    assert_eq!(story.says(1), "ended");
    assert_eq!(story.hears(Says::Page(4, vec![])), IDLE_PAUSE, "it came at once and told nothing");
}

#[test]
fn a_server_that_cannot_be_heard_is_outlived_by_the_allowance_and_then_nothing_is_said() {
    let cases: [(fn() -> Says, Trouble); 6] = [
        (|| Says::Nothing, Trouble::Unreachable("nobody listens".to_owned())),
        (|| Says::Status(401), Trouble::TokenRefused),
        (|| Says::Status(503), Trouble::ServerNotReady),
        (|| Says::Status(404), Trouble::Answered(404)),
        (|| Says::Status(302), Trouble::Answered(302)),
        (|| Says::Page(1, vec![]), Trouble::Damaged),
    ];
    for (says, trouble) in cases {
        let mut story = Story::loaded();
        story.clock.advance(309_999);
        story.hears(says());
        assert_eq!((story.says(1).as_str(), story.says(9).as_str()), ("granted", "unknown_key"), "{trouble}");
        assert_eq!(story.status().trouble, Some(trouble.clone()));
        story.clock.advance(1);
        story.hears(says());
        assert_eq!((story.says(1).as_str(), story.says(9).as_str()), ("too_old", "too_old"), "{trouble}");
        assert!(!story.status().ready);
        story.hears(Says::Page(4, vec![(1, 4, ENDED)]));
        assert_eq!((story.says(1).as_str(), story.status().trouble), ("ended", None), "{trouble}");
    }
}

#[test]
fn another_history_is_recognised_and_nothing_is_vouched_for_until_all_was_read_anew() {
    let mut story = Story::loaded();
    story.hears(Says::Status(409));
    assert_eq!((story.says(1).as_str(), story.says(9).as_str()), ("not_loaded", "not_loaded"));
    let status = story.status();
    assert_eq!((status.position, status.pairs, status.trouble), (None, 0, Some(Trouble::OtherHistory)));
    story.hears(Says::Nothing);
    assert_eq!(story.says(1), "not_loaded");
    story.hears(Says::Keys);
    story.hears(Says::Page(2, vec![(5, 2, CURRENT)]));
    assert!(story.last_question().contains("after=0&wait=0&"), "{}", story.last_question());
    assert_eq!((story.says(5).as_str(), story.says(1).as_str()), ("granted", "unknown_key"));
    assert_eq!(story.status().position, Some(2), "a lower position of another history");
}

// The pepper is rotated: pairs that are known are wrapped by a version that the follower does not hold yet.
#[test]
fn a_follower_goes_through_a_rotation_without_refusing_a_good_key_or_reading_anything_anew() {
    let mut story = Story::begins();
    story.hears(Says::KeysOf(1));
    story.hears(Says::Before(3));
    assert_eq!(story.hears(Says::Wrapped(4)), Duration::ZERO);
    assert_eq!((story.says(1).as_str(), story.status().position), ("granted", Some(3)), "nothing was taken");
    // The process that is asked for the keys may be one that has no newer one yet.
    assert_ne!(story.hears(Says::KeysOf(1)), Duration::ZERO);
    assert_eq!(story.status().trouble, Some(Trouble::ServerNotReady));
    assert_eq!(story.says(1), "granted");
    story.hears(Says::KeysOf(2));
    story.hears(Says::Wrapped(4));
    assert!(story.last_question().contains("after=3&"), "{}", story.last_question());
    assert_eq!((story.says(1).as_str(), story.status().trouble), ("granted", None));
    assert_eq!((story.says(9).as_str(), story.status().position), ("unknown_key", Some(4)));
    story.hears(Says::Page(5, vec![(1, 5, ENDED)]));
    assert_eq!(story.says(1), "ended");
}

#[test]
fn a_newer_key_is_fetched_before_anything_stands_under_it() {
    let mut story = Story::loaded();
    assert_eq!(story.hears(Says::NewerKey(3)), IDLE_PAUSE);
    assert_eq!(story.says(1), "granted");
    story.hears(Says::Keys);
    assert_eq!(story.last_question(), feed::KEYS_PATH);
    assert_eq!(story.says(1), "granted");
    story.hears(Says::Page(4, vec![(1, 4, ENDED), (2, 4, CURRENT)]));
    assert_eq!((story.says(1).as_str(), story.says(2).as_str()), ("ended", "granted"));
}

#[test]
fn pauses_grow_with_failures_are_never_equal_for_all_and_end_with_a_success() {
    let mut story = Story::loaded();
    for failure in 1..20u32 {
        let whole = PAUSE.saturating_mul(1 << failure.min(10)).min(PAUSE_MAX);
        let pause = story.hears(Says::Nothing);
        assert!(whole / 2 <= pause && pause <= whole, "{failure}: {pause:?}");
    }
    let twenty: std::collections::BTreeSet<Duration> = (0..20).map(|_| story.hears(Says::Nothing)).collect();
    assert!(10 < twenty.len(), "spread over half of the pause");
    story.hears(Says::Page(3, vec![]));
    assert!(story.hears(Says::Nothing) <= PAUSE * 2, "soon again at first");
}

#[test]
fn whoever_waits_for_a_position_is_told_once_it_is_known() {
    let mut story = Story::begins();
    let follower = story.follower.clone();
    let mut loaded = asked(follower.loaded());
    assert!(!loaded());
    story.hears(Says::Keys);
    story.hears(Says::Page(3, vec![(1, 3, CURRENT)]));
    assert!(loaded());
    let mut reached = asked(follower.reached(4));
    assert!(!reached());
    story.hears(Says::Page(4, vec![(1, 4, ENDED)]));
    assert!(reached());
}

/// Asks a future whether it is done.
fn asked<'f>(future: impl Future<Output = ()> + 'f) -> impl FnMut() -> bool + 'f {
    let mut future = Box::pin(future);
    move || {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        future.as_mut().poll(&mut context).is_ready()
    }
}
