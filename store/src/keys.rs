//! Keys and pairs in the store, and the feed of their changes.

use domain::{
    AccountId, BrandId, Digest, EndReason, Key, KeyId, KeyRef, LAYERS_MAX, Layers, Limits, Mode, Network,
    Pair, PairState, Timestamp, Wrap,
};

use crate::Store;
use crate::accounts::brand;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::limits;
use crate::value::{Record, Value, params};

const INSERT: &str = "
    INSERT INTO keys (id, account, mode, name, created_at, position, version,
                      per_second, per_day, networks, limits_version, limits_by, limits_at)
    VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $12)
";

const UPDATE: &str = "
    UPDATE keys
       SET name = $2, position = $3, version = version + 1, per_second = $5, per_day = $6, networks = $7,
           limits_version = $8, limits_by = $9, limits_at = $10
     WHERE id = $1
       AND version = $4
";

const INSERT_PAIR: &str = "
    INSERT INTO pairs (key_id, key, digest, pepper, state, until, ended_at, ended_why, created_at, expires_at, made, position)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
";

/// A pair never comes back from its end, whatever a decision says.
const UPDATE_PAIR: &str = "
    UPDATE pairs
       SET state = $3, until = $4, ended_at = $5, ended_why = $6, position = $7
     WHERE key_id = $1
       AND key = $2
       AND state <> 'ended'
";

/// Only the digest that was wrapped is replaced: a wrapping that was computed from another one is undone.
const WRAP_PAIR: &str = "
    UPDATE pairs
       SET digest = $4, pepper = $5, position = $6
     WHERE key_id = $1
       AND digest = $2
       AND pepper = $3
";

const COUNT_LAYERS: &str = "
    SELECT pepper, count(*), count(ended_at)
      FROM pairs
     GROUP BY pepper
     ORDER BY pepper
";

/// Pairs that nothing can be put around any more, as far as they have not ended.
const FULL: &str = "
    SELECT key_id
      FROM pairs
     WHERE pepper >= $1
       AND state <> 'ended'
     ORDER BY key_id
     LIMIT $2
";

const OF_ACCOUNT: &str = "
    SELECT keys.id, keys.account, accounts.org, accounts.country, keys.mode, keys.name, keys.created_at, keys.version,
           pairs.key_id, pairs.digest, pairs.pepper, pairs.state, pairs.until, pairs.ended_at, pairs.ended_why,
           pairs.created_at, pairs.expires_at, pairs.last_used_at, pairs.last_used_from,
           keys.per_second, keys.per_day, keys.networks, keys.limits_version, keys.limits_by, keys.limits_at
      FROM keys
      JOIN accounts ON accounts.id = keys.account
      JOIN pairs ON pairs.key = keys.id
     WHERE keys.account = $1
       AND keys.mode = $2
     ORDER BY keys.created_at, keys.id, pairs.made DESC
";

const BY_ID: &str = "
    SELECT keys.id, keys.account, accounts.org, accounts.country, keys.mode, keys.name, keys.created_at, keys.version,
           pairs.key_id, pairs.digest, pairs.pepper, pairs.state, pairs.until, pairs.ended_at, pairs.ended_why,
           pairs.created_at, pairs.expires_at, pairs.last_used_at, pairs.last_used_from,
           keys.per_second, keys.per_day, keys.networks, keys.limits_version, keys.limits_by, keys.limits_at
      FROM keys
      JOIN accounts ON accounts.id = keys.account
      JOIN pairs ON pairs.key = keys.id
     WHERE keys.id = $1
     ORDER BY pairs.made DESC
";

const KEY_OF_PAIR: &str = "
    SELECT key
      FROM pairs
     WHERE key_id = $1
";

const POSITION_OF_PAIR: &str = "
    SELECT position
      FROM pairs
     WHERE key_id = $1
";

const COUNT_PAIRS: &str = "
    SELECT count(*)
      FROM pairs
";

/// Everything about pairs that changed after a place in the feed, oldest first. The place is a position and a key id, so that
/// one large transaction can be read in parts. There is no upper bound: a pair that moves up while a reader is on its way
/// would otherwise be missed by both its old place and its new one.
const PAIRS_CHANGED_AFTER: &str = "
    SELECT pairs.key_id, pairs.key, keys.account, accounts.org, accounts.country, keys.mode, pairs.digest, pairs.pepper,
           pairs.state, pairs.until, pairs.ended_at, pairs.ended_why, pairs.created_at, pairs.expires_at,
           pairs.last_used_at, pairs.last_used_from, pairs.position,
           keys.per_second, keys.per_day, keys.networks
      FROM pairs
      JOIN keys ON keys.id = pairs.key
      JOIN accounts ON accounts.id = keys.account
     WHERE (pairs.position, pairs.key_id) > ($1, $2)
     ORDER BY pairs.position, pairs.key_id
     LIMIT $3
";

const HEAD: &str = "
    SELECT head
      FROM feed
     WHERE id = 1
";

