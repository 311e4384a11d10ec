//! Pairs to test with: the nth pair is the same in every run.

use domain::{
    AccountId, BrandId, Digest, KeyContext, KeyId, KeyRef, Layers, Mode, PairState, Peppers, Presented,
    Timestamp,
};

use super::Index;
use crate::credentials::Credentials;
use crate::record::PairRecord;
use crate::uptime::Uptime;

pub(crate) const SECRET: &str = "thiskeysecretis24letters";

pub(crate) fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}\n2 {}\n", "07".repeat(32), "08".repeat(32))).expect("two versions")
}

pub(crate) fn brand() -> &'static BrandId {
    static BRAND: std::sync::LazyLock<BrandId> =
        std::sync::LazyLock::new(|| BrandId::new("razorpay", "IN").expect("a brand"));
    &BRAND
}

pub(crate) fn key_id(n: usize) -> KeyId {
    format!("rzp_test_{n:014}").parse().expect("a key id")
}

pub(crate) fn account(n: usize) -> AccountId {
    format!("acc_{:014}", n / 10).parse().expect("an account id")
}

pub(crate) fn key(n: usize) -> KeyRef {
    format!("key_{n:014}").parse().expect("a key")
}

pub(crate) fn digest(n: usize, pepper: u8) -> Digest {
    let (account, key_id) = (account(n), key_id(n));
    let context =
        KeyContext { brand: "razorpay/IN", account: &account, mode: Mode::Test, key_id: key_id.text() };
    peppers()
        .version(pepper)
        .expect("a version of the samples")
        .digest_secret(&context, &Presented::parse(SECRET.as_bytes()).expect("well formed"))
}

/// The nth pair: current, made at 1,000, with [`SECRET`].
pub(crate) fn record(n: usize) -> PairRecord<'static> {
    PairRecord {
        key_id: key_id(n),
        key: key(n),
        account: account(n),
        brand: brand(),
        mode: Mode::Test,
        digest: digest(n, 1),
        layers: Layers::of(1),
        state: PairState::Current,
        created_at: Timestamp::from_millis(1_000),
        expires_at: None,
        limited: false,
    }
}

/// The nth pair, wrapped by version 2.
pub(crate) fn wrapped(n: usize) -> PairRecord<'static> {
    let (record, account) = (record(n), account(n));
    let context = KeyContext {
        brand: "razorpay/IN",
        account: &account,
        mode: Mode::Test,
        key_id: record.key_id.text(),
    };
    let peppers = peppers();
    let (digest, layers) = peppers.newest().wrap(&context, &record.digest, record.layers).expect("newer");
    PairRecord { digest, layers, ..record }
}

pub(crate) fn credentials(n: usize) -> Credentials {
    Credentials::new(key_id(n).as_str(), SECRET).expect("well formed")
}

/// An index that may vouch for ever, with the first `pairs` pairs.
pub(crate) fn index(pairs: usize) -> Index {
    let index = Index::new(peppers().verification_keys(), [1, 2]);
    for n in 0..pairs {
        index.apply(&record(n));
    }
    index.lease().ready();
    index.lease().renew(Uptime::default(), i64::MAX);
    index
}
