//! What the writer answers when the disk is full.

use domain::{Actor, AuditEntry, Decision, Peppers, Timestamp};
use rusqlite::Connection;

use super::*;

fn writes(bytes: usize) -> Work {
    let actor = Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() };
    let now = Timestamp::from_millis(0);
    let decision = Decision::new(AuditEntry::by(&actor, "thing.done", None, "x".repeat(bytes), now));
    Work::Decision(
        Box::new(decision),
        Peppers::parse(&format!("1 {}", "07".repeat(32))).expect("one good line"),
    )
}

fn entries(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).expect("a count")
}

/// Puts pieces of work in one group and returns what each is answered.
fn group(connection: &Connection, sizes: &[usize]) -> Vec<Result<Committed, StoreError>> {
    let (mut waiting, mut answers) = (VecDeque::new(), Vec::new());
    for bytes in sizes {
        let (answer, answered) = oneshot::channel();
        waiting.push_back(Job { work: writes(*bytes), answer });
        answers.push(answered);
    }
    write_group(connection, &mut waiting).expect("a full disk is no broken database");
    answers.into_iter().map(|mut answered| answered.try_recv().expect("everybody gets an answer")).collect()
}

#[test]
fn on_a_full_disk_nobody_in_the_group_is_told_that_it_was_written_and_later_it_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut connection = connect(&folder.path().join(FILE), OpenFlags::default()).expect("a new file");
    embedded::migrations::runner().run(&mut connection).expect("migrated");
    assert!(group(&connection, &[1, 1]).iter().all(Result::is_ok));
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a count");
    let limit = |pages: i64| connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
    limit(pages + 2).expect("a smaller disk");

    let told = group(&connection, &[1, 100_000, 1]);
    assert!(told.iter().all(|told| matches!(told, Err(StoreError::Full))), "{told:?}");
    assert_eq!(entries(&connection), 2, "nothing of the group is there");

    limit(1_000_000).expect("a bigger disk");
    assert!(group(&connection, &[1, 100_000, 1]).iter().all(Result::is_ok));
    assert_eq!(entries(&connection), 5);
}

#[test]
fn nobody_but_the_owner_can_read_what_is_made_in_the_data_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let opened = Sqlite::open(folder.path()).expect("nobody else uses the folder");
    let _reader = opened.reader().expect("readable");
    for file in [FILE, "keystead.db-wal", "keystead.db-shm", LOCK] {
        let found =
            std::fs::metadata(folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{file}");
    }
}
