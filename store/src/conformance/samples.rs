//! Rows to test with, and a way to look at everything a store holds.

use domain::{
    Account, AccountId, Actor, Application, AuditEntry, BrandId, Business, BusinessType, Challenge,
    ChallengeId, ChallengeState, Decision, Digest, Key, KeyId, KeyLimits, KeyPrefix, KeyRef, Language,
    Layers, Letter, LetterKind, Member, Mobile, Mode, Origin, Pair, PairState, Peppers, Purpose, Recipient,
    Review, Role, Row, Session, SessionId, Stage, Timestamp, Totp, User, UserId, VerifiedMobile, Way,
    Website, WebsiteDetails, WebsiteKind, seeded,
};

use crate::driver::{Driver, StoreError};
use crate::value::Record;
use crate::{Committed, Store};

/// When everything here happens.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// A moment later.
pub(super) const LATER: Timestamp = Timestamp::from_millis(1_800_000_000_001);

pub(super) fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line")
}

pub(super) fn brand() -> BrandId {
    BrandId::new("razorpay", "IN").expect("a brand")
}

/// A digest that no other number has.
pub(super) fn digest(n: u64) -> Digest {
    let mut bytes = [0xd1; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    Digest::from_bytes(bytes)
}

pub(super) fn account(n: u64) -> Account {
    Account {
        id: AccountId::draw(&mut seeded(n)),
        brand: brand(),
        name: format!("Shop {n}"),
        activated_at: Some(NOW),
        application: Some(application()),
        website: Some(website(n, Review::Verified { at: LATER })),
        two_factor_required: true,
        created_at: NOW,
        version: 1,
    }
}

pub(super) fn website(n: u64, review: Review) -> Website {
    let page = |name: &str| format!("https://shop{n}.example/{name}");
    let details = WebsiteDetails {
        kind: WebsiteKind::App,
        url: page(""),
        terms: page("terms"),
        privacy: page("privacy"),
        refunds: page("refunds"),
        contact: page("contact"),
        note: "Log in as guest.".to_owned(),
    };
    Website { details, submitted_at: NOW, review }
}

pub(super) fn application() -> Application {
    let business = Business {
        legal_name: "Shop Private Limited".to_owned(),
        business_type: BusinessType::PrivateCompany,
        registration: "U1".to_owned(),
        sells: "Books".to_owned(),
    };
    Application { business, submitted_at: NOW, returned: None }
}

pub(super) fn user(n: u64) -> User {
    let number = Mobile::from_stored(format!("+9198765{n:05}"));
    User {
        id: UserId::draw(&mut seeded(n)),
        brand: brand(),
        name: format!("User {n}"),
        email: format!("user{n}@shop.example"),
        password: Some(domain::PasswordHash::from_phc("$argon2id$a hash".to_owned())),
        mobile: Some(VerifiedMobile { number, verified_at: NOW }),
        mobile_changed_at: Some(NOW),
        totp: Some(Totp { sealed: vec![7; 60], confirmed_at: NOW, last_step: 60_000_000 }),
        two_factor: true,
        wrong_codes: 3,
        locked_at: Some(LATER),
        language: Some(Language::Malay),
        created_at: NOW,
        version: 1,
    }
}

pub(super) fn member(account: &Account, user: &User, role: Role) -> Member {
    Member { account: account.id, user: user.id, role, version: 1 }
}

pub(super) fn session(n: u64, account: &Account, user: &User) -> Session {
    Session {
        id: SessionId::draw(&mut seeded(n)),
        digest: digest(900_000 + n),
        user: user.id,
        brand: brand(),
        account: account.id,
        stage: Stage::Open { otp_at: Some(LATER) },
        created_at: NOW,
        seen_at: NOW,
        origin: Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() },
        ended_at: None,
        version: 1,
    }
}

pub(super) fn challenge(n: u64, session: &Session) -> Challenge {
    let key = KeyRef::draw(&mut seeded(n));
    Challenge {
        id: ChallengeId::draw(&mut seeded(n)),
        session: session.id,
        user: session.user,
        purpose: Purpose::Regenerate { key, mode: Mode::Live },
        way: Way::Sms(Mobile::from_stored("+919876543210".to_owned())),
        digest: Some(digest(800_000 + n)),
        asked_at: NOW,
        expires_at: LATER,
        tries: 2,
        state: ChallengeState::Answered { until: LATER },
        version: 1,
    }
}

pub(super) fn pair(n: u64, state: PairState) -> Pair {
    let prefix: KeyPrefix = "rzp".parse().expect("a prefix");
    Pair {
        key_id: KeyId::draw(&prefix, Mode::Test, &mut seeded(n)),
        mode: Mode::Test,
        digest: digest(n),
        layers: Layers::of(1),
        state,
        created_at: NOW,
        expires_at: Some(LATER),
        last_used_at: None,
        last_used_from: None,
    }
}

