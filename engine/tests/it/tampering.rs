//! G10: a stolen or edited database authenticates nobody.
//!
//! A thief with the whole folder but the pepper edits rows of a stopped store in every way that could make a secret they
//! know, or a row they own, open somebody else's door. Then a server starts on it and is asked.

use domain::{Digest, KeyContext, Mode, Pepper, Presented};
use rusqlite::{Connection, params};
use store::PepperCheck;
use verify::Verdict;

use crate::shop::{Figures, Held, START, Shop, open, peppers};

/// Two accounts' worth of pairs: the thief's own, which works, and the victim's, whose secret they do not know.
struct Heist {
    shop: Shop,
    thief: Held,
    victim: Held,
    victim_live: Held,
}

async fn heist() -> Heist {
    let shop = Shop::open(Figures::default()).await;
    shop.make_live_ready().await;
    let victim = shop.generates("Default", Mode::Test, START, 1).await;
    let victim_live = shop.generates("Default", Mode::Live, START, 2).await;
    let owner =
        domain::NewOwner { name: "Eve".to_owned(), email: "eve@elsewhere.example".to_owned(), mobile: None };
    let (brand, rng) = (&shop.account.brand, &mut domain::seeded(3));
    let account = shop.engine.open_account(&shop.operator, brand, "Eve", &owner, START, rng).await;
    let request = domain::GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
    let account = account.expect("a second account");
    let thief = shop
        .engine
        .generate_by_operator(&shop.operator, &account.id, &request, None, START, rng)
        .await
        .expect("a pair of the thief's own");
    Heist { thief: thief.into(), shop, victim, victim_live }
}

/// Edits the stopped store, starts again, and returns whether any of `tries` (an id with a secret) is granted.
async fn granted_after(heist: Heist, sql: &str, tries: &[(&str, &str)]) -> bool {
    let Heist { shop, .. } = heist;
    let Shop { folder, engine, rules, .. } = shop;
    drop(engine);
    let connection = Connection::open(folder.path().join("keystead.db")).expect("the stolen file");
    connection.execute_batch(&format!("PRAGMA foreign_keys = off; {sql}")).expect("the thief can write");
    drop(connection);
    let engine = open(folder.path(), peppers(), &rules).await;
    tries.iter().any(|(key_id, secret)| {
        let credentials = verify::Credentials::new(key_id, secret).expect("well formed");
        let ask = verify::Ask::default();
        let verdict = engine.index().verify(&credentials, &ask, START, verify::Uptime::from_millis(1));
        matches!(verdict, Verdict::Granted(_))
    })
}

