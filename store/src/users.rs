//! Users and members in the store.

use domain::{
    AccountId, BrandId, Language, Member, Mobile, PasswordHash, Timestamp, Totp, User, UserId, VerifiedMobile,
};

use crate::Store;
use crate::accounts::brand;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO users (id, org, country, name, email, password, mobile, mobile_verified_at, two_factor, wrong_codes,
                       locked_at, created_at, language, totp, totp_at, totp_step, mobile_changed_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)
";

const UPDATE: &str = "
    UPDATE users
       SET name = $2, email = $3, password = $4, mobile = $5, mobile_verified_at = $6, two_factor = $7,
           wrong_codes = $8, locked_at = $9, language = $10, totp = $11, totp_at = $12, totp_step = $13,
           mobile_changed_at = $14, version = version + 1
     WHERE id = $1
       AND version = $15
";

const BY_ID: &str = "
    SELECT id, org, country, name, email, password, mobile, mobile_verified_at, two_factor, wrong_codes, locked_at,
           created_at, language, totp, totp_at, totp_step, mobile_changed_at, version
      FROM users
     WHERE id = $1
";

const BY_EMAIL: &str = "
    SELECT id, org, country, name, email, password, mobile, mobile_verified_at, two_factor, wrong_codes, locked_at,
           created_at, language, totp, totp_at, totp_step, mobile_changed_at, version
      FROM users
     WHERE org = $1
       AND country = $2
       AND email = $3
";

const INSERT_MEMBER: &str = "
    INSERT INTO members (account, \"user\", role, version)
    VALUES ($1, $2, $3, 1)
";

const UPDATE_MEMBER: &str = "
    UPDATE members
       SET role = $3, version = version + 1
     WHERE account = $1
       AND \"user\" = $2
       AND version = $4
";

const REMOVE_MEMBER: &str = "
    DELETE FROM members
     WHERE account = $1
       AND \"user\" = $2
       AND version = $3
";

const MEMBER: &str = "
    SELECT account, \"user\", role, version
      FROM members
     WHERE account = $1
       AND \"user\" = $2
";

const MEMBERSHIPS: &str = "
    SELECT account, \"user\", role, version
      FROM members
     WHERE \"user\" = $1
     ORDER BY account
";

const OWN_ACCOUNTS: &str = "
    SELECT members.account, members.user, members.role, members.version, accounts.name
      FROM members
      JOIN accounts ON accounts.id = members.account
     WHERE members.user = $1
     ORDER BY accounts.name, accounts.id
     LIMIT 100
";

const LAST_SEEN: &str = "
    SELECT members.user, max(sessions.seen_at)
      FROM members
      JOIN sessions ON sessions.user = members.user AND sessions.account = members.account AND sessions.stage <> 'awaiting_code'
     WHERE members.account = $1
     GROUP BY members.user
";

const TEAM: &str = "
    SELECT users.id, users.org, users.country, users.name, users.email, users.password, users.mobile,
           users.mobile_verified_at, users.two_factor, users.wrong_codes, users.locked_at, users.created_at,
           users.language, users.totp, users.totp_at, users.totp_step, users.mobile_changed_at, users.version,
           members.account, members.user, members.role, members.version
      FROM members
      JOIN users ON users.id = members.user
     WHERE members.account = $1
     ORDER BY users.created_at, users.id
";

/// The owners of the accounts somebody is in, but for themselves.
const OWNERS_ABOVE: &str = "
    SELECT DISTINCT users.id, users.org, users.country, users.name, users.email, users.password, users.mobile,
           users.mobile_verified_at, users.two_factor, users.wrong_codes, users.locked_at, users.created_at,
           users.language, users.totp, users.totp_at, users.totp_step, users.mobile_changed_at, users.version
      FROM members AS mine
      JOIN members AS owners ON owners.account = mine.account
                            AND owners.role = 'owner'
      JOIN users ON users.id = owners.user
     WHERE mine.user = $1
       AND owners.user <> $1
     ORDER BY users.id
";

/// How many of somebody's accounts ask two factors of everybody.
const STRICT_ACCOUNTS: &str = "
    SELECT count(*)
      FROM members
      JOIN accounts ON accounts.id = members.account
     WHERE members.user = $1
       AND accounts.two_factor_required = 1
";

/// A member together with who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    /// The member.
    pub member: Member,
    /// The user.
    pub user: User,
}

