//! Nodes in the store: who is on the list, what runs as whom, and whoever may still vouch although it is not.

use domain::{Digest, Duration, Node, NodeRole, NodeRun, ProcessId, Shadow, Spans, Timestamp};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::history::Mark;
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO nodes (name, digest, enrolled_at)
    VALUES ($1, $2, $3)
";

/// A process that may write puts its node on the list itself.
const ADMIT: &str = "
    INSERT INTO nodes (name, digest, enrolled_at)
    VALUES ($1, NULL, $2)
        ON CONFLICT (name) DO NOTHING
";

/// Nobody else takes or removes the node until this is committed: what is found to run as it is what runs as it.
const HOLD: &str = "
    UPDATE nodes
       SET enrolled_at = enrolled_at
     WHERE name = $1
";

const DELETE: &str = "
    DELETE FROM nodes
     WHERE name = $1
";

/// Whatever runs as a node becomes a shadow, but for two: the one that registers, and the one it knows to be gone. One that was a
/// shadow before has read since, and nobody has seen it lose its node again.
const CAST_SHADOW: &str = "
    INSERT INTO node_shadows (process, node, span_test, span_live, seen_at)
    SELECT process, name, span_test, span_live, NULL
      FROM nodes
     WHERE name = $1
       AND process IS NOT NULL
       AND process <> $2
       AND process <> $3
        ON CONFLICT (process) DO UPDATE
       SET node = excluded.node,
           span_test = CASE WHEN node_shadows.span_test < excluded.span_test
                            THEN excluded.span_test ELSE node_shadows.span_test END,
           span_live = CASE WHEN node_shadows.span_live < excluded.span_live
                            THEN excluded.span_live ELSE node_shadows.span_live END,
           seen_at = NULL
";

/// Of a restored database nobody knows what runs: whatever did may still vouch.
const CAST_ALL_SHADOWS: &str = "
    INSERT INTO node_shadows (process, node, span_test, span_live, seen_at)
    SELECT process, name, span_test, span_live, NULL
      FROM nodes
     WHERE process IS NOT NULL
        ON CONFLICT (process) DO UPDATE
       SET seen_at = NULL
";

const SEE_NO_SHADOWS: &str = "
    UPDATE node_shadows
       SET seen_at = NULL
     WHERE seen_at IS NOT NULL
";

const LEAVE_ALL: &str = "
    UPDATE nodes
       SET process = NULL, role = NULL, program = NULL, lease = NULL, span_test = NULL, span_live = NULL,
           registered_at = NULL, position = NULL, reported_at = NULL, clock_offset = NULL, pairs = NULL
     WHERE process IS NOT NULL
";

/// For a process that registers twice the first time counts.
const REGISTER: &str = "
    UPDATE nodes
       SET process = $2, role = $3, program = $4, lease = $5, span_test = $6, span_live = $7,
           registered_at = $8, position = 0, reported_at = $8, clock_offset = NULL, pairs = 0
     WHERE name = $1
       AND (process IS NULL OR process <> $2)
";

/// What a process knows only grows, in whichever order its reports come; and a position of another history is none of this one.
const REPORT: &str = "
    UPDATE nodes
       SET position = CASE WHEN position < $3
                            AND (EXISTS (SELECT 1 FROM audit
                                          WHERE audit.position = $3 AND audit.position > 0 AND substr(audit.link, 1, 16) = $7)
                                 OR $3 = 0 OR length($7) = 0)
                           THEN $3 ELSE position END,
           reported_at = $4, clock_offset = $5, pairs = $6, peppers = $8
     WHERE name = $1
       AND process = $2
";

/// A process that vouches for nothing any more.
const LEAVE: &str = "
    UPDATE nodes
       SET process = NULL, role = NULL, program = NULL, lease = NULL, span_test = NULL, span_live = NULL,
           registered_at = NULL, position = NULL, reported_at = NULL, clock_offset = NULL, pairs = NULL
     WHERE name = $1
       AND process = $2
";

const RUNS: &str = "
    SELECT process
      FROM nodes
     WHERE name = $1
";

const SHADOW_SEEN: &str = "
    UPDATE node_shadows
       SET seen_at = $2
     WHERE process = $1
       AND seen_at IS NULL
";

/// Twice as long as any of them vouches, and an hour.
const FORGET_SHADOWS: &str = "
    DELETE FROM node_shadows
     WHERE seen_at + 2 * (span_test + span_live) + 3600000 <= $1
";

