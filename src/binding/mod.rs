//! The shape of a host function: what its file must say, and the erased declaration that everything else is derived from.

mod arguments;
mod context;
mod declaration;
mod function;
mod modelled;
mod parameters;
mod registry;
mod sink;

pub use arguments::ArgumentError;
pub use context::{Context, Progress};
pub use declaration::{Checked, Declaration, Kind};
pub use function::{Described, Example, HostFunction, PureFunction, Settle};
pub use modelled::{Description, Modelled, Problem, Step};
pub use parameters::Parameter;
pub use registry::{Family, Registry};
pub use sink::{SinkJson, SinkText};