/// An account that a user is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// What they are there.
    pub member: Member,
    /// What the account is called.
    pub name: String,
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, user: &User) -> Result<(), StoreError> {
    let params = params![
        user.id.as_str(),
        user.brand.org(),
        user.brand.country(),
        user.name.as_str(),
        user.email.as_str(),
        user.password.as_ref().map(PasswordHash::as_str),
        user.mobile.as_ref().map(|mobile| mobile.number.as_str()),
        user.mobile.as_ref().map(|mobile| mobile.verified_at),
        user.two_factor,
        i64::from(user.wrong_codes),
        user.locked_at,
        user.created_at,
        user.language.map(Language::as_str),
        user.totp.as_ref().map(|totp| totp.sealed.clone()),
        user.totp.as_ref().map(|totp| totp.confirmed_at),
        user.totp.as_ref().map(|totp| totp.last_step),
        user.mobile_changed_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, user: &User) -> Result<(), StoreError> {
    let params = params![
        user.id.as_str(),
        user.name.as_str(),
        user.email.as_str(),
        user.password.as_ref().map(PasswordHash::as_str),
        user.mobile.as_ref().map(|mobile| mobile.number.as_str()),
        user.mobile.as_ref().map(|mobile| mobile.verified_at),
        user.two_factor,
        i64::from(user.wrong_codes),
        user.locked_at,
        user.language.map(Language::as_str),
        user.totp.as_ref().map(|totp| totp.sealed.clone()),
        user.totp.as_ref().map(|totp| totp.confirmed_at),
        user.totp.as_ref().map(|totp| totp.last_step),
        user.mobile_changed_at,
        user.version,
    ];
    exactly_one(tx, UPDATE, params).await
}

pub(crate) async fn insert_member<T: Transaction>(tx: &mut T, member: &Member) -> Result<(), StoreError> {
    let params = params![member.account.as_str(), member.user.as_str(), member.role.as_str()];
    exactly_one(tx, INSERT_MEMBER, params).await
}

pub(crate) async fn update_member<T: Transaction>(tx: &mut T, member: &Member) -> Result<(), StoreError> {
    let params = params![member.account.as_str(), member.user.as_str(), member.role.as_str(), member.version];
    exactly_one(tx, UPDATE_MEMBER, params).await
}

pub(crate) async fn remove_member<T: Transaction>(tx: &mut T, member: &Member) -> Result<(), StoreError> {
    let params = params![member.account.as_str(), member.user.as_str(), member.version];
    exactly_one(tx, REMOVE_MEMBER, params).await
}

fn user(record: &Record) -> Result<User, StoreError> {
    let verified_at = record.maybe_moment(7)?;
    let number = record.maybe_text(6)?.map(|number| Mobile::from_stored(number.to_owned()));
    Ok(User {
        id: record.parsed(0)?,
        brand: brand(record, 1)?,
        name: record.text(3)?.to_owned(),
        email: record.text(4)?.to_owned(),
        password: record.maybe_text(5)?.map(|hash| PasswordHash::from_phc(hash.to_owned())),
        mobile: number.zip(verified_at).map(|(number, verified_at)| VerifiedMobile { number, verified_at }),
        two_factor: record.truth(8)?,
        wrong_codes: u32::try_from(record.integer(9)?)
            .map_err(|_| StoreError::damaged("wrong_codes is out of range"))?,
        locked_at: record.maybe_moment(10)?,
        created_at: record.moment(11)?,
        language: record.maybe_text(12)?.map(|_| record.parsed(12)).transpose()?,
        totp: totp(record)?,
        mobile_changed_at: record.maybe_moment(16)?,
        version: record.integer(17)?,
    })
}

fn totp(record: &Record) -> Result<Option<Totp>, StoreError> {
    let Some(sealed) = record.maybe_blob(13)? else { return Ok(None) };
    Ok(Some(Totp {
        sealed: sealed.to_vec(),
        confirmed_at: record.moment(14)?,
        last_step: record.integer(15)?,
    }))
}

fn member(record: &Record, first: usize) -> Result<Member, StoreError> {
    Ok(Member {
        account: record.parsed(first)?,
        user: record.parsed(first + 1)?,
        role: record.parsed(first + 2)?,
        version: record.integer(first + 3)?,
    })
}

impl<D: Driver> Store<D> {
    /// A user.
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        self.one(BY_ID, params![id.as_str()]).await?.as_ref().map(user).transpose()
    }

    /// The user of a brand with an e-mail address, whatever its case.
    pub async fn user_by_email(&self, brand: &BrandId, email: &str) -> Result<Option<User>, StoreError> {
        let params = params![brand.org(), brand.country(), email.trim().to_lowercase()];
        self.one(BY_EMAIL, params).await?.as_ref().map(user).transpose()
    }

    /// A user's membership of an account.
    pub async fn member(&self, account: &AccountId, user: &UserId) -> Result<Option<Member>, StoreError> {
        let found = self.one(MEMBER, params![account.as_str(), user.as_str()]).await?;
        found.as_ref().map(|record| member(record, 0)).transpose()
    }

    /// All memberships of a user.
    pub async fn memberships(&self, user: &UserId) -> Result<Vec<Member>, StoreError> {
        let records = self.driver.rows(MEMBERSHIPS, params![user.as_str()]).await?;
        records.iter().map(|record| member(record, 0)).collect()
    }

    /// The accounts a user is in, by name; at most a hundred.
    pub async fn own_accounts(&self, user: &UserId) -> Result<Vec<OwnAccount>, StoreError> {
        let records = self.driver.rows(OWN_ACCOUNTS, params![user.as_str()]).await?;
        let own =
            |record: &Record| Ok(OwnAccount { member: member(record, 0)?, name: record.text(4)?.to_owned() });
        records.iter().map(own).collect()
    }

    /// When the members of an account were last seen in it, as far as they ever were.
    pub async fn last_seen(&self, account: &AccountId) -> Result<Vec<(UserId, Timestamp)>, StoreError> {
        let records = self.driver.rows(LAST_SEEN, params![account.as_str()]).await?;
        records.iter().map(|record| Ok((record.parsed(0)?, record.moment(1)?))).collect()
    }

    /// The owners of the accounts somebody is in, but for themselves.
    pub async fn owners_above(&self, user: &UserId) -> Result<Vec<User>, StoreError> {
        self.driver.rows(OWNERS_ABOVE, params![user.as_str()]).await?.iter().map(self::user).collect()
    }

    /// Whether an account somebody is in asks two factors of everybody.
    pub async fn needs_two_factor(&self, user: &UserId) -> Result<bool, StoreError> {
        let counted = self.one(STRICT_ACCOUNTS, params![user.as_str()]).await?;
        Ok(counted.map_or(Ok(0), |record| record.integer(0))? > 0)
    }

    /// Everybody in an account, oldest first.
    pub async fn team(&self, account: &AccountId) -> Result<Vec<TeamMember>, StoreError> {
        let records = self.driver.rows(TEAM, params![account.as_str()]).await?;
        records
            .iter()
            .map(|record| Ok(TeamMember { user: user(record)?, member: member(record, 18)? }))
            .collect()
    }
}
