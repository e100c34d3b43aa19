//! Members that make the repetition of a request harmless.

use crate::bindings::aws::tables::{Flags, Operation, Service};
use crate::model::value::Value;

/// Gives the members that the model marks as idempotency tokens the token of the call, where the script gave none.
#[must_use]
pub fn fill(service: &Service<'_>, operation: &Operation<'_>, input: Value, token: &str) -> Value {
    let structure = operation.input.and_then(|input| service.shape(input)?.structure());
    let (Some(structure), Value::Map(mut map)) = (structure, input) else {
        return Value::Map(std::collections::BTreeMap::new());
    };
    for member in structure.members.iter().filter(|member| member.flags.has(Flags::IDEMPOTENCY_TOKEN)) {
        let slot = map.entry(member.name.to_owned()).or_default();
        if *slot == Value::Unit {
            *slot = Value::Text(token.to_owned());
        }
    }
    Value::Map(map)
}
