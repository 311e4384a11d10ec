//! Accounts in the store.

use domain::{
    Account, AccountId, Application, BrandId, Business, Returned, Review, Timestamp, Website, WebsiteDetails,
    WebsiteKind,
};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Value};

const INSERT: &str = "
    INSERT INTO accounts (id, org, country, name, activated_at, two_factor_required, created_at,
                          website, website_verified_at, website_kind, website_terms, website_privacy, website_refunds,
                          website_contact, website_note, website_submitted_at, website_returned_at, website_reason,
                          business_name, business_type, business_registration, business_sells, business_submitted_at,
                          business_returned_at, business_reason, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, 1)
";

const UPDATE: &str = "
    UPDATE accounts
       SET name = $2, activated_at = $3, two_factor_required = $4, website = $5, website_verified_at = $6,
           website_kind = $7, website_terms = $8, website_privacy = $9, website_refunds = $10, website_contact = $11,
           website_note = $12, website_submitted_at = $13, website_returned_at = $14, website_reason = $15,
           business_name = $16, business_type = $17, business_registration = $18, business_sells = $19,
           business_submitted_at = $20, business_returned_at = $21, business_reason = $22, version = version + 1
     WHERE id = $1
       AND version = $23
";

/// The columns of an account, in the order in which [`account`] reads them.
macro_rules! account_columns {
    () => {
        "id, org, country, name, activated_at, two_factor_required, created_at, version,
           website, website_verified_at, website_kind, website_terms, website_privacy, website_refunds,
           website_contact, website_note, website_submitted_at, website_returned_at, website_reason,
           business_name, business_type, business_registration, business_sells, business_submitted_at,
           business_returned_at, business_reason"
    };
}

pub(crate) use account_columns;

const BY_ID: &str = concat!(
    "
    SELECT ",
    account_columns!(),
    "
      FROM accounts
     WHERE id = $1
"
);

const PAGE: &str = concat!(
    "
    SELECT ",
    account_columns!(),
    "
      FROM accounts
     WHERE id > $1
     ORDER BY id
     LIMIT $2
"
);

const WEBSITES_IN_REVIEW: &str = concat!(
    "
    SELECT ",
    account_columns!(),
    "
      FROM accounts
     WHERE website IS NOT NULL
       AND website_verified_at IS NULL
       AND website_returned_at IS NULL
       AND (website_submitted_at > $1 OR (website_submitted_at = $1 AND id > $2))
     ORDER BY website_submitted_at, id
     LIMIT $3
"
);

const ACTIVATIONS_IN_REVIEW: &str = concat!(
    "
    SELECT ",
    account_columns!(),
    "
      FROM accounts
     WHERE business_name IS NOT NULL
       AND activated_at IS NULL
       AND business_returned_at IS NULL
       AND (business_submitted_at > $1 OR (business_submitted_at = $1 AND id > $2))
     ORDER BY business_submitted_at, id
     LIMIT $3
"
);

/// What live mode asks for, flattened into columns.
fn live_columns(account: &Account) -> Vec<Value> {
    let website = account.website.as_ref();
    let details = website.map(|website| &website.details);
    let returned = website.and_then(Website::returned);
    let text = |of: fn(&WebsiteDetails) -> &String| details.map(of).cloned().unwrap_or_default();
    let application = account.application.as_ref();
    let business = application.map(|application| &application.business);
    let sent_back = application.and_then(|application| application.returned.as_ref());
    params![
        details.map(|details| details.url.as_str()),
        website.and_then(Website::verified_at),
        details.map_or(WebsiteKind::Website, |details| details.kind).as_str(),
        text(|details| &details.terms),
        text(|details| &details.privacy),
        text(|details| &details.refunds),
        text(|details| &details.contact),
        text(|details| &details.note),
        website.map(|website| website.submitted_at),
        returned.map(|returned| returned.at),
        returned.map(|returned| returned.reason.as_str()),
        business.map(|business| business.legal_name.as_str()),
        business.map(|business| business.business_type.as_str()),
        business.map(|business| business.registration.as_str()),
        business.map(|business| business.sells.as_str()),
        application.map(|application| application.submitted_at),
        sent_back.map(|returned| returned.at),
        sent_back.map(|returned| returned.reason.as_str()),
    ]
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, account: &Account) -> Result<(), StoreError> {
    let mut params = params![
        account.id.as_str(),
        account.brand.org(),
        account.brand.country(),
        account.name.as_str(),
        account.activated_at,
        account.two_factor_required,
        account.created_at,
    ];
    params.extend(live_columns(account));
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, account: &Account) -> Result<(), StoreError> {
    let mut params = params![
        account.id.as_str(),
        account.name.as_str(),
        account.activated_at,
        account.two_factor_required,
    ];
    params.extend(live_columns(account));
    params.push(account.version.into());
    exactly_one(tx, UPDATE, params).await
}

