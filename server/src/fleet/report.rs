//! Reports: what this process says about itself, to the database or to the control plane.
//!
//! One at a time; what changes meanwhile is said by the next one. A report that gets lost is said again: nothing waits for it but
//! receipts.

use std::sync::Arc;

use domain::{Duration, Node, Timestamp};
use engine::EngineError;
use store::Mark;
use verify::Index;
use wire::nodes::{HistoryLost, NodeRegistration, NodeReport, NodeUsage, PairUse, USES_MAX};

use super::control::{Control, Told};
use super::{Candidate, KnownFile, ProcessFile, name};
use crate::api::moment;
use crate::app::Engine;
use crate::clock::DatabaseClock;
use crate::config::Config;

/// However short its lease: a process says something every few seconds, and two must not take a node from each other in between.
const SILENCE: Duration = Duration::from_millis(10_000);

/// Where this process's reports go.
#[derive(Clone)]
pub(crate) enum Reports {
    /// It is alone with its database: nobody else would read them.
    Nowhere,
    /// It writes its own row.
    ToDatabase,
    /// The control plane writes it.
    ToControl(Control),
}

impl Reports {
    /// As configured.
    pub(crate) fn of(config: &Config) -> Self {
        let node = &config.node;
        match (&config.database_url, &node.control_url, &node.credential) {
            (None, ..) => Reports::Nowhere,
            (Some(_), Some(url), Some(credential)) if !config.role.writes() => {
                Reports::ToControl(Control::new(url, &name(config), credential.clone()))
            }
            (Some(_), ..) => Reports::ToDatabase,
        }
    }
}

/// Says what is to be said about this process.
#[derive(Clone)]
pub(crate) struct Reporter {
    pub(crate) candidate: Arc<Candidate>,
    pub(crate) reports: Reports,
    pub(crate) index: Arc<Index>,
    pub(crate) clock: Arc<DatabaseClock>,
    /// Where it is kept what a process after this one may go on with.
    pub(crate) known: Arc<KnownFile>,
    /// Its folder is nobody else's while this process may vouch.
    pub(crate) _folder: Arc<ProcessFile>,
}

impl Reporter {
    /// Registers this process. It vouches for what it reads from then on.
    pub(crate) async fn register(&self, engine: &Engine, now: Timestamp) -> Told {
        let Candidate { former, role, lease, spans, .. } = &*self.candidate;
        match &self.reports {
            Reports::Nowhere | Reports::ToDatabase => told(self.candidate.register(engine, now).await),
            Reports::ToControl(control) => {
                let registration = NodeRegistration {
                    former: former.map(|process| process.to_string()),
                    role: role.to_string(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    lease_ms: lease.as_millis(),
                    vouches_test_ms: spans.test.as_millis(),
                    vouches_live_ms: spans.live.as_millis(),
                };
                control.tell(&NodeReport { register: Some(registration), ..self.words(engine, false) }).await
            }
        }
    }

    /// Whether this process, which the list does not name any more, may register again: nobody who was heard lately has taken its
    /// node, and nobody has removed it. `before` is the server that it registered with: only another one can have lost the node.
    pub(crate) async fn may_return(
        &self,
        engine: &Engine,
        before: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        Ok(match engine.store().node(&self.candidate.node).await? {
            Some(Node { run: Some(run), .. }) => !run.is_heard_within(run.lease.max(SILENCE), now),
            Some(Node { run: None, .. }) => true,
            None => before.is_some() && before != engine.server().as_deref(),
        })
    }

    /// Says how far this process is. Returns the position that was said, if it was taken.
    pub(crate) async fn report(&self, engine: &Engine, now: Timestamp) -> Result<i64, Told> {
        let words = self.words(engine, false);
        let (position, mark) = self.known_place(engine);
        // First: a process after this one must not go on with a snapshot that lacks what was said to be known.
        if let Err(failure) = self.known.says(position) {
            return Err(Told::Lost(format!("it could not be written down first ({failure})")));
        }
        let told = match &self.reports {
            Reports::Nowhere => Told::Taken,
            Reports::ToDatabase => told(
                engine
                    .report(store::NodeReport {
                        node: self.candidate.node.clone(),
                        process: self.candidate.process,
                        position,
                        mark: Some(mark),
                        at: now,
                        clock_offset_ms: words.clock_offset_ms,
                        pairs: i64::try_from(words.pairs).unwrap_or(i64::MAX),
                        peppers: engine.held_peppers(),
                    })
                    .await,
            ),
            Reports::ToControl(control) => control.tell(&words).await,
        };
        if told == Told::Taken { Ok(position) } else { Err(told) }
    }

    /// Tells what was granted here since the last time, for a process that cannot write it down. What gets lost on the way is told
    /// again; what is refused is dropped.
    pub(crate) async fn tell_uses(&self) {
        let Reports::ToControl(control) = &self.reports else { return };
        let usage = self.index.drain_usage();
        for (sent, part) in usage.chunks(USES_MAX).enumerate() {
            let uses = part.iter().map(|used| PairUse {
                key_id: used.key_id.to_string(),
                count: used.count,
                last_used_at: moment(used.last_used_at),
                last_used_from: used.last_used_from.map(|from| from.to_string()),
            });
            if let Told::Lost(why) = control.tell_uses(&NodeUsage { uses: uses.collect() }).await {
                tracing::warn!(%why, "Uses of keys could not be told; they are told again");
                self.index.give_back(&usage[sent * USES_MAX..]);
                return;
            }
        }
    }

    /// Says that this process vouches for nothing any more. Whoever calls this has seen to that before.
    pub(crate) async fn leave(&self, engine: &Engine) {
        let left = match &self.reports {
            Reports::Nowhere | Reports::ToDatabase => {
                told(engine.leave_fleet(&self.candidate.seat()).await.map(|()| true))
            }
            Reports::ToControl(control) => control.tell(&self.words(engine, true)).await,
        };
        if let Told::Lost(why) = left {
            tracing::warn!(%why, "This node could not say that it stops; receipts wait for it until it cannot vouch");
        }
    }

    /// The place that it says to have come to. Of a history that the database does not have it says nothing.
    fn known_place(&self, engine: &Engine) -> (i64, Mark) {
        engine.place().unwrap_or_default()
    }

    fn words(&self, engine: &Engine, leaving: bool) -> NodeReport {
        let (position, mark) = self.known_place(engine);
        NodeReport {
            process: self.candidate.process.to_string(),
            register: None,
            position,
            mark: Some(wire::hex::hex(&mark)),
            history_lost: engine
                .lost()
                .map(|lost| HistoryLost { seen: lost.seen, incarnation: lost.incarnation.to_string() }),
            pairs: self.index.len() as u64,
            clock_offset_ms: self.clock.offset_ms(),
            peppers: Some(engine.held_peppers()).filter(|held| *held != [1]).unwrap_or_default(),
            leaving,
        }
    }
}

fn told(outcome: Result<bool, EngineError>) -> Told {
    match outcome {
        Ok(true) => Told::Taken,
        Ok(false) => Told::NotIn,
        Err(error) => {
            tracing::debug!(error = &error as &dyn std::error::Error, "A report could not be written");
            Told::Lost("the database could not write it".to_owned())
        }
    }
}
