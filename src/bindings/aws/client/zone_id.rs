//! Ids of Route 53, which answers write as `/hostedzone/Z…` and requests as `Z…`.

use crate::bindings::aws::tables::{Location, Operation, Service};
use crate::model::value::Value;

/// The shapes that hold such ids.
const SHAPES: [&str; 3] = ["ResourceId", "DelegationSetId", "ChangeId"];

/// A request in which ids may stand as answers write them, as the AWS CLI takes them.
#[must_use]
pub fn shortened(service: &Service<'_>, operation: &Operation<'_>, input: Value) -> Value {
    let structure = operation.input.and_then(|index| service.shape(index)?.structure());
    let (Some(structure), Value::Map(mut map), "route53") = (structure, input.clone(), service.name) else {
        return input;
    };
    for member in structure.members.iter().filter(|member| member.location == Location::Uri) {
        let is_id = service.shape(member.target).is_some_and(|shape| SHAPES.contains(&shape.name));
        if let (true, Some(Value::Text(id))) = (is_id, map.get_mut(member.name))
            && let Some((_, short)) = id.rsplit_once('/')
        {
            *id = short.to_owned();
        }
    }
    Value::Map(map)
}
