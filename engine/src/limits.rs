//! Limits: changing them, and writing down what limited keys were used on a day.

use domain::{Actor, Key, KeyRef, Limits, Proof, Purpose, Refusal, Timestamp, change_limits};
use store::{Driver, KeyDay};
use verify::{DayCount, day_of};

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, written};

/// A key whose limits are as wanted.
#[derive(Debug)]
pub struct LimitsChanged {
    /// The key, as it is now.
    pub key: Key,
    /// A position at which every node knows of it.
    pub position: i64,
}

impl<D: Driver> Engine<D> {
    /// Gives a key other limits for a member, spending the step-up they answered for it, if one was due. A change of its
    /// limits since `expected_version` is refused.
    pub async fn change_limits(
        &self,
        view: &View,
        key: &KeyRef,
        wanted: &Limits,
        expected_version: Option<i64>,
        now: Timestamp,
    ) -> Result<Key, EngineError> {
        let actor = Self::actor(view);
        Ok(self.change_limits_as(&actor, Some(view), key, wanted, expected_version, now).await?.key)
    }

    /// Gives a key other limits for an operator.
    pub async fn change_limits_by_operator(
        &self,
        actor: &Actor,
        key: &KeyRef,
        wanted: &Limits,
        expected_version: Option<i64>,
        now: Timestamp,
    ) -> Result<LimitsChanged, EngineError> {
        self.change_limits_as(actor, None, key, wanted, expected_version, now).await
    }

    async fn change_limits_as(
        &self,
        actor: &Actor,
        view: Option<&View>,
        key: &KeyRef,
        wanted: &Limits,
        expected_version: Option<i64>,
        now: Timestamp,
    ) -> Result<LimitsChanged, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let key = self.store.key(key).await?.ok_or(Refusal::NotFound)?;
            let brand = self.brand(&key.brand)?;
            let proof = match view {
                Some(view) => {
                    self.proof(view, &Purpose::ChangeLimits { key: key.id, mode: key.mode }).await?
                }
                None => Proof::default(),
            };
            let Some(decision) = change_limits(brand, &key, wanted, expected_version, actor, &proof, now)?
            else {
                // Whoever made them so may have committed a moment ago, so this node may not know of it yet.
                self.follow().await?;
                return Ok(LimitsChanged { key, position: self.index.position() });
            };
            if let Some(committed) = self.write(decision).await? {
                let key = self.store.key(&key.id).await.map_err(written)?.ok_or(Refusal::NotFound)?;
                let position = committed.position.unwrap_or_else(|| self.index.position());
                return Ok(LimitsChanged { key, position });
            }
        }
        Err(EngineError::Contended)
    }

    /// How many requests of a limited key this process let through on the day of `now`, those before its start included.
    pub fn used_today(&self, key: &KeyRef, now: Timestamp) -> Option<u64> {
        self.index.limiters().used_today(key, now)
    }

    /// Remembers limits and the day's counts before the first request comes. Returns how many keys were counted.
    pub async fn recall_limits(&self, now: Timestamp) -> Result<usize, EngineError> {
        let limiters = self.index.limiters();
        for (key, limits) in self.store.limited_keys().await? {
            limiters.set(&key, &limits);
        }
        let counted = self.store.key_days(day_of(now)).await?;
        for KeyDay { key, day, count } in &counted {
            limiters.recall(&DayCount { key: *key, day: *day, count: *count });
        }
        Ok(counted.len())
    }

    /// Writes down what limited keys were used since the last time. Returns how many keys that were.
    pub async fn flush_key_days_once(&self) -> Result<usize, EngineError> {
        let limiters = self.index.limiters();
        let counts = limiters.unsaved();
        if counts.is_empty() {
            return Ok(0);
        }
        let rows =
            counts.iter().map(|DayCount { key, day, count }| KeyDay { key: *key, day: *day, count: *count });
        if let Err(error) = self.store.write_key_days(rows.collect()).await {
            limiters.give_back(&counts);
            return Err(error.into());
        }
        Ok(counts.len())
    }
}
