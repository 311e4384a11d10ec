//! Does: loads, asks `domain`, commits, follows the feed, keeps the index.
//!
//! Every command is the same few lines: load what the decision rests on, let the domain decide, commit. If something it rested
//! on has changed meanwhile the store refuses, and the command is decided again on what is true then. After a
//! change of keys this node catches up by the same code as every other before anybody is answered.
//!
//! No timers, no sockets, no tasks here: the server calls, and passes `now`, randomness and a way to do heavy work.

mod accept;
mod accounts;
mod activation;
mod attempts;
mod catch_up;
mod change_password;
mod console;
mod deactivate;
mod devices;
mod error;
mod fleet;
mod followers;
mod generate;
mod history;
mod idempotent;
mod invite;
mod journal;
mod keys;
mod language;
mod letters;
mod limits;
mod log_in;
mod members;
mod nodes;
mod oneself;
mod operators;
mod recover;
mod refusals;
mod regenerate;
mod reset_password;
mod reset_two_factor;
mod rotate_pepper;
mod search;
mod send_limits;
mod sessions;
mod step_up;
mod switch;
mod transfer;
mod two_factor;
mod usage;
mod website;

pub use accounts::Opened;
pub use catch_up::CaughtUp;
pub use console::{Circle, ConsoleView, Enrolled};
pub use deactivate::Deactivated;
pub use error::EngineError;
pub use fleet::Seat;
pub use followers::Admitted;
pub use generate::Generated;
pub use history::{Lack, Lost};
pub use idempotent::Issued;
pub use invite::{Pending, PendingStanding};
pub use journal::{Journal, Kept, Line, Place};
pub use letters::{Enclosed, OwedLetter};
pub use limits::LimitsChanged;
pub use log_in::LoggedIn;
pub use members::NewMember;
pub use nodes::EnrolledNode;
pub use recover::{Recovered, recover};
pub use regenerate::Replaced;
pub use rotate_pepper::{Delay, Held, Unusable, Wrapping};
pub use search::{AccountQuery, Found};
pub use send_limits::SendTally;
pub use sessions::{Holder, View};
pub use step_up::{NewNumber, Step};
pub use usage::{KeyUsage, PairUsage};

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use crate::error::written;
use crate::history::Memory;
use domain::{
    Brand, BrandId, Decision, HOUR, HashMemory, MINUTE, OtpLimits, Password, PasswordHash, Pepper, Peppers,
    Random, SessionLimits, Spans, Throttle,
};
use parking_lot::{Mutex, RwLock};
use store::{Committed, Driver, Store, StoreError};
use verify::Index;

/// How often a command is decided again when others keep changing what it rests on.
const DECISIONS_MAX: usize = 40;

/// Work that takes milliseconds of processor time and 19 MiB, and answers yes or no: comparing a password.
pub type HeavyWork = Box<dyn FnOnce(&mut HashMemory) -> bool + Send>;

/// So much heavy work is waiting that no more is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// What heavy work will have answered.
pub type Done = Pin<Box<dyn Future<Output = Result<bool, Busy>> + Send>>;

/// A way to do heavy work without holding up others.
pub type Heavy = Arc<dyn Fn(HeavyWork) -> Done + Send + Sync>;

/// Does heavy work where it stands; for tests and for programs that serve nobody.
pub fn in_place() -> Heavy {
    Arc::new(|work| Box::pin(std::future::ready(Ok(work(&mut HashMemory::default())))))
}

/// The figures and rules an engine works by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Every brand this installation serves.
    pub brands: Vec<Brand>,
    /// One-time passwords.
    pub otp: OtpLimits,
    /// Sessions.
    pub session: SessionLimits,
    /// How long this node may vouch for what it knows without hearing from the store.
    pub vouch_for: Spans,
}

/// The one place where things happen.
pub struct Engine<D> {
    store: Store<D>,
    peppers: RwLock<Peppers>,
    rules: Rules,
    index: Arc<Index>,
    heavy: Heavy,
    /// Wrong passwords by place: e-mail and address together, so that a stranger cannot shut a member out.
    passwords: Mutex<Throttle>,
    /// Wrong passwords by source alone, whomever they were for: one password can be tried on everybody.
    sources: Mutex<Throttle>,
    /// Wishes for a new password by address and, apart from it, by place.
    reset_addresses: Mutex<Throttle>,
    reset_places: Mutex<Throttle>,
    /// How often codes were refused because too many had been sent.
    sends: Arc<SendTally>,
    /// One catching up at a time; a second one would only repeat the first.
    catching_up: tokio::sync::Mutex<()>,
    /// The position the index has come to, for whoever waits for the next.
    positions: tokio::sync::watch::Sender<i64>,
    /// As which node this process vouches; without one it is alone with its store.
    seat: OnceLock<Seat>,
    /// The server of the database that receipts count with.
    server: Mutex<Option<String>>,
    /// Which history this process belongs to, and how far it has come in it.
    memory: Mutex<Memory>,
    /// Where endings are written down before anybody is told; none where nobody is told anything.
    journal: OnceLock<Arc<dyn Journal>>,
}

