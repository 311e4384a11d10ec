//! The index: every pair that exists, ended ones included, and the verdict on presented credentials.
//!
//! Many readers, one writer: pairs are spread over shards by a keyed hash, each behind its own lock that a
//! writer holds for one record. What [`Index::apply`] has returned from is seen by every verification that
//! starts later. An ended pair stays as ended: absence never means yes, and presence of an old fact never
//! outlives a newer one.

mod shard;
mod slots;

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use domain::{
    AccountId, Digest, EndReason, KeyContext, KeyId, Mode, Network, Pepper, Peppers, Presented, Standing,
    Timestamp,
};
use parking_lot::{Mutex, RwLock};

use self::shard::Shard;
use crate::credentials::Credentials;
use crate::lease::Lease;
use crate::record::{Kept, PairRecord};
use crate::uptime::Uptime;
use crate::usage::Usage;
use crate::verdict::{About, Ask, Identity, Reason, Silence, Verdict};

/// How many locks the pairs are spread over. A power of two.
const SHARDS: usize = 64;

/// Every pair there is, in memory.
pub struct Index {
    shards: Box<[Place]>,
    peppers: Peppers,
    seed: [u64; 2],
    decoy: Decoy,
    lease: Lease,
    position: AtomicI64,
    length: AtomicUsize,
}

/// One shard with its lock, on cache lines of its own so that neighbours do not slow each other.
#[derive(Default)]
#[repr(align(128))]
struct Place {
    shard: RwLock<Shard>,
    /// Slots with uses that no one has drained yet.
    touched: Mutex<Vec<u32>>,
}

/// What an unknown id is compared with, so that it costs what a known one costs.
struct Decoy {
    brand: &'static str,
    account: AccountId,
    digest: Digest,
}

