//! placeholder
use std::process::ExitCode;
use clap::Args;
use super::desk::Desk;
/// placeholder
#[derive(Debug, Args)]
pub struct New {}
impl New {
    /// placeholder
    #[must_use]
    pub fn go(self, _: &Desk) -> ExitCode { ExitCode::SUCCESS }
}
