//! Operators in the store.

use domain::{ConsoleLogin, Digest, Operator, PasswordHash, Totp};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, Value, params};

/// Bytes of a digest.
const DIGEST: usize = 32;

const INSERT: &str = "
    INSERT INTO operators (name, digest, created_at, password, totp, totp_at, totp_step, backup, wrong_codes, locked_at,
                           removed_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
";

const UPDATE: &str = "
    UPDATE operators
       SET digest = $2, password = $3, totp = $4, totp_at = $5, totp_step = $6, backup = $7, wrong_codes = $8,
           locked_at = $9, removed_at = $10, version = version + 1
     WHERE name = $1
       AND version = $11
";

/// A removed operator's token is nobody's.
const BY_DIGEST: &str = "
    SELECT name, digest, created_at, password, totp, totp_at, totp_step, backup, wrong_codes, locked_at, removed_at, version
      FROM operators
     WHERE digest = $1
       AND removed_at IS NULL
";

const BY_NAME: &str = "
    SELECT name, digest, created_at, password, totp, totp_at, totp_step, backup, wrong_codes, locked_at, removed_at, version
      FROM operators
     WHERE name = $1
";

const ALL: &str = "
    SELECT name, digest, created_at, password, totp, totp_at, totp_step, backup, wrong_codes, locked_at, removed_at, version
      FROM operators
     WHERE name > $1
     ORDER BY name
     LIMIT 1000
";

fn login_columns(operator: &Operator) -> Vec<Value> {
    let login = operator.login.as_ref();
    let totp = login.map(|login| &login.totp);
    let backup =
        login.map(|login| login.backup.iter().flat_map(|digest| *digest.as_bytes()).collect::<Vec<u8>>());
    params![
        login.map(|login| login.password.as_str()),
        totp.map(|totp| totp.sealed.clone()),
        totp.map(|totp| totp.confirmed_at),
        totp.map(|totp| totp.last_step),
        backup,
        i64::from(operator.wrong_codes),
        operator.locked_at,
        operator.removed_at,
    ]
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, operator: &Operator) -> Result<(), StoreError> {
    let mut params = params![operator.name.as_str(), operator.digest, operator.created_at];
    params.extend(login_columns(operator));
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, operator: &Operator) -> Result<(), StoreError> {
    let mut params = params![operator.name.as_str(), operator.digest];
    params.extend(login_columns(operator));
    params.push(operator.version.into());
    exactly_one(tx, UPDATE, params).await
}

fn operator(record: &Record) -> Result<Operator, StoreError> {
    let login = match (record.maybe_text(3)?, record.maybe_blob(4)?, record.maybe_blob(7)?) {
        (Some(password), Some(totp), Some(backup)) => Some(ConsoleLogin {
            password: PasswordHash::from_phc(password.to_owned()),
            totp: Totp {
                sealed: totp.to_vec(),
                confirmed_at: record.moment(5)?,
                last_step: record.integer(6)?,
            },
            backup: digests(backup)?,
        }),
        _ => None,
    };
    Ok(Operator {
        name: record.text(0)?.to_owned(),
        digest: record.digest(1)?,
        created_at: record.moment(2)?,
        login,
        wrong_codes: u32::try_from(record.integer(8)?)
            .map_err(|_| StoreError::damaged("wrong_codes is out of range"))?,
        locked_at: record.maybe_moment(9)?,
        removed_at: record.maybe_moment(10)?,
        version: record.integer(11)?,
    })
}

fn digests(bytes: &[u8]) -> Result<Vec<Digest>, StoreError> {
    let whole = |chunk: &[u8]| chunk.try_into().map(Digest::from_bytes);
    let read: Result<Vec<Digest>, _> = bytes.chunks(DIGEST).map(whole).collect();
    read.map_err(|_| StoreError::damaged("backup codes that are no whole digests"))
}

impl<D: Driver> Store<D> {
    /// The operator with one of a token's digests, unless they were removed.
    pub async fn operator_by_digest(&self, digests: &[Digest]) -> Result<Option<Operator>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(operator).transpose()
    }

    /// An operator, removed ones too.
    pub async fn operator_by_name(&self, name: &str) -> Result<Option<Operator>, StoreError> {
        self.one(BY_NAME, params![name]).await?.as_ref().map(operator).transpose()
    }

    /// All operators by name, removed ones too.
    pub async fn operators(&self) -> Result<Vec<Operator>, StoreError> {
        self.driver.rows(ALL, params![""]).await?.iter().map(operator).collect()
    }
}
