//! What the manual says of an operation: its members, its result, what its arguments change about it, where AWS describes it.

use serde_json::{Map as Object, Value as Json, json};

use super::reviewed::sensitive::{Sensitivity, sensitivity};
use super::reviewed::{arguments, iam_actions};
use super::tables::{Flags, Kind, Operation, Service, Shape, Structure};
use crate::binding::Parameter;
use crate::messages::bindings_aws as messages;

/// How many of the values that a model knows are shown.
const KNOWN_MAX: usize = 12;

/// The members of a request.
#[must_use]
pub fn members(service: &Service<'_>, operation: &Operation<'_>) -> Vec<Parameter> {
    let Some(shape) = operation.input.and_then(|index| service.shape(index)) else { return Vec::new() };
    let members = shape.structure().map_or(&[][..], |structure| &structure.members);
    let member = |member: &super::tables::Member<'_>| {
        let target = service.shape(member.target)?;
        let schema = of_shape(service, target);
        let token = member.flags.has(Flags::IDEMPOTENCY_TOKEN);
        let secret = sensitivity(service.name, shape.name, member.name, target.sensitive) != Sensitivity::Plain;
        let mut doc = Vec::new();
        if token {
            doc.push(messages::filled_in());
        }
        if secret {
            doc.push(messages::may_be_a_secret());
        }
        if member.flags.has(Flags::DEPRECATED) {
            doc.push(messages::deprecated());
        }
        let types = |schema: &Json| schema.get("type").and_then(Json::as_str).map(str::to_owned).into_iter().collect();
        let inside = schema.get("items").or_else(|| schema.get("additionalProperties"));
        Some(Parameter {
            name: member.name.to_owned(),
            doc: doc.join("; "),
            types: types(&schema),
            choices: known(target),
            required: member.required() && !token,
            default: None,
            sink: secret,
            items: inside.map(types).unwrap_or_default(),
        })
    };
    members.iter().filter_map(member).collect()
}

/// The values that a model knows of a text; none when there are too many to be read.
fn known(shape: &Shape<'_>) -> Vec<String> {
    match &shape.kind {
        Kind::Text { known } if known.len() <= KNOWN_MAX => known.iter().map(|word| (*word).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// The result as a JSON schema, one level deep.
#[must_use]
pub fn output(service: &Service<'_>, operation: &Operation<'_>) -> Json {
    match operation.output.and_then(|index| service.shape(index)?.structure()) {
        Some(structure) => properties(service, structure),
        None => json!({ "type": "object" }),
    }
}

fn properties(service: &Service<'_>, structure: &Structure<'_>) -> Json {
    let property = |member: &super::tables::Member<'_>| {
        Some((member.name.to_owned(), of_shape(service, service.shape(member.target)?)))
    };
    let properties: Object<String, Json> = structure.members.iter().filter_map(property).collect();
    json!({ "type": "object", "properties": properties })
}

fn of_shape(service: &Service<'_>, shape: &Shape<'_>) -> Json {
    let name = |index| service.shape(index).map(|shape| kind_name(&shape.kind)).unwrap_or_default();
    match &shape.kind {
        Kind::List(list) => json!({ "type": "array", "items": { "type": name(list.member) } }),
        Kind::Map(map) => json!({ "type": "object", "additionalProperties": { "type": name(map.value) } }),
        Kind::Document => json!({}),
        kind => json!({ "type": kind_name(kind) }),
    }
}

fn kind_name(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Blob { .. } | Kind::Timestamp(_) => "string",
        Kind::Boolean => "boolean",
        Kind::Integer | Kind::Long => "integer",
        Kind::Float | Kind::Double => "number",
        Kind::List(_) => "array",
        Kind::Map(_) | Kind::Structure(_) | Kind::Document => "object",
    }
}

/// What needs explaining besides.
#[must_use]
pub fn remarks(service: &Service<'_>, operation: &Operation<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    for rule in arguments::rules(service.name, operation.name) {
        remarks.push(messages::by_argument(&rule.path, rule.effect.word(), &rule.why));
    }
    if let Some(actions) = iam_actions::actions(service.name, operation.name) {
        remarks.push(messages::iam_actions(actions.always.join(", ")));
    }
    if operation.deprecated {
        remarks.push(messages::deprecated());
    }
    remarks.push(messages::described_at(service.reference_page(operation)));
    remarks
}
