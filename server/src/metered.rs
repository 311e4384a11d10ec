//! A database whose work is counted and timed, for the ops listener. Everything else is the driver's inside it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use store::{Committed, Driver, Record, ServerFound, StoreError, Value, Work};
use tokio::sync::watch;

use crate::clock::SystemClock;
use crate::meters::Meters;

/// A driver with meters.
#[derive(Debug)]
pub struct Metered<D> {
    inner: D,
    meters: Arc<Meters>,
}

impl<D> Metered<D> {
    /// Counts what is asked of `inner` from now on.
    pub fn new(inner: D) -> Self {
        Self { inner, meters: Arc::default() }
    }

    /// The counts of the whole process: what else happens in it is counted there too.
    pub const fn meters(&self) -> &Arc<Meters> {
        &self.meters
    }

    /// The driver inside, for what only it can tell.
    pub const fn inner(&self) -> &D {
        &self.inner
    }
}

impl<D: Driver> Driver for Metered<D> {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let asked_at = SystemClock.nanoseconds();
        let outcome = self.inner.commit(work).await;
        self.meters.committed(&outcome, (SystemClock.nanoseconds() - asked_at).unsigned_abs());
        outcome
    }

    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.meters.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.rows(sql, params)
    }

    fn newest(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.meters.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.newest(sql, params)
    }

    fn database_time(&self) -> impl Future<Output = Result<Option<domain::Timestamp>, StoreError>> + Send {
        self.inner.database_time()
    }

    fn primary(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.meters.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.primary(sql, params)
    }

    fn server(&self) -> impl Future<Output = Result<Option<ServerFound>, StoreError>> + Send {
        self.inner.server()
    }

    fn hints(&self) -> Option<watch::Receiver<i64>> {
        self.inner.hints()
    }
}
