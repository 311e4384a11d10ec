//! The index: every pair that exists, ended ones included, and the verdict on presented credentials.
//!
//! Many read, one writes, and no reader waits for a lock: a record is found through [`places`], read whole from
//! [`records`], and what pairs have in common stands in [`kinds`]. What [`Index::apply`] has returned from is seen
//! by every verification that starts later. An ended pair stays as ended: absence never means yes, and presence
//! of an old fact never outlives a newer one. Verifying changes nothing here; who verifies writes down what it
//! saw in a [`Ledger`] of its own.

mod kinds;
mod line;
mod places;
mod records;
mod snapshot;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{
    AccountId, Digest, EndReason, KeyContext, KeyId, KeyIdText, KeyRef, Mode, Network, PairState, Presented,
    Standing, Tail, Timestamp, VerificationKey, VerificationKeys,
};
use parking_lot::Mutex;

use self::kinds::{Kind, Kinds, LayerKeys};
use self::line::{Aside, Fact};
use self::places::Places;
use self::records::Records;
pub use self::snapshot::{Sealer, Snapshot, SnapshotHead};
use crate::credentials::Credentials;
use crate::lease::Lease;
use crate::ledger::{Ledger, Ledgers, Noted, Used};
use crate::limits::{Allowance, Exceeded, Limiters};
use crate::record::PairRecord;
use crate::slot::Slot;
use crate::uptime::Uptime;
use crate::usage::Usage;
use crate::verdict::{About, Ask, Identity, Life, Reason, Silence, Verdict};

/// Every pair there is, in memory.
pub struct Index {
    places: Places,
    records: Records,
    kinds: Kinds,
    /// Held by whoever changes something: the keys that are here, and the version of the pepper in use.
    writing: Mutex<Held>,
    seed: [u64; 2],
    /// What stands for the kind of a pair where there is no pair at all.
    decoy: Kind,
    lease: Lease,
    limiters: Limiters,
    position: AtomicI64,
    ledgers: Ledgers,
    /// For what was taken from the others and could not be written down.
    returned: Arc<Ledger>,
}

/// What a process holds of the pepper, and what it has to.
struct Held {
    keys: VerificationKeys,
    /// The version in use, if that was told.
    in_use: Option<u8>,
}

impl Index {
    /// An empty index. `seed` must differ between processes, so that nobody outside can aim at one place. TM-17
    pub fn new(keys: VerificationKeys, seed: [u64; 2]) -> Self {
        let ledgers = Ledgers::default();
        Self {
            places: Places::new(),
            records: Records::new(),
            kinds: Kinds::new(),
            decoy: Kind::decoy(&keys),
            writing: Mutex::new(Held { keys, in_use: None }),
            seed,
            lease: Lease::new(),
            limiters: Limiters::new(),
            position: AtomicI64::new(0),
            returned: ledgers.open(),
            ledgers,
        }
    }

    /// Makes room for `pairs` more pairs, so that loading them does not grow tables again and again.
    pub fn reserve(&self, pairs: usize) {
        let _writing = self.writing.lock();
        self.places.reserve(self.len() + pairs);
    }

    /// Adds a pair or replaces what is known of it. Every verification that starts after this has returned
    /// sees it. What is known to have ended stays ended, and a deadline stays where it is, whatever is told.
    pub fn apply(&self, record: &PairRecord<'_>) -> Applied {
        let tail = record.key_id.tail();
        let hash = self.hash(tail);
        let held = self.writing.lock();
        let known = self.find(hash, record.key_id.text(), tail);
        let state = known.map_or(record.state, |(_, fact)| fact.state.or_less_alive(record.state));
        let fact = Fact {
            tail,
            account: record.account.tail(),
            kind: self.kinds.number_of(record, &held.keys),
            state,
            expires: record.expires_at.is_some(),
            limited: record.limited,
            digest: record.digest,
        };
        let aside = Aside {
            key: record.key.tail(),
            created_at: record.created_at,
            expires_at: record.expires_at.unwrap_or_default(),
        };
        let slot = match known {
            Some((slot, _)) => {
                self.records.write(slot.0, fact, aside);
                slot
            }
            None => {
                let number = self.records.push(fact, aside);
                self.places.insert(hash, number);
                Slot(number)
            }
        };
        Applied { slot, contradicts: state != record.state }
    }

    /// What was last heard of a pair.
    pub fn state(&self, key_id: &KeyId) -> Option<PairState> {
        let tail = key_id.tail();
        self.find(self.hash(tail), key_id.text(), tail).map(|(_, fact)| fact.state)
    }