impl<D: Driver> Engine<D> {
    /// An engine over a store. The index is empty until the first [`Engine::catch_up`].
    pub fn new(store: Store<D>, peppers: Peppers, rules: Rules, index: Arc<Index>, heavy: Heavy) -> Self {
        Self {
            store,
            peppers: RwLock::new(peppers),
            rules,
            index,
            heavy,
            passwords: Mutex::new(Throttle::new(10, MINUTE.times(15))),
            sources: Mutex::new(Throttle::new(100, MINUTE.times(15))),
            reset_addresses: Mutex::new(Throttle::new(5, HOUR)),
            reset_places: Mutex::new(Throttle::new(20, HOUR)),
            sends: Arc::default(),
            catching_up: tokio::sync::Mutex::new(()),
            positions: tokio::sync::watch::Sender::new(0),
            seat: OnceLock::new(),
            server: Mutex::default(),
            memory: Mutex::default(),
            journal: OnceLock::new(),
        }
    }

    /// From now on what becomes of pairs is written here before anybody is told. Said once, before the first read.
    pub fn keep_journal(&self, journal: Arc<dyn Journal>) {
        {
            let mut memory = self.memory.lock();
            memory.seen = journal.place().or(memory.seen);
            // The first read with it says whether it goes on from there.
            memory.read_to = None;
        }
        let kept = self.journal.set(journal);
        assert!(kept.is_ok(), "a process has one journal from its start to its end");
    }

    /// The store, for reads that need no rule.
    pub fn store(&self) -> &Store<D> {
        &self.store
    }

    /// The index that verification reads.
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// Tells each position that the index comes to, from the moment it has.
    pub fn positions(&self) -> tokio::sync::watch::Receiver<i64> {
        self.positions.subscribe()
    }

    /// The versions of the pepper that this process holds, as far as the database knows them, and which is in use.
    pub fn peppers(&self) -> Peppers {
        self.peppers.read().clone()
    }

    /// The pepper that everything is made under now.
    pub(crate) fn pepper(&self) -> Pepper {
        self.peppers.read().in_use().clone()
    }

    /// The figures and rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// A brand's rules.
    pub fn brand(&self, id: &BrandId) -> Result<&Brand, EngineError> {
        self.rules
            .brands
            .iter()
            .find(|brand| brand.id == *id)
            .ok_or_else(|| EngineError::UnknownBrand(id.clone()))
    }

    /// Commits a decision. `None` means that it must be decided again. When it changed keys, this node knows of it by the
    /// time this returns.
    async fn write(&self, decision: Decision) -> Result<Option<Committed>, EngineError> {
        if decision.changes_keys() && self.lost().is_some() {
            return Err(StoreError::Quarantined.into());
        }
        let known = self.index.position();
        let committed = match self.store.commit(decision, &self.peppers()).await {
            Ok(committed) => committed,
            Err(StoreError::Conflict) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match committed.position {
            // A position that was known before: in a database that has forgotten it.
            Some(position) if position <= known => drop(self.follow().await.map_err(written)?),
            Some(position) => drop(self.follow_to(position).await.map_err(written)?),
            None => {}
        }
        Ok(Some(committed))
    }

    /// Hashes a password where it holds nobody up, and hands it back with its hash.
    async fn hash(
        &self,
        password: Password,
        rng: &mut (dyn rand_core::Rng + Send),
    ) -> Result<(Password, PasswordHash), EngineError> {
        let mut salt = [0u8; 16];
        rng.fill_bytes(&mut salt);
        let (give, take) = tokio::sync::oneshot::channel();
        self.heavily(move |memory| {
            let hash = password.hash_with(&salt, memory);
            give.send((password, hash)).is_ok()
        })
        .await?;
        take.await.map_err(|_| EngineError::Contended)
    }

    /// Does heavy work where it holds nobody up.
    async fn heavily(
        &self,
        work: impl FnOnce(&mut HashMemory) -> bool + Send + 'static,
    ) -> Result<bool, Busy> {
        (self.heavy)(Box::new(work)).await
    }
}

/// Lends a source of randomness for one call.
pub(crate) fn lend<'a>(rng: &'a mut (dyn rand_core::Rng + Send)) -> Random<'a> {
    rng
}
