//! placeholder
use std::process::ExitCode;
use clap::Args;
use super::desk::Desk;
/// placeholder
#[derive(Debug, Args)]
pub struct Show {}
impl Show {
    /// placeholder
    #[must_use]
    pub fn go(self, _: &Desk) -> ExitCode { ExitCode::SUCCESS }
}
