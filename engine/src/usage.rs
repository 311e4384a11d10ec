//! Usage: how often pairs are used, when last and from where, written down out of the way of verification; and what was
//! written, as an owner looks at it.

use domain::{DAY, Duration, HOUR, Key, Network, Pair, Standing, Timestamp, UsageSpan};
use store::{Driver, KeptSpan, StoreError, UsageKept, UsageRow, UsageSource};

use crate::{DECISIONS_MAX, Engine, EngineError};

/// Pairs behind one commit: few enough that no change of a key waits for them.
const WRITTEN_AT_ONCE: usize = 250;
/// How long minutes are kept: the longest span that is told by them, and the hour that its beginning lies in.
const MINUTES_KEPT: Duration = HOUR.times(25);
/// How long hours are kept: five weeks, and the day that their beginning lies in.
const HOURS_KEPT: Duration = DAY.times(36);
/// Rows erased behind one commit.
const ERASED_AT_ONCE: i64 = 2_000;
/// Commits of one turn of erasing. What is left then is erased by the next one.
const ERASED_PIECES: usize = 1_000;
/// Ended pairs of a key that are looked at, the latest first.
const ENDED_MAX: usize = 10;
/// Networks told of a pair.
const SOURCES_MAX: usize = 8;

/// How a key was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUsage {
    /// Over which span.
    pub span: UsageSpan,
    /// When each of its steps begins, oldest first.
    pub steps: Vec<Timestamp>,
    /// When the last of them ends.
    pub ends_at: Timestamp,
    /// Its pairs, newest first: those that work, and those that have ended and were used in the span.
    pub pairs: Vec<PairUsage>,
}

/// How a pair was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairUsage {
    /// The pair.
    pub pair: Pair,
    /// How many requests it was granted in each step.
    pub counts: Vec<u64>,
    /// When it was last used, and from where as far as anybody told.
    pub last_use: Option<(Timestamp, Option<Network>)>,
    /// Networks that it was seen in lately, the latest first. Not all there were: only some requests leave theirs.
    pub sources: Vec<UsageSource>,
}

impl PairUsage {
    /// How many requests it was granted in the span.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

impl KeyUsage {
    /// How many requests the key's pairs were granted in the span.
    pub fn total(&self) -> u64 {
        self.pairs.iter().map(PairUsage::total).sum()
    }
}

impl<D: Driver> Engine<D> {
    /// When a pair was last used, and from where as far as anybody told. Verification knows of uses that are not written yet.
    pub fn last_use(&self, pair: &Pair) -> Option<(Timestamp, Option<Network>)> {
        let written = pair.last_used_at.map(|at| (at, pair.last_used_from));
        let known = self.index.last_use(&pair.key_id);
        [written, known].into_iter().flatten().max_by_key(|(at, _)| *at)
    }

    /// How a key was used over a span, as far as it is written down; when its pairs were last used, whether it is or not.
    pub async fn usage_of(
        &self,
        key: &Key,
        span: UsageSpan,
        now: Timestamp,
    ) -> Result<KeyUsage, EngineError> {
        let (begins, ends_at) = span.around(now);
        let (working, ended): (Vec<&Pair>, Vec<&Pair>) =
            key.pairs.iter().partition(|pair| !matches!(pair.standing(now), Standing::Ended { .. }));
        let lately = ended.into_iter().filter(|pair| match pair.standing(now) {
            Standing::Ended { at, .. } => begins <= at,
            Standing::Current | Standing::Retiring { .. } => false,
        });
        let mut pairs = Vec::new();
        for pair in working {
            pairs.push(self.usage_of_pair(pair, span, now).await?);
        }
        for pair in lately.take(ENDED_MAX) {
            let usage = self.usage_of_pair(pair, span, now).await?;
            pairs.extend((0 < usage.total()).then_some(usage));
        }
        let steps = (0..span.steps()).map(|step| begins + span.step().times(step as i64)).collect();
        Ok(KeyUsage { span, steps, ends_at, pairs })
    }

