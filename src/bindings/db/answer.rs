//! What statements give: columns and rows within their limits.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// How many bytes the values of a result may have.
const BYTES_MAX: usize = 8 << 20;

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as the database names it.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What a statement gave.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, as maps.
    pub rows: Vec<Value>,
    /// How many rows the statement changed.
    pub affected: u64,
}

/// Rows while they arrive.
pub struct Rows<'a> {
    columns: Vec<Column>,
    cells: Vec<Vec<Value>>,
    left: &'a mut Room,
}

/// How much more may arrive.
#[derive(Debug)]
pub struct Room {
    max_rows: usize,
    rows: usize,
    bytes: usize,
}

impl Room {
    /// Room for so many rows.
    #[must_use]
    pub fn new(max_rows: usize) -> Self {
        Room { max_rows, rows: max_rows, bytes: BYTES_MAX }
    }
}

impl<'a> Rows<'a> {
    /// No rows yet.
    ///
    /// # Errors
    /// Two columns of one name: a map can hold only one of them.
    pub fn new(columns: Vec<Column>, left: &'a mut Room) -> Result<Self, Failure> {
        for (at, column) in columns.iter().enumerate() {
            if columns.iter().take(at).any(|before| before.name == column.name) {
                return Err(
                    Failure::invalid(messages::two_columns_of_one_name(&column.name)).hint(messages::give_aliases())
                );
            }
        }
        Ok(Rows { columns, cells: Vec::new(), left })
    }

    /// Takes a row.
    ///
    /// # Errors
    /// No room for it.
    pub fn take(&mut self, row: Vec<Value>) -> Result<(), Failure> {
        let Some(rows) = self.left.rows.checked_sub(1) else {
            return Err(
                Failure::failed(messages::more_rows_than(self.left.max_rows)).hint(messages::limit_or_max_rows())
            );
        };
        let Some(bytes) = self.left.bytes.checked_sub(row.iter().map(size).sum()) else {
            return Err(Failure::failed(messages::more_bytes_than(BYTES_MAX >> 20)).hint(messages::fewer_columns()));
        };
        self.left.rows = rows;
        self.left.bytes = bytes;
        self.cells.push(row);
        Ok(())
    }

    /// The rows so far, to be changed in place.
    pub fn cells(&mut self) -> &mut Vec<Vec<Value>> {
        &mut self.cells
    }

    /// What the statement gave.
    #[must_use]
    pub fn finish(self, affected: u64) -> Answer {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let map = |row: Vec<Value>| {
            let map: BTreeMap<String, Value> = names.iter().cloned().zip(row).collect();
            Value::Map(map)
        };
        Answer { rows: self.cells.into_iter().map(map).collect(), columns: self.columns, affected }
    }
}

/// About how many bytes a value takes in the journal.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.iter().map(|item| size(item).saturating_add(2)).sum(),
        Value::Map(map) => map.iter().map(|(key, item)| key.len().saturating_add(size(item)).saturating_add(4)).sum(),
        _ => 8,
    }
}
