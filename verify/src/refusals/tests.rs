//! What is remembered of refusals, what is forgotten, and what is written down.

use super::*;
use crate::index::samples::{account, key, key_id};
use crate::malformed::Shape;

fn about(n: usize) -> About {
    About { key_id: key_id(n), key: key(n), account: account(n) }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn from(agent: &str) -> Source<'_> {
    Source { address: Some([10, 0, 0, 1].into()), agent: Some(agent.as_bytes()) }
}

/// Somewhere to write refusals down, as a store does.
#[derive(Default)]
struct Paper(HashMap<Name, RecentRefusal>);

impl Paper {
    fn write(&mut self, unsaved: &Unsaved) {
        for gone in &unsaved.gone {
            self.0.remove(&(gone.key_id, gone.reason));
        }
        for refusal in &unsaved.changed {
            self.0.insert((refusal.key_id, refusal.reason), refusal.clone());
        }
    }

    /// Writes until nothing is left to write.
    fn write_all(&mut self, refusals: &Refusals) {
        loop {
            let unsaved = refusals.unsaved(100);
            if unsaved.changed.is_empty() && unsaved.gone.is_empty() {
                return;
            }
            self.write(&unsaved);
            refusals.saved(&unsaved);
        }
    }
}

fn remembered(refusals: &Refusals) -> HashMap<Name, RecentRefusal> {
    let all = |part: &Mutex<Part>| {
        let part = part.lock();
        part.entries.iter().map(|(name, entry)| (*name, (*entry.refusal).clone())).collect::<Vec<_>>()
    };
    refusals.parts.iter().flat_map(all).collect()
}

