//! Kinds: what many pairs have in common, kept once: brand, mode, pepper version and the front of the key id.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use domain::{BrandId, KeyId, KeyIdText, Mode, VerificationKeys};

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
    /// A kind that no pair is of, as dear as any other.
    pub(super) fn decoy(keys: &VerificationKeys) -> Self {
        let brand = BrandId::new("example", "ZZ").expect("the form of a brand");
        Self {
            brand: Arc::new(KnownBrand::new(&brand)),
            mode: Mode::Test,
            pepper: keys.newest().version(),
            example: "xx_test_00000000000000".parse().expect("the form of a key id"),
        }
    }

    fn is_of(&self, record: &PairRecord<'_>) -> bool {
        self.pepper == record.pepper
            && self.mode == record.mode
            && self.has_front_of(record.key_id.text())
            && self.brand.id() == record.brand
    }

    #[inline]
    pub(super) fn has_front_of(&self, id: KeyIdText<'_>) -> bool {
        self.example.front() == id.front()
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

    /// A kind, if there is one with this number.
    pub(super) fn try_get(&self, number: u16) -> Option<&Kind> {
        self.slot(usize::from(number))?.get()
    }

    /// All kinds in the order of their numbers, a line each.
    pub(super) fn to_text(&self) -> String {
        let length = self.length.load(Ordering::Acquire);
        let line =
            |kind: &Kind| format!("{} {} {} {}\n", kind.brand.as_str(), kind.mode, kind.pepper, kind.example);
        (0..length).map(|number| line(self.get(number as u16))).collect()
    }

    /// Takes over what [`Kinds::to_text`] gave. There must be no kinds yet.
    pub(super) fn take_text(&self, text: &str) -> Option<()> {
        for (number, line) in text.lines().enumerate() {
            let parts: [&str; 4] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
            let brand: BrandId = parts[0].parse().ok()?;
            self.add(number, &brand, parts[1].parse().ok()?, parts[2].parse().ok()?, parts[3].parse().ok()?)?;
        }
        Some(())
    }

    /// The number of a pair's kind, a new one if there is none yet.
    pub(super) fn number_of(&self, record: &PairRecord<'_>) -> u16 {
        let length = self.length.load(Ordering::Relaxed);
        let known = (0..length).find(|number| self.get(*number as u16).is_of(record));
        let number = known.unwrap_or_else(|| {
            self.add(length, record.brand, record.mode, record.pepper, record.key_id)
                .expect("an installation has far fewer than 65,536 kinds of pairs");
            length
        });
        number as u16
    }

    /// `None` when there are too many.
    fn add(&self, number: usize, brand: &BrandId, mode: Mode, pepper: u8, example: KeyId) -> Option<()> {
        let length = self.length.load(Ordering::Relaxed);
        let known = (0..length).map(|n| &self.get(n as u16).brand);
        let same_brand = known.into_iter().find(|known| known.id() == brand);
        let brand = same_brand.map_or_else(|| Arc::new(KnownBrand::new(brand)), Arc::clone);
        let kind = Kind { brand, mode, pepper, example };
        let group = self.groups.get(number / GROUP)?;
        let group = group.get_or_init(|| (0..GROUP).map(|_| OnceLock::new()).collect());
        assert!(group[number % GROUP].set(kind).is_ok(), "one writer gives each number once");
        self.length.store(number + 1, Ordering::Release);
        Some(())
    }

    fn slot(&self, number: usize) -> Option<&OnceLock<Kind>> {
        self.groups.get(number / GROUP)?.get()?.get(number % GROUP)
    }
}
