//! `runbook settle`: a person says whether a call in doubt happened.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::desk::Desk;
use super::report::call_lines;
use super::resume::{Taken, refuse_final, take};
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Journal, Opening};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, SettledBy, Verdict};
use crate::model::value::Value;
use crate::report::run_report::call_line;
use crate::world::clock::SystemClock;

/// Say whether a call in doubt happened
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook settle r-8m3x                       what is in doubt\n  runbook settle r-8m3x 17 --happened '{\"id\": 5}'\n  \
                  runbook settle r-8m3x 17 --did-not-happen --reason 'looked in the console'"
)]
pub struct Settle {
    /// Its id, or the beginning of it
    run: String,

    /// The number of the call
    call: Option<u64>,

    /// It happened; the JSON is its result
    #[arg(long, value_name = "JSON", num_args = 0..=1, default_missing_value = "null", conflicts_with = "did_not_happen")]
    happened: Option<String>,

    /// It did not happen; the next resume may make it
    #[arg(long)]
    did_not_happen: bool,

    /// How that is known
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

impl Settle {
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
        let verdict = match (&self.happened, self.did_not_happen) {
            (Some(text), _) => match serde_json::from_str(text)
                .map_err(|error| error.to_string())
                .and_then(|json| Value::from_plain_json(json).map_err(|error| error.to_string()))
            {
                Ok(value) => Some(Verdict::Happened(value)),
                Err(error) => {
                    let message = format!("the result after `--happened` is not JSON: {error}");
                    return desk.fail(
                        &Diagnostic::error(Code::Usage, message)
                            .state("nothing was settled")
                            .next("text stands in quotes: `--happened '\"abc\"'`"),
                    );
                }
            },
            (None, true) => Some(Verdict::DidNotHappen),
            (None, false) => None,
        };
        match (self.call, verdict) {
            (Some(call), Some(verdict)) => settle(desk, &taken, call, verdict, &self.reason),
            (None, Some(_)) => desk.fail(
                &Diagnostic::error(Code::Usage, "which call? give its number")
                    .next(format!("see what is in doubt: `runbook settle {}`", taken.run)),
            ),
            (_, None) => list(desk, &taken),
        }
    }
}

fn list(desk: &Desk, taken: &Taken) -> ExitCode {
    let doubts: Vec<_> = taken.history.in_doubt().map(call_line).collect();
    if doubts.is_empty() {
        desk.screen.result(&format!("nothing is in doubt in {}\n", taken.run));
        return ExitCode::SUCCESS;
    }
    desk.screen.result(&format!("in doubt in {}: begun, and no result was recorded\n", taken.run));
    for line in doubts.iter().flat_map(call_lines) {
        desk.screen.result(&format!("{}\n", line.trim_end()));
    }
    desk.screen
        .result(&format!("when you know: runbook settle {} CALL --happened [JSON]  or  --did-not-happen\n", taken.run));
    ExitCode::SUCCESS
}

fn settle(desk: &Desk, taken: &Taken, call: u64, verdict: Verdict, reason: &str) -> ExitCode {
    let opening =
        Opening { backend: Arc::clone(&taken.backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| {}) };
    let journal = match Journal::open(opening, taken.run.clone(), &desk.by) {
        Ok(journal) => journal,
        Err(error) => return desk.fail(&journal_diagnostic(&error).state("nothing was settled")),
    };
    // Under the hold: what is in doubt can't change any more.
    if !journal.history(|history| history.in_doubt().any(|recorded| recorded.seq == call)) {
        let message = format!("call {call} of run `{}` is not in doubt", taken.run);
        return desk.fail(
            &Diagnostic::error(Code::Usage, message)
                .state("nothing was settled")
                .next(format!("see what is: `runbook settle {}`", taken.run)),
        );
    }
    let said = if reason.is_empty() { "a person said so".to_owned() } else { reason.to_owned() };
    let event = Event::CallSettled { call, verdict, by: SettledBy::Person(desk.by.clone()), evidence: said };
    match journal.record(event) {
        Ok(_) => {
            desk.screen.watch(&format!("settled: call {call} of {}", taken.run));
            desk.screen.watch(&format!("next: runbook resume {}", taken.run));
            ExitCode::SUCCESS
        }
        Err(error) => desk.fail(&journal_diagnostic(&error).state("it may not be settled")),
    }
}
