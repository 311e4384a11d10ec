//! Followers in the store: services that verify by themselves.

use domain::{Digest, Follower};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO followers (name, digest, created_at, revoked_at, version)
    VALUES ($1, $2, $3, $4, 1)
";

/// Who is revoked stays revoked, whatever a decision says.
const UPDATE: &str = "
    UPDATE followers
       SET revoked_at = $2, version = version + 1
     WHERE name = $1
       AND version = $3
       AND revoked_at IS NULL
";

/// A revoked follower's token is nobody's.
const BY_DIGEST: &str = "
    SELECT name, digest, created_at, revoked_at, version
      FROM followers
     WHERE digest = $1
       AND revoked_at IS NULL
";

const BY_NAME: &str = "
    SELECT name, digest, created_at, revoked_at, version
      FROM followers
     WHERE name = $1
";

const ALL: &str = "
    SELECT name, digest, created_at, revoked_at, version
      FROM followers
     WHERE name > $1
     ORDER BY name
     LIMIT $2
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, follower: &Follower) -> Result<(), StoreError> {
    let params = params![follower.name.as_str(), follower.digest, follower.created_at, follower.revoked_at,];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, follower: &Follower) -> Result<(), StoreError> {
    exactly_one(tx, UPDATE, params![follower.name.as_str(), follower.revoked_at, follower.version]).await
}

fn follower(record: &Record) -> Result<Follower, StoreError> {
    Ok(Follower {
        name: record.text(0)?.to_owned(),
        digest: record.digest(1)?,
        created_at: record.moment(2)?,
        revoked_at: record.maybe_moment(3)?,
        version: record.integer(4)?,
    })
}

impl<D: Driver> Store<D> {
    /// The follower with one of a token's digests, unless it was revoked.
    pub async fn follower_by_digest(&self, digests: &[Digest]) -> Result<Option<Follower>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(follower).transpose()
    }

    /// A follower, revoked ones too.
    pub async fn follower_by_name(&self, name: &str) -> Result<Option<Follower>, StoreError> {
        self.one(BY_NAME, params![name]).await?.as_ref().map(follower).transpose()
    }

    /// Up to `limit` followers by name after a name, revoked ones too.
    pub async fn followers(&self, after: &str, limit: i64) -> Result<Vec<Follower>, StoreError> {
        self.driver.rows(ALL, params![after, limit]).await?.iter().map(follower).collect()
    }
}
