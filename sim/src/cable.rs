//! The cable between a node and the database: the fault-injecting driver.
//!
//! Each question takes time on its way there and back, and others get their turns meanwhile. A cable can be cut, both
//! ways or one way: a question that does not arrive writes nothing, an answer that does not come back leaves the node
//! without knowing. Which of the two it was, the node can only say as far as it can know.

use std::sync::Arc;

use parking_lot::Mutex;
use store::{Committed, Driver, Memory, Record, StoreError, Value, Work};
use tokio::sync::Notify;

use crate::guards::{Guard, without};
use crate::trace::Trace;
use crate::turns::{Process, Turns};

/// How long a node waits for an answer before it gives up.
const PATIENCE: i64 = 1_500;
/// How far a copy of the database lags that must not be read.
const LAG: i64 = 700;

/// What a cable does to what goes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Questions arrive.
    pub asks: bool,
    /// Answers come back.
    pub answers: bool,
    /// Milliseconds of one way, at most.
    pub slow: i64,
    /// Questions in a thousand that fail before they arrive.
    pub fails_before: u64,
    /// Answers in a thousand that are lost.
    pub fails_after: u64,
    /// Answers to commits in a thousand that are lost.
    pub loses_commits: u64,
}

impl Link {
    /// A cable that works.
    pub const GOOD: Link =
        Link { asks: true, answers: true, slow: 4, fails_before: 0, fails_after: 0, loses_commits: 0 };
}

/// What lies between all nodes and the one database.
pub struct Sea {
    /// Whose turn it is.
    pub turns: Arc<Turns>,
    /// What happened.
    pub trace: Trace,
    /// The guard that is off.
    pub off: Option<Guard>,
    database: Mutex<Arc<Memory>>,
    /// What the database was a while ago, for those that must not be asked.
    lagging: Mutex<(i64, Arc<Memory>)>,
    links: Mutex<Vec<Link>>,
    /// Rung for each node when a change of a key was committed. One bell each: who of several wakes first at one bell
    /// is not for the seed to say.
    bells: Vec<Arc<Notify>>,
}

impl Sea {
    /// A sea around a database, with so many nodes.
    pub fn new(turns: &Arc<Turns>, trace: Trace, off: Option<Guard>, database: Memory, nodes: usize) -> Self {
        let database = Arc::new(database);
        Self {
            turns: turns.clone(),
            trace,
            off,
            lagging: Mutex::new((0, database.clone())),
            database: Mutex::new(database),
            links: Mutex::new(vec![Link::GOOD; nodes]),
            bells: (0..nodes).map(|_| Arc::default()).collect(),
        }
    }

    /// The database itself, for whoever looks at the end.
    pub fn database(&self) -> Arc<Memory> {
        self.database.lock().clone()
    }

    /// Puts another database in the place of this one.
    pub fn replace(&self, database: Memory) {
        *self.database.lock() = Arc::new(database);
    }

    /// What a node's cable is like.
    pub fn link(&self, node: usize) -> Link {
        self.links.lock()[node]
    }

    /// Changes a node's cable.
    pub fn set_link(&self, node: usize, link: Link) {
        self.links.lock()[node] = link;
    }

    /// What rings for a node when somebody has changed a key.
    pub fn bell(&self, node: usize) -> Arc<Notify> {
        self.bells[node].clone()
    }

    /// Writes a line of the trace.
    pub fn tell(&self, line: std::fmt::Arguments<'_>) {
        self.trace.line(self.turns.now(), line);
    }

    fn write(&self, work: &Work) -> Result<Committed, StoreError> {
        let outcome = self.database().commit_edited(work, &|sql| without(self.off, sql));
        if matches!(outcome, Ok(Committed { position: Some(_) })) {
            self.bells.iter().for_each(|bell| bell.notify_one());
        }
        outcome
    }

