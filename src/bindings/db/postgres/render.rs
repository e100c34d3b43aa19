//! Values on their way out of the binary protocol. What is binary in an obvious way is read here; all else is given back to the
//! server, which writes it as text by the type's own output function, so that every type can be had.

use sqlx::postgres::{PgArguments, PgConnection, PgRow, PgTypeInfo, PgTypeKind, Postgres};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _, TypeInfo as _, ValueRef as _};

use super::super::lost::Trouble;
use super::bind::Raw;
use super::text::{self, base, kind_of};
use crate::model::value::Value;

/// How many values are given back at once; the protocol has room for 65,535.
const AT_ONCE: usize = 10_000;

/// What is left for the server to write as text.
#[derive(Default)]
pub struct Left {
    rows: usize,
    values: Vec<(usize, usize, Vec<u8>)>,
}

impl Left {
    /// The values of a row, with gaps for what is left.
    ///
    /// # Errors
    /// A row that the driver can't read.
    pub fn row(&mut self, row: &PgRow, types: &[PgTypeInfo]) -> Result<Vec<Value>, Trouble> {
        let mut values = Vec::with_capacity(types.len());
        for (at, kind) in types.iter().enumerate() {
            let raw = row.try_get_raw(at)?;
            if raw.is_null() {
                values.push(Value::Unit);
                continue;
            }
            let bytes = raw.as_bytes().map_err(sqlx::Error::Decode)?;
            values.push(match read(bytes, kind) {
                Some(value) => value,
                None => {
                    self.values.push((self.rows, at, bytes.to_vec()));
                    // Counts for as much as it is likely to have, until it is known.
                    Value::Bytes(bytes.to_vec())
                }
            });
        }
        self.rows += 1;
        Ok(values)
    }

    /// Fills the gaps.
    ///
    /// # Errors
    /// What the server says.
    pub async fn fill(
        self,
        connection: &mut PgConnection,
        types: &[PgTypeInfo],
        cells: &mut [Vec<Value>],
    ) -> Result<(), Trouble> {
        for some in self.values.chunks(AT_ONCE) {
            let mut arguments = PgArguments::default();
            for (_, at, bytes) in some {
                let Some(kind) = types.get(*at) else { continue };
                let raw = Raw { kind: kind.clone(), bytes: Some(bytes.clone()) };
                arguments.add(raw).map_err(sqlx::Error::Encode)?;
            }
            let texts: Vec<String> = (1..=some.len()).map(|number| format!("${number}::text")).collect();
            let sql = format!("select unnest(array[{}])", texts.join(","));
            let query = sqlx::query_with::<Postgres, _>(AssertSqlSafe(sql), arguments).persistent(false);
            let rows = query.fetch_all(&mut *connection).await?;
            for ((row, at, _), written) in some.iter().zip(&rows) {
                let written: String = written.try_get_unchecked(0)?;
                let cell = cells.get_mut(*row).and_then(|row| row.get_mut(*at));
                if let (Some(cell), Some(kind)) = (cell, types.get(*at)) {
                    *cell = text::value(&written, kind);
                }
            }
        }
        Ok(())
    }
}

/// A value from its binary form, where that is simple.
fn read(bytes: &[u8], kind: &PgTypeInfo) -> Option<Value> {
    let kind = base(kind);
    let utf8 = || std::str::from_utf8(bytes).ok();
    if let Some(PgTypeKind::Enum(_)) = kind_of(kind) {
        return utf8().map(Value::from);
    }
    match kind.name() {
        "BOOL" => bytes.first().map(|b| Value::Bool(*b != 0)),
        "INT2" => bytes.try_into().ok().map(|b| Value::Int(i16::from_be_bytes(b).into())),
        "INT4" => bytes.try_into().ok().map(|b| Value::Int(i32::from_be_bytes(b).into())),
        "INT8" => bytes.try_into().ok().map(|b| Value::Int(i64::from_be_bytes(b))),
        "OID" => bytes.try_into().ok().map(|b| Value::Int(u32::from_be_bytes(b).into())),
        // Its own digits, not those that it has as a wider number.
        "FLOAT4" => {
            bytes.try_into().ok().and_then(|b| f32::from_be_bytes(b).to_string().parse().ok()).map(Value::Float)
        }
        "FLOAT8" => bytes.try_into().ok().map(|b| Value::Float(f64::from_be_bytes(b))),
        "BYTEA" => Some(Value::Bytes(bytes.to_vec())),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN" => utf8().map(Value::from),
        "JSON" => utf8().and_then(text::json),
        "JSONB" => bytes.strip_prefix(&[1]).and_then(|json| std::str::from_utf8(json).ok()).and_then(text::json),
        "VOID" => Some(Value::Unit),
        _ => None,
    }
}
