//! `time::`: the clock, and reckoning with times and durations. Waiting is the engine's, as it outlives a process.

mod add;
mod format;
mod moment;
mod now;
mod parse;
mod seconds;
mod since;
mod subtract;

use crate::binding::Declaration;

/// The functions of `time::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::pure::<add::Add>(),
        Declaration::pure::<format::Format>(),
        Declaration::read::<now::Now>(),
        Declaration::pure::<parse::Parse>(),
        Declaration::pure::<seconds::Seconds>(),
        Declaration::pure::<since::Since>(),
        Declaration::pure::<subtract::Subtract>(),
    ]
}
