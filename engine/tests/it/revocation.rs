//! G1 and G7: what was ended is refused from the moment the change has returned, and 24 hours are 24 hours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{DAY, Mode};
use parking_lot::Mutex;

use crate::shop::{Figures, Held, MS, START, Shop, later_request, now_request, works};

const ROUNDS: u64 = 1_000;

/// Verifies whatever stands on the board until told to stop: what has ended must be refused, always.
fn hammer(
    index: Arc<verify::Index>,
    ended: Arc<Mutex<Vec<Held>>>,
    current: Arc<Mutex<Option<Held>>>,
    stop: Arc<AtomicBool>,
) -> std::thread::JoinHandle<u64> {
    std::thread::spawn(move || {
        let mut asked = 0;
        while !stop.load(Ordering::Acquire) {
            let (last, held) = (ended.lock().last().cloned(), current.lock().clone());
            if let Some(last) = last {
                assert!(!works(&index, &last, START), "{} was ended before this began", last.key_id);
            }
            if let Some(held) = held {
                works(&index, &held, START);
            }
            asked += 1;
            // The change itself needs a processor, too.
            std::thread::yield_now();
        }
        asked
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_very_next_verification_after_an_ending_is_refused_a_thousand_times_of_a_thousand_under_load() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    let (ended, current) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(None)));
    let stop = Arc::new(AtomicBool::new(false));
    let hammers: Vec<_> = (0..2)
        .map(|_| hammer(shop.engine.index().clone(), ended.clone(), current.clone(), stop.clone()))
        .collect();
    let others = tokio::spawn({
        let (shop, stop) = (shop.clone(), stop.clone());
        async move {
            let mut seed = 5_000_000;
            while !stop.load(Ordering::Acquire) {
                let other = shop.generates(&format!("other {seed}"), Mode::Test, START, seed).await;
                shop.deactivates(&other.key_id, START, seed + 1).await.expect("it works and can be ended");
                seed += 2;
            }
            seed
        }
    });

    let mut refused = 0;
    let mut held = shop.generates("key 0", Mode::Test, START, 1).await;
    for round in 0..ROUNDS {
        let seed = 10 + round * 10;
        *current.lock() = Some(held.clone());
        assert!(shop.works(&held, START), "a new pair works from the moment it is shown");
        let next = if round % 2 == 0 {
            shop.deactivates(&held.key_id, START, seed).await.expect("it works and can be ended");
            refused += u64::from(!shop.works(&held, START));
            ended.lock().push(held.clone());
            shop.generates(&format!("key {}", round / 20), Mode::Test, START, seed + 1).await
        } else {
            let replaced = shop.regenerates(&held.key, &now_request(Some(held.key_id)), START, seed).await;
            refused += u64::from(!shop.works(&held, START));
            ended.lock().push(held.clone());
            replaced.expect("nothing is in the way").issued.into()
        };
        held = next;
    }
    stop.store(true, Ordering::Release);
    for hammer in hammers {
        assert!(0 < hammer.join().expect("no verification let an ended pair through"));
    }
    assert!(5_000_000 < others.await.expect("the other changes went well"), "others were changing keys");
    assert_eq!(refused, ROUNDS);
}

#[tokio::test]
async fn an_old_pair_works_one_millisecond_before_its_24_hours_are_over_and_not_after_whatever_restarts() {
    let mut shop = Shop::open(Figures::default()).await;
    let old = shop.generates("Default", Mode::Test, START, 1).await;
    let replaced = shop.regenerates(&old.key, &later_request(None), START + MS, 2).await.expect("allowed");
    let (until, new) = (replaced.old_until, Held::from(replaced.issued));
    assert_eq!(until, START + MS + DAY);
    for restarted in [false, true] {
        if restarted {
            shop.restart().await;
        }
        for (at, old_works) in [(START + MS, true), (until - MS, true), (until, false), (until + MS, false)] {
            assert_eq!(shop.works(&old, at), old_works, "restarted {restarted}, {:?} left", until.left(at));
            assert!(shop.works(&new, at), "the new pair works throughout");
        }
    }
}

#[tokio::test]
async fn a_retiring_pair_can_be_ended_early_and_a_restart_does_not_bring_it_back() {
    let mut shop = Shop::open(Figures::default()).await;
    let old = shop.generates("Default", Mode::Test, START, 1).await;
    shop.regenerates(&old.key, &later_request(None), START, 2).await.expect("allowed");
    assert!(shop.works(&old, START + MS));
    shop.deactivates(&old.key_id, START + MS, 3).await.expect("a retiring pair can be ended early");
    assert!(!shop.works(&old, START + MS));
    shop.restart().await;
    assert!(!shop.works(&old, START + MS));
    assert!(!shop.works(&old, START), "not even for a clock that was set back");
}
