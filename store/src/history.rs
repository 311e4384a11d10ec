//! The history of the database itself: which life of it this is, whether a reader's memory is of it, and the quarantine.
//!
//! A position with the mark of its audit entry names a history: whoever remembers both can tell, in the same statement that reads the head,
//! whether this is still the database it has seen.

use domain::{HistoryChange, Incarnation, KeyId, Quarantine, QuarantineReason, Spans};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::keys::{PairRow, pair_row};
use crate::meta::version;
use crate::nodes::{cast_all_shadows, spans};
use crate::value::{Record, Value, params};
use crate::{Store, server};

/// The first half of the link of an audit entry: it covers all that was ever done before.
pub type Mark = [u8; 16];

/// Takes the next position, unless the database is quarantined.
pub(crate) const TAKE_POSITION: &str = "
    UPDATE feed
       SET head = head + 1
     WHERE id = 1
       AND quarantine IS NULL
    RETURNING head
";

/// Takes a position above all that anybody has seen, and ends the quarantine.
pub(crate) const RECOVER: &str = "
    UPDATE feed
       SET head = (CASE WHEN head < $1 THEN $1 ELSE head END) + 1, incarnation = $2, quarantine = NULL,
           quarantined_by = NULL, quarantined_at = NULL, quarantined_seen = NULL
     WHERE id = 1
       AND quarantine IS NOT NULL
    RETURNING head
";

const QUARANTINE: &str = "
    UPDATE feed
       SET quarantine = $1, quarantined_by = $2, quarantined_at = $3, quarantined_seen = $4
     WHERE id = 1
       AND quarantine IS NULL
       AND incarnation = $5
";

const RESTORED: &str = "
    UPDATE feed
       SET quarantine = $1, quarantined_by = $2, quarantined_at = $3, quarantined_seen = $4
     WHERE id = 1
";

/// What was handed out since the backup, or taken back since, must not count: nobody is logged in, and no answer is given again.
const END_SESSIONS: &str = "
    UPDATE sessions
       SET ended_at = $1, version = version + 1
     WHERE ended_at IS NULL
";

const END_CONSOLE_SESSIONS: &str = "
    UPDATE console_sessions
       SET ended_at = $1, version = version + 1
     WHERE ended_at IS NULL
";

const SPEND_CHALLENGES: &str = "
    UPDATE challenges
       SET state = 'spent', until = NULL, version = version + 1
     WHERE state <> 'spent'
";

const USE_UP_RESETS: &str = "
    UPDATE password_resets
       SET digest = NULL, version = version + 1
     WHERE digest IS NOT NULL
";

const FORGET_ANSWERS: &str = "
    DELETE FROM answers
";

/// Head, history and quarantine; what runs as a node; and the marks of a position and of the head: all of one moment, so that a process
/// which reads that it is no node any more, or that this is another history, has read nothing that still counts.
const HEAD_AS: &str = "
    SELECT feed.head, feed.incarnation, feed.quarantine, feed.quarantined_by, feed.quarantined_at, feed.quarantined_seen,
           here.link, newest.link, nodes.process, nodes.span_test, nodes.span_live, audit_head.pepper
      FROM feed
      JOIN audit_head ON audit_head.id = 1
      LEFT JOIN audit AS here ON here.position = $2 AND here.position > 0
      LEFT JOIN audit AS newest ON newest.position = feed.head AND newest.position > 0
      LEFT JOIN nodes ON nodes.name = $1
     WHERE feed.id = 1
";

/// A pair as the feed tells of it.
const PAIR: &str = "
    SELECT pairs.key_id, pairs.key, keys.account, accounts.org, accounts.country, keys.mode, pairs.digest, pairs.pepper,
           pairs.state, pairs.until, pairs.ended_at, pairs.ended_why, pairs.created_at, pairs.expires_at,
           pairs.last_used_at, pairs.last_used_from, pairs.position,
           keys.per_second, keys.per_day, keys.networks
      FROM pairs
      JOIN keys ON keys.id = pairs.key
      JOIN accounts ON accounts.id = keys.account
     WHERE pairs.key_id = $1
";

const HIGHEST_REPORTED: &str = "
    SELECT max(position)
      FROM nodes
";

