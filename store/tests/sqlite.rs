//! The embedded database keeps every promise of the conformance suite, and those that only it makes: one process a folder,
//! readers beside a writer, clear words about a damaged file, and an audit in which every edit shows.

extern crate keystead_store as store;

use std::path::Path;
use std::sync::Arc;

use domain::{AccountId, Actor, AuditEntry, BrandId, Decision, Operator, Peppers, Row, Timestamp, seeded};
use rusqlite::{Connection, ErrorCode};
use store::conformance::{FORBIDDEN, FURNITURE, PROMISES, check};
use store::{BackupError, Sqlite, SqliteError, Store, StoreError, check_backup, copy_embedded};
use tempfile::{TempDir, tempdir};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn folder() -> TempDir {
    tempdir().expect("a temporary folder")
}

fn open(folder: &Path) -> Store<Sqlite> {
    Store::new(Sqlite::open(folder).expect("nobody else uses the folder"))
}

fn peppers() -> Peppers {
    Peppers::parse(&format!("1 {}", "5a".repeat(32))).expect("one good line")
}

fn happened(what: &str) -> Decision {
    let actor = Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() };
    let account = AccountId::draw(&mut seeded(5));
    Decision::new(AuditEntry::by(&actor, "thing.done", Some(account), what, NOW).fact("size", 3))
}

fn appoints(n: u8) -> Decision {
    let digest = domain::Digest::from_bytes([n; 32]);
    let mut decision = happened("an operator");
    decision.insert(Row::Operator(Operator::new(format!("ops {n}"), digest, NOW)));
    decision
}

/// Writes past the store, as somebody with the file would.
fn edit(folder: &Path, sql: &str) -> rusqlite::Result<()> {
    let connection = Connection::open(folder.join("keystead.db"))?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    connection.execute_batch(sql)
}

#[tokio::test]
async fn every_promise_of_the_conformance_suite_is_kept() {
    for promise in PROMISES {
        println!("{promise}");
        let folder = folder();
        check(promise, &open(folder.path())).await;
    }
    assert_eq!(PROMISES.len(), 88, "a promise was added or lost");
}

#[tokio::test]
async fn the_schema_itself_refuses_what_must_never_stand_in_it() {
    let folder = folder();
    drop(open(folder.path()));
    edit(folder.path(), FURNITURE).expect("what may stand in it");
    for forbidden in FORBIDDEN {
        match edit(folder.path(), forbidden.sql) {
            Err(rusqlite::Error::SqliteFailure(error, _)) => {
                assert_eq!(error.code, ErrorCode::ConstraintViolation, "{}", forbidden.rule);
            }
            other => panic!("{}: {other:?}", forbidden.rule),
        }
    }
    assert_eq!(FORBIDDEN.len(), 192, "a rule was added or lost");
}

#[test]
fn a_second_process_on_a_folder_is_told_who_is_in_the_way_and_what_to_do() {
    let folder = folder();
    let first = Sqlite::open(folder.path()).expect("nobody else uses the folder");
    let told = Sqlite::open(folder.path()).expect_err("it is in use");
    assert!(matches!(told, SqliteError::InUse(_)));
    assert_eq!(
        told.to_string(),
        format!(
            "another Keystead process is using {}; stop it first, or give this one its own --data-dir",
            folder.path().display()
        )
    );
    drop(first);
    Sqlite::open(folder.path()).expect("the first has gone");
}

#[tokio::test]
async fn a_reader_sees_what_a_running_server_has_committed_and_cannot_write() {
    let folder = folder();
    let nothing = Sqlite::open_read_only(folder.path()).expect_err("there is no database yet");
    assert!(nothing.to_string().contains("keystead.db"), "{nothing}");
    let server = open(folder.path());
    let reader = Store::new(Sqlite::open_read_only(folder.path()).expect("beside a server"));
    for n in 1..=3 {
        server.commit(happened("a thing"), &peppers()).await.expect("written");
        let report = reader.check_audit(&peppers()).await.expect("readable");
        assert_eq!((report.entries, report.broken), (n, None));
    }
    let refused = reader.commit(happened("a thing"), &peppers()).await;
    assert!(matches!(refused, Err(StoreError::Broken(_))), "{refused:?}");
    drop(server);
    assert_eq!(reader.driver().integrity().expect("an answer"), None);
    let alone = Store::new(Sqlite::open_read_only(folder.path()).expect("without a server"));
    assert_eq!(alone.check_audit(&peppers()).await.expect("readable").entries, 3);
}