    fn read(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Record>, StoreError> {
        let database = match self.off {
            Some(Guard::FeedOfThePrimary) if sql.contains("FROM feed") || sql.contains("pairs.position,") => {
                self.copy_that_lags()
            }
            _ => self.database(),
        };
        database.rows_edited(sql, params, &|sql| without(self.off, sql))
    }

    fn copy_that_lags(&self) -> Arc<Memory> {
        let now = self.turns.now();
        let mut lagging = self.lagging.lock();
        if lagging.0 + LAG <= now {
            *lagging = (now, Arc::new(self.database().copy().expect("memory takes a copy")));
        }
        lagging.1.clone()
    }
}

/// One process's connections to the database.
#[derive(Clone)]
pub struct Cable {
    sea: Arc<Sea>,
    process: Process,
}

/// Nothing was written, and the node can know it.
fn unreachable() -> StoreError {
    StoreError::Unreachable("nothing answers".to_owned())
}

/// The node cannot know what became of it.
fn unknown() -> StoreError {
    StoreError::Unknown
}

impl Cable {
    /// The cable of a process.
    pub fn of(sea: &Arc<Sea>, process: Process) -> Self {
        Self { sea: sea.clone(), process }
    }

    fn way(&self) -> i64 {
        self.sea.turns.between(0, self.sea.link(self.process.node).slow)
    }

    /// A question on its way. An error: it did not arrive.
    async fn goes(&self) -> Result<(), StoreError> {
        let turns = &self.sea.turns;
        turns.after(self.way()).await;
        let link = self.sea.link(self.process.node);
        if !link.asks {
            turns.after(PATIENCE).await;
            return Err(unreachable());
        }
        if turns.per_mille(link.fails_before) { Err(unreachable()) } else { Ok(()) }
    }

    /// An answer on its way back. False: it did not come.
    async fn comes(&self) -> bool {
        let turns = &self.sea.turns;
        turns.after(self.way()).await;
        let link = self.sea.link(self.process.node);
        if !link.answers {
            turns.after(PATIENCE).await;
            return false;
        }
        !turns.per_mille(link.fails_after)
    }

    /// Takes a position and writes under it a while later, as a sequence would have it.
    async fn write_late(&self, work: &Work) -> Result<Committed, StoreError> {
        const TAKE: &str = "UPDATE feed SET head = head + 1 WHERE id = 1 RETURNING head";
        let head = self.sea.database().rows_edited(TAKE, &[], &|sql| sql.into())?;
        let position = head.first().ok_or_else(unknown)?.integer(0)?;
        self.sea.turns.after(self.sea.turns.between(0, 1_200)).await;
        let taken = format!("SELECT {position}");
        self.sea.database().commit_edited(work, &|sql| match sql.contains("SET head = head + 1") {
            true => taken.clone().into(),
            false => sql.into(),
        })
    }

    async fn send(&self, work: &Work) -> Result<Committed, StoreError> {
        self.goes().await?;
        let changes_keys = matches!(work, Work::Decision(decision, _) if decision.changes_keys());
        let outcome = match self.sea.off {
            Some(Guard::PositionIsLocked) if changes_keys => self.write_late(work).await,
            _ => self.sea.write(work),
        };
        let loses = self.sea.link(self.process.node).loses_commits;
        let known = self.comes().await && !self.sea.turns.per_mille(loses);
        if let Ok(Committed { position: Some(position) }) = &outcome {
            let answer = if known { "" } else { ", the answer is lost" };
            self.sea.tell(format_args!("n{} committed {position}{answer}", self.process.node));
        }
        if known { outcome } else { Err(unknown()) }
    }
}

impl Driver for Cable {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let outcome = self.send(&work).await;
        match (&outcome, self.sea.off) {
            (Err(StoreError::Unknown), Some(Guard::UnknownIsTold)) => self.send(&work).await,
            _ => outcome,
        }
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.goes().await?;
        let answer = self.sea.read(sql, &params);
        if self.comes().await { answer } else { Err(unreachable()) }
    }
}

/// The database without a cable: for whoever looks from outside, when everything is over.
pub struct Direct(pub Arc<Memory>);

impl Driver for Direct {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        self.0.commit(work).await
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.0.rows(sql, params).await
    }
}
