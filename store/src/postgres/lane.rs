//! Writing: a lane takes whatever work is waiting, applies each piece behind its own savepoint, commits once, and only then
//! answers. One commit serves many callers, and a piece that fails undoes only itself.
//!
//! Decisions of all processes queue at the end of the audit chain, so few large transactions carry more of them than many small
//! ones. What collides with another transaction, or loses its connection before the commit, is done again from the
//! beginning, a few times. When the connection is lost during the commit, the database is asked what became of it.

use std::time::Duration;

use domain::ChainHead;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::chance::Chance;
use super::failure::{Trouble, is_surely_undone};
use super::open::{Open, typed};
use super::{Connections, connection};
use crate::apply::{Committed, Work, apply};
use crate::driver::{StoreError, Transaction};

/// Pieces of work behind one commit, at most: others wait for the locks meanwhile.
const GROUP_MAX: usize = 64;
/// How often a group is begun again.
const TRIES: u32 = 5;
/// The same when the database could not be reached at all.
const TRIES_TO_REACH: u32 = 3;
/// How long a whole group may take until its commit.
const APPLIED_WITHIN: Duration = Duration::from_secs(10);
/// How long a commit may take, with whatever standby has to confirm it.
const COMMITTED_WITHIN: Duration = Duration::from_secs(10);
/// How often the database is asked what became of a commit.
const ASKS: u32 = 5;
/// The pause before something is tried again, doubled each time, up to the longest; from half of it to all of it, by chance.
const PAUSE: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A process that stops in the middle of a transaction must not hold the locks for long, and whoever waits for them says so
/// before anybody gives up. A database that would acknowledge what is not on its disk is told not to, and no time limit of a role
/// ends a commit's wait for a standby.
const BEGIN: &str = "
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT set_config('lock_timeout', '4s', true),
           set_config('idle_in_transaction_session_timeout', '5s', true),
           set_config('statement_timeout', '0', true),
           set_config('synchronous_commit', COALESCE(NULLIF(current_setting('synchronous_commit'), 'off'), 'on'), true)
";

/// Waits for whoever still holds the end of the chain, and writes, so that what it finds is as safe as a commit of its own.
const WAIT_FOR_HEAD: &str = "
    UPDATE audit_head
       SET sequence = sequence
     WHERE id = 1
    RETURNING sequence
";

const LINK_OF: &str = "
    SELECT link
      FROM audit
     WHERE sequence = $1
";

/// A piece of work and whoever waits for it.
struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Committed, StoreError>>,
}

/// The end of a lane where work is put.
#[derive(Clone)]
pub(super) struct Lane(mpsc::UnboundedSender<Job>);

/// What becomes of a group.
enum Outcome {
    /// The commit was answered: this became of each piece.
    Written(Vec<Result<Committed, StoreError>>),
    /// Nothing is written.
    Undone(Trouble),
    /// The commit was answered, but the standby that should have it may not: somebody ended the wait for it.
    Alone,
    /// The connection was lost during the commit. With the end of the audit chain that it would have left, if it has one.
    Unknown(Vec<Result<Committed, StoreError>>, Option<ChainHead>),
}

