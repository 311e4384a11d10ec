//! Finding accounts for the operator console: by what somebody has at hand, or by state, a page at a time.

use domain::{Account, AccountId, BrandId, KeyId, Timestamp, UserId};
use store::{AccountState, Driver};

use crate::{Engine, EngineError};

/// What accounts somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountQuery {
    /// In this brand; `None` is all.
    pub brand: Option<BrandId>,
    /// In this state. Counts only without words.
    pub state: AccountState,
    /// An account, user or key id, the beginning of a name, or of a member's e-mail address; empty for the newest accounts.
    pub words: String,
    /// Where the page before ended.
    pub after: Option<(Timestamp, AccountId)>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Where the next page begins; `None` on the last one. What words find comes on one page.
    pub next: Option<(Timestamp, AccountId)>,
    /// Whether there are more with these words than are shown.
    pub cut: bool,
}

impl<D: Driver> Engine<D> {
    /// Up to `limit` accounts that a query fits.
    pub async fn find_accounts(&self, query: &AccountQuery, limit: usize) -> Result<Found, EngineError> {
        let words = query.words.trim();
        if words.is_empty() {
            return self.newest_accounts(query, limit).await;
        }
        let mut accounts = match self.accounts_by_id(words).await? {
            Some(accounts) => accounts,
            None => self.accounts_by_words(query, words, limit).await?,
        };
        accounts.retain(|account| query.brand.as_ref().is_none_or(|brand| *brand == account.brand));
        let cut = limit < accounts.len();
        accounts.truncate(limit);
        Ok(Found { accounts, next: None, cut })
    }

    /// Those that an id names, whether it names any or not; `None` for what is no id.
    async fn accounts_by_id(&self, words: &str) -> Result<Option<Vec<Account>>, EngineError> {
        let ids: Vec<AccountId> = if let Ok(id) = words.parse::<AccountId>() {
            vec![id]
        } else if let Ok(user) = words.parse::<UserId>() {
            self.store.memberships(&user).await?.iter().map(|member| member.account).collect()
        } else if let Ok(key_id) = words.parse::<KeyId>() {
            self.store.key_of_pair(&key_id).await?.iter().map(|key| key.account).collect()
        } else {
            return Ok(None);
        };
        Ok(Some(self.accounts_of(ids).await?))
    }

    async fn accounts_by_words(
        &self,
        query: &AccountQuery,
        words: &str,
        limit: usize,
    ) -> Result<Vec<Account>, EngineError> {
        let one_more = limit as i64 + 1;
        let mut found = Vec::new();
        for brand in self.brands_of(query) {
            if words.contains('@') {
                let mut ids = self.store.accounts_of_email(brand, words, one_more).await?;
                ids.dedup();
                found.extend(self.accounts_of(ids).await?);
            } else {
                found.extend(self.store.accounts_named(brand, words, one_more).await?);
            }
        }
        found.sort_by(|one, other| {
            (one.name.to_lowercase(), one.id).cmp(&(other.name.to_lowercase(), other.id))
        });
        Ok(found)
    }

    async fn accounts_of(&self, ids: Vec<AccountId>) -> Result<Vec<Account>, EngineError> {
        let mut accounts = Vec::with_capacity(ids.len());
        for id in ids {
            accounts.extend(self.store.account(&id).await?);
        }
        Ok(accounts)
    }

    /// Each brand has its own order in the store; the newest of all are the newest among the newest of each.
    async fn newest_accounts(&self, query: &AccountQuery, limit: usize) -> Result<Found, EngineError> {
        let one_more = limit as i64 + 1;
        let mut accounts = Vec::new();
        for brand in self.brands_of(query) {
            accounts.extend(self.store.newest_accounts(brand, query.state, query.after, one_more).await?);
        }
        accounts.sort_by_key(|account| std::cmp::Reverse((account.created_at, account.id)));
        let more = limit < accounts.len();
        accounts.truncate(limit);
        let last = accounts.last().map(|account| (account.created_at, account.id));
        Ok(Found { next: last.filter(|_| more), accounts, cut: false })
    }

    fn brands_of<'a>(&'a self, query: &'a AccountQuery) -> impl Iterator<Item = &'a BrandId> {
        let brands = self.rules.brands.iter().map(|brand| &brand.id);
        brands.filter(|brand| query.brand.as_ref().is_none_or(|wanted| wanted == *brand))
    }
}
