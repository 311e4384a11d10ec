//! Limits as they are kept to: one cell for each limited key, shared by all its pairs.
//!
//! A cell outlives a regeneration and a change of the limits, so neither resets what was counted. It is asked last, after the
//! secret proved right and the pair is in force: a stranger neither learns of limits nor uses them up. In the order of what
//! cannot change first: the address, the day's quota, the rate. A refused request counts for nothing.
//!
//! The rate is GCRA with a burst of one second's worth: so many at once, and from then on one each `1 s / rate`. Time has
//! the resolution of its caller's clock, milliseconds. A day is a day of UTC; a wall clock that is set back goes on with the
//! later day. Everything is counted by this process alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use domain::{DAY, KeyRef, Limits, Timestamp};
use parking_lot::RwLock;

use crate::uptime::Uptime;
use crate::verdict::Reason;

/// Parts with a lock each, which is only written when limits change.
const PARTS: usize = 64;
/// Nanoseconds of a second, and of a millisecond.
const SECOND_NS: u64 = 1_000_000_000;
const MILLISECOND_NS: u64 = 1_000_000;
/// Bits of a packed day that hold its count; the rest holds its number since 1970.
const COUNT_BITS: u32 = 40;

/// What is left of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Requests that it allows in all.
    pub quota: u64,
    /// Requests that it still allows now.
    pub left: u64,
    /// Seconds until all of it is there again.
    pub resets_in_s: u32,
}

/// What is left of a limited key's limits after a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Of its requests per second, if they are limited.
    pub second: Option<Remaining>,
    /// Of its requests per day.
    pub day: Option<Remaining>,
}

/// Which limit stood in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The address is not on the key's list, or nobody knows it.
    Address,
    /// Requests per day.
    Day,
    /// Requests per second.
    Second,
}

/// A request with a good key that its limits did not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Which limit.
    pub limit: Limit,
    /// Seconds after which the next request may be let through; `None` where waiting does not help.
    pub retry_after_s: Option<u32>,
    /// What is left.
    pub allowance: Allowance,
}

impl Exceeded {
    /// The reason, for the owner and the counts.
    pub const fn reason(&self) -> Reason {
        match self.limit {
            Limit::Address => Reason::AddressNotAllowed,
            Limit::Day => Reason::QuotaExceeded,
            Limit::Second => Reason::RateLimited,
        }
    }
}

/// What a limited key was used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    /// The key.
    pub key: KeyRef,
    /// The day, counted from 1970-01-01 of UTC.
    pub day: u32,
    /// Requests that were let through.
    pub count: u64,
}

/// The cells of all limited keys.
pub struct Limiters {
    parts: [RwLock<HashMap<KeyRef, Cell>>; PARTS],
}

/// One key's limits and what was counted against them.
#[derive(Default)]
struct Cell {
    limits: Limits,
    /// The moment, in nanoseconds of uptime, at which all of the burst is there again. In the past: it is.
    whole_at: AtomicU64,
    /// The last day with a request, and how many it had.
    day: AtomicU64,
    /// Whether the day's count is not written down yet.
    unsaved: AtomicBool,
}

/// The day of UTC that a moment belongs to, counted from 1970-01-01.
pub fn day_of(now: Timestamp) -> u32 {
    u32::try_from(now.as_millis().div_euclid(DAY.as_millis())).unwrap_or_default()
}

impl Limiters {
    /// No key is limited.
    pub fn new() -> Self {
        Self { parts: std::array::from_fn(|_| RwLock::default()) }
    }

    /// A key has these limits now. What was counted stays; a key that was never limited takes no room.
    pub fn set(&self, key: &KeyRef, limits: &Limits) {
        let part = self.part(key);
        // Most keys are not limited, and are told of by the million when a process starts.
        if limits.is_none() && part.read().get(key).is_none() {
            return;
        }
        let mut part = part.write();
        let cell = part.entry(*key).or_default();
        if cell.limits != *limits {
            cell.limits = limits.clone();
        }
    }

    /// What was counted of a day before this process started. A count only grows, and an older day says nothing.
    pub fn recall(&self, counted: &DayCount) {
        let mut part = self.part(&counted.key).write();
        let cell = part.entry(counted.key).or_default();
        cell.day.fetch_max(packed(counted.day, counted.count), Ordering::Relaxed);
    }

    /// How many requests of a key were let through on the day of `now`, as far as they were counted.
    pub fn used_today(&self, key: &KeyRef, now: Timestamp) -> Option<u64> {
        let part = self.part(key).read();
        let cell = part.get(key).filter(|cell| !cell.limits.is_none())?;
        Some(cell.today(now).1)
    }

    /// Asks a limited key's limits about one request and, if they let it through, counts it. `None`: there is no such
    /// key here.
    pub fn take(
        &self,
        key: &KeyRef,
        address: Option<IpAddr>,
        now: Timestamp,
        uptime: Uptime,
    ) -> Option<Result<Allowance, Exceeded>> {
        self.part(key).read().get(key).map(|cell| cell.take(address, now, uptime))
    }

    /// Takes the counts that changed since the last time.
    pub fn unsaved(&self) -> Vec<DayCount> {
        let mut changed = Vec::new();
        for part in &self.parts {
            for (key, cell) in part.read().iter() {
                if cell.unsaved.load(Ordering::Relaxed) && cell.unsaved.swap(false, Ordering::AcqRel) {
                    let (day, count) = unpacked(cell.day.load(Ordering::Relaxed));
                    changed.push(DayCount { key: *key, day, count });
                }
            }
        }
        changed
    }