fn hex(digest: &Digest) -> String {
    digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

// TM-9, TM-10
#[tokio::test]
async fn no_edit_of_rows_makes_any_secret_open_another_door() {
    const MADE_UP: &str = "rzp_test_Planted0000000";
    type Attack = (&'static str, fn(&Heist) -> String);
    let attacks: [Attack; 10] = [
        ("the thief's pair is moved to the victim's key", |h| {
            format!(
                "DELETE FROM pairs WHERE key_id = '{v}';
                 UPDATE pairs SET key = '{k}' WHERE key_id = '{t}'",
                v = h.victim.key_id,
                k = h.victim.key,
                t = h.thief.key_id
            )
        }),
        ("the thief's digest is put in the victim's row", |h| {
            format!(
                "CREATE TABLE loot AS SELECT digest FROM pairs WHERE key_id = '{t}';
                 DELETE FROM pairs WHERE key_id = '{t}';
                 UPDATE pairs SET digest = (SELECT digest FROM loot) WHERE key_id = '{v}'",
                t = h.thief.key_id,
                v = h.victim.key_id
            )
        }),
        ("two digests are swapped", |h| {
            format!(
                "CREATE TABLE loot AS SELECT key_id, digest FROM pairs;
                 UPDATE pairs SET digest = randomblob(32);
                 UPDATE pairs SET digest = (SELECT digest FROM loot WHERE key_id = '{t}') WHERE key_id = '{v}';
                 UPDATE pairs SET digest = (SELECT digest FROM loot WHERE key_id = '{v}') WHERE key_id = '{t}'",
                t = h.thief.key_id,
                v = h.victim.key_id
            )
        }),
        ("the thief's key is moved to the victim's account", |h| {
            format!(
                "DELETE FROM pairs WHERE key = '{v}'; DELETE FROM keys WHERE id = '{v}';
                 UPDATE keys SET account = '{a}' WHERE id = '{t}'",
                v = h.victim.key,
                a = h.shop.account.id,
                t = h.thief.key
            )
        }),
        ("a test key is made a live key", |h| {
            format!("UPDATE keys SET mode = 'live' WHERE id = '{t}'", t = h.thief.key)
        }),
        ("the thief's test digest is put in a live row", |h| {
            format!(
                "CREATE TABLE loot AS SELECT digest FROM pairs WHERE key_id = '{t}';
                 DELETE FROM pairs WHERE key_id = '{t}';
                 UPDATE pairs SET digest = (SELECT digest FROM loot) WHERE key_id = '{v}'",
                t = h.thief.key_id,
                v = h.victim_live.key_id
            )
        }),
        ("the thief's row gets another id", |h| {
            format!("UPDATE pairs SET key_id = '{MADE_UP}' WHERE key_id = '{t}'", t = h.thief.key_id)
        }),
        ("the thief's account is moved to another brand", |_| {
            "UPDATE accounts SET org = 'axis' WHERE name = 'Eve'".to_owned()
        }),
        ("the thief's row is copied under the victim's key and another id", |h| {
            format!(
                "CREATE TABLE loot AS SELECT * FROM pairs WHERE key_id = '{t}';
                 DELETE FROM pairs;
                 INSERT INTO pairs SELECT '{MADE_UP}', '{k}', digest, pepper, state, until, ended_at, ended_why,
                        created_at, expires_at, last_used_at, made, position, last_used_from FROM loot",
                k = h.victim.key,
                t = h.thief.key_id
            )
        }),
        ("a digest made with the thief's own pepper is planted", |h| {
            let presented = Presented::parse(h.thief.secret.as_bytes()).expect("well formed");
            let context = KeyContext {
                brand: "razorpay/IN",
                account: &h.shop.account.id,
                mode: Mode::Test,
                key_id: h.victim.key_id.text(),
            };
            let planted = Pepper::new(1, &[9; 32]).digest_secret(&context, &presented);
            format!(
                "DELETE FROM pairs WHERE key_id = '{t}'; UPDATE pairs SET digest = x'{d}' WHERE key_id = '{v}'",
                t = h.thief.key_id,
                d = hex(&planted),
                v = h.victim.key_id
            )
        }),
    ];
    for (what, attack) in attacks {
        let heist = heist().await;
        assert!(heist.shop.works(&heist.thief, START), "the thief's own pair works before");
        let secret = heist.thief.secret.clone();
        let ids = [
            heist.victim.key_id.to_string(),
            heist.victim_live.key_id.to_string(),
            heist.thief.key_id.to_string(),
            MADE_UP.to_owned(),
        ];
        let tries: Vec<_> = ids.iter().map(|id| (id.as_str(), secret.as_str())).collect();
        let sql = attack(&heist);
        assert!(!granted_after(heist, &sql, &tries).await, "{what}");
    }
}

/// The off-switch: an edit that changes nothing leaves the thief's own pair working, so the attacks above were refused
/// for what they did and not because the folder could not be opened again.
#[tokio::test]
async fn an_edit_that_changes_nothing_about_a_pair_leaves_it_working() {
    let heist = heist().await;
    let (id, secret) = (heist.thief.key_id.to_string(), heist.thief.secret.clone());
    assert!(granted_after(heist, "UPDATE accounts SET name = 'Someone'", &[(&id, &secret)]).await);
}

// TM-11
#[tokio::test]
async fn another_pepper_is_noticed_before_anybody_is_refused() {
    let shop = Shop::open(Figures::default()).await;
    let store = shop.engine.store();
    assert_eq!(store.check_pepper(&peppers()).await.expect("an answer"), PepperCheck::New);
    store.meet_pepper(peppers().newest()).await.expect("remembered");
    assert_eq!(store.check_pepper(&peppers()).await.expect("an answer"), PepperCheck::Right);
    let other = domain::Peppers::parse(&format!("1 {}", "5b".repeat(32))).expect("one good line");
    assert_eq!(store.check_pepper(&other).await.expect("an answer"), PepperCheck::Wrong);
}

#[tokio::test]
async fn planting_a_session_or_an_operator_needs_the_pepper_too() {
    let shop = Shop::open(Figures::default()).await;
    let token = domain::Token::draw(&mut domain::seeded(77));
    let planted = Pepper::new(1, &[9; 32]).digest_token(&token);
    let connection = Connection::open(shop.folder.path().join("keystead.db")).expect("the stolen file");
    connection
        .execute(
            "INSERT INTO operators (name, digest, created_at) VALUES ('eve', ?1, 0)",
            params![planted.as_bytes()],
        )
        .expect("the thief can write");
    assert!(shop.engine.operator(token.reveal(), "192.0.2.7").await.is_err());
    let mine = shop.engine.appoint("ops", START, &mut domain::seeded(78)).await.expect("appointed");
    assert!(shop.engine.operator(mine.reveal(), "192.0.2.7").await.is_ok(), "a real one works");
}
