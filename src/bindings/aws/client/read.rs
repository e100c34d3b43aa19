//! Answers as values of a script, named as the API reference names them, as `aws … --output json` shows them.

use std::collections::BTreeMap;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{DateTime, Document, Number};
use base64::Engine as _;

use super::schemas::Schemas;
use crate::bindings::aws::tables::{Flags, Kind, ShapeIndex};
use crate::model::value::Value;

/// What stands in the answer as a structure of the model. Members that the model does not know are left out.
///
/// # Errors
/// Text that is not what the protocol writes.
pub fn structure(from: &mut dyn ShapeDeserializer, schemas: &Schemas, index: ShapeIndex) -> Result<Value, SerdeError> {
    let mut map = BTreeMap::new();
    let Some(structure) = schemas.service().shape(index).and_then(|shape| shape.structure()) else {
        return Ok(Value::Map(map));
    };
    from.read_struct(schemas.shape(index), &mut |schema, from| {
        // A member that the model does not know has no place in it.
        let Some(member) = schema.member_index().and_then(|at| structure.members.get(at)) else {
            return from.skip_value();
        };
        if from.is_null() {
            return from.read_null();
        }
        let is_stream = member.flags.has(Flags::STREAMING);
        let mut value = if is_stream {
            stream(from.read_blob(schema)?.into_inner())
        } else {
            read(from, schemas, member.target, schema)?
        };
        if member.flags.has(Flags::JSON_TEXT) {
            value = json_text(value);
        }
        map.insert(member.name.to_owned(), value);
        Ok(())
    })?;
    Ok(Value::Map(map))
}

fn read(
    from: &mut dyn ShapeDeserializer,
    schemas: &Schemas,
    target: ShapeIndex,
    schema: &Schema<'_>,
) -> Result<Value, SerdeError> {
    let Some(shape) = schemas.service().shape(target) else { return Ok(Value::Unit) };
    Ok(match &shape.kind {
        Kind::Structure(_) => structure(from, schemas, target)?,
        Kind::List(list) => {
            let element = schemas.shape(list.member);
            let mut items = Vec::new();
            from.read_list(schema, &mut |from| {
                let item = if from.is_null() {
                    from.read_null()?;
                    Value::Unit
                } else {
                    read(from, schemas, list.member, element)?
                };
                if item != Value::Unit || list.sparse {
                    items.push(item);
                }
                Ok(())
            })?;
            Value::List(items)
        }
        Kind::Map(map) => {
            let element = schemas.shape(map.value);
            let mut entries = BTreeMap::new();
            from.read_map(schema, &mut |key, from| {
                let item = if from.is_null() {
                    from.read_null()?;
                    Value::Unit
                } else {
                    read(from, schemas, map.value, element)?
                };
                if item != Value::Unit || map.sparse {
                    entries.insert(key, item);
                }
                Ok(())
            })?;
            Value::Map(entries)
        }
        Kind::Text { .. } => {
            let text = from.read_string(schema)?;
            match (schemas.service().name, shape.name) {
                ("iam", "policyDocumentType") => policy(text),
                ("cloudformation", "TemplateBody") => as_json(&text).unwrap_or(Value::Text(text)),
                _ => Value::Text(text),
            }
        }
        Kind::Boolean => Value::Bool(from.read_boolean(schema)?),
        Kind::Integer => Value::Int(i64::from(from.read_integer(schema)?)),
        Kind::Long => Value::Int(from.read_long(schema)?),
        Kind::Float => Value::Float(f64::from(from.read_float(schema)?)),
        Kind::Double => Value::Float(from.read_double(schema)?),
        Kind::Timestamp(_) => moment(&from.read_timestamp(schema)?),
        Kind::Blob { streaming: true } => stream(from.read_blob(schema)?.into_inner()),
        // As the AWS CLI shows bytes.
        Kind::Blob { streaming: false } => {
            Value::Text(base64::engine::general_purpose::STANDARD.encode(from.read_blob(schema)?.into_inner()))
        }
        Kind::Document => document(from.read_document(schema)?),
    })
}

/// A moment as RFC 3339 in UTC, to the millisecond: JSON carries seconds as a floating-point number, and what is finer is its noise.
fn moment(moment: &DateTime) -> Value {
    let nanos = (moment.subsec_nanos() + 500_000) / 1_000_000 * 1_000_000;
    let rounded = if nanos >= 1_000_000_000 {
        DateTime::from_secs(moment.secs().saturating_add(1))
    } else {
        DateTime::from_secs_and_nanos(moment.secs(), nanos)
    };
    #[expect(clippy::cast_precision_loss, reason = "a moment that RFC 3339 can't write is given as its seconds")]
    rounded.fmt(Format::DateTime).map_or(Value::Float(moment.secs() as f64), Value::Text)
}

/// A body that comes as a stream is text where it is text.
fn stream(bytes: Vec<u8>) -> Value {
    String::from_utf8(bytes).map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text)
}

/// IAM gives its policies as JSON in percent encoding; the AWS CLI shows what they say.
fn policy(text: String) -> Value {
    let decoded = percent_encoding::percent_decode_str(&text).decode_utf8().ok();
    decoded.and_then(|decoded| as_json(&decoded)).unwrap_or(Value::Text(text))
}

fn as_json(text: &str) -> Option<Value> {
    Value::from_plain_json(serde_json::from_str(text).ok()?).ok()
}

fn json_text(value: Value) -> Value {
    let Value::Text(text) = &value else { return value };
    let decoded =
        base64::engine::general_purpose::STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let json = serde_json::from_str::<serde_json::Value>(decoded.as_deref().unwrap_or(text)).ok();
    json.and_then(|json| Value::from_plain_json(json).ok()).unwrap_or(value)
}

fn document(document: Document) -> Value {
    match document {
        Document::Null => Value::Unit,
        Document::Bool(flag) => Value::Bool(flag),
        Document::Number(number) => match number {
            Number::PosInt(number) => {
                i64::try_from(number).map_or_else(|_| Value::Text(number.to_string()), Value::Int)
            }
            Number::NegInt(number) => Value::Int(number),
            Number::Float(number) => Value::Float(number),
        },
        Document::String(text) => Value::Text(text),
        Document::Array(items) => Value::List(items.into_iter().map(self::document).collect()),
        Document::Object(map) => {
            Value::Map(map.into_iter().map(|(name, value)| (name, self::document(value))).collect())
        }
    }
}
