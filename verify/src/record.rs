//! A pair as the index keeps it: everything a verdict needs, inline, in 152 bytes.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use domain::{AccountId, BrandId, Digest, EndReason, KeyId, KeyRef, Mode, Network, PairState, Timestamp};

/// A moment that never comes; stands for "none".
const NEVER: i64 = i64::MAX;
/// Before any moment; stands for "not yet".
const NOT_YET: i64 = i64::MIN;

/// A pair as the store tells it.
#[derive(Clone, Copy, Debug)]
pub struct PairRecord<'a> {
    /// The public half.
    pub key_id: KeyId,
    /// The key it is a generation of.
    pub key: KeyRef,
    /// The account of that key.
    pub account: AccountId,
    /// The brand of that account.
    pub brand: &'a BrandId,
    /// The mode its digest is bound to.
    pub mode: Mode,
    /// What is known of the secret half.
    pub digest: Digest,
    /// The pepper version the digest was made with.
    pub pepper: u8,
    /// What was last written about it.
    pub state: PairState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its expiry date, if it has one.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, if that was ever written down.
    pub last_used_at: Option<Timestamp>,
    /// Where that was from.
    pub last_used_from: Option<Network>,
}

/// A pair as the index keeps it. `brand` is a number of the shard that holds the record.
pub(crate) struct Kept {
    digest: Digest,
    created_at: i64,
    expires_at: i64,
    /// `until` of a retiring pair, `at` of an ended one.
    moment: i64,
    last_used_at: AtomicI64,
    /// Bits of a [`Network`]; nought: not known. One word, so that two callers' addresses never mix.
    last_used_from: AtomicU64,
    count: AtomicU32,
    pub(crate) brand: u16,
    pub(crate) pepper: u8,
    tag: Tag,
    pub(crate) key_id: KeyId,
    pub(crate) key: KeyRef,
    pub(crate) account: AccountId,
    live: bool,
}

/// Which [`PairState`], without its moment.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Tag {
    Current,
    Retiring,
    Replaced,
    GraceOver,
    Deactivated,
    Expired,
}

impl Kept {
    pub(crate) fn new(record: &PairRecord<'_>, brand: u16) -> Self {
        let (tag, moment) = pack(record.state);
        Self {
            digest: record.digest,
            created_at: record.created_at.as_millis(),
            expires_at: record.expires_at.map_or(NEVER, Timestamp::as_millis),
            moment,
            last_used_at: AtomicI64::new(record.last_used_at.map_or(NOT_YET, Timestamp::as_millis)),
            last_used_from: AtomicU64::new(record.last_used_from.map_or(0, Network::to_bits)),
            count: AtomicU32::new(0),
            brand,
            pepper: record.pepper,
            tag,
            key_id: record.key_id,
            key: record.key,
            account: record.account,
            live: record.mode == Mode::Live,
        }
    }

    /// Takes over what the store says now. What was counted here since the last drain stays.
    pub(crate) fn update(&mut self, record: &PairRecord<'_>, brand: u16) {
        let used = *self.last_used_at.get_mut();
        let from = *self.last_used_from.get_mut();
        let count = *self.count.get_mut();
        *self = Self::new(record, brand);
        *self.count.get_mut() = count;
        if *self.last_used_at.get_mut() < used {
            *self.last_used_at.get_mut() = used;
            *self.last_used_from.get_mut() = from;
        }
    }

    pub(crate) const fn digest(&self) -> &Digest {
        &self.digest
    }

    pub(crate) const fn mode(&self) -> Mode {
        if self.live { Mode::Live } else { Mode::Test }
    }

    pub(crate) const fn created_at(&self) -> Timestamp {
        Timestamp::from_millis(self.created_at)
    }

    pub(crate) const fn expires_at(&self) -> Option<Timestamp> {
        match self.expires_at {
            NEVER => None,
            at => Some(Timestamp::from_millis(at)),
        }
    }

    pub(crate) const fn state(&self) -> PairState {
        let at = Timestamp::from_millis(self.moment);
        match self.tag {
            Tag::Current => PairState::Current,
            Tag::Retiring => PairState::Retiring { until: at },
            Tag::Replaced => PairState::Ended { at, why: EndReason::Replaced },
            Tag::GraceOver => PairState::Ended { at, why: EndReason::GraceOver },
            Tag::Deactivated => PairState::Ended { at, why: EndReason::Deactivated },
            Tag::Expired => PairState::Ended { at, why: EndReason::Expired },
        }
    }

    pub(crate) fn last_used_at(&self) -> Option<Timestamp> {
        match self.last_used_at.load(Ordering::Relaxed) {
            NOT_YET => None,
            at => Some(Timestamp::from_millis(at)),
        }
    }

    pub(crate) fn last_used_from(&self) -> Option<Network> {
        Network::from_bits(self.last_used_from.load(Ordering::Relaxed))
    }

    /// Counts `times` uses. Says whether these are the first since the last drain.
    pub(crate) fn count(&self, times: u32, at: Timestamp, from: Option<Network>) -> bool {
        // Most uses of a pair come from one place; then this only reads. A use that comes late does not say
        // where the last one was from.
        let bits = from.map_or(0, Network::to_bits);
        if self.last_used_from.load(Ordering::Relaxed) != bits
            && self.last_used_at.load(Ordering::Relaxed) <= at.as_millis()
        {
            self.last_used_from.store(bits, Ordering::Relaxed);
        }
        // Most uses fall in the same millisecond or come in order; a plain store then costs nothing.
        if self.last_used_at.load(Ordering::Relaxed) < at.as_millis() {
            self.last_used_at.fetch_max(at.as_millis(), Ordering::Relaxed);
        }
        self.count.fetch_add(times, Ordering::Relaxed) == 0
    }

    /// Takes what was counted since the last time.
    pub(crate) fn drain(&self) -> u32 {
        self.count.swap(0, Ordering::Relaxed)
    }
}

const fn pack(state: PairState) -> (Tag, i64) {
    match state {
        PairState::Current => (Tag::Current, 0),
        PairState::Retiring { until } => (Tag::Retiring, until.as_millis()),
        PairState::Ended { at, why } => (
            match why {
                EndReason::Replaced => Tag::Replaced,
                EndReason::GraceOver => Tag::GraceOver,
                EndReason::Deactivated => Tag::Deactivated,
                EndReason::Expired => Tag::Expired,
            },
            at.as_millis(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_takes_at_most_152_bytes() {
        // One million of these and of entries of 8 bytes, at worst three eighths full, are 174 MB.
        assert!(size_of::<Kept>() <= 152, "{}", size_of::<Kept>());
    }

    #[test]
    fn every_state_comes_out_as_it_went_in() {
        let at = Timestamp::from_millis(77);
        let ended = |why| PairState::Ended { at, why };
        for state in [
            PairState::Current,
            PairState::Retiring { until: at },
            ended(EndReason::Replaced),
            ended(EndReason::GraceOver),
            ended(EndReason::Deactivated),
            ended(EndReason::Expired),
        ] {
            let (tag, moment) = pack(state);
            let mut kept = Kept::new(&crate::index::samples::record(1), 0);
            (kept.tag, kept.moment) = (tag, moment);
            assert_eq!(kept.state(), state);
        }
    }
}
