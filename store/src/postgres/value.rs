//! Values as PostgreSQL takes and gives them: BIGINT, TEXT, BYTEA and NULL, in the binary format.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::driver::StoreError;
use crate::value::{Record, Value};

/// A place in a query where text with U+0000 stands, which PostgreSQL cannot hold: this never equals anything stored, either.
const NOTHING: char = '\u{fffd}';

/// The type a parameter is sent as. NULL is what its place says.
pub(super) const fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// Whether PostgreSQL can hold all of this: its text has no U+0000.
pub(super) fn can_be_held(params: &[Value]) -> bool {
    !params.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0')))
}

/// Parameters of a question. What cannot be held cannot be found, so it may be asked for as something else that is not there.
pub(super) fn asked_for(params: Vec<Value>) -> Vec<Value> {
    if can_be_held(&params) {
        return params;
    }
    let held = |value| match value {
        Value::Text(text) => Value::Text(text.replace('\0', &NOTHING.to_string()).into()),
        other => other,
    };
    params.into_iter().map(held).collect()
}

/// One row of an answer.
pub(super) fn record(row: &Row) -> Result<Record, StoreError> {
    let at = |column| {
        row.try_get::<usize, Value>(column).map_err(|error| {
            StoreError::damaged(format!("column {column}: {}", super::failure::told(&error)))
        })
    };
    (0..row.len()).map(at).collect::<Result<_, _>>().map(Record)
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(integer) => integer.to_sql(ty, out),
            Value::Text(text) => text.as_str().to_sql(ty, out),
            Value::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Value::Integer),
            Type::INT4 => i32::from_sql(ty, raw).map(|integer| Value::Integer(integer.into())),
            Type::BYTEA => <&[u8]>::from_sql(ty, raw).map(|bytes| Value::Blob(bytes.to_vec())),
            _ => <&str>::from_sql(ty, raw).map(|text| Value::Text(text.into())),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::BYTEA) || <String as FromSql>::accepts(ty)
    }
}
