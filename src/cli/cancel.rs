//! `runbook cancel`: ends a run for good.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::arguments::pair;
use super::conduct::{Conduct, conduct};
use super::desk::Desk;
use super::resume::{pinned, refuse_final, secrets_again, take};
use super::take_over;
use super::view::Act;
use crate::engine::run as engine;

/// End a run for good: pay the closes it owes, then nothing can follow
#[derive(Debug, Args)]
pub struct Cancel {
    /// Its id, or the beginning of it
    run: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Make the compensations that the run has registered, newest first
    #[arg(long)]
    undo: bool,

    /// End an imported run: it has stopped where it comes from, and nobody resumes it there
    #[arg(long)]
    take_over: bool,

    /// Give a secret parameter again: `-` (standard input), `@FILE` or `env:NAME`
    #[arg(long = "set-secret", value_name = "NAME=SOURCE", value_parser = pair)]
    set_secret: Vec<(String, String)>,
}

impl Cancel {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let taken = match take(desk, Some(&self.run)) {
            Ok(taken) => taken,
            Err(code) => return code,
        };
        if let Some(code) = refuse_final(desk, &taken) {
            return code;
        }
        if let Err(diagnostic) = take_over::allowed(desk, &taken, self.take_over, "cancel") {
            return desk.fail(&diagnostic);
        }
        let sources = pinned(&taken);
        let how = Conduct {
            act: Act::Resume,
            backend: Arc::clone(&taken.backend),
            policy: taken.policy,
            yes: false,
            sources,
        };
        let mut again = secrets_again(desk, self.set_secret);
        conduct(desk, &taken.run, &taken.history.start, how, |host| {
            engine::cancel(host, &taken.run, self.reason, self.undo, &mut again)
        })
    }
}
