//! What a follower believes, and what it does not.

use proptest::prelude::*;

use super::*;
use crate::follow::samples::{mark, page, page_with};
use crate::index::samples::{credentials, key_id, peppers};
use crate::verdict::{Ask, Reason, Silence, Verdict};

const VOUCH: i64 = 310_000;
const CURRENT: State = State::Current;
const ENDED: State = State::Deactivated(2_000);

fn up(millis: i64) -> Uptime {
    Uptime::from_millis(millis)
}

fn begun() -> Reading {
    Reading::new(peppers().verification_keys(), [1, 2])
}

impl Reading {
    /// Takes an answer that was asked for and came at nought.
    fn takes(&mut self, answer: &[u8]) -> Result<Took, Unbelieved> {
        self.take(answer, 7, up(0), up(0), VOUCH)
    }

    fn says(&self, n: usize, at: i64) -> String {
        match self.index().verify(&credentials(n), &Ask::default(), Timestamp::from_millis(1_000_000), up(at))
        {
            Verdict::Granted(_) => "granted".to_owned(),
            Verdict::Refused { reason, .. } => reason.code().to_owned(),
            Verdict::Limited { exceeded, .. } => exceeded.reason().code().to_owned(),
            Verdict::CannotSay(silence) => silence.as_str().to_owned(),
        }
    }
}

fn all(pairs: usize) -> Result<Took, Unbelieved> {
    Ok(Took::All { pairs, newer_key: false })
}

#[test]
fn a_follower_keeps_to_the_limits_of_a_key_and_a_limit_that_cannot_be_is_no_page() {
    let limited = |per_second, networks: &'static str| {
        page_with(7, 5, &[(1, 5, State::Current)], |mut page| {
            page.pairs[0].limits = Some(feed::Limits { per_second, per_day: 0, networks });
            page
        })
    };
    let mut reading = begun();
    assert_eq!(reading.takes(&limited(1, "")), all(1));
    assert_eq!([reading.says(1, 1), reading.says(1, 1)], ["granted", "rate_limited"]);
    let mut reading = begun();
    assert_eq!(reading.takes(&limited(0, "192.0.2.0/24 2001:db8::/32")), all(1));
    assert_eq!(reading.says(1, 1), "address_not_allowed", "nobody knows where it came from");
    for nonsense in [limited(0, ""), limited(u64::from(u32::MAX), ""), limited(1, "nowhere")] {
        let mut reading = begun();
        assert_eq!(reading.takes(&nonsense), Err(Unbelieved::Nonsense));
    }
}

#[test]
fn everything_is_known_once_a_complete_page_came_and_nothing_is_said_before() {
    let mut reading = begun();
    assert_eq!(reading.ask(25, 7), feed::Ask { nonce: 7, ..feed::Ask::default() });
    assert_eq!(reading.says(1, 0), Silence::NotLoaded.as_str());
    let first = page_with(7, 9, &[(1, 3, CURRENT), (2, 3, ENDED)], |page| Page { complete: false, ..page });
    assert_eq!(reading.takes(&first), Ok(Took::Part));
    assert_eq!(reading.says(1, 0), Silence::NotLoaded.as_str(), "half is nothing");
    let rest = feed::Ask {
        after: 3,
        key_id: Some(key_id(2).as_str().to_owned()),
        known: Some((9, mark(9))),
        wait: 0,
        nonce: 7,
    };
    assert_eq!(reading.ask(25, 7), rest);
    assert_eq!(reading.takes(&page(7, 9, &[(3, 9, CURRENT)])), all(1));
    assert_eq!([1, 2, 3, 4].map(|n| reading.says(n, 0)), ["granted", "ended", "granted", "unknown_key"]);
    assert_eq!(reading.index().position(), 9);
    let next = feed::Ask { after: 9, key_id: None, known: Some((9, mark(9))), wait: 25, nonce: 8 };
    assert_eq!(reading.ask(25, 8), next);
}

#[test]
fn a_page_that_was_cut_at_any_byte_changes_nothing_and_the_same_question_is_asked_again() {
    let mut reading = begun();
    let whole = page(7, 9, &[(1, 3, CURRENT), (2, 4, CURRENT)]);
    let question = reading.ask(25, 7);
    for cut in 0..whole.len() {
        assert!(reading.takes(&whole[..cut]).is_err(), "cut at {cut}");
        assert_eq!((reading.index().len(), reading.ask(25, 7)), (0, question.clone()), "cut at {cut}");
    }
    assert_eq!(reading.takes(&whole), all(2));
}

// TM-20
#[test]
fn an_older_page_that_is_played_again_never_brings_an_ended_pair_back() {
    let mut reading = begun();
    let old = page(7, 3, &[(1, 3, CURRENT)]);
    assert_eq!(reading.takes(&old), all(1));
    assert_eq!(reading.takes(&page(7, 4, &[(1, 4, ENDED)])), all(1));
    assert_eq!(reading.says(1, 0), "ended");

    assert_eq!(reading.take(&old, 8, up(0), up(0), VOUCH), Err(Unbelieved::OtherQuestion));
    assert_eq!(reading.takes(&old), Err(Unbelieved::Backwards), "even if it could guess the number");
    let dressed_up = page(7, 5, &[(1, 3, CURRENT)]);
    assert_eq!(reading.takes(&dressed_up), Err(Unbelieved::OutOfOrder));
    let hidden = page(7, 5, &[(2, 5, CURRENT), (1, 3, CURRENT)]);
    // Positions are told as distances, so one that goes back cannot even be written.
    assert!(reading.takes(&hidden).is_err());
    let twice = page(7, 5, &[(1, 5, CURRENT), (1, 5, ENDED)]);
    assert_eq!(reading.takes(&twice), Err(Unbelieved::OutOfOrder));
    assert_eq!((reading.says(1, 0).as_str(), reading.index().position()), ("ended", 4));
}

