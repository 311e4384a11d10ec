//! The memory of history: which place this process has come to, and whether the database that answers still has it.
//!
//! A position alone is reached again by other changes after a loss, so its mark is remembered with it and compared in the statement that
//! reads the head. Another history under another incarnation was declared by whoever restored the database; under the same one it was
//! declared by nobody: acknowledged changes are lost, and no key is changed until a person has decided. Verification goes on with what
//! is known, and what is known to have ended stays ended.

use domain::{Incarnation, Quarantine, Refusal, Timestamp, quarantine};
use store::{Driver, HeadAs, Mark, StoreError};

use crate::journal::Place;
use crate::recover::AHEAD_MAX;
use crate::{Engine, EngineError};

/// How a database lacks what this process knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It has not the changes that this process has seen.
    Changes,
    /// It was restored and declared whole, and pairs work there that this process knows to have ended.
    Endings(usize),
}

/// What this process has seen and the database has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How it shows.
    pub lack: Lack,
    /// The position that this process had come to.
    pub seen: i64,
    /// The position of the database when this was found.
    pub head: i64,
    /// Its life.
    pub incarnation: Incarnation,
}

/// What a process remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// The last place that was read of the history this process belongs to.
    pub(crate) seen: Option<Place>,
    /// How far the feed was read that the database has now.
    pub(crate) read_to: Option<(i64, Option<Mark>)>,
    /// The place that others are told.
    pub(crate) told: Option<(i64, Mark)>,
    pub(crate) lost: Option<Lost>,
    /// As it was read last.
    pub(crate) quarantine: Option<Quarantine>,
}

/// How what was found goes together with what is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// It goes on from there.
    GoesOn,
    /// Somebody has said that it begins anew from an older state.
    BeginsAnew,
    /// It is another history, and nobody said so.
    Another,
}

impl Memory {
    pub(crate) fn course(&self, found: &HeadAs) -> Course {
        let Some(seen) = self.seen else { return Course::GoesOn };
        if seen.incarnation != found.incarnation {
            return Course::BeginsAnew;
        }
        let is_there = seen.mark.is_none() || seen.mark == found.remembered;
        if seen.position <= found.head && is_there { Course::GoesOn } else { Course::Another }
    }

    fn lack(&self) -> Option<Lack> {
        self.lost.map(|lost| lost.lack)
    }

    /// Whether everything is read from the beginning.
    pub(crate) fn reads_anew(&self, course: Course, found: &HeadAs) -> bool {
        match course {
            Course::GoesOn => self.lack() == Some(Lack::Changes),
            Course::BeginsAnew => true,
            Course::Another => self.lost.is_none() || self.read_to != Some((found.head, found.mark)),
        }
    }

    /// Whether what is read goes on from what the journal has.
    pub(crate) fn writes_down(&self, course: Course) -> bool {
        course == Course::GoesOn && !matches!(self.lack(), Some(Lack::Endings(_)))
    }

    /// What the database lacks after a reading in which so many pairs were more alive than they are known to be.
    pub(crate) fn lost_now(&self, course: Course, found: &HeadAs, contradicted: usize) -> Option<Lost> {
        let seen = self.seen.map_or(0, |seen| seen.position);
        let lost = |lack| Lost { lack, seen, head: found.head, incarnation: found.incarnation };
        match course {
            // What it was missed for is there again.
            Course::GoesOn => self.lost.filter(|lost| lost.lack != Lack::Changes),
            Course::BeginsAnew => (0 < contradicted).then(|| lost(Lack::Endings(contradicted))),
            Course::Another => Some(self.lost.unwrap_or_else(|| lost(Lack::Changes))),
        }
    }
}

impl<D: Driver> Engine<D> {
    /// The position up to which this process says to know everything, with its mark. `None`: no key was ever changed, or
    /// the database is another one than this process belongs to.
    pub fn place(&self) -> Option<(i64, Mark)> {
        let memory = self.memory.lock();
        memory.told.filter(|_| memory.lost.is_none())
    }

    /// What this process has seen and the database has not.
    pub fn lost(&self) -> Option<Lost> {
        self.memory.lock().lost
    }

    /// Why no key is changed, as it was read last.
    pub fn quarantined(&self) -> Option<Quarantine> {
        self.memory.lock().quarantine.clone()
    }

    /// Writes into the database that it lacks what this process has seen, if it does and nobody has yet.
    pub async fn quarantine_once(&self, now: Timestamp) -> Result<(), EngineError> {
        let (lost, quarantine) = (self.lost(), self.quarantined());
        let (Some(lost), None) = (lost, quarantine) else { return Ok(()) };
        let node = self.seat.get().map_or("local", |seat| seat.node.as_str());
        self.quarantine_as(node, lost.incarnation, lost.seen, now).await
    }

    /// The same for a node that cannot write.
    pub async fn quarantine_as(
        &self,
        node: &str,
        incarnation: Incarnation,
        seen: i64,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let head = self.store.head().await?;
        if seen < 0 || head.saturating_add(AHEAD_MAX) < seen {
            return Err(Refusal::invalid(
                "history_lost.seen",
                "Give a position that somebody can have seen.",
            )
            .into());
        }
        let decision = quarantine(node, incarnation, seen, head, now);
        match self.store.commit(decision, &self.peppers()).await {
            // Somebody was sooner, or has decided meanwhile.
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
