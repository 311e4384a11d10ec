//! One shard: records in chunks that never move, found through a table of slot numbers.
//!
//! Chunks instead of one growing block: a block that doubles would need the memory three times while it moves.

use std::sync::Arc;

use domain::{BrandId, KeyId};
use hashbrown::HashTable;

use crate::record::{Kept, PairRecord};
use crate::verdict::KnownBrand;

/// Records in a chunk.
const CHUNK: usize = 256;

#[derive(Default)]
pub(super) struct Shard {
    slots: HashTable<u32>,
    chunks: Vec<Vec<Kept>>,
    /// Brands are few; a record holds the number of its brand.
    brands: Vec<Arc<KnownBrand>>,
}

impl Shard {
    pub(super) fn find(&self, hash: u64, key_id: &KeyId) -> Option<(u32, &Kept)> {
        let slot = *self.slots.find(hash, |slot| self.at(*slot).key_id == *key_id)?;
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

    pub(super) fn reserve(&mut self, pairs: usize, hash: impl Fn(&Kept) -> u64) {
        let chunks = &self.chunks;
        self.slots.reserve(pairs, |slot| hash(&chunks[*slot as usize / CHUNK][*slot as usize % CHUNK]));
    }

    /// Says whether the pair is new.
    pub(super) fn apply(
        &mut self,
        hash: u64,
        record: &PairRecord<'_>,
        rehash: impl Fn(&Kept) -> u64,
    ) -> bool {
        let brand = self.number_of(record.brand);
        if let Some((slot, _)) = self.find(hash, &record.key_id) {
            self.chunks[slot as usize / CHUNK][slot as usize % CHUNK].update(record, brand);
            return false;
        }
        let slot = self.push(Kept::new(record, brand));
        let chunks = &self.chunks;
        self.slots.insert_unique(hash, slot, |slot| {
            rehash(&chunks[*slot as usize / CHUNK][*slot as usize % CHUNK])
        });
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