pub(crate) fn brand(record: &Record, org: usize) -> Result<BrandId, StoreError> {
    BrandId::new(record.text(org)?, record.text(org + 1)?)
        .map_err(|_| StoreError::damaged(format!("columns {org} and {} do not name a brand", org + 1)))
}

pub(crate) fn account(record: &Record) -> Result<Account, StoreError> {
    Ok(Account {
        id: record.parsed(0)?,
        brand: brand(record, 1)?,
        name: record.text(3)?.to_owned(),
        activated_at: record.maybe_moment(4)?,
        two_factor_required: record.truth(5)?,
        created_at: record.moment(6)?,
        version: record.integer(7)?,
        website: website(record)?,
        application: application(record)?,
    })
}

fn website(record: &Record) -> Result<Option<Website>, StoreError> {
    let Some(url) = record.maybe_text(8)? else { return Ok(None) };
    let text = |column| record.text(column).map(str::to_owned);
    let review = match (record.maybe_moment(9)?, returned(record, 17)?) {
        (Some(at), _) => Review::Verified { at },
        (None, Some(returned)) => Review::Returned(returned),
        (None, None) => Review::Waiting,
    };
    let details = WebsiteDetails {
        kind: record.parsed(10)?,
        url: url.to_owned(),
        terms: text(11)?,
        privacy: text(12)?,
        refunds: text(13)?,
        contact: text(14)?,
        note: text(15)?,
    };
    Ok(Some(Website { details, submitted_at: record.moment(16)?, review }))
}

fn application(record: &Record) -> Result<Option<Application>, StoreError> {
    let Some(legal_name) = record.maybe_text(19)? else { return Ok(None) };
    let business = Business {
        legal_name: legal_name.to_owned(),
        business_type: record.parsed(20)?,
        registration: record.text(21)?.to_owned(),
        sells: record.text(22)?.to_owned(),
    };
    Ok(Some(Application { business, submitted_at: record.moment(23)?, returned: returned(record, 24)? }))
}

fn returned(record: &Record, first: usize) -> Result<Option<Returned>, StoreError> {
    let Some(at) = record.maybe_moment(first)? else { return Ok(None) };
    Ok(Some(Returned { at, reason: record.text(first + 1)?.to_owned() }))
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

    /// Up to `limit` accounts whose website or app waits for a review, the longest waiting first, after a place in that
    /// order.
    pub async fn websites_in_review(
        &self,
        after: Option<(Timestamp, AccountId)>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.driver.rows(WEBSITES_IN_REVIEW, queue(after, limit)).await?.iter().map(account).collect()
    }

    /// Up to `limit` accounts whose business details wait for a review, likewise.
    pub async fn activations_in_review(
        &self,
        after: Option<(Timestamp, AccountId)>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.driver.rows(ACTIVATIONS_IN_REVIEW, queue(after, limit)).await?.iter().map(account).collect()
    }
}

fn queue(after: Option<(Timestamp, AccountId)>, limit: i64) -> Vec<Value> {
    let (at, id) = match &after {
        Some((at, id)) => (at.as_millis(), id.as_str()),
        None => (i64::MIN, ""),
    };
    params![at, id, limit]
}
