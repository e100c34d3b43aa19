//! Where a service's requests go: AWS's published endpoint rules, interpreted.
//! <https://smithy.io/2.0/additional-specs/rules-engine/specification.html>

mod functions;
mod partitions;
mod published;
mod resolve;
mod rules;

pub use partitions::{Partition, Partitions};
pub use published::{UnknownRule, partitions, rule_set};
pub use resolve::{AuthScheme, EndpointError, Parameter, Resolved, resolve};
pub use rules::{
    Argument, Call, Condition, Function, Part, Place, Rule, RuleParameter, RuleSet, SchemeTemplate, Template,
};
