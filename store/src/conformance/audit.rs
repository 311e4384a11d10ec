//! The audit's chain over more entries than are read at a time. What an edit does to it is each driver's own test, since
//! only it can write past the store.

use super::samples::{decision, peppers, write};
use crate::Store;
use crate::driver::Driver;

pub(super) async fn a_long_chain_holds_and_ends_at_its_head<D: Driver>(store: &Store<D>) {
    let empty = store.check_audit(&peppers()).await.expect("readable");
    assert_eq!((empty.entries, empty.head, empty.broken), (0, [0; 32], None));
    for _ in 0..1_001 {
        write(store, decision()).await;
    }
    let report = store.check_audit(&peppers()).await.expect("readable");
    assert_eq!((report.entries, report.broken), (1_001, None));
    let last = store.audit(1_000, 10).await.expect("readable");
    assert_eq!(last.iter().map(|row| (row.sequence, row.link)).collect::<Vec<_>>(), [(1_001, report.head)]);
}
