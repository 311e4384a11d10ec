//! Kinds: what many pairs have in common, kept once: brand, mode, pepper version and the front of the key id.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use domain::{KeyId, Mode};

use crate::record::PairRecord;
use crate::verdict::KnownBrand;

/// Kinds in a group.
const GROUP: usize = 64;
/// As many groups as numbers of 16 bits need.
const GROUPS: usize = (u16::MAX as usize + 1) / GROUP;

/// What many pairs have in common.
pub(super) struct Kind {
    pub(super) brand: Arc<KnownBrand>,
    pub(super) mode: Mode,
    pub(super) pepper: u8,
    /// Some key id with this front; only its front means anything.
    example: KeyId,
}

/// All kinds, by number. One writer at a time; readers take no lock.
pub(super) struct Kinds {
    groups: Box<[OnceLock<Group>]>,
    length: AtomicUsize,
}

type Group = Box<[OnceLock<Kind>]>;

impl Kind {
    fn is_of(&self, record: &PairRecord<'_>) -> bool {
        self.pepper == record.pepper
            && self.mode == record.mode
            && self.has_front_of(&record.key_id)
            && self.brand.id() == record.brand
    }

    pub(super) fn has_front_of(&self, key_id: &KeyId) -> bool {
        self.example.front() == key_id.front()
    }

    /// The key id of this kind with a tail.
    pub(super) fn key_id(&self, tail: domain::Tail) -> KeyId {
        self.example.with_tail(tail)
    }
}

impl Kinds {
    pub(super) fn new() -> Self {
        Self { groups: (0..GROUPS).map(|_| OnceLock::new()).collect(), length: AtomicUsize::new(0) }
    }

    pub(super) fn get(&self, number: u16) -> &Kind {
        self.slot(usize::from(number))
            .and_then(OnceLock::get)
            .expect("a number is told after its kind is there")
    }

    /// Any kind there is: what an unknown id is measured by.
    pub(super) fn any(&self) -> Option<&Kind> {
        self.slot(0)?.get()
    }

    /// The number of a pair's kind, a new one if there is none yet.
    pub(super) fn number_of(&self, record: &PairRecord<'_>) -> u16 {
        let length = self.length.load(Ordering::Relaxed);
        let known = (0..length).find(|number| self.get(*number as u16).is_of(record));
        let number = known.unwrap_or_else(|| {
            self.add(length, record);
            length
        });
        u16::try_from(number).expect("an installation has far fewer than 65,536 kinds of pairs")
    }

    fn add(&self, number: usize, record: &PairRecord<'_>) {
        let length = self.length.load(Ordering::Relaxed);
        let same_brand =
            (0..length).map(|n| &self.get(n as u16).brand).find(|brand| brand.id() == record.brand);
        let brand = same_brand.map_or_else(|| Arc::new(KnownBrand::new(record.brand)), Arc::clone);
        let kind = Kind { brand, mode: record.mode, pepper: record.pepper, example: record.key_id };
        let group = self.groups.get(number / GROUP);
        let group = group.expect("an installation has far fewer than 65,536 kinds of pairs");
        let group = group.get_or_init(|| (0..GROUP).map(|_| OnceLock::new()).collect());
        assert!(group[number % GROUP].set(kind).is_ok(), "one writer gives each number once");
        self.length.store(number + 1, Ordering::Release);
    }

    fn slot(&self, number: usize) -> Option<&OnceLock<Kind>> {
        self.groups.get(number / GROUP)?.get()?.get(number % GROUP)
    }
}