/// A pair as the feed tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRow {
    /// The public half.
    pub key_id: KeyId,
    /// Its key.
    pub key: KeyRef,
    /// Its account.
    pub account: AccountId,
    /// That account's brand.
    pub brand: BrandId,
    /// Its mode.
    pub mode: Mode,
    /// What is known of the secret.
    pub digest: Digest,
    /// The versions of the pepper that the digest stands under.
    pub layers: Layers,
    /// What was last written about it.
    pub state: PairState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as far as was flushed.
    pub last_used_at: Option<Timestamp>,
    /// Where that was from.
    pub last_used_from: Option<Network>,
    /// The transaction that last touched it.
    pub position: i64,
    /// How often, and from where, its key may be used.
    pub limits: Limits,
}

/// How many pairs stand under some layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerCount {
    /// Which layers.
    pub layers: Layers,
    /// How many pairs, ended ones included.
    pub pairs: i64,
    /// How many of them have ended.
    pub ended: i64,
}

/// How far a reader of the feed has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedPlace {
    /// The position of the last pair read.
    pub position: i64,
    /// That pair; `None` for before the first pair of the position.
    pub key_id: Option<KeyId>,
}

impl FeedPlace {
    /// After everything of a position.
    pub const fn after(position: i64) -> Self {
        Self { position: position + 1, key_id: None }
    }
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, key: &Key, position: i64) -> Result<(), StoreError> {
    let mut params = params![
        key.id.as_str(),
        key.account.as_str(),
        key.mode.as_str(),
        key.name.as_str(),
        key.created_at,
        position
    ];
    params.extend(limits::columns(&key.limits));
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, key: &Key, position: i64) -> Result<(), StoreError> {
    let mut params = params![key.id.as_str(), key.name.as_str(), position, key.version];
    params.extend(limits::columns(&key.limits));
    exactly_one(tx, UPDATE, params).await
}

/// The columns of a state: its word, until, ended_at, ended_why.
fn state_columns(
    state: &PairState,
) -> (&'static str, Option<Timestamp>, Option<Timestamp>, Option<&'static str>) {
    match state {
        PairState::Current => ("current", None, None, None),
        PairState::Retiring { until } => ("retiring", Some(*until), None, None),
        PairState::Ended { at, why } => ("ended", None, Some(*at), Some(why.as_str())),
    }
}

pub(crate) async fn insert_pair<T: Transaction>(
    tx: &mut T,
    key: &KeyRef,
    pair: &Pair,
    position: i64,
) -> Result<(), StoreError> {
    let (state, until, ended_at, ended_why) = state_columns(&pair.state);
    let params = params![
        pair.key_id.as_str(),
        key.as_str(),
        pair.digest,
        pair.layers.number(),
        state,
        until,
        ended_at,
        ended_why,
        pair.created_at,
        pair.expires_at,
        position,
    ];
    exactly_one(tx, INSERT_PAIR, params).await
}

pub(crate) async fn update_pair<T: Transaction>(
    tx: &mut T,
    key: &KeyRef,
    pair: &Pair,
    position: i64,
) -> Result<(), StoreError> {
    let (state, until, ended_at, ended_why) = state_columns(&pair.state);
    let params = params![pair.key_id.as_str(), key.as_str(), state, until, ended_at, ended_why, position];
    exactly_one(tx, UPDATE_PAIR, params).await
}

pub(crate) async fn wrap<T: Transaction>(tx: &mut T, wrap: &Wrap, position: i64) -> Result<(), StoreError> {
    let ((inner, before), (outer, after)) = (wrap.inner, wrap.outer);
    let params = params![wrap.key_id.as_str(), before, inner.number(), after, outer.number(), position];
    exactly_one(tx, WRAP_PAIR, params).await
}

fn state(record: &Record, first: usize) -> Result<PairState, StoreError> {
    match record.text(first)? {
        "current" => Ok(PairState::Current),
        "retiring" => Ok(PairState::Retiring { until: record.moment(first + 1)? }),
        "ended" => {
            let why = record.text(first + 3)?;
            let why = EndReason::parse(why)
                .ok_or_else(|| StoreError::damaged(format!("a pair ended by {why:?}")))?;
            Ok(PairState::Ended { at: record.moment(first + 2)?, why })
        }
        other => Err(StoreError::damaged(format!("a pair in state {other:?}"))),
    }
}

fn layers(record: &Record, column: usize) -> Result<Layers, StoreError> {
    Layers::of_number(record.integer(column)?)
        .ok_or_else(|| StoreError::damaged("a pair stands under no layers of the pepper"))
}

fn network(record: &Record, column: usize) -> Result<Option<Network>, StoreError> {
    if record.maybe_text(column)?.is_none() { Ok(None) } else { record.parsed(column).map(Some) }
}

