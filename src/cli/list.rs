//! placeholder
use super::desk::Desk;
use clap::Args;
use std::process::ExitCode;
/// placeholder
#[derive(Debug, Args)]
pub struct List {}
impl List {
    /// placeholder
    #[must_use]
    pub fn go(self, _: &Desk) -> ExitCode {
        ExitCode::SUCCESS
    }
}
