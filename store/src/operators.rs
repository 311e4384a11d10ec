//! Operators in the store.

use domain::{Digest, Operator};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::params;

const INSERT: &str = "
    INSERT INTO operators (name, digest, created_at)
    VALUES ($1, $2, $3)
";

const UPDATE: &str = "
    UPDATE operators
       SET digest = $2
     WHERE name = $1
";

const BY_DIGEST: &str = "
    SELECT name, digest, created_at
      FROM operators
     WHERE digest = $1
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, operator: &Operator) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![operator.name.as_str(), operator.digest, operator.created_at]).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, operator: &Operator) -> Result<(), StoreError> {
    exactly_one(tx, UPDATE, params![operator.name.as_str(), operator.digest]).await
}

impl<D: Driver> Store<D> {
    /// The operator with a token's digest.
    pub async fn operator_by_digest(&self, digest: &Digest) -> Result<Option<Operator>, StoreError> {
        let found = self.one(BY_DIGEST, params![*digest]).await?;
        found
            .map(|record| {
                Ok(Operator {
                    name: record.text(0)?.to_owned(),
                    digest: record.digest(1)?,
                    created_at: record.moment(2)?,
                })
            })
            .transpose()
    }
}
