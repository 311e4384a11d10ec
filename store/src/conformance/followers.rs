//! Followers: a name and a token once, and revoked for good.

use domain::{Follower, Row};

use super::samples::{LATER, NOW, digest, inserting, refused, updating, write};
use crate::Store;
use crate::driver::Driver;

fn follower(name: &str, n: u64) -> Follower {
    Follower { name: name.to_owned(), digest: digest(n), created_at: NOW, revoked_at: None, version: 1 }
}

pub(super) async fn a_follower_comes_back_as_it_was_written<D: Driver>(store: &Store<D>) {
    let (one, other) = (follower("payments-eu", 11), follower("search", 12));
    for wanted in [&other, &one] {
        write(store, inserting([Row::Follower(wanted.clone())])).await;
        let found = store.follower_by_name(&wanted.name).await.expect("readable");
        assert_eq!(found.as_ref(), Some(wanted));
        let found = store.follower_by_digest(&[wanted.digest]).await.expect("readable");
        assert_eq!(found.as_ref(), Some(wanted));
    }
    assert_eq!(store.followers("", 10).await.expect("readable"), [one.clone(), other.clone()]);
    assert_eq!(store.followers("", 1).await.expect("readable"), [one]);
    assert_eq!(store.followers("payments-eu", 10).await.expect("readable"), [other]);
    assert_eq!(store.head().await.expect("readable"), 0, "no key changed");
}

pub(super) async fn a_follower_s_name_and_token_stand_once<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Follower(follower("payments-eu", 11))])).await;
    refused(store, inserting([Row::Follower(follower("payments-eu", 12))]), "the name is taken").await;
    refused(store, inserting([Row::Follower(follower("search", 11))]), "the token is taken").await;
}

pub(super) async fn a_revoked_follower_stays_revoked_and_its_token_is_nobody_s<D: Driver>(store: &Store<D>) {
    let one = follower("payments-eu", 11);
    write(store, inserting([Row::Follower(one.clone())])).await;
    let revoked = Follower { revoked_at: Some(LATER), ..one.clone() };
    write(store, updating([Row::Follower(revoked.clone())])).await;
    assert_eq!(store.follower_by_digest(&[one.digest]).await.expect("readable"), None);
    let found = store.follower_by_name("payments-eu").await.expect("readable");
    assert_eq!(found, Some(Follower { version: 2, ..revoked }));
    let back = Follower { version: 2, ..one };
    refused(store, updating([Row::Follower(back)]), "it is revoked for good").await;
}
