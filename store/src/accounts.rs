//! Accounts in the store.

use domain::{Account, AccountId, BrandId, Website};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Value};

const INSERT: &str = "
    INSERT INTO accounts (id, org, country, name, activated_at, website, website_verified_at, two_factor_required,
                          created_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
";

const UPDATE: &str = "
    UPDATE accounts
       SET name = $2, activated_at = $3, website = $4, website_verified_at = $5,
           two_factor_required = $6, version = version + 1
     WHERE id = $1
       AND version = $7
";

const BY_ID: &str = "
    SELECT id, org, country, name, activated_at, website, website_verified_at, two_factor_required, created_at,
           version
      FROM accounts
     WHERE id = $1
";

const PAGE: &str = "
    SELECT id, org, country, name, activated_at, website, website_verified_at, two_factor_required, created_at,
           version
      FROM accounts
     WHERE id > $1
     ORDER BY id
     LIMIT $2
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, account: &Account) -> Result<(), StoreError> {
    let params = params![
        account.id.as_str(),
        account.brand.org(),
        account.brand.country(),
        account.name.as_str(),
        account.activated_at,
        account.website.as_ref().map(|website| website.url.as_str()),
        account.website.as_ref().and_then(|website| website.verified_at),
        account.two_factor_required,
        account.created_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, account: &Account) -> Result<(), StoreError> {
    let params = params![
        account.id.as_str(),
        account.name.as_str(),
        account.activated_at,
        account.website.as_ref().map(|website| website.url.as_str()),
        account.website.as_ref().and_then(|website| website.verified_at),
        account.two_factor_required,
        account.version,
    ];
    exactly_one(tx, UPDATE, params).await
}

pub(crate) fn brand(record: &Record, org: usize) -> Result<BrandId, StoreError> {
    BrandId::new(record.text(org)?, record.text(org + 1)?)
        .map_err(|_| StoreError::damaged(format!("columns {org} and {} do not name a brand", org + 1)))
}

fn account(record: &Record) -> Result<Account, StoreError> {
    let verified_at = record.maybe_moment(6)?;
    Ok(Account {
        id: record.parsed(0)?,
        brand: brand(record, 1)?,
        name: record.text(3)?.to_owned(),
        activated_at: record.maybe_moment(4)?,
        website: record.maybe_text(5)?.map(|url| Website { url: url.to_owned(), verified_at }),
        two_factor_required: record.truth(7)?,
        created_at: record.moment(8)?,
        version: record.integer(9)?,
    })
}

impl<D: Driver> Store<D> {
    /// An account.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        self.one(BY_ID, params![id.as_str()]).await?.as_ref().map(account).transpose()
    }

    /// Up to `limit` accounts after an id, in the order of ids.
    pub async fn accounts(&self, after: Option<&AccountId>, limit: i64) -> Result<Vec<Account>, StoreError> {
        let after = Value::from(after.map_or("", AccountId::as_str));
        self.driver.rows(PAGE, vec![after, limit.into()]).await?.iter().map(account).collect()
    }
}
