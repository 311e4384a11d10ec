//! Codes counted around a number and in a brand's name.

use domain::{Allowance, DAY, Decision, Duration, HOUR, SendLimit};

use super::samples::{NOW, brand, decision, refused, write};
use crate::Store;
use crate::driver::Driver;

fn allowance(most: u32) -> Allowance {
    Allowance {
        limit: SendLimit::Nearby,
        brand: brand(),
        subject: "+91987654••••".to_owned(),
        since: NOW,
        until: NOW + HOUR,
        most,
    }
}

fn counting(allowances: &[Allowance]) -> Decision {
    Decision { counts: allowances.to_vec(), ..decision() }
}

pub(super) async fn no_more_is_counted_than_an_allowance_holds<D: Driver>(store: &Store<D>) {
    let other = Allowance { limit: SendLimit::Brand, subject: "razorpay/IN".to_owned(), ..allowance(9) };
    let next = Allowance { since: NOW + HOUR, until: NOW + HOUR + HOUR, ..allowance(2) };
    for _ in 0..2 {
        write(store, counting(&[allowance(2), other.clone()])).await;
    }
    refused(store, counting(&[other.clone(), allowance(2)]), "a third code of two").await;
    assert_eq!(store.sent_of(&allowance(2)).await.expect("readable"), 2);
    assert_eq!(
        store.sent_of(&other).await.expect("readable"),
        2,
        "what was refused is not counted elsewhere"
    );
    write(store, counting(std::slice::from_ref(&next))).await;
    assert_eq!(store.sent_of(&next).await.expect("readable"), 1, "another window");
    assert_eq!(store.limits_hit(NOW, 100).await.expect("readable"), [], "nobody was refused");
}

pub(super) async fn limits_that_were_hit_are_told_for_a_month<D: Driver>(store: &Store<D>) {
    let moments = [NOW + HOUR, NOW + Duration::from_millis(1)];
    write(store, counting(&[allowance(1)])).await;
    store.limit_hit(allowance(1), moments[1]).await.expect("written");
    let other = Allowance { subject: "+91987655••••".to_owned(), ..allowance(1) };
    for _ in 0..3 {
        store.limit_hit(other.clone(), moments[0]).await.expect("written");
    }
    let told = |after| store.limits_hit(after, 100);
    let hit = told(NOW).await.expect("readable");
    let said: Vec<_> =
        hit.iter().map(|hit| (hit.subject.as_str(), hit.sent, hit.refused, hit.refused_at)).collect();
    assert_eq!(said, [("+91987655••••", 0, 3, moments[0]), ("+91987654••••", 1, 1, moments[1])]);
    assert_eq!(told(moments[1]).await.expect("readable").len(), 1);
    assert_eq!(store.sent_of(&other).await.expect("readable"), 0, "a refusal counts no code");

    store.forget_answers(NOW + DAY).await.expect("written");
    assert_eq!(told(NOW).await.expect("readable").len(), 2);
    store.forget_answers(NOW + HOUR + DAY.times(30)).await.expect("written");
    assert_eq!(told(NOW).await.expect("readable"), []);
}
