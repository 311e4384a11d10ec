//! Kinds: what many pairs have in common, kept once: brand, mode, the layers of the pepper that their digests stand under, and the
//! front of the key id.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use domain::{BrandId, KeyId, KeyIdText, Layers, Mode, VerificationKey, VerificationKeys};

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
    pub(super) layers: Layers,
    /// Nothing while a version is missing.
    keys: OnceLock<LayerKeys>,
    /// Some key id with this front; only its front means anything.
    example: KeyId,
}

/// The keys of a kind's layers.
pub(super) struct LayerKeys {
    pub(super) innermost: VerificationKey,
    /// The innermost first.
    pub(super) around: Box<[VerificationKey]>,
}

impl LayerKeys {
    /// `None`: a version is not among them.
    fn of(layers: Layers, keys: &VerificationKeys) -> Option<Self> {
        let mut own = layers.versions().iter().map(|version| keys.version(*version).cloned());
        Some(Self { innermost: own.next()??, around: own.collect::<Option<_>>()? })
    }
}

/// All kinds, by number. One writer at a time; readers take no lock.
pub(super) struct Kinds {
    groups: Box<[OnceLock<Group>]>,
    length: AtomicUsize,
    /// The most layers that any kind has.
    deepest: AtomicUsize,
}

type Group = Box<[OnceLock<Kind>]>;

impl Kind {
    /// A kind that no pair is of, as dear as any other.
    pub(super) fn decoy(keys: &VerificationKeys) -> Self {
        let brand = BrandId::new("example", "ZZ").expect("the form of a brand");
        let decoy = Self {
            brand: Arc::new(KnownBrand::new(&brand)),
            mode: Mode::Test,
            layers: Layers::of(keys.newest().version()),
            keys: OnceLock::new(),
            example: "xx_test_00000000000000".parse().expect("the form of a key id"),
        };
        decoy.learn(keys);
        decoy
    }

    /// Takes its keys from those that are there now, if it has none yet.
    fn learn(&self, keys: &VerificationKeys) {
        if self.keys.get().is_none()
            && let Some(own) = LayerKeys::of(self.layers, keys)
        {
            // One writer at a time, so nobody was quicker.
            let _ = self.keys.set(own);
        }
    }

    /// The keys of its layers; `None` while a version of the pepper is missing.
    #[inline]
    pub(super) fn keys(&self) -> Option<&LayerKeys> {
        self.keys.get()
    }

    fn is_of(&self, record: &PairRecord<'_>) -> bool {
        self.layers == record.layers
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
        Self {
            groups: (0..GROUPS).map(|_| OnceLock::new()).collect(),
            length: AtomicUsize::new(0),
            deepest: AtomicUsize::new(1),
        }
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

    /// How many layers the digest of any pair has at most: at least one.
    #[inline]
    pub(super) fn deepest(&self) -> usize {
        // Whoever found a record sees what was written before it.
        self.deepest.load(Ordering::Relaxed)
    }

    /// Gives keys to those that lack some.
    pub(super) fn learn(&self, keys: &VerificationKeys) {
        self.all().for_each(|kind| kind.learn(keys));
    }

    /// All of them, by number.
    pub(super) fn all(&self) -> impl Iterator<Item = &Kind> {
        (0..self.length.load(Ordering::Acquire)).map(|number| self.get(number as u16))
    }

    /// All kinds in the order of their numbers, a line each.
    pub(super) fn to_text(&self) -> String {
        let line = |kind: &Kind| {
            let layers = kind.layers.number();
            format!("{} {} {layers} {}\n", kind.brand.as_str(), kind.mode, kind.example)
        };
        self.all().map(line).collect()
    }

    /// Takes over what [`Kinds::to_text`] gave. There must be no kinds yet.
    pub(super) fn take_text(&self, text: &str, keys: &VerificationKeys) -> Option<()> {
        for (number, line) in text.lines().enumerate() {
            let parts: [&str; 4] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
            let brand: BrandId = parts[0].parse().ok()?;
            let layers = Layers::of_number(parts[2].parse().ok()?)?;
            let (mode, example) = (parts[1].parse().ok()?, parts[3].parse().ok()?);
            self.add(number, &brand, mode, layers, example, keys)?;
        }
        Some(())
    }

    /// The number of a pair's kind, a new one if there is none yet.
    pub(super) fn number_of(&self, record: &PairRecord<'_>, keys: &VerificationKeys) -> u16 {
        let length = self.length.load(Ordering::Relaxed);
        let known = (0..length).find(|number| self.get(*number as u16).is_of(record));
        let number = known.unwrap_or_else(|| {
            self.add(length, record.brand, record.mode, record.layers, record.key_id, keys)
                .expect("an installation has far fewer than 65,536 kinds of pairs");
            length
        });
        number as u16
    }

    /// `None` when there are too many.
    fn add(
        &self,
        number: usize,
        brand: &BrandId,
        mode: Mode,
        layers: Layers,
        example: KeyId,
        keys: &VerificationKeys,
    ) -> Option<()> {
        let length = self.length.load(Ordering::Relaxed);
        let known = (0..length).map(|n| &self.get(n as u16).brand);
        let same_brand = known.into_iter().find(|known| known.id() == brand);
        let brand = same_brand.map_or_else(|| Arc::new(KnownBrand::new(brand)), Arc::clone);
        let kind = Kind { brand, mode, layers, keys: OnceLock::new(), example };
        kind.learn(keys);
        // Before any record of this kind: nobody goes through fewer layers than there are.
        self.deepest.fetch_max(layers.versions().len(), Ordering::Relaxed);
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
