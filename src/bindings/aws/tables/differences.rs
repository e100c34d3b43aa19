//! What an update of the tables changes for scripts.

use std::collections::BTreeMap;

use super::service::{Operation, Service};
use super::shape::Member;

/// What `after` has that `before` had not, and the other way round, one line each: operations, members that must be given from now on or
/// are gone, members that hold what nobody should read.
#[must_use]
pub fn differences(before: &Service<'_>, after: &Service<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for operation in &before.operations {
        match after.operation(operation.function) {
            None => lines.push(format!("- {}::{}", before.name, operation.function)),
            Some(newer) => lines.extend(members((before, operation), (after, newer))),
        }
    }
    for operation in &after.operations {
        if before.operation(operation.function).is_none() {
            lines.push(format!("+ {}::{}", after.name, operation.function));
        }
    }
    lines
}

fn members(before: (&Service<'_>, &Operation<'_>), after: (&Service<'_>, &Operation<'_>)) -> Vec<String> {
    let name = format!("{}::{}", after.0.name, after.1.function);
    let (older, newer) = (of_request(before.0, before.1), of_request(after.0, after.1));
    let mut lines = Vec::new();
    for (member, (old, _)) in &older {
        match newer.get(member) {
            None => lines.push(format!("- {name} {member}")),
            Some((new, _)) if new.required() && !old.required() => {
                lines.push(format!("! {name} {member} must be given from now on"))
            }
            Some(_) => {}
        }
    }
    for (member, (new, sensitive)) in &newer {
        match older.get(member) {
            None if new.required() => lines.push(format!("! {name} {member} is new and must be given")),
            None => lines.push(format!("+ {name} {member}")),
            Some((_, was)) if sensitive != was => {
                lines.push(format!("! {name} {member} sensitive: {was} → {sensitive}"))
            }
            Some(_) => {}
        }
    }
    lines
}

/// The members of a request, with whether the model says that they are sensitive.
fn of_request<'s, 'a>(
    service: &'s Service<'a>,
    operation: &Operation<'_>,
) -> BTreeMap<&'a str, (&'s Member<'a>, bool)> {
    let structure = operation.input.and_then(|input| service.shape(input)?.structure());
    let members = structure.map_or(&[][..], |structure| &structure.members);
    let sensitive = |member: &Member<'_>| service.shape(member.target).is_some_and(|shape| shape.sensitive);
    members.iter().map(|member| (member.name, (member, sensitive(member)))).collect()
}
