//! PostgreSQL: the same store for a fleet, on one server or on several of which one can be written.
//!
//! Work is written by two lanes with a transaction each: decisions, which queue at the end of the audit chain whichever process
//! they come from, and notes (uses, refusals, letters), which decide nothing. Reads are answered by the primary, each from
//! one snapshot. A connection that has died, or whose server cannot be written any more, is replaced by one to the host that
//! can; what is not written by then is tried again or said not to be written, and what cannot be known is said not to be
//! known. The process never stops because the database does.

mod address;
mod back_up;
mod chance;
mod connect;
mod failure;
mod health;
mod hints;
mod lane;
mod open;
mod primary;
mod relocate;
mod schema;
mod tls;
mod value;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deadpool::managed::{Object, Pool, PoolError};
use domain::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use self::address::{Address, HOST_ANSWERS_WITHIN};
pub use self::address::{AddressError, check_url};
use self::chance::Chance;
use self::connect::{Connection, Connector};
use self::failure::Trouble;
pub use self::health::Health;
use self::lane::Lane;
use self::open::typed;
use self::primary::from_primary;
pub use self::relocate::{RelocateError, Relocated};
pub use self::schema::{Schema, newest};
use self::value::{asked_for, record};
use crate::apply::{Committed, Work};
use crate::driver::{Driver, StoreError};
use crate::server::ServerFound;
use crate::value::{Record, Value};

/// Connections of one process, at most: one for each lane, the others for reads.
const CONNECTIONS_MAX: usize = 10;
/// How long somebody waits for a connection to become free.
const FREE_WITHIN: Duration = Duration::from_secs(5);
/// How long a read may take.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// How often a read is tried.
const READS: u32 = 3;
/// The pause before a read is tried again.
const READ_PAUSE: Duration = Duration::from_millis(100);

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Its URL is wrong.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It does not answer, or not as it should.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// It holds text in another encoding.
    #[error(
        "the database's encoding is {0}, but it has to be UTF8; create it with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding(String),
    /// It is empty.
    #[error("the database has no schema yet; make it with: keystead migrate --database-url URL")]
    NoSchema,
    /// It was made for an older program.
    #[error(
        "the database's schema is number {found}, but this version needs number {newest}; run: keystead migrate --database-url URL"
    )]
    OldSchema {
        /// What it has.
        found: i64,
        /// What this program has.
        newest: i64,
    },
    /// It was made for a later program.
    #[error(
        "the database's schema is number {found}, made by a later version that this one (number {newest}) must not work beside; start the later version"
    )]
    NewSchema {
        /// What it has.
        found: i64,
        /// What this program has.
        newest: i64,
    },
    /// A step failed.
    #[error("the schema could not be brought up to date, and is as it was before the step that failed: {0}")]
    Migration(String),
}

/// Connections to one database.
type Connections = Pool<Connector>;

/// A database on PostgreSQL.
pub struct Postgres {
    connector: Arc<Connector>,
    connections: Connections,
    /// One connection, for whoever follows the feed.
    following: Connections,
    chance: Chance,
    decisions: Lane,
    notes: Lane,
    telling: JoinHandle<()>,
    /// Made when somebody first asks for hints.
    hearing: OnceLock<(watch::Receiver<i64>, JoinHandle<()>)>,
}

impl Postgres {
    /// A database at a URL. Nothing is asked of it yet, so it need not be there. `seed` is for pauses before something is tried
    /// again. Has to be called inside a tokio runtime.
    pub fn at(url: &str, seed: u64) -> Result<Self, PostgresError> {
        let connector = || Address::parse(url).map(Connector::to);
        let own = Arc::new(connector()?);
        let waits = deadpool::managed::Timeouts {
            wait: Some(FREE_WITHIN),
            // Each host has its own time to answer.
            create: None,
            recycle: Some(HOST_ANSWERS_WITHIN),
        };
        let pool = |connections: usize| {
            let pool = Pool::builder(connector()?)
                .max_size(connections)
                .timeouts(waits)
                .runtime(deadpool::Runtime::Tokio1)
                .build()
                .expect("a pool with timeouts has a runtime");
            Ok::<_, PostgresError>(pool)
        };
        let (connections, following) = (pool(CONNECTIONS_MAX)?, pool(1)?);
        let chance = Chance::beginning_with(seed);
        let (told, written) = watch::channel(0);
        let lane = || Lane::open(connections.clone(), chance.clone(), told.clone());
        Ok(Self {
            connector: own,
            decisions: lane(),
            notes: lane(),
            telling: hints::tell(connections.clone(), written),
            connections,
            following,
            chance,
            hearing: OnceLock::new(),
        })
    }

    /// A database at a URL, with this program's schema.
    pub async fn open(url: &str, seed: u64) -> Result<Self, PostgresError> {
        let database = Self::at(url, seed)?;
        database.check_schema().await?;
        Ok(database)
    }

    /// The address, without its password.
    pub fn shown(&self) -> &str {
        self.connector.shown()
    }

