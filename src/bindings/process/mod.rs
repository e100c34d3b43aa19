//! `process::`: programs, started by their arguments and never through a shell. The author says what a program does to the world by
//! the function's name.

mod arguments;
mod change;
mod destroy;
mod ensure;
mod environment;
mod files;
mod launch;
mod output;
mod program;
mod read;
mod run;
mod stop;
mod tunnel;

use crate::binding::Declaration;

/// The functions of `process::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<read::Read>(),
        Declaration::ensure::<ensure::Ensure>(),
        Declaration::change::<change::Change>(),
        Declaration::destroy::<destroy::Destroy>(),
        Declaration::handle::<tunnel::Tunnel>(),
    ]
}