/// The head of the feed as somebody reads it who may run as a node and remembers a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadAs {
    /// The position of the last change.
    pub head: i64,
    /// Which life of the database this is.
    pub incarnation: Incarnation,
    /// The mark at the head. `None` where no key was ever changed.
    pub mark: Option<Mark>,
    /// The mark at the position that was asked for.
    pub remembered: Option<Mark>,
    /// Why no key is changed.
    pub quarantine: Option<Quarantine>,
    /// The version of the pepper in use.
    pub pepper: u8,
    /// What runs as the node, and how long it may vouch; `None`: nothing does, or there is no such node.
    pub run: Option<(domain::ProcessId, Spans)>,
}

/// The mark of a link.
pub fn mark_of(link: &[u8; 32]) -> Mark {
    *link.first_chunk().expect("a link is longer than a mark")
}

/// What a decision does to the history, beside the position that a recovery takes.
pub(crate) async fn change<T: Transaction>(tx: &mut T, change: &HistoryChange) -> Result<(), StoreError> {
    match change {
        HistoryChange::Recovered { .. } => server::forget(tx).await,
        HistoryChange::Quarantined(incarnation, quarantine) => {
            let mut values = columns(quarantine);
            values.extend(params![incarnation.as_bytes().to_vec()]);
            exactly_one(tx, QUARANTINE, values).await
        }
        HistoryChange::Restored(quarantine) => {
            exactly_one(tx, RESTORED, columns(quarantine)).await?;
            let at = quarantine.at;
            tx.run(END_SESSIONS, params![at]).await?;
            tx.run(END_CONSOLE_SESSIONS, params![at]).await?;
            tx.run(SPEND_CHALLENGES, params![]).await?;
            tx.run(USE_UP_RESETS, params![]).await?;
            tx.run(FORGET_ANSWERS, params![]).await?;
            cast_all_shadows(tx).await?;
            server::forget(tx).await
        }
    }
}

fn columns(quarantine: &Quarantine) -> Vec<Value> {
    let Quarantine { why, by, at, seen } = quarantine;
    params![why.as_str(), by.as_str(), *at, *seen]
}

fn quarantine(record: &Record, first: usize) -> Result<Option<Quarantine>, StoreError> {
    let Some(why) = record.maybe_text(first)? else { return Ok(None) };
    let why = QuarantineReason::parse(why)
        .ok_or_else(|| StoreError::damaged(format!("a database quarantined by {why:?}")))?;
    let (by, at) = (record.text(first + 1)?.to_owned(), record.moment(first + 2)?);
    Ok(Some(Quarantine { why, by, at, seen: record.integer(first + 3)? }))
}

fn mark(record: &Record, column: usize) -> Result<Option<Mark>, StoreError> {
    match record.maybe_blob(column)? {
        None => Ok(None),
        Some(_) => record.bytes32(column).map(|link| Some(mark_of(&link))),
    }
}

impl<D: Driver> Store<D> {
    /// The position of the last committed change of a key, and of that same moment: which history this is, what runs as a node, and what
    /// stands at a position that is remembered.
    pub async fn head_as(&self, name: &str, remembered: i64) -> Result<HeadAs, StoreError> {
        let records = self.driver.newest(HEAD_AS, params![name, remembered]).await?;
        let record = records.first().ok_or_else(|| StoreError::damaged("the feed has no head"))?;
        let incarnation = record.maybe_blob(1)?.and_then(|bytes| bytes.try_into().ok());
        let run = match record.maybe_text(8)? {
            None => None,
            Some(_) => Some((record.parsed(8)?, spans(record, 9)?)),
        };
        Ok(HeadAs {
            head: record.integer(0)?,
            incarnation: incarnation
                .map(Incarnation::from_bytes)
                .ok_or_else(|| StoreError::damaged("an incarnation is 16 bytes"))?,
            quarantine: quarantine(record, 2)?,
            remembered: mark(record, 6)?,
            mark: mark(record, 7)?,
            pepper: version(record, 11)?,
            run,
        })
    }

    /// A pair as the feed tells of it.
    pub async fn pair(&self, key_id: &KeyId) -> Result<Option<PairRow>, StoreError> {
        self.one(PAIR, params![key_id.as_str()]).await?.as_ref().map(pair_row).transpose()
    }

    /// The highest position that any node of the list has said to know.
    pub async fn highest_reported(&self) -> Result<i64, StoreError> {
        let highest = self.one(HIGHEST_REPORTED, params![]).await?;
        Ok(highest.map_or(Ok(None), |record| record.maybe_integer(0))?.unwrap_or_default())
    }
}