const BY_DIGEST: &str = "
    SELECT name, digest, enrolled_at, process, role, program, lease, span_test, span_live, registered_at, position,
           reported_at, clock_offset, pairs, peppers
      FROM nodes
     WHERE digest = $1
";

const BY_NAME: &str = "
    SELECT name, digest, enrolled_at, process, role, program, lease, span_test, span_live, registered_at, position,
           reported_at, clock_offset, pairs, peppers
      FROM nodes
     WHERE name = $1
";

const AFTER: &str = "
    SELECT name, digest, enrolled_at, process, role, program, lease, span_test, span_live, registered_at, position,
           reported_at, clock_offset, pairs, peppers
      FROM nodes
     WHERE name > $1
     ORDER BY name
     LIMIT $2
";

const SHADOWS: &str = "
    SELECT process, node, span_test, span_live, seen_at
      FROM node_shadows
     ORDER BY node, process
";

/// Nodes read at a time.
const NODES_AT_A_TIME: i64 = 1_000;

/// A process that takes a node for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Which node.
    pub node: String,
    /// The process.
    pub process: ProcessId,
    /// The one before it in the same folder: gone for certain, since this one holds the folder's lock.
    pub former: Option<ProcessId>,
    /// What it does.
    pub role: NodeRole,
    /// The version of its program.
    pub version: String,
    /// How long it vouches as if the database had just answered.
    pub lease: Duration,
    /// How long it vouches in all.
    pub spans: Spans,
    /// When this was asked for.
    pub at: Timestamp,
    /// Whether the node is put on the list if it is not there: for who may write to the database anyway.
    pub admit: bool,
}

/// What a process says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    /// Which node.
    pub node: String,
    /// The process.
    pub process: ProcessId,
    /// Every change up to here is applied.
    pub position: i64,
    /// The mark of that position, as the process remembers it. `None`: a program of an earlier version.
    pub mark: Option<Mark>,
    /// When it was said.
    pub at: Timestamp,
    /// How far its wall clock is ahead of the database's time.
    pub clock_offset_ms: Option<i64>,
    /// Pairs it knows.
    pub pairs: i64,
    /// The versions of the pepper that it holds.
    pub peppers: Vec<u8>,
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, node: &Node) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![node.name.as_str(), node.digest, node.enrolled_at]).await
}

pub(crate) async fn remove<T: Transaction>(tx: &mut T, name: &str) -> Result<(), StoreError> {
    tx.execute(HOLD, params![name]).await?;
    tx.execute(CAST_SHADOW, params![name, "", ""]).await?;
    exactly_one(tx, DELETE, params![name]).await
}

pub(crate) async fn register<T: Transaction>(
    tx: &mut T,
    registration: &Registration,
) -> Result<(), StoreError> {
    let Registration { node, process, former, role, version, lease, spans, at, admit } = registration;
    let (node, process) = (node.as_str(), process.as_str());
    if *admit {
        tx.execute(ADMIT, params![node, *at]).await?;
    }
    tx.execute(HOLD, params![node]).await?;
    let former = former.as_ref().map_or("", ProcessId::as_str);
    tx.execute(CAST_SHADOW, params![node, process, former]).await?;
    let params = params![
        node,
        process,
        role.as_str(),
        version.as_str(),
        lease.as_millis(),
        spans.test.as_millis(),
        spans.live.as_millis(),
        *at,
    ];
    if tx.execute(REGISTER, params).await? == 1 {
        return Ok(());
    }
    let runs = tx.rows(RUNS, params![node]).await?;
    let is_registered = match runs.first() {
        Some(record) => record.maybe_text(0)? == Some(process),
        None => false,
    };
    if is_registered { Ok(()) } else { Err(StoreError::Conflict) }
}

pub(crate) async fn report<T: Transaction>(tx: &mut T, report: &NodeReport) -> Result<(), StoreError> {
    let NodeReport { node, process, position, mark, at, clock_offset_ms, pairs, peppers } = report;
    let mark = mark.map_or_else(Vec::new, |mark| mark.to_vec());
    let peppers = peppers.iter().fold(process.to_string(), |told, version| format!("{told} {version}"));
    let params =
        params![node.as_str(), process.as_str(), *position, *at, *clock_offset_ms, *pairs, mark, peppers,];
    exactly_one(tx, REPORT, params).await
}

pub(crate) async fn leave<T: Transaction>(
    tx: &mut T,
    node: &str,
    process: &ProcessId,
) -> Result<(), StoreError> {
    // One that was replaced or removed has left already.
    tx.execute(LEAVE, params![node, process.as_str()]).await.map(|_| ())
}

