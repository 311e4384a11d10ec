//! The same request sent again with the same `Idempotency-Key` gets the same answer, for ten minutes.

use domain::{GenerateRequest, IdempotencyKey, MINUTE, Mode, OldPair, Refusal, RegenerateRequest, seeded};

use crate::shop::{Figures, Held, MS, START, Shop, refusal};

const TEXT: &str = "0d9c2f0e-5a57-4a39-9d0f";

fn key(shop: &Shop, who: &str, request: &[u8]) -> IdempotencyKey {
    IdempotencyKey::new(TEXT, who, request, shop.engine.peppers().newest()).expect("a good key")
}

#[tokio::test]
async fn a_repeated_generate_gets_the_same_pair_for_ten_minutes_and_then_a_clear_word() {
    let mut shop = Shop::open(Figures::default()).await;
    let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
    let over = START + MINUTE.times(10);
    let mut first = None;
    for (seed, at) in [(1, START), (2, START + MS), (3, over - MS)] {
        let idempotency = key(&shop, "operator:ops", b"generate");
        let outcome = shop
            .engine
            .generate_by_operator(
                &shop.operator,
                &shop.account.id,
                &request,
                Some(&idempotency),
                at,
                &mut seeded(seed),
            )
            .await;
        let held = Held::from(outcome.expect("the first, or the same again"));
        assert_eq!(*first.get_or_insert_with(|| held.clone()), held);
        shop.restart().await;
    }
    let first = first.expect("one was issued");
    assert_eq!(shop.engine.index().len(), 1, "one pair, however often it was asked for");
    for forgotten in [false, true] {
        if forgotten {
            shop.engine.store().forget_answers(over).await.expect("what is over is erased");
        }
        let idempotency = key(&shop, "operator:ops", b"generate");
        let late = shop.engine.issued_before(Some(&idempotency), over).await;
        assert_eq!(refusal(late), Refusal::SecretGone { key_id: first.key_id });
    }
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused_and_somebody_elses_key_is_another_key() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: false };
    let regenerates = async |idempotency: &IdempotencyKey, seed| {
        let (engine, actor) = (&shop.engine, &shop.operator);
        engine
            .regenerate_by_operator(actor, &held.key, &request, Some(idempotency), START, &mut seeded(seed))
            .await
    };
    let first = regenerates(&key(&shop, "operator:ops", b"now"), 2).await.expect("the first");
    let again = regenerates(&key(&shop, "operator:ops", b"now"), 3).await.expect("the same again");
    assert_eq!(
        (first.old, first.old_until, first.issued.key_id, first.issued.secret.reveal()),
        (again.old, again.old_until, again.issued.key_id, again.issued.secret.reveal())
    );
    let other = regenerates(&key(&shop, "operator:ops", b"in 24 hours"), 4).await;
    assert_eq!(refusal(other), Refusal::IdempotencyMismatch);
    let theirs =
        regenerates(&key(&shop, "operator:eve", b"now"), 5).await.expect("another key, another request");
    assert_ne!(theirs.issued.key_id, first.issued.key_id);
    let late = regenerates(&key(&shop, "operator:ops", b"now"), 6).await.expect("the first answer still");
    assert_eq!(late.issued.key_id, first.issued.key_id, "what was answered is answered again");
    assert_eq!(late.old, held.key_id, "and it names the pair that was replaced then");
}
