//! Values and records: what goes into a statement and what comes out, the same for every engine.

use std::str::FromStr;

use compact_str::CompactString;
use domain::{Digest, Timestamp};

use crate::driver::StoreError;

/// One value of a statement or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// A 64-bit integer; also moments (milliseconds UTC) and truth values (0, 1).
    Integer(i64),
    /// Text; an id is kept in place, because a start reads millions.
    Text(CompactString),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Integer(i64::from(value))
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Value::Integer(value.as_millis())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Value::Blob(value)
    }
}

impl From<Digest> for Value {
    fn from(value: Digest) -> Self {
        Value::Blob(value.as_bytes().to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(pub Vec<Value>);

impl Record {
    fn at(&self, column: usize) -> Result<&Value, StoreError> {
        self.0.get(column).ok_or_else(|| StoreError::damaged(format!("column {column} is missing")))
    }

    /// An integer that may be NULL.
    pub fn maybe_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Integer(value) => Ok(Some(*value)),
            other => {
                Err(StoreError::damaged(format!("column {column}: expected an integer, found {other:?}")))
            }
        }
    }

    /// An integer.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        self.maybe_integer(column)?.ok_or_else(|| StoreError::damaged(format!("column {column} is NULL")))
    }

    /// A truth value.
    pub fn truth(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.integer(column)? != 0)
    }

    /// A moment.
    pub fn moment(&self, column: usize) -> Result<Timestamp, StoreError> {
        Ok(Timestamp::from_millis(self.integer(column)?))
    }

    /// A moment that may be NULL.
    pub fn maybe_moment(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.maybe_integer(column)?.map(Timestamp::from_millis))
    }

    /// Text that may be NULL.
    pub fn maybe_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(StoreError::damaged(format!("column {column}: expected text, found {other:?}"))),
        }
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| StoreError::damaged(format!("column {column} is NULL")))
    }

    /// Text that must parse: an id, a mode, a role.
    pub fn parsed<T: FromStr>(&self, column: usize) -> Result<T, StoreError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StoreError::damaged(format!("column {column} holds {text:?}")))
    }

    /// Bytes that may be NULL.
    pub fn maybe_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            Value::Blob(bytes) => Ok(Some(bytes)),
            other => Err(StoreError::damaged(format!("column {column}: expected bytes, found {other:?}"))),
        }
    }

    /// Thirty-two bytes.
    pub fn bytes32(&self, column: usize) -> Result<[u8; 32], StoreError> {
        self.maybe_blob(column)?
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| StoreError::damaged(format!("column {column} is not 32 bytes")))
    }

    /// A digest.
    pub fn digest(&self, column: usize) -> Result<Digest, StoreError> {
        Ok(Digest::from_bytes(self.bytes32(column)?))
    }

    /// A digest that may be NULL.
    pub fn maybe_digest(&self, column: usize) -> Result<Option<Digest>, StoreError> {
        match self.at(column)? {
            Value::Null => Ok(None),
            _ => self.digest(column).map(Some),
        }
    }

    /// Digests that stand one after the other.
    pub fn digests(&self, column: usize) -> Result<Vec<Digest>, StoreError> {
        let packed = self.maybe_blob(column)?.unwrap_or_default();
        let (whole, rest) = packed.as_chunks::<32>();
        if rest.is_empty() {
            Ok(whole.iter().copied().map(Digest::from_bytes).collect())
        } else {
            Err(StoreError::damaged(format!("column {column} is not digests of 32 bytes")))
        }
    }
}

/// Digests one after the other, thirty-two bytes each.
pub(crate) fn packed(digests: &[Digest]) -> Vec<u8> {
    digests.iter().flat_map(|digest| *digest.as_bytes()).collect()
}

/// Builds a statement's parameters: `params![a, b, …]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;
