//! What the tests here write, and where.

use domain::{AccountId, Actor, AuditEntry, BrandId, Decision, Operator, Peppers, Row, Timestamp, seeded};
use store::{Postgres, Store};
use test_postgres::Cluster;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line")
}

pub(crate) fn at(url: &str) -> Postgres {
    Postgres::at(url, 7).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// An empty database with this version's schema, and its name.
pub(crate) async fn migrated(cluster: &Cluster) -> (String, String) {
    let url = cluster.database();
    at(&url).migrate().await.expect("an empty database");
    let name = url.rsplit('/').next().expect("a URL ends with a name").to_owned();
    (url, name)
}

pub(crate) fn store(url: &str) -> Store<Postgres> {
    Store::new(at(url))
}

pub(crate) fn happened(what: &str) -> Decision {
    let actor = Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() };
    let account = AccountId::draw(&mut seeded(5));
    Decision::new(AuditEntry::by(&actor, "thing.done", Some(account), what, NOW).fact("size", 3))
}

pub(crate) fn appoints(n: u64) -> Decision {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&n.to_be_bytes());
    let mut decision = happened("an operator");
    decision.insert(Row::Operator(Operator::new(
        format!("ops {n}"),
        domain::Digest::from_bytes(digest),
        NOW,
    )));
    decision
}

/// Something that changes a key, if only by saying so: an account with a key.
pub(crate) fn opens(n: u64) -> Decision {
    let mut rng = seeded(n);
    let brand = BrandId::new("razorpay", "IN").expect("a brand");
    let mut decision = happened("a key");
    let account = domain::Account {
        id: AccountId::draw(&mut rng),
        brand: brand.clone(),
        name: format!("Shop {n}"),
        activated_at: None,
        application: None,
        website: None,
        two_factor_required: false,
        created_at: NOW,
        version: 1,
    };
    let key = domain::Key {
        id: domain::KeyRef::draw(&mut rng),
        account: account.id,
        brand,
        mode: domain::Mode::Test,
        name: "Default".to_owned(),
        created_at: NOW,
        version: 1,
        limits: domain::KeyLimits::default(),
        pairs: Vec::new(),
    };
    decision.insert(Row::Account(account));
    decision.insert(Row::Key(key));
    decision
}
