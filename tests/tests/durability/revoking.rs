//! G1: once *Deactivate old key immediately* has returned, every verification that starts later is refused.

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use keystead_tests::caller::Pair;
use keystead_tests::forms::Form;
use keystead_tests::person::OldKey;
use keystead_tests::story::Story;

const TIMES: usize = 1_000;
/// Connections that ask without pause meanwhile.
const CALLERS: usize = 2;

#[test]
fn the_very_next_verification_of_the_old_key_is_refused_1000_times_of_1000_under_load() {
    let story = Story::begins();
    let mut owner = story.member("razorpay", "IN", "owner");
    owner.logs_in();
    let first = owner.generates("live");
    // The page with the choice, which a list of a thousand ended pairs need not be read for.
    let choice = Form::with_button(&owner.opens("/live/keys").html, "Regenerate Key")
        .expect("a key to replace")
        .action;
    // What the callers ask about: the pair that was just ended, and the one that replaced it.
    let pairs: RwLock<(Option<Pair>, Pair)> = RwLock::new((None, first));
    let (over, asked) = (AtomicBool::new(false), AtomicU64::new(0));

    let refused = std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                let caller = story.asking();
                while !over.load(Ordering::SeqCst) {
                    let (ended, current) = pairs.read().expect("nobody panics while writing").clone();
                    if let Some(ended) = ended {
                        assert_eq!(caller.authenticate(&ended), 401, "ended before the question began");
                    }
                    // It may end while the question is on its way: either answer is true at some moment of it.
                    assert!([200, 401].contains(&caller.authenticate(&current)));
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let caller = story.asking();
        let refused = (0..TIMES).filter(|_| {
            let old = pairs.read().expect("nobody panics while writing").1.clone();
            assert_eq!(caller.authenticate(&old), 200, "works until it is replaced");
            owner.opens(&choice);
            let new = owner.chooses(OldKey::Immediately);
            let next = caller.authenticate(&old);
            assert_eq!(caller.authenticate(&new), 200, "works from the moment it is shown");
            *pairs.write().expect("nobody panics while writing") = (Some(old), new);
            next == 401
        });
        let refused = refused.count();
        over.store(true, Ordering::SeqCst);
        refused
    });
    assert_eq!(refused, TIMES);
    assert!(asked.load(Ordering::SeqCst) > 0, "there was no load");
}