#[tokio::test]
async fn a_damaged_file_is_a_clear_error_and_never_a_panic() {
    let whole = {
        let folder = folder();
        let store = open(folder.path());
        for n in 0..50 {
            store.commit(appoints(n), &peppers()).await.expect("written");
        }
        drop(store);
        assert!(
            !folder.path().join("keystead.db-wal").exists(),
            "everything is in the file when it is closed"
        );
        std::fs::read(folder.path().join("keystead.db")).expect("the file")
    };
    let (mut garbled, mut headless) = (whole.clone(), whole.clone());
    let length = whole.len();
    garbled[4096..].iter_mut().enumerate().for_each(|(n, byte)| *byte = (n % 251) as u8);
    headless[..100].fill(0);
    for (what, bytes) in [
        ("half of it", &whole[..length / 2]),
        ("a page and a bit", &whole[..5_000]),
        (
            "another kind of file",
            &b"this is a text and no database, whatever its name may say".repeat(100)[..],
        ),
        ("its pages garbled", &garbled[..]),
        ("its head lost", &headless[..]),
    ] {
        let folder = folder();
        std::fs::write(folder.path().join("keystead.db"), bytes).expect("written");
        let told = match Sqlite::open(folder.path()) {
            Err(told) => told.to_string(),
            Ok(opened) => {
                let store = Store::new(opened);
                let read = store.check_audit(&peppers()).await.map(|report| report.broken);
                match (read, store.driver().integrity()) {
                    (Err(told), _) | (_, Err(told)) => told.to_string(),
                    (Ok(Some(told)), _) | (_, Ok(Some(told))) => told,
                    (Ok(None), Ok(None)) => panic!("{what} was taken for a whole database"),
                }
            }
        };
        assert!(!told.is_empty(), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_decisions_behind_one_commit_a_refused_one_undoes_only_itself() {
    let folder = folder();
    let store = Arc::new(open(folder.path()));
    let tasks: Vec<_> = (0..200u8)
        .map(|n| {
            let store = store.clone();
            // Every fourth one repeats the digest of its neighbour, so exactly one of the two can be written.
            let n = if n % 4 == 3 { n - 1 } else { n };
            tokio::spawn(async move { store.commit(appoints(n), &peppers()).await })
        })
        .collect();
    let (mut written, mut refused) = (0, 0);
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => written += 1,
            Err(StoreError::Conflict) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((written, refused), (150, 50));
    let report = store.check_audit(&peppers()).await.expect("readable");
    assert_eq!(
        (report.entries, report.broken),
        (150, None),
        "an entry for each that was written, and no gap"
    );
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.check_audit(&peppers()).await.expect("readable").entries, 150, "and they last");
}

// TM-67
#[tokio::test]
async fn every_edit_of_the_audit_is_found() {
    let edits = [
        "UPDATE audit SET at = at + 1 WHERE sequence = $n",
        "UPDATE audit SET actor = 'operator:eve' WHERE sequence = $n",
        "UPDATE audit SET origin = '' WHERE sequence = $n",
        "UPDATE audit SET account = '' WHERE sequence = $n",
        "UPDATE audit SET action = 'thing.undone' WHERE sequence = $n",
        "UPDATE audit SET target = 'another thing' WHERE sequence = $n",
        "UPDATE audit SET facts = 'size=4' WHERE sequence = $n",
        "UPDATE audit SET position = 9 WHERE sequence = $n",
        "UPDATE audit SET link = zeroblob(32) WHERE sequence = $n",
        "DELETE FROM audit WHERE sequence = $n",
        "DELETE FROM audit WHERE sequence >= $n",
        "DELETE FROM audit WHERE sequence <= $n",
        "DELETE FROM audit WHERE sequence = $n; UPDATE audit SET sequence = sequence - 1 WHERE sequence > $n",
        "UPDATE audit SET sequence = -1 WHERE sequence = $n",
        "INSERT INTO audit SELECT 7, at, actor, origin, account, action, target, facts, position, link
           FROM audit WHERE sequence = $n",
        "INSERT INTO audit SELECT 0, at, actor, origin, account, action, target, facts, position, link
           FROM audit WHERE sequence = $n",
        "UPDATE audit SET sequence = 99 WHERE sequence = $n;
         UPDATE audit SET sequence = $n WHERE sequence = ($n % 6) + 1;
         UPDATE audit SET sequence = ($n % 6) + 1 WHERE sequence = 99",
        "UPDATE audit_head SET sequence = $n - 1",
        "UPDATE audit_head SET link = zeroblob(32)",
        "DELETE FROM audit_head",
    ];
    for entry in [1, 3, 6] {
        for template in edits {
            let folder = folder();
            let store = open(folder.path());
            for n in 1..=6 {
                store.commit(happened(&format!("thing {n}")), &peppers()).await.expect("written");
            }
            assert_eq!(store.check_audit(&peppers()).await.expect("readable").broken, None);
            let sql = template.replace("$n", &entry.to_string());
            edit(folder.path(), &sql).expect("the schema allows it");
            match store.check_audit(&peppers()).await {
                Ok(report) => assert!(report.broken.is_some(), "not found: {sql}"),
                Err(told) => assert!(matches!(told, StoreError::Damaged(_)), "{sql}: {told}"),
            }
        }
    }
}

#[tokio::test]
async fn another_pepper_does_not_hold_the_chain() {
    let folder = folder();
    let store = open(folder.path());
    store.commit(happened("a thing"), &peppers()).await.expect("written");
    let other = Peppers::parse(&format!("1 {}", "5b".repeat(32))).expect("one good line");
    assert!(store.check_audit(&other).await.expect("readable").broken.is_some());
}

#[tokio::test]
async fn a_value_that_makes_no_sense_is_named_and_not_guessed_at() {
    let folder = folder();
    let store = open(folder.path());
    let brand = BrandId::new("razorpay", "IN").expect("a brand");
    edit(
        folder.path(),
        "INSERT INTO users (id, org, country, name, email, two_factor, wrong_codes, created_at, version)
              VALUES ('usr_short', 'razorpay', 'IN', 'Asha', 'a@shop.example', 0, 0, 0, 1)",
    )
    .expect("the schema allows it");
    let told = store.user_by_email(&brand, "a@shop.example").await.expect_err("that is no id");
    assert_eq!(
        told.to_string(),
        "the database holds a value that makes no sense: column 0 holds \"usr_short\""
    );
}

#[tokio::test]
async fn a_backup_that_would_do_things_of_its_own_is_not_whole() {
    let folder = folder();
    open(folder.path()).commit(happened("a thing"), &peppers()).await.expect("written");
    let copy = folder.path().join("backup.db");
    copy_embedded(folder.path(), &copy).expect("copied");
    check_backup(&copy, None).await.expect("as it was written");
    for (name, sql) in [
        ("evil", "CREATE TRIGGER evil AFTER UPDATE ON pairs BEGIN UPDATE pairs SET state = 'current'; END"),
        ("sight", "DROP TRIGGER evil; CREATE VIEW sight AS SELECT * FROM pairs"),
    ] {
        Connection::open(&copy).and_then(|file| file.execute_batch(sql)).expect("somebody has the file");
        let found = check_backup(&copy, None).await;
        assert!(matches!(&found, Err(BackupError::Damaged(what)) if what.contains(name)), "{found:?}");
    }
}
