//! Finding accounts among very many: each statement walks one index of one brand, so that a page costs the same with ten
//! accounts and with a hundred thousand.

use domain::{Account, AccountId, BrandId, Role, Timestamp, UserId};

use crate::Store;
use crate::accounts::{account, account_columns, brand};
use crate::driver::{Driver, StoreError};
use crate::value::{Record, Value, params};

/// The greatest text that begins with another one stands below that one followed by this.
const BEYOND: char = '\u{10ffff}';

/// Which accounts of a brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// All of them.
    Any,
    /// Not activated.
    NotActivated,
    /// Activated, whatever their website is.
    Activated,
    /// Activated, with a verified website.
    Ready,
    /// Something came back from a review.
    Returned,
}

/// A place in a list that is sorted by a moment, the newest first.
pub type NewestAfter = Option<(Timestamp, AccountId)>;

macro_rules! newest_where {
    ($condition:literal) => {
        concat!(
            "
    SELECT ",
            account_columns!(),
            "
      FROM accounts
     WHERE org = $1
       AND country = $2
       AND (created_at < $3 OR (created_at = $3 AND id < $4))
       AND created_at <= $3",
            $condition,
            "
     ORDER BY created_at DESC, id DESC
     LIMIT $5
"
        )
    };
}

const NEWEST: &str = newest_where!("");
const NEWEST_NOT_ACTIVATED: &str = newest_where!("\n       AND activated_at IS NULL");
const NEWEST_ACTIVATED: &str = newest_where!("\n       AND activated_at IS NOT NULL");
const NEWEST_READY: &str =
    newest_where!("\n       AND activated_at IS NOT NULL AND website_verified_at IS NOT NULL");
const NEWEST_RETURNED: &str =
    newest_where!("\n       AND (website_returned_at IS NOT NULL OR business_returned_at IS NOT NULL)");

const NAMED: &str = concat!(
    "
    SELECT ",
    account_columns!(),
    "
      FROM accounts
     WHERE org = $1
       AND country = $2
       AND lower(name) >= $3
       AND lower(name) < $4
     ORDER BY lower(name), id
     LIMIT $5
"
);

const OF_EMAIL: &str = "
    SELECT members.account
      FROM users
      JOIN members ON members.user = users.id
     WHERE users.org = $1
       AND users.country = $2
       AND users.email >= $3
       AND users.email < $4
     ORDER BY users.email, members.account
     LIMIT $5
";

const LOCKED: &str = "
    SELECT users.id, users.org, users.country, users.name, users.email, users.locked_at, members.account, members.role
      FROM users
      JOIN members ON members.user = users.id
     WHERE users.locked_at > $1
     ORDER BY users.locked_at DESC, users.id, members.account
     LIMIT $2
";

/// Somebody whose login is locked, in one of their accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedLogin {
    /// Who.
    pub user: UserId,
    /// Of which brand.
    pub brand: BrandId,
    /// What to call them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Since when.
    pub locked_at: Timestamp,
    /// In which account.
    pub account: AccountId,
    /// As what.
    pub role: Role,
}

impl<D: Driver> Store<D> {
    /// Up to `limit` locked logins, the latest first.
    pub async fn locked_logins(&self, limit: i64) -> Result<Vec<LockedLogin>, StoreError> {
        let records = self.driver.rows(LOCKED, params![i64::MIN, limit]).await?;
        let read = |record: &Record| {
            Ok(LockedLogin {
                user: record.parsed(0)?,
                brand: brand(record, 1)?,
                name: record.text(3)?.to_owned(),
                email: record.text(4)?.to_owned(),
                locked_at: record.moment(5)?,
                account: record.parsed(6)?,
                role: record.parsed(7)?,
            })
        };
        records.iter().map(read).collect()
    }

    /// Up to `limit` accounts of a brand in a state, the newest first, after a place in that order.
    pub async fn newest_accounts(
        &self,
        brand: &BrandId,
        state: AccountState,
        after: NewestAfter,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        let statement = match state {
            AccountState::Any => NEWEST,
            AccountState::NotActivated => NEWEST_NOT_ACTIVATED,
            AccountState::Activated => NEWEST_ACTIVATED,
            AccountState::Ready => NEWEST_READY,
            AccountState::Returned => NEWEST_RETURNED,
        };
        let (at, id) = match &after {
            Some((at, id)) => (at.as_millis(), id.as_str()),
            None => (i64::MAX, ""),
        };
        let params = params![brand.org(), brand.country(), at, id, limit];
        self.driver.rows(statement, params).await?.iter().map(account).collect()
    }

    /// Up to `limit` accounts of a brand whose name begins with a text, whatever the case of its ASCII letters, by name.
    pub async fn accounts_named(
        &self,
        brand: &BrandId,
        name: &str,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        let (from, to) = beginning_with(&name.to_ascii_lowercase());
        let params = params![brand.org(), brand.country(), from, to, limit];
        self.driver.rows(NAMED, params).await?.iter().map(account).collect()
    }

    /// Up to `limit` accounts of a brand with a member whose e-mail address begins with a text.
    pub async fn accounts_of_email(
        &self,
        brand: &BrandId,
        email: &str,
        limit: i64,
    ) -> Result<Vec<AccountId>, StoreError> {
        let (from, to) = beginning_with(&email.to_lowercase());
        let params = params![brand.org(), brand.country(), from, to, limit];
        self.driver.rows(OF_EMAIL, params).await?.iter().map(|record| record.parsed(0)).collect()
    }
}

fn beginning_with(text: &str) -> (Value, Value) {
    (text.into(), format!("{text}{BEYOND}").into())
}