impl Index {
    /// An empty index. `seed` must differ between processes, so that nobody outside can aim at one shard.
    pub fn new(peppers: Peppers, seed: [u64; 2]) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Place::default()).collect(),
            peppers,
            seed,
            decoy: Decoy {
                brand: "example/ZZ",
                account: "acc_00000000000000".parse().expect("the form of an account id"),
                digest: Digest::from_bytes([0; 32]),
            },
            lease: Lease::new(),
            position: AtomicI64::new(0),
            length: AtomicUsize::new(0),
        }
    }

    /// Makes room for `pairs` more pairs, so that loading them does not grow tables again and again.
    pub fn reserve(&self, pairs: usize) {
        for place in &self.shards {
            // A little more than an even share: shares are random.
            place.shard.write().reserve(pairs / SHARDS + pairs / SHARDS / 16);
        }
    }

    /// Adds a pair or replaces what is known of it. Every verification that starts after this has returned
    /// sees it.
    pub fn apply(&self, record: &PairRecord<'_>) {
        let hash = self.hash(&record.key_id);
        if self.place(hash).shard.write().apply(hash, record) {
            self.length.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The verdict on credentials: exactly one HMAC, then mode, standing and lease.
    pub fn verify(&self, credentials: &Credentials, ask: &Ask, now: Timestamp, uptime: Uptime) -> Verdict {
        let hash = self.hash(credentials.key_id());
        let place = self.place(hash);
        let shard = place.shard.read();
        let Some((slot, kept)) = shard.find(hash, credentials.key_id()) else {
            self.compare_with_decoy(&shard, credentials);
            return self.say(Verdict::Refused { reason: Reason::UnknownKey, about: None }, uptime);
        };
        let Some(pepper) = self.peppers.version(kept.pepper) else {
            return self.say(Verdict::CannotSay(Silence::PepperMissing), uptime);
        };

        let brand = shard.brand(kept.brand);
        let context = KeyContext {
            brand: brand.as_str(),
            account: &kept.account,
            mode: kept.mode(),
            key_id: credentials.key_id(),
        };
        if !digest_once(pepper, &context, &credentials.presented()).matches(kept.digest()) {
            return self.say(refused(Reason::WrongSecret, kept), uptime);
        }
        if ask.mode.is_some_and(|mode| mode != kept.mode()) {
            return self.say(refused(Reason::WrongMode, kept), uptime);
        }
        let retiring_until = match kept.state().standing(kept.expires_at(), now) {
            Standing::Current => None,
            Standing::Retiring { until } => Some(until),
            Standing::Ended { why: EndReason::Expired, .. } => {
                return self.say(refused(Reason::Expired, kept), uptime);
            }
            Standing::Ended { .. } => return self.say(refused(Reason::Ended, kept), uptime),
        };
        let granted = self.say(
            Verdict::Granted(Identity {
                key_id: kept.key_id,
                key: kept.key,
                mode: kept.mode(),
                account: kept.account,
                brand: brand.clone(),
                retiring_until,
                created_at: kept.created_at(),
                expires_at: kept.expires_at(),
            }),
            uptime,
        );
        if matches!(granted, Verdict::Granted(_)) && kept.count(1, now, ask.from) {
            place.touched.lock().push(slot);
        }
        granted
    }

    /// Whose pair an id is, without any proof: for telling an owner about malformed requests.
    pub fn about(&self, key_id: &KeyId) -> Option<About> {
        let hash = self.hash(key_id);
        self.place(hash).shard.read().find(hash, key_id).map(|(_, kept)| about(kept))
    }

    /// When a pair was last granted here or, as far as the store had said, anywhere.
    pub fn last_used_at(&self, key_id: &KeyId) -> Option<Timestamp> {
        let hash = self.hash(key_id);
        self.place(hash).shard.read().find(hash, key_id)?.1.last_used_at()
    }

    /// Where that was from, as far as anybody told.
    pub fn last_used_from(&self, key_id: &KeyId) -> Option<Network> {
        let hash = self.hash(key_id);
        self.place(hash).shard.read().find(hash, key_id)?.1.last_used_from()
    }

    /// Takes what was used since the last time. Costs time for what was used, not for what exists.
    pub fn drain_usage(&self) -> Vec<Usage> {
        let mut drained = Vec::new();
        for place in &self.shards {
            let touched = std::mem::take(&mut *place.touched.lock());
            let shard = place.shard.read();
            drained.extend(touched.into_iter().filter_map(|slot| {
                let kept = shard.at(slot);
                Some(Usage {
                    key_id: kept.key_id,
                    count: kept.drain(),
                    last_used_at: kept.last_used_at()?,
                    last_used_from: kept.last_used_from(),
                })
            }));
        }
        drained
    }

    /// Takes back what was drained but could not be written down.
    pub fn give_back(&self, usage: &[Usage]) {
        for used in usage {
            let hash = self.hash(&used.key_id);
            let place = self.place(hash);
            let shard = place.shard.read();
            if let Some((slot, kept)) = shard.find(hash, &used.key_id)
                && kept.count(used.count, used.last_used_at, used.last_used_from)
            {
                place.touched.lock().push(slot);
            }
        }
    }

    /// Until when this process may vouch for what it knows.
    pub const fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The position of the last change that is in the index.
    pub fn position(&self) -> i64 {
        self.position.load(Ordering::Acquire)
    }

    /// All changes up to `position` have been applied.
    pub fn set_position(&self, position: i64) {
        self.position.store(position, Ordering::Release);
    }

    /// How many pairs there are, ended ones included.
    pub fn len(&self) -> usize {
        self.length.load(Ordering::Relaxed)
    }

    /// Whether there is no pair at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Asked last, after all the work: a process that may not vouch says neither yes nor no.
    fn say(&self, verdict: Verdict, uptime: Uptime) -> Verdict {
        match self.lease.check(uptime) {
            Ok(()) => verdict,
            Err(silence) => Verdict::CannotSay(silence),
        }
    }

    /// An unknown id costs what a known one costs: the same lengths of context, one HMAC, one comparison.
    /// TM-15
    fn compare_with_decoy(&self, shard: &Shard, credentials: &Credentials) {
        let context = KeyContext {
            brand: shard.any_brand().map_or(self.decoy.brand, |brand| brand.as_str()),
            account: &self.decoy.account,
            mode: Mode::Test,
            key_id: credentials.key_id(),
        };
        let digest = digest_once(self.peppers.newest(), &context, &credentials.presented());
        std::hint::black_box(digest.matches(&self.decoy.digest));
    }

    fn place(&self, hash: u64) -> &Place {
        // The table inside a shard uses the lower half.
        &self.shards[(hash >> 40) as usize % SHARDS]
    }

    /// The last 16 characters, folded with the seed. They hold all that was drawn at random; ids that were
    /// not drawn here are never stored, so a stranger can choose which ids to ask for but not which ones
    /// share a place.
    fn hash(&self, key_id: &KeyId) -> u64 {
        let bytes = key_id.as_bytes();
        let half = |from: usize| {
            u64::from_le_bytes(bytes[from..from + 8].try_into().expect("eight bytes are eight bytes"))
        };
        let (front, back) = (half(bytes.len() - 16) ^ self.seed[0], half(bytes.len() - 8) ^ self.seed[1]);
        let folded = u128::from(front | 1) * u128::from(back | 1);
        let mixed = (folded as u64) ^ ((folded >> 64) as u64);
        (mixed ^ self.seed[0].rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({} pairs at position {})", self.len(), self.position())
    }
}

/// The only place that makes a digest: counted in tests.
fn digest_once(pepper: &Pepper, context: &KeyContext<'_>, secret: &Presented<'_>) -> Digest {
    #[cfg(test)]
    tests::DIGESTS.with(|digests| digests.set(digests.get() + 1));
    pepper.digest_secret(context, secret)
}

fn refused(reason: Reason, kept: &Kept) -> Verdict {
    Verdict::Refused { reason, about: Some(about(kept)) }
}

fn about(kept: &Kept) -> About {
    About { key_id: kept.key_id, key: kept.key, account: kept.account }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
