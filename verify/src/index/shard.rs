//! One shard: records in chunks that never move, found through [`Slots`].
//!
//! Chunks instead of one growing block: a block that doubles would need the memory three times while it
//! moves.

use std::sync::Arc;

use domain::{BrandId, KeyId};

use super::slots::Slots;
use crate::record::{Kept, PairRecord};
use crate::verdict::KnownBrand;

/// Records in a chunk.
///
/// Few, so that the list of chunks stays in the nearest cache; memory that no record has touched costs
/// nothing.
const CHUNK: usize = 2_048;

#[derive(Default)]
pub(super) struct Shard {
    slots: Slots,
    chunks: Vec<Vec<Kept>>,
    /// Brands are few; a record holds the number of its brand.
    brands: Vec<Arc<KnownBrand>>,
}

impl Shard {
    pub(super) fn find(&self, hash: u64, key_id: &KeyId) -> Option<(u32, &Kept)> {
        let slot = self.slots.find(hash, |slot| self.at(slot).key_id == *key_id)?;
        Some((slot, self.at(slot)))
    }

    pub(super) fn at(&self, slot: u32) -> &Kept {
        &self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
    }

    #[cfg(test)]
    pub(super) fn has(&self, slot: usize) -> bool {
        self.chunks.get(slot / CHUNK).is_some_and(|chunk| slot % CHUNK < chunk.len())
    }

    pub(super) fn brand(&self, number: u16) -> &Arc<KnownBrand> {
        &self.brands[usize::from(number)]
    }

    pub(super) fn any_brand(&self) -> Option<&Arc<KnownBrand>> {
        self.brands.first()
    }

    pub(super) fn reserve(&mut self, pairs: usize) {
        self.slots.reserve(pairs);
    }

    /// Says whether the pair is new.
    pub(super) fn apply(&mut self, hash: u64, record: &PairRecord<'_>) -> bool {
        let brand = self.number_of(record.brand);
        if let Some((slot, _)) = self.find(hash, &record.key_id) {
            self.chunks[slot as usize / CHUNK][slot as usize % CHUNK].update(record, brand);
            return false;
        }
        let slot = self.push(Kept::new(record, brand));
        self.slots.insert(hash, slot);
        true
    }

    fn push(&mut self, kept: Kept) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let chunk = self.chunks.len() - 1;
        let place = self.chunks[chunk].len();
        self.chunks[chunk].push(kept);
        u32::try_from(chunk * CHUNK + place).expect("a shard never holds four thousand million pairs")
    }

    fn number_of(&mut self, brand: &BrandId) -> u16 {
        let number = self.brands.iter().position(|known| known.id() == brand).unwrap_or_else(|| {
            self.brands.push(Arc::new(KnownBrand::new(brand)));
            self.brands.len() - 1
        });
        u16::try_from(number).expect("an installation never has 65,536 brands")
    }
}
