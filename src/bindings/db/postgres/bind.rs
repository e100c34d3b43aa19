//! Parameters on their way in. What is binary in an obvious way is encoded here; of everything else the server makes the binary
//! form from a text that is bound as text, by the type's own input function, so that every type can be given.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgTypeInfo, PgTypeKind, Postgres};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _, Type, TypeInfo as _};

use super::super::lost::Trouble;
use super::super::parameters::{misfit, plain_json};
use super::text::{base, kind_of};
use super::type_name;
use crate::model::value::Value;

/// A value in the binary form of its type; nothing is `null`.
pub struct Raw {
    /// The type.
    pub kind: PgTypeInfo,
    /// The bytes.
    pub bytes: Option<Vec<u8>>,
}

impl Type<Postgres> for Raw {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("unknown")
    }

    fn compatible(_: &PgTypeInfo) -> bool {
        true
    }
}

impl Encode<'_, Postgres> for Raw {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(match &self.bytes {
            Some(bytes) => {
                buffer.extend_from_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(self.kind.clone())
    }
}

/// A parameter that is not sent yet.
enum Form {
    /// Its binary form.
    Bytes(Option<Vec<u8>>),
    /// The text that the type's input function takes.
    Text(String),
}

/// Binds parameters to the types that the prepared statement wants.
///
/// # Errors
/// A parameter that its type can't take, by its number.
pub async fn arguments(
    connection: &mut PgConnection,
    params: &[Value],
    wanted: &[PgTypeInfo],
) -> Result<PgArguments, Trouble> {
    let mut arguments = PgArguments::default();
    for (at, (value, kind)) in params.iter().zip(wanted).enumerate() {
        let form = form(value, kind).map_err(|given| misfit(at + 1, &type_name(kind), given))?;
        let bytes = match form {
            Form::Bytes(bytes) => bytes,
            Form::Text(text) => Some(converted(connection, text, kind, at + 1).await?),
        };
        arguments.add(Raw { kind: kind.clone(), bytes }).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// Lets the server make the binary form of a value.
async fn converted(
    connection: &mut PgConnection,
    text: String,
    kind: &PgTypeInfo,
    number: usize,
) -> Result<Vec<u8>, Trouble> {
    let Some(oid) = kind.oid() else { return Err(misfit(number, &type_name(kind), Value::Text(text).kind()).into()) };
    // With the modifier -1 the name means the type without a length of one.
    let name = format!("select format_type({}, -1)", oid.0);
    let name: String = sqlx::raw_sql(AssertSqlSafe(name)).fetch_one(&mut *connection).await?.try_get_unchecked(0)?;
    let cast = AssertSqlSafe(format!("select $1::text::{name}"));
    let row = sqlx::query(cast).persistent(false).bind(text).fetch_one(&mut *connection).await;
    let row = row.map_err(|error| match error.as_database_error() {
        // The server's own words, which quote the value, may hold a secret: they are masked like all that leaves.
        Some(said) => Trouble::Told(misfit(number, &type_name(kind), said.message())),
        None => Trouble::Sql(error),
    })?;
    let raw = row.try_get_raw(0)?;
    Ok(raw.as_bytes().map_err(sqlx::Error::Decode)?.to_vec())
}

/// The form of a value for a type, or what was given where the type can't take it.
fn form(value: &Value, kind: &PgTypeInfo) -> Result<Form, String> {
    let kind = base(kind);
    let wrong = || value.kind();
    let bytes = |bytes: Vec<u8>| Ok(Form::Bytes(Some(bytes)));
    if let Some(PgTypeKind::Array(_)) = kind_of(kind) {
        return match value {
            Value::Unit => Ok(Form::Bytes(None)),
            Value::List(items) => array(items).map(Form::Text),
            Value::Text(text) => Ok(Form::Text(text.clone())),
            _ => Err(wrong()),
        };
    }
    match (kind.name(), value) {
        (_, Value::Unit) => Ok(Form::Bytes(None)),
        (name @ ("JSON" | "JSONB"), value) => {
            // A text is JSON already, as it is for psql; every other value is written as JSON.
            let text = match value {
                Value::Text(text) => text.clone(),
                other => plain_json(other)?.to_string(),
            };
            let version: &[u8] = if name == "JSONB" { &[1] } else { &[] };
            bytes([version, text.as_bytes()].concat())
        }
        ("BOOL", Value::Bool(b)) => bytes(vec![u8::from(*b)]),
        ("INT2", Value::Int(n)) => {
            i16::try_from(*n).map_err(|_| n.to_string()).and_then(|n| bytes(n.to_be_bytes().to_vec()))
        }
        ("INT4", Value::Int(n)) => {
            i32::try_from(*n).map_err(|_| n.to_string()).and_then(|n| bytes(n.to_be_bytes().to_vec()))
        }
        ("INT8", Value::Int(n)) => bytes(n.to_be_bytes().to_vec()),
        ("FLOAT8", Value::Float(x)) => bytes(x.to_be_bytes().to_vec()),
        ("FLOAT4" | "FLOAT8" | "NUMERIC" | "MONEY" | "OID", Value::Int(n)) => Ok(Form::Text(n.to_string())),
        ("FLOAT4" | "NUMERIC", Value::Float(x)) => Ok(Form::Text(x.to_string())),
        ("BYTEA", Value::Bytes(raw)) => bytes(raw.clone()),
        ("TEXT" | "VARCHAR" | "CHAR" | "NAME", Value::Text(text)) => bytes(text.clone().into_bytes()),
        (_, Value::Text(text)) => Ok(Form::Text(text.clone())),
        _ => Err(wrong()),
    }
}

/// A list as PostgreSQL writes an array.
fn array(items: &[Value]) -> Result<String, String> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        parts.push(match item {
            Value::Unit => "NULL".to_owned(),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Float(x) => quoted(&x.to_string()),
            Value::Text(text) => quoted(text),
            Value::Bytes(bytes) => quoted(&bytes.iter().fold("\\x".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))),
            Value::List(items) => array(items)?,
            Value::Map(_) => quoted(&plain_json(item)?.to_string()),
            other => return Err(other.kind()),
        });
    }
    Ok(format!("{{{}}}", parts.join(",")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text;
    use super::*;

    proptest! {
        #[test]
        fn a_list_of_texts_is_the_same_list_after_postgresql_has_read_it(texts in proptest::collection::vec(".*", 0..5)) {
            let list: Vec<Value> = texts.iter().map(|text| Value::from(text.as_str())).collect();
            let written = array(&list).expect("an array");
            let kind = <[String] as Type<Postgres>>::type_info();
            prop_assert_eq!(text::value(&written, &kind), Value::List(list));
        }
    }
}
