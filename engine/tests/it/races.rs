//! G8 and G12 under fire: thirty at once, two hundred times; exactly one succeeds.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use domain::{Mode, Purpose, Refusal, seeded};
use engine::EngineError;
use tokio::sync::Barrier;

use crate::shop::{Figures, NEXT_CODE, START, Shop, now_request, wrong};

const AT_ONCE: u64 = 30;
const ROUNDS: u64 = 200;

/// Starts thirty attempts that all wait for each other, then go. Returns what each learned.
pub(crate) async fn thirty_at_once<T, F, A>(attempt: A) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
    A: Fn(u64) -> F,
{
    let barrier = Arc::new(Barrier::new(AT_ONCE as usize));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|nth| {
            let (barrier, attempt) = (barrier.clone(), attempt(nth));
            tokio::spawn(async move {
                barrier.wait().await;
                attempt.await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.expect("no attempt panics"));
    }
    outcomes
}

/// Splits outcomes into what succeeded and why the others were refused.
pub(crate) fn split<T: std::fmt::Debug>(outcomes: Vec<Result<T, EngineError>>) -> (Vec<T>, Vec<Refusal>) {
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(value) => won.push(value),
            Err(EngineError::Refused(refusal)) => lost.push(refusal),
            Err(failure) => panic!("nothing may fail here: {failure}"),
        }
    }
    (won, lost)
}

// TM-53
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_simultaneous_right_answers_exactly_one_succeeds() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let purpose = Purpose::Regenerate { key: held.key, mode: Mode::Test };
    let view = Arc::new(shop.logs_in(START, 2).await);
    let mut now = START;
    for round in 0..ROUNDS {
        now = now + NEXT_CODE;
        let code = shop.asks(&view, purpose, now, 100 + round).await;
        let (won, lost) = split(
            thirty_at_once(|nth| {
                let (shop, view, code) = (shop.clone(), view.clone(), code.clone());
                async move {
                    let rng = &mut seeded(1_000_000 + round * AT_ONCE + nth);
                    shop.engine.answer(&view, &purpose, &code, now, rng).await
                }
            })
            .await,
        );
        assert_eq!(won.len(), 1, "round {round}");
        assert!(lost.iter().all(|refusal| *refusal == Refusal::CodeUsed), "round {round}: {lost:?}");
    }
    assert_eq!(shop.audited("code.answered").await, ROUNDS as usize, "and the audit says the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_simultaneous_regenerations_exactly_one_succeeds_and_the_others_learn_who_won() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    for round in 0..ROUNDS {
        let seed = round * 1_000;
        let held = shop.generates(&format!("key {round}"), Mode::Test, START, seed).await;
        let (won, lost) = split(
            thirty_at_once(|nth| {
                let (shop, held) = (shop.clone(), held.clone());
                async move {
                    let request = now_request(Some(held.key_id));
                    shop.regenerates(&held.key, &request, START, seed + 1 + nth).await
                }
            })
            .await,
        );
        assert_eq!(won.len(), 1, "round {round}");
        let winner = won[0].issued.key_id;
        let named = Refusal::LostRace { current: Some(winner), at: Some(START) };
        assert!(lost.iter().all(|refusal| *refusal == named), "round {round}: {lost:?}");
    }
    assert_eq!(shop.audited("key.regenerated").await, ROUNDS as usize, "and the audit says the same");
}

// TM-54
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_answered_code_pays_for_one_regeneration_however_many_try_at_once() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let purpose = Purpose::Regenerate { key: held.key, mode: Mode::Test };
    let view = shop.logs_in(START, 2).await;
    let mut now = START;
    for round in 0..20 {
        now = now + NEXT_CODE;
        let code = shop.asks(&view, purpose, now, 100 + round).await;
        shop.engine.answer(&view, &purpose, &code, now, &mut seeded(round)).await.expect("the right code");
        let view = Arc::new(shop.again(&view).await);
        let (won, lost) = split(
            thirty_at_once(|nth| {
                let (shop, view) = (shop.clone(), view.clone());
                async move {
                    let rng = &mut seeded(2_000_000 + round * AT_ONCE + nth);
                    shop.engine.regenerate(&view, &held.key, &now_request(None), None, now, rng).await
                }
            })
            .await,
        );
        assert_eq!(won.len(), 1, "round {round}");
        assert!(lost.iter().all(|refusal| *refusal == Refusal::StepUpNeeded), "round {round}: {lost:?}");
    }
}

// TM-52
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_in_parallel_gains_nothing_five_are_judged_and_then_even_the_right_code_is_refused() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let purpose = Purpose::Regenerate { key: held.key, mode: Mode::Test };
    let view = Arc::new(shop.logs_in(START, 2).await);
    let code = shop.asks(&view, purpose, START, 3).await;
    let (won, lost) = split(
        thirty_at_once(|nth| {
            let (shop, view, guess) = (shop.clone(), view.clone(), wrong(&code, nth as u32));
            async move { shop.engine.answer(&view, &purpose, &guess, START, &mut seeded(50 + nth)).await }
        })
        .await,
    );
    assert!(won.is_empty());
    let mut told = BTreeMap::new();
    for refusal in &lost {
        *told.entry(format!("{refusal:?}")).or_insert(0) += 1;
    }
    let left = |tries_left: u32| (format!("{:?}", Refusal::WrongCode { tries_left }), 1);
    let used_up = (format!("{:?}", Refusal::NoTriesLeft), AT_ONCE - 4);
    assert_eq!(told, BTreeMap::from([left(4), left(3), left(2), left(1), used_up]));
    assert_eq!(shop.audited("code.wrong").await, 5, "five were looked at");
    let late = shop.engine.answer(&view, &purpose, &code, START, &mut seeded(99)).await;
    assert_eq!(crate::shop::refusal(late), Refusal::NoTriesLeft, "the right one comes too late");
}
