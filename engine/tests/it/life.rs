//! The plain story of a key, and who is told.

use domain::{GenerateRequest, Mode, NewWebsite, Refusal, seeded};
use rusqlite::Connection;
use verify::{Ask, Credentials, Reason, Uptime, Verdict};

use crate::shop::{Figures, Held, START, Shop, later_request, refusal};

#[tokio::test]
async fn a_live_key_waits_for_activation_and_a_verified_website_and_a_test_key_for_nothing() {
    let shop = Shop::open(Figures::default()).await;
    let (engine, operator, id) = (&shop.engine, &shop.operator, &shop.account.id);
    let rng = &mut seeded(18);
    let request = GenerateRequest { mode: Mode::Live, name: None, expires_at: None };
    let generates = async |seed| {
        engine.generate_by_operator(operator, id, &request, None, START, &mut seeded(seed)).await
    };
    assert_eq!(refusal(generates(1).await), Refusal::LiveNotReady { activation: true, website: true });
    engine.activate(operator, id, None, START, rng).await.expect("activated");
    assert_eq!(refusal(generates(2).await), Refusal::LiveNotReady { activation: false, website: true });
    let shop_site = NewWebsite::at("https://shop.example");
    engine.submit_website(operator, id, &shop_site, START).await.expect("submitted");
    assert_eq!(refusal(generates(3).await), Refusal::LiveNotReady { activation: false, website: true });
    engine.verify_website(operator, id, None, START, rng).await.expect("verified");
    let live = Held::from(generates(4).await.expect("ready"));
    let test = shop.generates("Default", Mode::Test, START, 5).await;
    assert!(shop.works(&live, START) && shop.works(&test, START));

    let asked = |held: &Held, mode| {
        let credentials = Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
        engine.index().verify(
            &credentials,
            &Ask { mode: Some(mode), ..Ask::default() },
            START,
            Uptime::from_millis(1),
        )
    };
    assert!(matches!(asked(&test, Mode::Live), Verdict::Refused { reason: Reason::WrongMode, .. }));
    assert!(matches!(asked(&live, Mode::Test), Verdict::Refused { reason: Reason::WrongMode, .. }));
    assert!(matches!(asked(&live, Mode::Live), Verdict::Granted(_)));
}

#[tokio::test]
async fn every_change_of_a_key_has_one_audit_entry_and_a_letter_to_the_owner() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let replaced = shop.regenerates(&held.key, &later_request(None), START, 2).await.expect("allowed");
    shop.deactivates(&held.key_id, START, 3).await.expect("allowed");
    let rows = shop.engine.store().audit_of(&shop.account.id, 0, 100).await.expect("the audit");
    let said: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.position)).collect();
    assert_eq!(
        said,
        [
            ("account.opened", 0),
            ("member.added", 0),
            ("key.generated", 1),
            ("key.regenerated", 2),
            ("key.deactivated", 3)
        ]
    );
    let letters = shop.engine.owed_letters(START).await.expect("letters");
    let mut kinds: Vec<_> = letters
        .iter()
        .map(|owed| format!("{:?}", owed.letter.kind))
        .map(|kind| kind.split([' ', '{']).next().unwrap_or_default().to_owned())
        .collect();
    kinds.sort();
    let about_keys = ["KeyDeactivated", "KeyGenerated", "KeyRegenerated"].map(|kind| [kind; 2]).concat();
    assert_eq!(kinds[1..], about_keys, "to the owner and to the admin, both of whom see the keys");
    assert_eq!(kinds[0], "Invited");
    let report = shop.engine.store().check_audit(&shop.engine.peppers()).await.expect("the chain");
    assert_eq!((report.entries, report.broken), (5, None));
    assert!(shop.works(&Held::from(replaced.issued), START));
}

/// Everything a node says of a pair. Where the pair stands in its index may differ from start to start.
fn told(shop: &Shop, held: &Held) -> String {
    let index = shop.engine.index();
    match shop.verdict(held, START) {
        Verdict::Granted(identity) => {
            format!(
                "granted {} {:?} {:?}",
                identity.state(),
                index.about(identity.slot),
                index.life(identity.slot)
            )
        }
        Verdict::Refused { reason, slot } => {
            format!("refused {reason} {:?}", slot.map(|slot| (index.about(slot), index.life(slot))))
        }
        other => format!("{other:?}"),
    }
}

/// The promise of [`Index`](verify::Index): what the last `apply` said is what is true, however the feed is cut.
#[tokio::test]
async fn what_a_node_loads_at_its_start_is_what_the_running_node_knows() {
    let mut shop = Shop::open(Figures::default()).await;
    let mut all = Vec::new();
    for nth in 0..20 {
        let held = shop.generates(&format!("key {nth}"), Mode::Test, START, 10 + nth).await;
        if nth % 2 == 0 {
            let replaced = shop.regenerates(&held.key, &later_request(None), START, 100 + nth).await;
            all.push(Held::from(replaced.expect("allowed").issued));
        }
        if nth % 3 == 0 {
            shop.deactivates(&held.key_id, START, 200 + nth).await.expect("allowed");
        }
        all.push(held);
    }
    let before: Vec<_> = all.iter().map(|held| told(&shop, held)).collect();
    let position = shop.engine.index().position();
    shop.restart().await;
    let after: Vec<_> = all.iter().map(|held| told(&shop, held)).collect();
    assert_eq!(before, after);
    assert_eq!(shop.engine.index().position(), position);
    let connection = Connection::open(shop.folder.path().join("keystead.db")).expect("the file");
    let head: i64 = connection.query_row("SELECT head FROM feed", [], |row| row.get(0)).expect("one row");
    assert_eq!(head, position);
}
