//! Answers kept for repeats, and what the database knows about its pepper.

use domain::{Duration, Peppers, Remembered};

use super::samples::{NOW, decision, digest, peppers, refused, write};
use crate::driver::{Driver, StoreError};
use crate::{PepperCheck, Store};

pub(super) async fn an_answer_stands_once_and_loses_its_secret_when_it_is_over<D: Driver>(store: &Store<D>) {
    let over = NOW + Duration::from_millis(600_000);
    let kept = |n, sealed| Remembered {
        digest: digest(n),
        request: digest(100 + n),
        target: format!("target {n}"),
        sealed,
        expires_at: over,
    };
    let answering = |kept| {
        let mut decision = decision();
        decision.remember = Some(kept);
        decision
    };
    let (secret, none) = (kept(1, Some(vec![9; 64])), kept(2, None));
    write(store, answering(secret.clone())).await;
    write(store, answering(none.clone())).await;
    refused(store, answering(secret.clone()), "the same key again").await;
    assert_eq!(store.answer(&[digest(3)]).await.expect("readable"), None);

    store.forget_answers(over - Duration::from_millis(1)).await.expect("written");
    assert_eq!(
        store.answer(&[digest(1)]).await.expect("readable"),
        Some(secret.clone()),
        "not a moment early"
    );
    for _ in 0..2 {
        store.forget_answers(over).await.expect("written");
        let found = store.answer(&[digest(1)]).await.expect("readable");
        let empty = Remembered { sealed: Some(Vec::new()), ..secret.clone() };
        assert_eq!(found, Some(empty), "what was made is still known, and that there was a secret");
        assert_eq!(store.answer(&[digest(2)]).await.expect("readable"), Some(none.clone()));
    }
}

pub(super) async fn the_pepper_s_known_answer_is_remembered_once<D: Driver>(store: &Store<D>) {
    let other = Peppers::parse(&format!("1 {}", "5b".repeat(32))).expect("one good line");
    assert_eq!(store.check_pepper(&peppers()).await.expect("readable"), PepperCheck::New);
    store.meet_pepper(peppers().newest()).await.expect("written");
    assert_eq!(store.check_pepper(&peppers()).await.expect("readable"), PepperCheck::Right);
    assert_eq!(store.check_pepper(&other).await.expect("readable"), PepperCheck::Wrong);
    let again = store.meet_pepper(other.newest()).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    assert_eq!(store.check_pepper(&other).await.expect("readable"), PepperCheck::Wrong);
}
