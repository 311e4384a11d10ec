//! A key: the row an owner sees. Its name, limits and history stay; its pairs come and go.

use crate::account::Account;
use crate::brand::BrandId;
use crate::ids::{AccountId, KeyId, KeyRef, Mode};
use crate::limits::KeyLimits;
use crate::pair::{Pair, PairState, Standing};
use crate::time::Timestamp;

/// The name of the key an account has by default in each mode.
pub(crate) const DEFAULT_NAME: &str = "Default";

/// A key with its pairs, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyRef,
    /// The account it belongs to.
    pub account: AccountId,
    /// That account's brand.
    pub brand: BrandId,
    /// The mode all its pairs work in.
    pub mode: Mode,
    /// What people call it; unique in its account and mode.
    pub name: String,
    /// When it was first generated.
    pub created_at: Timestamp,
    /// Grows by one with each change; a change based on an older version loses.
    pub version: i64,
    /// How often, and from where, it may be used.
    pub limits: KeyLimits,
    /// Its pairs, newest first: all that work, and of those that ended the newest.
    pub pairs: Vec<Pair>,
}

impl Key {
    /// A key of an account that has no pair yet.
    pub fn new(id: KeyRef, account: &Account, mode: Mode, name: &str, now: Timestamp) -> Self {
        Self {
            id,
            account: account.id,
            brand: account.brand.clone(),
            mode,
            name: name.to_owned(),
            created_at: now,
            version: 0,
            limits: KeyLimits::default(),
            pairs: Vec::new(),
        }
    }

    /// The pair it uses now, if one works.
    pub fn current(&self, now: Timestamp) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.standing(now) == Standing::Current)
    }

    /// The replaced pair that still works, with the moment it stops.
    pub fn retiring(&self, now: Timestamp) -> Option<(&Pair, Timestamp)> {
        self.pairs.iter().find_map(|pair| match pair.standing(now) {
            Standing::Retiring { until } => Some((pair, until)),
            Standing::Current | Standing::Ended { .. } => None,
        })
    }

    /// A pair of this key.
    pub fn pair(&self, key_id: &KeyId) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.key_id == *key_id)
    }

    /// When a pair was replaced: when the next one was made. `None` for the newest pair and for those of other keys.
    pub fn replaced_at(&self, key_id: &KeyId) -> Option<Timestamp> {
        let place = self.pairs.iter().position(|pair| pair.key_id == *key_id)?;
        Some(self.pairs.get(place.checked_sub(1)?)?.created_at)
    }

    /// Pairs whose time is over although no one has written it down yet, as they must be written: ended when their
    /// deadline said so. A change of the key writes this too, so that the row of a new pair has its place.
    pub(crate) fn lapsed(&self, now: Timestamp) -> impl Iterator<Item = Pair> + '_ {
        self.pairs.iter().filter_map(move |pair| match (pair.state, pair.standing(now)) {
            (PairState::Ended { .. }, _) => None,
            (_, Standing::Ended { at, why }) => {
                Some(Pair { state: PairState::Ended { at, why }, ..pair.clone() })
            }
            (_, Standing::Current | Standing::Retiring { .. }) => None,
        })
    }
}