/// A key of that number, named after it, with a current pair of the same number.
pub(super) fn key(n: u64, account: &Account) -> Key {
    Key {
        id: KeyRef::draw(&mut seeded(n)),
        account: account.id,
        brand: brand(),
        mode: Mode::Test,
        name: format!("Key {n}"),
        created_at: NOW,
        version: 1,
        limits: KeyLimits::default(),
        pairs: vec![pair(n, PairState::Current)],
    }
}

pub(super) fn letter(n: u64) -> Letter {
    let to = Recipient::Email("user@shop.example".to_owned());
    let kind = LetterKind::AccountActivated { account: "Shop".to_owned() };
    Letter::new(&brand(), to, kind, NOW, &mut seeded(n))
}

/// A decision that so far only says that something happened.
pub(super) fn decision() -> Decision {
    let actor = Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() };
    Decision::new(AuditEntry::by(&actor, "thing.done", None, "a thing", NOW).fact("size", 3))
}

pub(super) fn inserting(rows: impl IntoIterator<Item = Row>) -> Decision {
    let mut decision = decision();
    rows.into_iter().for_each(|row| decision.insert(row));
    decision
}

pub(super) fn updating(rows: impl IntoIterator<Item = Row>) -> Decision {
    let mut decision = decision();
    rows.into_iter().for_each(|row| decision.update(row));
    decision
}

/// The rows of a key and its pairs, in the order they must be written.
pub(super) fn rows_of(key: &Key) -> Vec<Row> {
    let pairs = key.pairs.iter().cloned().map(|pair| Row::Pair { key: key.id, pair });
    std::iter::once(Row::Key(key.clone())).chain(pairs).collect()
}

pub(super) async fn commit<D: Driver>(store: &Store<D>, decision: Decision) -> Result<Committed, StoreError> {
    store.commit(decision, &peppers()).await
}

/// Writes what must go well.
pub(super) async fn write<D: Driver>(store: &Store<D>, decision: Decision) -> Committed {
    commit(store, decision).await.expect("nothing is in the way")
}

/// An account with its owner, in the store.
pub(super) async fn an_account<D: Driver>(store: &Store<D>) -> (Account, User) {
    let (account, owner) = (account(1), user(1));
    let member = member(&account, &owner, Role::Owner);
    write(store, inserting([Row::Account(account.clone()), Row::User(owner.clone()), Row::Member(member)]))
        .await;
    (account, owner)
}

/// An account with a key that has a current pair, in the store.
pub(super) async fn a_key<D: Driver>(store: &Store<D>) -> (Account, Key) {
    let (account, _) = an_account(store).await;
    let key = key(1, &account);
    write(store, inserting(rows_of(&key))).await;
    (account, key)
}

/// Everything a store holds, table by table.
pub(super) async fn everything<D: Driver>(store: &Store<D>) -> Vec<Vec<Record>> {
    const TABLES: [&str; 23] = [
        "SELECT * FROM meta ORDER BY 1",
        "SELECT * FROM feed ORDER BY 1",
        "SELECT * FROM operators ORDER BY 1",
        "SELECT * FROM console_sessions ORDER BY 1",
        "SELECT * FROM accounts ORDER BY 1",
        "SELECT * FROM users ORDER BY 1",
        "SELECT * FROM members ORDER BY 1, 2",
        "SELECT * FROM keys ORDER BY 1",
        "SELECT * FROM pairs ORDER BY 1",
        "SELECT * FROM key_days ORDER BY 1",
        "SELECT * FROM sessions ORDER BY 1",
        "SELECT * FROM challenges ORDER BY 1",
        "SELECT * FROM sends ORDER BY 1, 2",
        "SELECT * FROM backup_codes ORDER BY 1",
        "SELECT * FROM password_resets ORDER BY 1",
        "SELECT * FROM devices ORDER BY 1",
        "SELECT * FROM letters ORDER BY 1",
        "SELECT * FROM send_counts ORDER BY 1, 2, 3, 4, 5",
        "SELECT * FROM answers ORDER BY 1",
        "SELECT * FROM refusals ORDER BY 1, 2",
        "SELECT * FROM usage ORDER BY 1, 2, 3",
        "SELECT * FROM invitations ORDER BY 1",
        "SELECT a.*, h.* FROM audit_head AS h LEFT JOIN audit AS a ON 1 = 1 ORDER BY 1",
    ];
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push(store.driver().rows(table, Vec::new()).await.expect("a table of the schema"));
    }
    tables
}

/// Commits what must be refused as a conflict, and sees that nothing at all was written.
pub(super) async fn refused<D: Driver>(store: &Store<D>, decision: Decision, why: &str) {
    let before = everything(store).await;
    let outcome = commit(store, decision).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{why}: {outcome:?}");
    assert_eq!(everything(store).await, before, "{why}: something was written");
}
