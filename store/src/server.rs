//! The server of the database, and whoever only another one knew of.
//!
//! That a node registered moves no position of the feed, so nobody notices when it is lost: with an asynchronous standby that takes
//! over, a recovery to a point in time, a restored backup. So the database remembers its server. Who finds another one puts a
//! shadow into the list for all who may have been on the one that is gone.

use domain::{Duration, Shadow};

use crate::driver::{StoreError, Transaction};
use crate::value::params;

/// What a database has for its server that was never anything but a file of its one process.
const EMBEDDED: &str = "embedded";

/// Nobody else finds the same meanwhile.
const HOLD: &str = "
    UPDATE feed
       SET server = server
     WHERE id = 1
";

const FOUND: &str = "
    SELECT server, head
      FROM feed
     WHERE id = 1
";

const REMEMBER: &str = "
    UPDATE feed
       SET server = $1
     WHERE id = 1
";

const CAST_UNLISTED: &str = "
    INSERT INTO node_shadows (process, node, span_test, span_live, seen_at)
    VALUES ($1, $2, $3, $4, NULL)
";

/// What a database says of its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFound {
    /// The one that answered: its system, a slash and its timeline.
    pub answers: String,
    /// The one that the database remembers.
    pub remembered: Option<String>,
}

/// A process counts with another server than the database, or itself, remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// The server that answers.
    pub server: String,
    /// The one that this process counted with before.
    pub before: Option<String>,
    /// Whether a standby that takes over has everything that was acknowledged.
    pub lossless: bool,
    /// Whoever may have registered with another one.
    pub unlisted: Shadow,
}

impl TakenOver {
    /// Whether another one is a server of the same system, before this one was promoted or after.
    fn is_kin(&self, other: &str) -> bool {
        let system = |server: &str| server.split_once('/').map(|(system, _)| system.to_owned());
        system(other).is_some() && system(other) == system(&self.server)
    }

    /// Whether nodes may be missing from the list.
    fn lacks_nodes(&self, remembered: Option<&str>, head: i64) -> bool {
        let took_over = match remembered {
            Some(EMBEDDED) => false,
            Some(other) => other != self.server && !(self.lossless && self.is_kin(other)),
            // Nobody has looked yet. Before the first key there is nothing to end.
            None => 0 < head,
        };
        // A server that was left behind, and answers again: it remembers itself. Where this process is merely later than others to
        // see a promotion, one of them has counted.
        let came_back =
            self.before.as_deref().is_some_and(|other| !self.is_kin(other) || self.server.as_str() < other);
        took_over || came_back
    }
}

pub(crate) async fn taken_over<T: Transaction>(tx: &mut T, found: &TakenOver) -> Result<(), StoreError> {
    tx.execute(HOLD, params![]).await?;
    let rows = tx.rows(FOUND, params![]).await?;
    let feed = rows.first().ok_or_else(|| StoreError::damaged("the feed has no head"))?;
    if found.lacks_nodes(feed.maybe_text(0)?, feed.integer(1)?) {
        let Shadow { process, node, spans, .. } = &found.unlisted;
        let spans = [spans.test, spans.live].map(Duration::as_millis);
        tx.run(CAST_UNLISTED, params![process.as_str(), node.as_str(), spans[0], spans[1]]).await?;
    }
    tx.run(REMEMBER, params![found.server.as_str()]).await
}

/// What was restored or recovered may lack nodes on the same server, too.
pub(crate) async fn forget<T: Transaction>(tx: &mut T) -> Result<(), StoreError> {
    tx.run(REMEMBER, params![""]).await
}

#[cfg(test)]
mod tests {
    use domain::{ProcessId, SECOND, Spans, seeded};

    use super::*;

    #[test]
    fn no_node_is_missing_where_there_was_no_server_before_nobody_else_s_node_or_nothing_to_end() {
        let unlisted = Shadow::unlisted(ProcessId::draw(&mut seeded(1)), Spans::even(SECOND));
        let found = TakenOver { server: "1/00000001".to_owned(), before: None, lossless: false, unlisted };
        let lacks = |remembered, head| found.lacks_nodes(remembered, head);
        assert!(!lacks(None, 0) && !lacks(Some(EMBEDDED), 7) && !lacks(Some("1/00000001"), 7));
        assert!(lacks(None, 1) && lacks(Some(""), 0) && lacks(Some("1/00000002"), 0));
    }
}
