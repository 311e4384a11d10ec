//! Hints: a process that changed a key says so to all others, after its commit and on another connection.
//!
//! Said inside the commit, a hint would hold a lock that all commits of the server share. A hint may be lost with its connection,
//! or behind a pooler that gives each transaction another one; whoever follows the feed reads it regularly all the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::chance::Chance;
use super::connect::Connector;
use super::open::typed;
use super::{Connections, connection};

pub(super) const TELL: &str = "
    SELECT pg_notify('keystead_feed', CAST($1 AS TEXT))
";
const LISTEN: &str = "LISTEN keystead_feed";
/// How long telling may take; the next position is a better hint by then.
const TOLD_WITHIN: Duration = Duration::from_secs(2);
/// The longest pause before the database is listened to again.
const AGAIN_WITHIN: Duration = Duration::from_secs(2);

/// Tells others of positions that this process wrote. Several that come together are told as the last of them.
pub(super) fn tell(connections: Connections, mut written: watch::Receiver<i64>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while written.changed().await.is_ok() {
            let position = *written.borrow_and_update();
            let telling = async {
                let Ok(connection) = connection(&connections).await else { return };
                // It was a hint; the next one says more.
                let _ = connection.query_typed(TELL, &typed(&[position.to_string().into()])).await;
            };
            let _ = timeout(TOLD_WITHIN, telling).await;
        }
    })
}

/// Listens to what others tell, for as long as the task lives.
pub(super) fn listen(connector: Arc<Connector>, chance: Chance, heard: watch::Sender<i64>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Ok(mut connection) = connector.connect_hearing(Some(heard.clone())).await
                && connection.batch_execute(LISTEN).await.is_ok()
            {
                connection.until_ended().await;
            }
            sleep(chance.up_to(AGAIN_WITHIN)).await;
        }
    })
}
