//! Values of a script as members of a request, by the schemas of the table.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{Blob, DateTime, Document, Number};
use base64::Engine as _;

use super::schemas::Schemas;
use crate::bindings::aws::tables::{Flags, Kind, Location, Member, Protocol, ShapeIndex, Structure};
use crate::messages::bindings_aws as messages;
use crate::model::value::Value;

type Written = Result<(), SerdeError>;

/// A map of a script as a structure of the model.
#[derive(Debug)]
pub struct StructValue<'a> {
    schemas: &'a Schemas,
    schema: &'static Schema<'static>,
    structure: Option<&'static Structure<'static>>,
    value: &'a Value,
}

impl<'a> StructValue<'a> {
    /// The request of an operation; `schema` is what [`Schemas::input`] gave.
    #[must_use]
    pub fn request(
        schemas: &'a Schemas,
        schema: &'static Schema<'static>,
        input: Option<ShapeIndex>,
        value: &'a Value,
    ) -> Self {
        let structure = input.and_then(|input| schemas.service().shape(input)?.structure());
        StructValue { schemas, schema, structure, value }
    }

    fn member_schema(
        &self,
        at: usize,
        structure: &Structure<'static>,
        member: &Member<'static>,
    ) -> Option<&'static Schema<'static>> {
        let is_payload = structure.payload.is_some_and(|payload| usize::from(payload) == at);
        let kind = self.schemas.service().shape(member.target).map(|shape| &shape.kind);
        let is_structure = matches!(kind, Some(Kind::Structure(_) | Kind::Document));
        if is_payload && is_structure && member.location == Location::Body {
            return Some(self.schemas.payload(member));
        }
        self.schema.members().get(at).copied()
    }
}

impl SerializableStruct for StructValue<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.schema
    }

    fn serialize_members(&self, serializer: &mut dyn ShapeSerializer) -> Written {
        let (Some(structure), Value::Map(map)) = (self.structure, self.value) else { return Ok(()) };
        for (at, member) in structure.members.iter().enumerate() {
            let Some(value) = map.get(member.name).filter(|value| **value != Value::Unit) else { continue };
            let Some(schema) = self.member_schema(at, structure, member) else { continue };
            if member.flags.has(Flags::JSON_TEXT) {
                let text = match value {
                    Value::Text(json) => json.clone(),
                    value => value.to_plain_json().map_err(|failure| SerdeError::custom(failure.message))?.to_string(),
                };
                serializer.write_string(schema, &text)?;
            } else {
                write(serializer, self.schemas, member.target, schema, value)?;
            }
        }
        Ok(())
    }
}

fn write(
    serializer: &mut dyn ShapeSerializer,
    schemas: &Schemas,
    target: ShapeIndex,
    schema: &Schema<'_>,
    value: &Value,
) -> Written {
    let Some(shape) = schemas.service().shape(target) else { return Ok(()) };
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Map(_)) => {
            let own = schemas.shape(target);
            serializer.write_struct(schema, &StructValue { schemas, schema: own, structure: Some(structure), value })
        }
        // EC2 takes an empty list for a list of one empty element.
        (Kind::List(_), Value::List(items)) if items.is_empty() && schemas.service().protocol == Protocol::Ec2 => {
            Ok(())
        }
        (Kind::List(list), Value::List(items)) => {
            let element = schemas.shape(list.member);
            serializer.write_list_with_length(schema, items.len(), &|serializer| {
                for item in items {
                    if *item == Value::Unit {
                        serializer.write_null(element)?;
                    } else {
                        write(serializer, schemas, list.member, element, item)?;
                    }
                }
                Ok(())
            })
        }
        (Kind::Map(map), Value::Map(entries)) => {
            let (key, element) = (schemas.shape(map.key), schemas.shape(map.value));
            serializer.write_map_with_length(schema, entries.len(), &|serializer| {
                for (name, item) in entries {
                    serializer.write_string(key, name)?;
                    if *item == Value::Unit {
                        serializer.write_null(element)?;
                    } else {
                        write(serializer, schemas, map.value, element, item)?;
                    }
                }
                Ok(())
            })
        }
        (Kind::Text { .. }, Value::Text(text)) => serializer.write_string(schema, text),
        (Kind::Boolean, Value::Bool(flag)) => serializer.write_boolean(schema, *flag),
        (Kind::Integer, Value::Int(number)) => {
            let number = i32::try_from(*number).map_err(|_| SerdeError::custom(messages::does_not_fit(*number)))?;
            serializer.write_integer(schema, number)
        }
        (Kind::Long, Value::Int(number)) => serializer.write_long(schema, *number),
        (Kind::Float, number) => match as_float(number) {
            #[expect(clippy::cast_possible_truncation, reason = "the member has 32 bits")]
            Some(number) => serializer.write_float(schema, number as f32),
            None => Err(mismatch(shape.name, value)),
        },
        (Kind::Double, number) => match as_float(number) {
            Some(number) => serializer.write_double(schema, number),
            None => Err(mismatch(shape.name, value)),
        },
        (Kind::Timestamp(_), value) => match moment(value) {
            Some(moment) => serializer.write_timestamp(schema, &moment),
            None => Err(mismatch(shape.name, value)),
        },
        (Kind::Blob { .. }, value) => match bytes(value) {
            Some(bytes) => serializer.write_blob(schema, Blob::new(bytes)),
            None => Err(mismatch(shape.name, value)),
        },
        (Kind::Document, value) => serializer.write_document(schema, &document(value)?),
        _ => Err(mismatch(shape.name, value)),
    }
}

/// The bytes that a value stands for: a text is its own, `#{ base64: … }` those that it encodes.
#[must_use]
pub fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Text(text) => Some(text.clone().into_bytes()),
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Map(map) if map.len() == 1 => {
            base64::engine::general_purpose::STANDARD.decode(map.get("base64")?.as_text()?).ok()
        }
        _ => None,
    }
}

/// The moment that a value stands for: RFC 3339, or seconds since 1970.
#[must_use]
pub fn moment(value: &Value) -> Option<DateTime> {
    match value {
        Value::Text(text) => DateTime::from_str(text, Format::DateTimeWithOffset).ok(),
        Value::Int(seconds) => Some(DateTime::from_secs(*seconds)),
        Value::Float(seconds) if seconds.is_finite() => Some(DateTime::from_secs_f64(*seconds)),
        _ => None,
    }
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "the member is a floating-point number")]
        Value::Int(number) => Some(*number as f64),
        Value::Text(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn document(value: &Value) -> Result<Document, SerdeError> {
    Ok(match value {
        Value::Unit => Document::Null,
        Value::Bool(flag) => Document::Bool(*flag),
        Value::Int(number) => Document::Number(match u64::try_from(*number) {
            Ok(positive) => Number::PosInt(positive),
            Err(_) => Number::NegInt(*number),
        }),
        Value::Float(number) => Document::Number(Number::Float(*number)),
        Value::Text(text) => Document::String(text.clone()),
        Value::Char(c) => Document::String(c.to_string()),
        Value::List(items) => Document::Array(items.iter().map(document).collect::<Result<_, _>>()?),
        Value::Map(map) => Document::Object(
            map.iter().map(|(name, value)| Ok((name.clone(), document(value)?))).collect::<Result<_, SerdeError>>()?,
        ),
        Value::Bytes(_) | Value::Unknown => return Err(mismatch("document", value)),
    })
}

fn mismatch(shape: &str, value: &Value) -> SerdeError {
    SerdeError::custom(messages::is_no_value_of(value.kind(), shape))
}