    async fn usage_of_pair(
        &self,
        pair: &Pair,
        span: UsageSpan,
        now: Timestamp,
    ) -> Result<PairUsage, EngineError> {
        let kept = |span, (from, until)| self.store.usage(&pair.key_id, span, from, until);
        // Sources stand with the days, whatever span is looked at.
        let days = kept(KeptSpan::Day, UsageSpan::Month.around(now)).await?;
        let counts = match span {
            UsageSpan::Hour | UsageSpan::Day => {
                in_steps(&kept(KeptSpan::Hour, span.around(now)).await?, span, now)
            }
            UsageSpan::Month => in_steps(&days, span, now),
        };
        let last_use = self.last_use(pair);
        Ok(PairUsage { pair: pair.clone(), counts, last_use, sources: sources(days) })
    }

    /// Writes what verification counted since the last time. Returns how many pairs were used.
    pub async fn flush_usage_once(&self) -> Result<usize, EngineError> {
        let mut usage = self.index.drain_usage();
        // What stands together in the store is written together.
        usage.sort_by_key(|used| (used.key_id, used.last_used_at));
        let mut left = usage.as_slice();
        while !left.is_empty() {
            let (some, rest) = left.split_at(left.len().min(WRITTEN_AT_ONCE));
            let rows = some.iter().map(|used| UsageRow {
                key_id: used.key_id,
                count: used.count,
                last_used_at: used.last_used_at,
                last_used_from: used.last_used_from,
            });
            if let Err(error) = self.write_uses(rows.collect()).await {
                self.index.give_back(left);
                return Err(error.into());
            }
            left = rest;
        }
        Ok(usage.chunk_by(|one, other| one.key_id == other.key_id).count())
    }

    /// Writes what a node counted that cannot write by itself. Returns what was written: everything but the uses of pairs that are
    /// not there.
    pub async fn used_elsewhere(&self, rows: Vec<UsageRow>) -> Result<Vec<UsageRow>, EngineError> {
        Ok(self.write_uses(rows).await?)
    }

    /// A process may have granted a pair that a database which lost its end does not have any more; the others' uses do not wait
    /// for it.
    async fn write_uses(&self, mut rows: Vec<UsageRow>) -> Result<Vec<UsageRow>, StoreError> {
        for tried in 0..DECISIONS_MAX {
            match self.store.used(rows.clone()).await {
                // Another process may have counted the same pairs at the same time.
                Err(StoreError::Conflict) if tried == 0 => {}
                Err(StoreError::Conflict) => {
                    let mut known = Vec::with_capacity(rows.len());
                    for row in rows {
                        if self.store.pair_position(&row.key_id).await?.is_some() {
                            known.push(row);
                        }
                    }
                    rows = known;
                }
                outcome => return outcome.map(|()| rows),
            }
        }
        Err(StoreError::Conflict)
    }

    /// Erases counts that are older than anybody is told. Returns in how many pieces.
    pub async fn forget_usage_once(&self, now: Timestamp) -> Result<usize, EngineError> {
        let mut pieces = 0;
        for (span, kept) in [(KeptSpan::Hour, MINUTES_KEPT), (KeptSpan::Day, HOURS_KEPT)] {
            let before = now - kept;
            while pieces < ERASED_PIECES && self.store.has_usage_before(span, before).await? {
                self.store.forget_usage(span, before, ERASED_AT_ONCE).await?;
                pieces += 1;
            }
        }
        Ok(pieces)
    }
}

fn in_steps(kept: &[UsageKept], span: UsageSpan, now: Timestamp) -> Vec<u64> {
    let mut steps = vec![0u64; span.steps()];
    for (at, count) in kept.iter().flat_map(|kept| &kept.counts) {
        if let Some(place) = span.place(*at, now) {
            steps[place] = steps[place].saturating_add(*count);
        }
    }
    steps
}

/// The networks of several days, each once.
fn sources(days: Vec<UsageKept>) -> Vec<UsageSource> {
    let mut sources: Vec<UsageSource> = Vec::new();
    for seen in days.into_iter().flat_map(|day| day.sources) {
        match sources.iter_mut().find(|known| known.network == seen.network) {
            Some(known) => {
                known.first_at = known.first_at.min(seen.first_at);
                known.last_at = known.last_at.max(seen.last_at);
            }
            None => sources.push(seen),
        }
    }
    sources.sort_by_key(|seen| std::cmp::Reverse(seen.last_at));
    sources.truncate(SOURCES_MAX);
    sources
}
