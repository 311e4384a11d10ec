//! People: operators who change keys, and gateways that ask about them.

use std::sync::Arc;

use domain::{KeyId, KeyRef, Mode, OldPair, RegenerateRequest, seeded};

use crate::commands::Wish;
use crate::fleet::Fleet;
use crate::turns::Moment;

/// Changes keys until a moment.
pub async fn operator(fleet: Arc<Fleet>, end: Moment) {
    let turns = fleet.turns.clone();
    loop {
        turns.after(turns.between(200, 2_000)).await;
        if end <= turns.now() {
            return;
        }
        let wish = fleet.wish();
        if turns.per_mille(250) {
            // Two who want the same at once, each by themselves: a race.
            turns.spawn(None, fleet.clone().carry_out(wish));
        }
        fleet.clone().carry_out(wish).await;
    }
}

/// Asks until a moment, `every` so many milliseconds at most.
pub async fn gateway(fleet: Arc<Fleet>, every: i64, end: Moment) {
    let turns = fleet.turns.clone();
    while turns.now() < end {
        turns.after(turns.between(1, every)).await;
        let node = turns.below(fleet.len() as u64) as usize;
        let pairs = fleet.recorder.lock().pairs.len();
        if pairs == 0 || turns.per_mille(60) {
            fleet.ask_unknown(node, &never_issued(turns.below(u64::MAX)));
            continue;
        }
        let pair = one_of(&fleet, pairs);
        if turns.per_mille(60) {
            let other = fleet.recorder.lock().pairs[one_of(&fleet, pairs)].secret.clone();
            fleet.ask(node, pair, None, Some(&other));
            continue;
        }
        let mode = match turns.below(4) {
            0 | 1 => None,
            2 => Some(Mode::Test),
            _ => Some(Mode::Live),
        };
        fleet.ask(node, pair, mode, None);
    }
}

/// A pair, more often one of the latest.
fn one_of(fleet: &Fleet, pairs: usize) -> usize {
    let latest = pairs.min(5) as u64;
    if fleet.turns.per_mille(500) {
        pairs - 1 - fleet.turns.below(latest) as usize
    } else {
        fleet.turns.below(pairs as u64) as usize
    }
}

fn never_issued(number: u64) -> KeyId {
    KeyId::draw(&"rzp".parse().expect("a prefix"), Mode::Test, &mut seeded(number))
}

impl Fleet {
    /// What somebody may want now.
    fn wish(&self) -> Wish {
        let turns = &self.turns;
        let keys = self.recorder.lock().keys(|_| true);
        match (turns.pick(&keys), turns.below(10)) {
            (None, _) | (_, 0..=2) => self.wish_to_generate(),
            (Some(key), 3..=6) => self.wish_to_regenerate(*key),
            (Some(key), _) => self.wish_to_deactivate(*key),
        }
    }

    fn wish_to_generate(&self) -> Wish {
        let turns = &self.turns;
        let shop = turns.below(self.population.shops.len() as u64) as usize;
        let place = turns.pick(&self.shop(shop).places).expect("every account has a place for keys");
        Wish::Generate { shop, mode: place.0, name: place.1 }
    }

    fn wish_to_regenerate(&self, key: KeyRef) -> Wish {
        let turns = &self.turns;
        let recorder = self.recorder.lock();
        let newest = recorder.newest(&key);
        let any = recorder.pairs.iter().find(|pair| pair.key == key).expect("a key that was seen has a pair");
        let request = RegenerateRequest {
            old: if turns.per_mille(600) { OldPair::Now } else { OldPair::In24Hours },
            expected_current: newest.filter(|_| turns.per_mille(500)).map(|pair| recorder.pairs[pair].key_id),
            end_retiring: turns.per_mille(300),
        };
        let end_retiring = request.end_retiring && request.old == OldPair::Now;
        Wish::Regenerate { shop: any.shop, key, request: RegenerateRequest { end_retiring, ..request } }
    }

    fn wish_to_deactivate(&self, key: KeyRef) -> Wish {
        let recorder = self.recorder.lock();
        let alive: Vec<KeyId> = recorder
            .pairs
            .iter()
            .filter(|pair| pair.key == key && pair.ended.is_none())
            .map(|pair| pair.key_id)
            .collect();
        match self.turns.pick(&alive) {
            Some(key_id) => Wish::Deactivate { key, key_id: *key_id },
            None => {
                drop(recorder);
                self.wish_to_generate()
            }
        }
    }
}