/// Folds joined rows into keys with their pairs.
fn keys(records: &[Record]) -> Result<Vec<Key>, StoreError> {
    let mut keys: Vec<Key> = Vec::new();
    for record in records {
        let id: KeyRef = record.parsed(0)?;
        if keys.last().is_none_or(|key| key.id != id) {
            keys.push(Key {
                id,
                account: record.parsed(1)?,
                brand: brand(record, 2)?,
                mode: record.parsed(4)?,
                name: record.text(5)?.to_owned(),
                created_at: record.moment(6)?,
                version: record.integer(7)?,
                limits: limits::key_limits(record, 19)?,
                pairs: Vec::new(),
            });
        }
        let key = keys.last_mut().expect("one was pushed if there was none");
        key.pairs.push(Pair {
            key_id: record.parsed(8)?,
            mode: key.mode,
            digest: record.digest(9)?,
            layers: layers(record, 10)?,
            state: state(record, 11)?,
            created_at: record.moment(15)?,
            expires_at: record.maybe_moment(16)?,
            last_used_at: record.maybe_moment(17)?,
            last_used_from: network(record, 18)?,
        });
    }
    Ok(keys)
}

fn changed_after(after: &FeedPlace, limit: i64) -> Vec<Value> {
    params![after.position, after.key_id.as_ref().map_or("", KeyId::as_str), limit]
}

pub(crate) fn pair_row(record: &Record) -> Result<PairRow, StoreError> {
    Ok(PairRow {
        key_id: record.parsed(0)?,
        key: record.parsed(1)?,
        account: record.parsed(2)?,
        brand: brand(record, 3)?,
        mode: record.parsed(5)?,
        digest: record.digest(6)?,
        layers: layers(record, 7)?,
        state: state(record, 8)?,
        created_at: record.moment(12)?,
        expires_at: record.maybe_moment(13)?,
        last_used_at: record.maybe_moment(14)?,
        last_used_from: network(record, 15)?,
        position: record.integer(16)?,
        limits: limits::limits(record, 17)?,
    })
}

impl<D: Driver> Store<D> {
    /// The keys of an account in a mode, oldest first, each with its pairs, newest first.
    pub async fn keys(&self, account: &AccountId, mode: Mode) -> Result<Vec<Key>, StoreError> {
        keys(&self.driver.rows(OF_ACCOUNT, params![account.as_str(), mode.as_str()]).await?)
    }

    /// A key with its pairs.
    pub async fn key(&self, id: &KeyRef) -> Result<Option<Key>, StoreError> {
        Ok(keys(&self.driver.rows(BY_ID, params![id.as_str()]).await?)?.pop())
    }

    /// The key that a pair belongs to.
    pub async fn key_of_pair(&self, key_id: &KeyId) -> Result<Option<Key>, StoreError> {
        match self.one(KEY_OF_PAIR, params![key_id.as_str()]).await? {
            None => Ok(None),
            Some(record) => self.key(&record.parsed(0)?).await,
        }
    }

    /// The position of a pair's last change: of its end, for one that has ended.
    pub async fn pair_position(&self, key_id: &KeyId) -> Result<Option<i64>, StoreError> {
        let record = self.one(POSITION_OF_PAIR, params![key_id.as_str()]).await?;
        record.map(|record| record.integer(0)).transpose()
    }

    /// How many pairs there are, ended ones included.
    pub async fn pair_count(&self) -> Result<i64, StoreError> {
        self.one(COUNT_PAIRS, params![]).await?.map_or(Ok(0), |record| record.integer(0))
    }

    /// How many pairs stand under which layers. Reads all pairs.
    pub async fn count_layers(&self) -> Result<Vec<LayerCount>, StoreError> {
        let counts = self.driver.rows(COUNT_LAYERS, params![]).await?;
        let count = |record: &Record| {
            let (pairs, ended) = (record.integer(1)?, record.integer(2)?);
            Ok(LayerCount { layers: layers(record, 0)?, pairs, ended })
        };
        counts.iter().map(count).collect()
    }

    /// Up to `limit` pairs that have not ended and can be wrapped no more.
    pub async fn pairs_in_full_layers(&self, limit: i64) -> Result<Vec<KeyId>, StoreError> {
        // Layers are eight bits each, so this is the least number with as many as there can be.
        let least: i64 = 1 << (8 * (LAYERS_MAX - 1));
        let found = self.driver.rows(FULL, params![least, limit]).await?;
        found.iter().map(|record| record.parsed(0)).collect()
    }

    /// The position of the last committed change of a key.
    pub async fn head(&self) -> Result<i64, StoreError> {
        let records = self.driver.newest(HEAD, params![]).await?;
        records.first().ok_or_else(|| StoreError::damaged("the feed has no head"))?.integer(0)
    }

    /// Up to `limit` pairs after a place in the feed, in its order. A reader that goes on until it gets fewer has everything
    /// that was committed before it began.
    pub async fn pairs_changed(&self, after: &FeedPlace, limit: i64) -> Result<Vec<PairRow>, StoreError> {
        let records = self.driver.rows(PAIRS_CHANGED_AFTER, changed_after(after, limit)).await?;
        records.iter().map(pair_row).collect()
    }

    /// The same for whoever vouches for it, as [`Driver::newest`] reads.
    pub async fn newest_pairs_changed(
        &self,
        after: &FeedPlace,
        limit: i64,
    ) -> Result<Vec<PairRow>, StoreError> {
        let records = self.driver.newest(PAIRS_CHANGED_AFTER, changed_after(after, limit)).await?;
        records.iter().map(pair_row).collect()
    }
}