    /// A connection for one purpose, outside of the pool.
    async fn dedicated(&self) -> Result<Connection, PostgresError> {
        self.connector.connect().await.map_err(PostgresError::Unreachable)
    }

    async fn read(&self, asked: Asked, sql: &'static str, params: &[Value]) -> Result<Vec<Record>, Trouble> {
        let connections = match asked {
            Asked::Usual | Asked::Primary => &self.connections,
            Asked::Newest => &self.following,
        };
        let connection = connection(connections).await.map_err(Trouble::Lost)?;
        let params = typed(params);
        let answered = async {
            let rows = match asked {
                Asked::Usual => {
                    connection.query_typed(sql, &params).await.map_err(|error| Trouble::of(&error))?
                }
                Asked::Newest | Asked::Primary => from_primary(&connection, sql, &params).await?,
            };
            rows.iter().map(record).collect::<Result<_, _>>().map_err(Trouble::Refused)
        };
        let silent = || Err(Trouble::Lost("it does not answer".to_owned()));
        let answer = timeout(READ_WITHIN, answered).await.unwrap_or_else(|_| silent());
        // A transaction that went wrong in the middle is left with its connection.
        if matches!((&answer, asked), (Err(Trouble::Lost(_)), _) | (Err(_), Asked::Newest)) {
            discard(connections, connection);
        }
        answer
    }

    /// The same a few times, if need be.
    async fn answer(
        &self,
        asked: Asked,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Record>, StoreError> {
        self.answered(asked, sql, params).await.map_err(|trouble| match trouble {
            Trouble::Collided => StoreError::Unreachable("it ended the question early".to_owned()),
            other => other.into_error(),
        })
    }

    async fn answered(
        &self,
        asked: Asked,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Record>, Trouble> {
        let params = asked_for(params);
        let mut tried = 0;
        loop {
            tried += 1;
            match self.read(asked, sql, &params).await {
                Ok(records) => return Ok(records),
                Err(Trouble::Collided | Trouble::Lost(_)) if tried < READS => {
                    sleep(self.chance.up_to(READ_PAUSE)).await;
                }
                Err(trouble) => return Err(trouble),
            }
        }
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Postgres").field(&self.shown()).finish()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.telling.abort();
        if let Some((_, listening)) = self.hearing.get() {
            listening.abort();
        }
    }
}

impl Driver for Postgres {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let lane = match work {
            Work::Decision(..) => &self.decisions,
            Work::Letters(_)
            | Work::TakeUpLetter(..)
            | Work::Usage(_)
            | Work::ForgetUsage { .. }
            | Work::Refusals(_)
            | Work::KeyDays(_)
            | Work::Seen(..)
            | Work::ConsoleSeen(..)
            | Work::LimitHit(..)
            | Work::Forget(_)
            | Work::Register(_)
            | Work::Report(_)
            | Work::Leave(..)
            | Work::ShadowsSeen(..)
            | Work::TakenOver(_)
            | Work::KnownAnswer(_) => &self.notes,
        };
        lane.commit(work).await
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.answer(Asked::Usual, sql, params).await
    }

    async fn newest(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.answer(Asked::Newest, sql, params).await
    }

    async fn database_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let records = self.rows(health::TIME, Vec::new()).await?;
        records.first().map(|record| record.moment(0)).transpose()
    }

    async fn primary(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.answer(Asked::Primary, sql, params).await
    }

    async fn server(&self) -> Result<Option<ServerFound>, StoreError> {
        let found = |record: &Record| {
            let remembered = record.maybe_text(1)?.map(str::to_owned);
            Ok(ServerFound { answers: record.text(0)?.to_owned(), remembered })
        };
        match self.answered(Asked::Primary, primary::SERVER, Vec::new()).await {
            Ok(records) => records.first().map(found).transpose(),
            Err(Trouble::Forbidden(_)) => Ok(None),
            // Whatever else is wrong with the question is no reason to stop.
            Err(Trouble::Refused(error)) => Err(StoreError::Unreachable(error.to_string())),
            Err(trouble) => Err(trouble.into_error()),
        }
    }

    fn hints(&self) -> Option<watch::Receiver<i64>> {
        let (heard, _) = self.hearing.get_or_init(|| {
            let (sender, receiver) = watch::channel(0);
            (receiver, hints::listen(self.connector.clone(), self.chance.clone(), sender))
        });
        Some(heard.clone())
    }
}

/// How something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// From any connection.
    Usual,
    /// From any connection, and only while its server takes writes.
    Primary,
    /// The same from the connection that is kept for it.
    Newest,
}

/// A connection from the pool, or why there is none.
async fn connection(connections: &Connections) -> Result<Object<Connector>, String> {
    connections.get().await.map_err(|error| match error {
        PoolError::Backend(why) => why,
        PoolError::Timeout(_) => "all connections are in use".to_owned(),
        other => other.to_string(),
    })
}

/// Throws a connection away, and all others that wait: what ended one has most likely ended them, or made them read-only.
fn discard(connections: &Connections, connection: Object<Connector>) {
    drop(Object::take(connection));
    connections.retain(|_, _| false);
}
