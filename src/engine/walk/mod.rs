//! Every statement, expression and call of a script, and the structural name of each call's place.
//!
//! The engine names a call by where it stands in the text (DESIGN §3: keys are structural), and the checker looks at all calls
//! without running them; both go through here. `AST::walk` is not enough for either: it misses what stands in `break …`, and it
//! visits the bodies of functions without saying whose they are. What a call means does not live here.

mod functions;
mod node;
mod sites;
mod step_names;

pub use functions::{Function, Functions};
pub use node::{Call, Node};
pub use sites::{Owner, Site, Sites};
pub use step_names::StepNames;