/// Whatever ran when the backup was taken becomes a shadow that nobody has seen.
pub(crate) async fn cast_all_shadows<T: Transaction>(tx: &mut T) -> Result<(), StoreError> {
    tx.run(SEE_NO_SHADOWS, params![]).await?;
    tx.run(CAST_ALL_SHADOWS, params![]).await?;
    tx.run(LEAVE_ALL, params![]).await
}

/// Only of these: one that became a shadow since they were read has not been seen by then.
pub(crate) async fn shadows_seen<T: Transaction>(
    tx: &mut T,
    processes: &[ProcessId],
    at: Timestamp,
) -> Result<(), StoreError> {
    for process in processes {
        tx.run(SHADOW_SEEN, params![process.as_str(), at]).await?;
    }
    Ok(())
}

pub(crate) async fn forget_shadows<T: Transaction>(tx: &mut T, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(FORGET_SHADOWS, params![now]).await.map(|_| ())
}

fn span(record: &Record, column: usize) -> Result<Duration, StoreError> {
    record.integer(column).map(Duration::from_millis)
}

pub(crate) fn spans(record: &Record, first: usize) -> Result<Spans, StoreError> {
    Ok(Spans { test: span(record, first)?, live: span(record, first + 1)? })
}

fn node(record: &Record) -> Result<Node, StoreError> {
    let run = match record.maybe_text(3)? {
        None => None,
        Some(_) => Some(NodeRun {
            process: record.parsed(3)?,
            role: record.parsed(4)?,
            version: record.text(5)?.to_owned(),
            lease: span(record, 6)?,
            spans: spans(record, 7)?,
            registered_at: record.moment(9)?,
            position: record.integer(10)?,
            reported_at: record.moment(11)?,
            clock_offset_ms: record.maybe_integer(12)?,
            pairs: record.integer(13)?,
            peppers: peppers(record, 3, 14)?,
        }),
    };
    Ok(Node {
        name: record.text(0)?.to_owned(),
        digest: record.maybe_digest(1)?,
        enrolled_at: record.moment(2)?,
        run,
    })
}

/// What the process in one column said to hold, from another; nothing, if somebody else said it.
fn peppers(record: &Record, process: usize, column: usize) -> Result<Vec<u8>, StoreError> {
    let told = record.maybe_text(column)?.unwrap_or_default().strip_prefix(record.text(process)?);
    let versions = told.unwrap_or_default().split_whitespace().map(str::parse);
    versions.collect::<Result<_, _>>().map_err(|_| StoreError::damaged("a node holds no such pepper"))
}

fn shadow(record: &Record) -> Result<Shadow, StoreError> {
    Ok(Shadow {
        process: record.parsed(0)?,
        node: record.text(1)?.to_owned(),
        spans: spans(record, 2)?,
        seen_at: record.maybe_moment(4)?,
    })
}

impl<D: Driver> Store<D> {
    /// The node with a credential's digest.
    pub async fn node_by_digest(&self, digests: &[Digest]) -> Result<Option<Node>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(node).transpose()
    }

    /// A node.
    pub async fn node(&self, name: &str) -> Result<Option<Node>, StoreError> {
        self.one(BY_NAME, params![name]).await?.as_ref().map(node).transpose()
    }

    /// Up to `limit` nodes by name after a name.
    pub async fn nodes(&self, after: &str, limit: i64) -> Result<Vec<Node>, StoreError> {
        self.driver.primary(AFTER, params![after, limit]).await?.iter().map(node).collect()
    }

    /// Everybody who may vouch: all nodes, and then all shadows. In this order: a node that becomes a shadow between the two
    /// reads is in both, and never in neither.
    pub async fn fleet(&self) -> Result<(Vec<Node>, Vec<Shadow>), StoreError> {
        let mut nodes = Vec::new();
        loop {
            let after = nodes.last().map_or("", |node: &Node| node.name.as_str());
            let more = self.nodes(after, NODES_AT_A_TIME).await?;
            let is_all = more.len() < NODES_AT_A_TIME as usize;
            nodes.extend(more);
            if is_all {
                break;
            }
        }
        let shadows = self.shadows().await?;
        Ok((nodes, shadows))
    }

    /// Processes that are no node any more.
    pub async fn shadows(&self) -> Result<Vec<Shadow>, StoreError> {
        self.driver.primary(SHADOWS, params![]).await?.iter().map(shadow).collect()
    }
}