    /// A pair is known to be no more alive than this. Returns whether it was thought to be.
    pub fn end(&self, key_id: &KeyId, state: PairState) -> bool {
        let tail = key_id.tail();
        let _writing = self.writing.lock();
        match self.find(self.hash(tail), key_id.text(), tail) {
            Some((slot, fact)) if state.or_less_alive(fact.state) != fact.state => {
                self.rewrite(slot, state);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Ends every pair that was not called: nobody can end it any more where it is not known. Returns how many there were.
    pub fn end_all_but(&self, called: &Roll) -> usize {
        let _writing = self.writing.lock();
        let others = (0..self.records.len()).map(Slot).filter(|slot| !called.has(*slot));
        let alive = others.filter(|slot| !matches!(self.records.fact(slot.0).state, PairState::Ended { .. }));
        alive
            .map(|slot| {
                let made = self.records.both(slot.0).1.created_at;
                self.rewrite(slot, PairState::Ended { at: made, why: EndReason::Deactivated });
            })
            .count()
    }

    fn rewrite(&self, slot: Slot, state: PairState) {
        let (fact, aside) = self.records.both(slot.0);
        self.records.write(slot.0, Fact { state, ..fact }, aside);
    }

    /// Takes over the keys that are here from now on. What was learnt before stays.
    pub fn learn(&self, keys: VerificationKeys) {
        let mut held = self.writing.lock();
        self.kinds.learn(&keys);
        held.keys = keys;
    }

    /// The version of the pepper that whoever verifies has to hold, whether or not a pair stands under it yet.
    pub fn uses_pepper(&self, version: u8) {
        self.writing.lock().in_use = Some(version);
    }

    /// A version of the pepper that is needed and not here: this process can say neither yes nor no to the pairs under it.
    pub fn missing_pepper(&self) -> Option<u8> {
        let held = self.writing.lock();
        let is_missing = |version: &u8| held.keys.version(*version).is_none();
        let of_pairs = self.kinds.all().filter(|kind| kind.keys().is_none()).map(|kind| kind.layers);
        let mut needed: Vec<u8> = of_pairs.flat_map(|layers| layers.versions().to_vec()).collect();
        needed.extend(held.in_use);
        needed.into_iter().filter(is_missing).min()
    }

    /// Whether this process can say yes and no to whatever is presented.
    pub fn is_ready(&self, now: Uptime) -> bool {
        self.lease.check(now).is_ok() && self.missing_pepper().is_none()
    }

    /// The versions of the pepper that pairs stand under, or that is in use, in order.
    pub fn needed_peppers(&self) -> Vec<u8> {
        let held = self.writing.lock();
        let of_pairs = self.kinds.all().flat_map(|kind| kind.layers.versions().to_vec());
        of_pairs.chain(held.in_use).collect::<BTreeSet<u8>>().into_iter().collect()
    }

    /// The verdict on credentials: one HMAC for each layer that any pair has (one, unless the pepper was rotated), then mode,
    /// standing and lease.
    pub fn verify(
        &self,
        credentials: &Credentials,
        ask: &Ask,
        now: Timestamp,
        uptime: Uptime,
    ) -> Verdict<'_> {
        let id = credentials.id();
        let tail = id.tail();
        let hash = self.hash(tail);
        let Some((slot, fact)) = self.find(hash, id, tail) else {
            let nobody = self.stand_in(hash);
            let account = AccountId::of_tail(nobody.account);
            std::hint::black_box(self.proves(credentials, &account, &nobody));
            return match self.lease.check_unknown(id.mode(), uptime) {
                Ok(()) => Verdict::Refused { reason: Reason::UnknownKey, slot: None },
                Err(silence) => Verdict::CannotSay(silence),
            };
        };
        let kind = self.kinds.get(fact.kind);
        let account = AccountId::of_tail(fact.account);
        let refused = |reason| self.say(Verdict::Refused { reason, slot: Some(slot) }, kind.mode, uptime);
        match self.proves(credentials, &account, &fact) {
            Some(true) => {}
            Some(false) => return refused(Reason::WrongSecret),
            None => return self.say(Verdict::CannotSay(Silence::PepperMissing), kind.mode, uptime),
        }
        if ask.mode.is_some_and(|mode| mode != kind.mode) {
            return refused(Reason::WrongMode);
        }
        let retiring_until = match fact.state.standing(self.expiry(slot, &fact), now) {
            Standing::Current => None,
            Standing::Retiring { until } => Some(until),
            Standing::Ended { why: EndReason::Expired, .. } => return refused(Reason::Expired),
            Standing::Ended { .. } => return refused(Reason::Ended),
        };
        if let Err(silence) = self.lease.check_mode(kind.mode, uptime) {
            return Verdict::CannotSay(silence);
        }
        let allowance = match fact.limited {
            false => None,
            true => match self.spend(slot, ask, now, uptime) {
                Some(Ok(allowance)) => Some(Box::new(allowance)),
                Some(Err(exceeded)) => return Verdict::Limited { exceeded: Box::new(exceeded), slot },
                None => return Verdict::CannotSay(Silence::LimitsMissing),
            },
        };
        Verdict::Granted(Identity {
            slot,
            key_id: id.to_key_id(),
            mode: kind.mode,
            account,
            brand: &kind.brand,
            retiring_until,
            allowance,
        })
    }

    /// Counts a request against its key's limits: nobody but who proved to hold a pair in force comes here, and
    /// nothing is counted that is not granted.
    #[cold]
    fn spend(
        &self,
        slot: Slot,
        ask: &Ask,
        now: Timestamp,
        uptime: Uptime,
    ) -> Option<Result<Allowance, Exceeded>> {
        let (_, aside) = self.records.both(slot.0);
        self.limiters.take(&KeyRef::of_tail(aside.key), ask.address, now, uptime)
    }

    /// Asks for memory that a verdict on these credentials will wait for: the first of two steps. Between the steps, and
    /// before the verdict, other requests can be given theirs.
    pub fn fetch_place(&self, credentials: &Credentials) {
        self.places.fetch(self.hash(credentials.id().tail()));
    }

    /// The second step.
    pub fn fetch_record(&self, credentials: &Credentials) {
        let hash = self.hash(credentials.id().tail());
        let number = self.places.find(hash, Some).or_else(|| self.number_of_stand_in(hash));
        if let Some(number) = number {
            self.records.fetch(number);
        }
    }

    /// Where a pair is, without any proof that somebody may use it.
    pub fn slot(&self, key_id: &KeyId) -> Option<Slot> {
        let tail = key_id.tail();
        self.find(self.hash(tail), key_id.text(), tail).map(|(slot, _)| slot)
    }

    /// Whose a pair is.
    pub fn about(&self, slot: Slot) -> About {
        let (fact, aside) = self.records.both(slot.0);
        About {
            key_id: self.kinds.get(fact.kind).key_id(fact.tail),
            key: KeyRef::of_tail(aside.key),
            account: AccountId::of_tail(fact.account),
        }
    }

    /// When a pair was made and when it stops by itself.
    pub fn life(&self, slot: Slot) -> Life {
        let (fact, aside) = self.records.both(slot.0);
        Life { created_at: aside.created_at, expires_at: fact.expires.then_some(aside.expires_at) }
    }

    /// A ledger for one more thread that verifies.
    pub fn ledger(&self) -> Arc<Ledger> {
        self.ledgers.open()
    }

    /// When and from where a pair was last granted here, as far as it was not drained yet.
    pub fn last_use(&self, key_id: &KeyId) -> Option<(Timestamp, Option<Network>)> {
        self.ledgers.last_use(self.slot(key_id)?).map(|used| (used.last_at, used.last_from))
    }

    /// Takes what was used since the last time, each pair once for each minute. Costs time for what was used, not for what exists.
    pub fn drain_usage(&self) -> Vec<Usage> {
        let told = |used: &Used| Usage {
            key_id: self.about(used.slot).key_id,
            count: used.count,
            last_used_at: used.last_at,
            last_used_from: used.last_from,
        };
        self.ledgers.take_uses().iter().map(told).collect()
    }

    /// Takes back what was drained but could not be written down.
    pub fn give_back(&self, usage: &[Usage]) {
        for used in usage {
            if let Some(slot) = self.slot(&used.key_id) {
                let (last_at, last_from) = (used.last_used_at, used.last_used_from);
                self.returned.used_again(&Used { slot, count: used.count, last_at, last_from });
            }
        }
    }

    /// Takes what was refused since the last time.
    pub(crate) fn take_notes(&self) -> Noted {
        self.ledgers.take_notes()
    }

    /// Until when this process may vouch for what it knows.
    pub const fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The limits of keys, and what was counted against them.
    pub const fn limiters(&self) -> &Limiters {
        &self.limiters
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
        self.records.len() as usize
    }

    /// Whether there is no pair at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn find(&self, hash: u64, id: KeyIdText<'_>, tail: Tail) -> Option<(Slot, Fact)> {
        self.places.find(hash, |number| {
            let fact = self.records.fact(number);
            let is_it = fact.tail == tail && self.kinds.get(fact.kind).has_front_of(id);
            is_it.then_some((Slot(number), fact))
        })
    }

    fn expiry(&self, slot: Slot, fact: &Fact) -> Option<Timestamp> {
        // Few pairs have one; the others need not read a second cache line.
        if fact.expires { self.life(slot).expires_at } else { None }
    }

    /// Asked last, after all the work: a process that may not vouch says neither yes nor no.
    fn say<'a>(&self, verdict: Verdict<'a>, mode: Mode, uptime: Uptime) -> Verdict<'a> {
        match self.lease.check_mode(mode, uptime) {
            Ok(()) => verdict,
            Err(silence) => Verdict::CannotSay(silence),
        }
    }

    /// Whether the secret is the one of a pair: as many HMACs for this pair as for any, compared in constant time. `None`: a
    /// version of the pepper that its digest stands under is not here.
    #[inline]
    fn proves(&self, credentials: &Credentials, account: &AccountId, fact: &Fact) -> Option<bool> {
        let kind = self.kinds.try_get(fact.kind).unwrap_or(&self.decoy);
        let keys = kind.keys()?;
        let (brand, mode) = (kind.brand.as_str(), kind.mode);
        let context = KeyContext { brand, account, mode, key_id: credentials.id() };
        let mut digest = digest_once(&keys.innermost, &context, &credentials.presented());
        let deepest = self.kinds.deepest();
        if 1 < deepest {
            digest = wrapped(keys, &context, digest, deepest);
        }
        Some(digest.matches(&fact.digest))
    }

    /// What an unknown id is compared with, so that it costs what a known one costs: some pair that exists, which one
    /// depends on the id alone. It has another id, so no secret can be right. TM-15
    fn stand_in(&self, hash: u64) -> Fact {
        match self.number_of_stand_in(hash) {
            Some(number) => self.records.fact(number),
            None => Fact::NOBODY,
        }
    }

    fn number_of_stand_in(&self, hash: u64) -> Option<u32> {
        (hash >> 32).checked_rem(u64::from(self.records.len())).map(|number| number as u32)
    }

    /// The random characters, folded with the seed. Ids that were not drawn here are never stored, so a stranger
    /// can choose which ids to ask for but not which ones share a place.
    const fn hash(&self, tail: Tail) -> u64 {
        let (front, back) = (tail.lower ^ self.seed[0], tail.upper as u64 ^ self.seed[1]);
        let folded = (front | 1) as u128 * (back | 1) as u128;
        let mixed = (folded as u64) ^ ((folded >> 64) as u64);
        (mixed ^ self.seed[0].rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// What became of a pair that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Where it is.
    pub slot: Slot,
    /// Whether it is known to be less alive than it was told to be.
    pub contradicts: bool,
}

/// Pairs that were called when all were read from the beginning.
#[derive(Clone, Debug, Default)]
pub struct Roll(Vec<u64>);

impl Roll {
    /// A pair was read.
    pub fn call(&mut self, slot: Slot) {
        let (word, bit) = (slot.0 as usize / 64, slot.0 % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << bit;
    }

    fn has(&self, slot: Slot) -> bool {
        self.0.get(slot.0 as usize / 64).is_some_and(|word| word >> (slot.0 % 64) & 1 == 1)
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({} pairs at position {})", self.len(), self.position())
    }
}

/// Goes through the layers of a kind, and through none of its own as often as others have more: a wrapped pair, one that is not
/// and one that does not exist take the same time. TM-15
#[inline(never)]
fn wrapped(keys: &LayerKeys, context: &KeyContext<'_>, innermost: Digest, deepest: usize) -> Digest {
    let mut digest = innermost;
    for layer in 1..deepest {
        let own = keys.around.get(layer - 1);
        let around = wrap_once(own.unwrap_or(&keys.innermost), context, &digest);
        digest = if own.is_some() { around } else { std::hint::black_box((digest, around)).0 };
    }
    digest
}

/// The only places that make a digest: counted in tests.
fn digest_once(key: &VerificationKey, context: &KeyContext<'_>, secret: &Presented<'_>) -> Digest {
    #[cfg(test)]
    tests::DIGESTS.with(|digests| digests.set(digests.get() + 1));
    key.digest_secret(context, secret)
}

fn wrap_once(key: &VerificationKey, context: &KeyContext<'_>, digest: &Digest) -> Digest {
    #[cfg(test)]
    tests::DIGESTS.with(|digests| digests.set(digests.get() + 1));
    key.wrap(context, digest)
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
pub(crate) mod tests;