#[test]
fn a_page_with_one_pair_that_cannot_be_is_not_taken_in_part() {
    let mut reading = begun();
    for (what, change) in [
        ("an id", (|pair| Pair { key_id: "rzp_test_short", ..pair }) as fn(Pair<'_>) -> Pair<'_>),
        ("the other mode", |pair| Pair { live: true, ..pair }),
        ("a key", |pair| Pair { key: [b'-'; TAIL], ..pair }),
        ("an account", |pair| Pair { account: [0xff; TAIL], ..pair }),
        ("no pepper", |pair| Pair { pepper: 0, ..pair }),
    ] {
        let bad = page_with(7, 9, &[(1, 3, CURRENT), (2, 4, CURRENT)], |mut page| {
            page.pairs[1] = change(page.pairs[1]);
            page
        });
        assert_eq!(reading.takes(&bad), Err(Unbelieved::Nonsense), "{what}");
        assert_eq!(reading.index().len(), 0, "{what}");
    }
    let no_brand = page_with(7, 9, &[(1, 3, CURRENT)], |page| Page { brands: vec!["Razorpay"], ..page });
    assert_eq!(reading.takes(&no_brand), Err(Unbelieved::Nonsense));
    let empty_part = page_with(7, 9, &[], |page| Page { complete: false, ..page });
    assert_eq!(reading.takes(&empty_part), Err(Unbelieved::Nonsense), "it would be asked for ever");
}

#[test]
fn the_lease_runs_from_when_the_question_left_and_the_server_s_own_age_counts() {
    check_lease(
        "
        began   arrived  age     server's   mine     ends
        1000    1200     0       310000     310000   311000
        1000    1200     400     310000     310000   310600
        1000    1200     0       10000      310000   11000
        1000    1200     0       310000     10000    11000
        1000    26100    -24500  310000     310000   335500
        1000    1200     -90000  310000     310000   311200
        1000    1200     400000  310000     310000   1000
    ",
    );
}

fn check_lease(table: &str) {
    for line in table.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<i64> = line.split_whitespace().map(|cell| cell.parse().expect("a number")).collect();
        let [began, arrived, age_ms, servers, mine, ends] = cells[..] else { panic!("{line}") };
        let mut reading = begun();
        let answer = page_with(7, 9, &[(1, 3, CURRENT)], |page| Page {
            age_ms,
            vouch_ms: servers.unsigned_abs(),
            ..page
        });
        assert_eq!(reading.take(&answer, 7, up(began), up(arrived), mine), all(1));
        if arrived < ends {
            assert_eq!(reading.says(1, ends - 1), "granted", "{line}");
        }
        assert_eq!(reading.says(1, ends), Silence::TooOld.as_str(), "{line}");
        assert_eq!(reading.says(2, ends), Silence::TooOld.as_str(), "never a false 401: {line}");
        assert_ne!(reading.says(1, ends), Reason::UnknownKey.code());
    }
}

#[test]
fn only_a_complete_page_renews_the_lease() {
    let mut reading = begun();
    assert_eq!(reading.takes(&page(7, 3, &[(1, 3, CURRENT)])), all(1));
    let part = page_with(7, 9, &[(2, 9, CURRENT)], |page| Page { complete: false, ..page });
    assert_eq!(reading.take(&part, 7, up(300_000), up(300_000), VOUCH), Ok(Took::Part));
    assert_eq!(reading.says(1, VOUCH), Silence::TooOld.as_str());
}

#[test]
fn a_newer_key_of_the_server_is_noticed() {
    let mut reading = begun();
    let newer = page_with(7, 3, &[(1, 3, CURRENT)], |page| Page { newest_key: 3, ..page });
    assert_eq!(reading.takes(&newer), Ok(Took::All { pairs: 1, newer_key: true }));
}

proptest! {
    /// Behind a right checksum: what a server with a fault could send.
    #[test]
    fn whatever_a_page_says_it_is_taken_whole_or_not_at_all(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        checked in any::<bool>(),
    ) {
        let mut reading = begun();
        reading.takes(&page(7, 3, &[(1, 2, CURRENT), (2, 3, ENDED)])).expect("a good page");
        let before = (reading.index().len(), reading.ask(25, 7), reading.says(1, 0), reading.says(2, 0));
        let mut bytes = page(7, 9, &[(1, 4, ENDED), (3, 9, CURRENT)]);
        let told = bytes.len() - 4;
        for (at, byte) in edits {
            bytes[at.index(told)] = byte;
        }
        if checked {
            let checksum = crc32fast::hash(&bytes[..told]);
            bytes[told..].copy_from_slice(&checksum.to_le_bytes());
        }
        match reading.takes(&bytes) {
            Err(_) => {
                let after = (reading.index().len(), reading.ask(25, 7), reading.says(1, 0), reading.says(2, 0));
                prop_assert_eq!(before, after);
            }
            Ok(_) => prop_assert_eq!(reading.says(2, 0), "ended", "an ended pair stays so"),
        }
    }
}