    /// Takes back counts that could not be written down: they are among the next again.
    pub fn give_back(&self, counts: &[DayCount]) {
        for count in counts {
            if let Some(cell) = self.part(&count.key).read().get(&count.key) {
                cell.unsaved.store(true, Ordering::Release);
            }
        }
    }

    fn part(&self, key: &KeyRef) -> &RwLock<HashMap<KeyRef, Cell>> {
        // The last characters of a key's id are drawn at random by us: an even spread without a hash.
        let tail = key.as_str().as_bytes().iter().rev().take(4);
        &self.parts[tail.fold(0usize, |sum, byte| sum * 31 + usize::from(*byte)) % PARTS]
    }
}

impl Default for Limiters {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Limiters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limiters")
    }
}

impl Cell {
    fn take(&self, address: Option<IpAddr>, now: Timestamp, uptime: Uptime) -> Result<Allowance, Exceeded> {
        let exceeded =
            |limit, retry_after_s| Exceeded { limit, retry_after_s, allowance: self.allowance(now, uptime) };
        if !self.limits.allows(address) {
            return Err(exceeded(Limit::Address, None));
        }
        if self.limits.per_day.is_some_and(|quota| quota.get() <= self.today(now).1) {
            return Err(exceeded(Limit::Day, Some(until_midnight_s(now))));
        }
        if let Some(rate) = self.limits.per_second
            && !self.take_from_burst(rate, uptime)
        {
            // The next one is there after at most a second, however low the rate.
            return Err(exceeded(Limit::Second, Some(1)));
        }
        if !self.take_from_day(now) {
            // Others took the day's last ones meanwhile.
            if let Some(rate) = self.limits.per_second {
                self.whole_at.fetch_sub(step_ns(rate), Ordering::Relaxed);
            }
            return Err(exceeded(Limit::Day, Some(until_midnight_s(now))));
        }
        Ok(self.allowance(now, uptime))
    }

    /// Takes one request from the burst, if one is there.
    fn take_from_burst(&self, rate: NonZeroU32, uptime: Uptime) -> bool {
        let (now, step) = (nanoseconds(uptime), step_ns(rate));
        let taken = |whole_at: u64| {
            let next = whole_at.max(now) + step;
            (next - now <= step * u64::from(rate.get())).then_some(next)
        };
        self.whole_at.try_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Counts one request of the day, if its quota has one left.
    fn take_from_day(&self, now: Timestamp) -> bool {
        let quota = self.limits.per_day.map_or(u64::MAX, NonZeroU64::get);
        let counted = |kept: u64| {
            let (day, count) = on_day_of(kept, now);
            (count < quota).then(|| packed(day, count + 1))
        };
        let was_taken = self.day.try_update(Ordering::Relaxed, Ordering::Relaxed, counted).is_ok();
        if was_taken {
            // Always written, after the count: whoever takes the mark away sees what it stands for.
            self.unsaved.store(true, Ordering::Release);
        }
        was_taken
    }

    /// The day and what was counted of it.
    fn today(&self, now: Timestamp) -> (u32, u64) {
        on_day_of(self.day.load(Ordering::Relaxed), now)
    }

    fn allowance(&self, now: Timestamp, uptime: Uptime) -> Allowance {
        let second = self.limits.per_second.map(|rate| {
            let missing = self.whole_at.load(Ordering::Relaxed).saturating_sub(nanoseconds(uptime));
            let (quota, taken) = (u64::from(rate.get()), missing.div_ceil(step_ns(rate)));
            let resets_in_s = seconds(missing.div_ceil(SECOND_NS));
            Remaining { quota, left: quota.saturating_sub(taken), resets_in_s }
        });
        let day = self.limits.per_day.map(|quota| {
            let quota = quota.get();
            let left = quota.saturating_sub(self.today(now).1);
            Remaining { quota, left, resets_in_s: until_midnight_s(now) }
        });
        Allowance { second, day }
    }
}

/// What a packed day says of the day of `now`: nothing was counted yet if it is of an older one.
fn on_day_of(kept: u64, now: Timestamp) -> (u32, u64) {
    let (today, (day, count)) = (day_of(now), unpacked(kept));
    if day < today { (today, 0) } else { (day, count) }
}

const fn packed(day: u32, count: u64) -> u64 {
    (day as u64) << COUNT_BITS | count
}

const fn unpacked(kept: u64) -> (u32, u64) {
    ((kept >> COUNT_BITS) as u32, kept & ((1 << COUNT_BITS) - 1))
}

/// How long one request of a rate takes to come back. Rounded up: never more than the rate.
const fn step_ns(rate: NonZeroU32) -> u64 {
    SECOND_NS.div_ceil(rate.get() as u64)
}

fn nanoseconds(uptime: Uptime) -> u64 {
    u64::try_from(uptime.as_millis()).unwrap_or_default().saturating_mul(MILLISECOND_NS)
}

fn until_midnight_s(now: Timestamp) -> u32 {
    let left = DAY.as_millis() - now.as_millis().rem_euclid(DAY.as_millis());
    seconds(u64::try_from(left).unwrap_or_default().div_ceil(1_000))
}

fn seconds(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