#[test]
fn repeats_of_one_reason_are_one_entry_with_first_last_and_count() {
    let refusals = Refusals::new();
    refusals.note(&about(1), Reason::WrongSecret, at(10), from("curl/8"));
    refusals.note(&about(1), Reason::Ended, at(20), from("curl/8"));
    refusals.note(&about(1), Reason::WrongSecret, at(30), from("python"));
    refusals.note(&about(2), Reason::Malformed(Shape::Newline), at(40), Source::default());

    let told: Vec<_> = refusals
        .recent(&account(1))
        .into_iter()
        .map(|r| {
            let agents: Vec<String> = r.sources.iter().map(|seen| seen.agent.clone()).collect();
            let (first, last) = (r.first_at.as_millis(), r.last_at.as_millis());
            (r.key_id, r.reason.word(), first, last, r.count, r.minutes.sum(at(50)), agents.join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            (key_id(2), "malformed.newline".to_owned(), 40, 40, 1, 1, String::new()),
            (key_id(1), "wrong_secret".to_owned(), 10, 30, 2, 2, "python, curl/8".to_owned()),
            (key_id(1), "ended".to_owned(), 20, 20, 1, 1, "curl/8".to_owned()),
        ]
    );
    assert_eq!(refusals.recent_of(&key_id(1)).len(), 2);
}

#[test]
fn an_account_sees_only_its_own() {
    let refusals = Refusals::new();
    refusals.note(&about(1), Reason::Ended, at(10), from("curl"));
    refusals.note(&about(100), Reason::Ended, at(10), from("curl"));
    assert_eq!(refusals.recent(&account(1)).len(), 1);
    assert_eq!(refusals.recent(&account(100)).len(), 1);
    assert_eq!(refusals.recent(&account(50)), []);
}

#[test]
fn memory_is_bounded_and_the_oldest_go_first() {
    let refusals = Refusals::new();
    for n in 0..1_000 {
        let about = About { account: account(0), ..about(n) };
        refusals.note(&about, Reason::WrongSecret, at(n as i64), from("flood"));
    }
    let told = refusals.recent(&account(0));
    assert_eq!(told.len(), ENTRIES_OF_ACCOUNT);
    assert_eq!((told[0].key_id, told[199].key_id), (key_id(999), key_id(800)));

    for n in 0..30_000 {
        refusals.note(&about(n), Reason::WrongSecret, at(n as i64), from("flood"));
    }
    assert!(refusals.len() <= ENTRIES, "{}", refusals.len());
    for part in &refusals.parts {
        let part = part.lock();
        assert_eq!(part.entries.len(), part.oldest_first.len());
        assert_eq!(part.entries.len(), part.by_account.len());
        assert_eq!(part.entries.len(), part.of_account.values().sum::<usize>());
        assert!(part.changed.len() <= part.entries.len());
        assert_eq!(part.gone.len(), 0, "nothing was written down");
    }
    assert_eq!(refusals.recent_of(&key_id(29_999)).len(), 1, "the latest is there");
}

#[test]
fn a_flood_against_one_pair_takes_the_room_of_one_entry() {
    let refusals = Refusals::new();
    refusals.note(&about(1), Reason::Ended, at(1), from("shop/1.0"));
    for n in 0..100_000 {
        refusals.note(&about(1), Reason::WrongSecret, at(n), from("flood"));
    }
    assert_eq!(refusals.len(), 2);
    let told = refusals.recent(&account(1));
    assert_eq!((told[0].reason, told[0].count), (Reason::WrongSecret, 100_000));
    assert_eq!(told[0].hours.sum(at(100_000)), 100_000);
    assert_eq!((told[1].reason, told[1].count), (Reason::Ended, 1), "and pushes nothing else out");
    assert_eq!(refusals.unsaved(1_000).changed.len(), 2, "and is written down as two");
}

#[test]
fn what_is_written_down_is_exactly_what_is_remembered() {
    let refusals = Refusals::new();
    let mut paper = Paper::default();
    for n in 0..20_000 {
        refusals.note(&about(n), Reason::WrongSecret, at(n as i64), from("flood"));
        refusals.note(&about(n / 7), Reason::Ended, at(n as i64), from("shop"));
        if n % 5_000 == 0 {
            paper.write_all(&refusals);
        }
    }
    paper.write_all(&refusals);
    assert_eq!(paper.0, remembered(&refusals));
    assert!(paper.0.len() <= ENTRIES);
    assert_eq!(refusals.unsaved(10).changed.len(), 0, "nothing is told twice");

    let later = Refusals::new();
    let mut rows: Vec<RecentRefusal> = paper.0.values().cloned().collect();
    rows.sort_by_key(|refusal| refusal.last_at);
    rows.into_iter().for_each(|refusal| later.restore(refusal));
    assert_eq!(remembered(&later), paper.0, "a restart loses nothing");
    later.forget_before(at(i64::MAX));
    paper.write_all(&later);
    assert!(paper.0.is_empty(), "what is forgotten is erased");
}

#[test]
fn what_could_not_be_written_down_is_written_later_and_takes_no_more_room_meanwhile() {
    let refusals = Refusals::new();
    let mut paper = Paper::default();
    refusals.note(&about(1), Reason::Ended, at(1), from("shop"));
    paper.write_all(&refusals);
    for n in 0..40_000 {
        refusals.note(&about(n), Reason::WrongSecret, at(n as i64), from("flood"));
        if n % 100 == 0 {
            let unsaved = refusals.unsaved(100);
            refusals.give_back(&unsaved);
        }
    }
    for part in &refusals.parts {
        let part = part.lock();
        assert!(part.changed.len() <= part.entries.len());
        assert!(part.gone.len() <= 1, "{}", part.gone.len());
    }
    paper.write_all(&refusals);
    assert_eq!(paper.0, remembered(&refusals));
}

#[test]
fn an_entry_that_is_forgotten_while_it_is_written_is_erased_afterwards() {
    let refusals = Refusals::new();
    let mut paper = Paper::default();
    refusals.note(&about(1), Reason::Ended, at(1), from("shop"));
    let unsaved = refusals.unsaved(100);
    refusals.forget_before(at(2));
    paper.write(&unsaved);
    refusals.saved(&unsaved);
    assert_eq!(paper.0.len(), 1);
    paper.write_all(&refusals);
    assert!(paper.0.is_empty());
}

#[test]
fn unknown_ids_are_counted_and_the_last_256_remembered() {
    let refusals = Refusals::new();
    for n in 0..1_000 {
        refusals.note_unknown(&key_id(n), at(n as i64), from("scanner"));
    }
    assert_eq!(refusals.unknown_count(), 1_000);
    let told = refusals.unknown();
    assert_eq!((told.len(), told[0].key_id, told[255].key_id), (256, key_id(999), key_id(744)));
}
