//! The fleet: as which node this process vouches, what it says about itself, and who has heard of a change.
//!
//! A process vouches for what it reads while its node's row names it, and no longer than that row says. Saying how far it has
//! come makes receipts early; it makes nothing right or wrong.

use domain::{Node, ProcessId, Shadow, Spans, Timestamp};
use store::{Driver, HeadAs, NodeReport, Registration, ServerFound, StoreError, TakenOver, Work};

use crate::{Engine, EngineError};

/// As which node a process vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The node.
    pub node: String,
    /// The process.
    pub process: ProcessId,
}

impl Seat {
    /// How long this process may vouch for a read that found this. `None`: it may not.
    pub(crate) fn allowed(&self, found: &HeadAs, own: Spans) -> Option<Spans> {
        let (process, registered) = found.run?;
        (process == self.process).then(|| own.min(registered))
    }
}

impl<D: Driver> Engine<D> {
    /// From now on this process vouches as a node or not at all. Said once.
    pub fn sit(&self, seat: Seat) {
        let taken = self.seat.set(seat);
        assert!(taken.is_ok(), "a process is one node from its start to its end");
    }

    /// As which node this process vouches.
    pub fn seat(&self) -> Option<&Seat> {
        self.seat.get()
    }

    /// Writes down that a process takes a node. `false`: there is no such node.
    pub async fn register(&self, registration: Registration) -> Result<bool, EngineError> {
        self.said(Work::Register(registration)).await
    }

    /// Writes down what a process says about itself. `false`: it is not what runs as the node.
    pub async fn report(&self, report: NodeReport) -> Result<bool, EngineError> {
        self.said(Work::Report(report)).await
    }

    /// Writes down that a process vouches for nothing any more.
    pub async fn leave_fleet(&self, seat: &Seat) -> Result<(), EngineError> {
        self.said(Work::Leave(seat.node.clone(), seat.process)).await.map(|_| ())
    }

    async fn said(&self, work: Work) -> Result<bool, EngineError> {
        match self.store.driver().commit(work).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Everybody who may vouch, nodes and shadows. That this process knows everything up to `position` it need not be told.
    pub async fn fleet(&self, position: i64) -> Result<(Vec<Node>, Vec<Shadow>), EngineError> {
        let (mut nodes, shadows) = self.store.fleet().await?;
        if let Some(seat) = self.seat.get() {
            let own = nodes.iter_mut().filter_map(|node| node.run.as_mut());
            own.filter(|run| run.process == seat.process).for_each(|run| {
                run.position = run.position.max(position);
                run.peppers = self.held_peppers();
            });
        }
        Ok((nodes, shadows))
    }

    /// The server that this process counts with, as far as it has looked.
    pub fn server(&self) -> Option<String> {
        self.server.lock().clone()
    }

    /// The server that answers, if the database or this process remembers another one.
    pub async fn new_server(&self) -> Result<Option<String>, EngineError> {
        let Some(ServerFound { answers, remembered }) = self.store.driver().server().await? else {
            return Ok(None);
        };
        let mut before = self.server.lock();
        let is_new =
            remembered.as_ref() != Some(&answers) || before.as_ref().is_some_and(|before| *before != answers);
        if !is_new {
            *before = Some(answers.clone());
        }
        Ok(Some(answers).filter(|_| is_new))
    }

    /// Counts from now on with a server, and with whoever registered with another one and is in no list: `unlisted`. `lossless`:
    /// a standby that takes over has everything that was acknowledged.
    pub async fn taken_over(
        &self,
        server: String,
        lossless: bool,
        unlisted: Shadow,
    ) -> Result<(), EngineError> {
        let before = self.server.lock().clone();
        let found = TakenOver { server: server.clone(), before, lossless, unlisted };
        self.store.driver().commit(Work::TakenOver(found)).await?;
        *self.server.lock() = Some(server);
        Ok(())
    }

    /// The processes that lost their node and of which nobody wrote down yet that they were seen to have. Whoever asks takes the
    /// time after this and tells it to [`Engine::shadows_were_seen`].
    pub async fn unseen_shadows(&self) -> Result<Vec<ProcessId>, EngineError> {
        let shadows = self.store.shadows().await?;
        let unseen = shadows.into_iter().filter(|shadow| shadow.seen_at.is_none());
        Ok(unseen.map(|shadow| shadow.process).collect())
    }

    /// Writes down that these processes had been read to be shadows by `at`.
    pub async fn shadows_were_seen(
        &self,
        processes: Vec<ProcessId>,
        at: Timestamp,
    ) -> Result<(), EngineError> {
        self.said(Work::ShadowsSeen(processes, at)).await.map(|_| ())
    }
}