impl Lane {
    /// Opens a lane. It ends when its last end is gone and everything is answered. `told` hears of positions.
    pub(super) fn open(connections: Connections, chance: Chance, told: watch::Sender<i64>) -> Self {
        let (sender, mut jobs) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(GROUP_MAX);
            while 0 < jobs.recv_many(&mut waiting, GROUP_MAX).await {
                write(&connections, &chance, &told, &mut waiting).await;
            }
        });
        Self(sender)
    }

    /// Writes a piece of work with whatever else is waiting.
    pub(super) async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || StoreError::Unreachable("its writer has stopped".to_owned());
        self.0.send(Job { work, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

async fn write(
    connections: &Connections,
    chance: &Chance,
    told: &watch::Sender<i64>,
    waiting: &mut Vec<Job>,
) {
    let group: Vec<&Work> = waiting.iter().map(|job| &job.work).collect();
    let answers = write_group(connections, chance, &group).await;
    let newest = answers.iter().flatten().filter_map(|committed| committed.position).max();
    for (job, answer) in waiting.drain(..).zip(answers) {
        // Whoever asked may have gone away; the work is done all the same.
        let _ = job.answer.send(answer);
    }
    if let Some(newest) = newest {
        told.send_replace(newest);
    }
}

/// Writes a group, if need be in several tries. One answer for each piece.
async fn write_group(
    connections: &Connections,
    chance: &Chance,
    group: &[&Work],
) -> Vec<Result<Committed, StoreError>> {
    let mut tried = 0;
    loop {
        tried += 1;
        let trouble = match try_group(connections, group).await {
            Outcome::Written(answers) => return answers,
            Outcome::Undone(trouble) => trouble,
            // A failover may undo it.
            Outcome::Alone => return group.iter().map(|_| Err(StoreError::Unknown)).collect(),
            Outcome::Unknown(answers, end) => match became_of(connections, chance, end).await {
                Some(true) => return answers,
                Some(false) => Trouble::Lost("the connection was lost before the commit".to_owned()),
                None => return group.iter().map(|_| Err(StoreError::Unknown)).collect(),
            },
        };
        let tries = match trouble {
            Trouble::Collided => TRIES,
            Trouble::Lost(_) => TRIES_TO_REACH,
            Trouble::Full | Trouble::Refused(_) | Trouble::Forbidden(_) => 1,
        };
        if tries <= tried {
            let error = trouble.into_error();
            return group.iter().map(|_| Err(error.clone())).collect();
        }
        sleep(pause(chance, tried)).await;
    }
}

fn pause(chance: &Chance, tried: u32) -> Duration {
    chance.up_to(PAUSE.saturating_mul(1 << tried.min(8)).min(PAUSE_MAX))
}

async fn try_group(connections: &Connections, group: &[&Work]) -> Outcome {
    let connection = match connection(connections).await {
        Ok(connection) => connection,
        Err(why) => return Outcome::Undone(Trouble::Lost(why)),
    };
    let applied = match timeout(APPLIED_WITHIN, apply_group(&connection, group)).await {
        Ok(Ok(applied)) => applied,
        Ok(Err(trouble)) => {
            let is_kept =
                !matches!(trouble, Trouble::Lost(_)) && connection.batch_execute("ROLLBACK").await.is_ok();
            if !is_kept {
                super::discard(connections, connection);
            }
            return Outcome::Undone(trouble);
        }
        Err(_) => {
            super::discard(connections, connection);
            return Outcome::Undone(Trouble::Lost("it does not answer".to_owned()));
        }
    };
    let (answers, end) = applied;
    connection.take_warning();
    match timeout(COMMITTED_WITHIN, connection.batch_execute("COMMIT")).await {
        Ok(Ok(())) if connection.take_warning() => Outcome::Alone,
        Ok(Ok(())) => Outcome::Written(answers),
        Ok(Err(error)) if is_surely_undone(&error) => Outcome::Undone(Trouble::of(&error)),
        Ok(Err(_)) | Err(_) => {
            super::discard(connections, connection);
            Outcome::Unknown(answers, end)
        }
    }
}

type Applied = (Vec<Result<Committed, StoreError>>, Option<ChainHead>);

/// Applies a group in a transaction that is left open. An error is of the whole group.
async fn apply_group(client: &tokio_postgres::Client, group: &[&Work]) -> Result<Applied, Trouble> {
    let mut open = Open::on(client);
    open.control(BEGIN);
    let (mut answers, mut end) = (Vec::with_capacity(group.len()), None);
    for work in group {
        // A piece that is alone needs no savepoint: when it fails, the transaction may fail with it.
        let is_alone = group.len() == 1;
        if !is_alone {
            open.control("SAVEPOINT piece");
        }
        match apply(&mut open, work).await {
            Ok(applied) => {
                answers.push(Ok(applied.committed()));
                end = applied.end.or(end);
                if !is_alone {
                    open.control("RELEASE SAVEPOINT piece");
                }
            }
            Err(error) => match open.trouble(error) {
                trouble @ (Trouble::Refused(_) | Trouble::Forbidden(_)) if !is_alone => {
                    answers.push(Err(trouble.into_error()));
                    open.control("ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece");
                }
                trouble => return Err(trouble),
            },
        }
    }
    open.settle().await.map_err(|error| open.trouble(error))?;
    Ok((answers, end))
}

/// Whether a commit that was not answered is written; `None` if the database cannot be asked.
async fn became_of(connections: &Connections, chance: &Chance, end: Option<ChainHead>) -> Option<bool> {
    let end = end?;
    for asked in 1..=ASKS {
        sleep(pause(chance, asked + 3)).await;
        let Ok(connection) = connection(connections).await else { continue };
        match timeout(APPLIED_WITHIN, ask_for(&connection, &end)).await {
            Ok(Ok(is_written)) => return Some(is_written),
            Ok(Err(_)) | Err(_) => super::discard(connections, connection),
        }
    }
    None
}

/// The end of a chain is like no other: if an entry has this link, it was written by that commit.
async fn ask_for(client: &tokio_postgres::Client, end: &ChainHead) -> Result<bool, tokio_postgres::Error> {
    client.batch_execute(BEGIN).await?;
    client.query_typed(WAIT_FOR_HEAD, &[]).await?;
    let found = client.query_typed(LINK_OF, &typed(&[end.sequence.into()])).await?;
    client.batch_execute("COMMIT").await?;
    Ok(found.first().is_some_and(|row| row.get::<_, &[u8]>(0) == end.link))
}
