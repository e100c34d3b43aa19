//! `runbook settle`: a person says whether a call in doubt happened.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use super::paper::Paper;
use super::report::report_of;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Journal, Opening};
use crate::messages::command_line as messages;
use crate::messages::paper as words;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, Seq, SettledBy, Verdict};
use crate::model::run::StopKind;
use crate::model::value::Value;
use crate::report::call_line::CallLine;
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
    call: Option<Seq>,

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
        let found = match Found::find(desk, &self.run) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let done = self.verdict().and_then(|verdict| match (self.call, verdict) {
            (Some(call), Some(verdict)) => settle(desk, &found, call, verdict, &self.reason),
            (None, Some(_)) => Err(Box::new(which(&found))),
            (call, None) => list(desk, &found, call),
        });
        done.map_or_else(|diagnostic| desk.fail(&diagnostic), |()| ExitCode::SUCCESS)
    }

    /// What the person says; nothing when they only look.
    fn verdict(&self) -> Result<Option<Verdict>, Box<Diagnostic>> {
        let Some(text) = &self.happened else {
            return Ok(self.did_not_happen.then_some(Verdict::DidNotHappen));
        };
        let value = serde_json::from_str(text)
            .map_err(|error| error.to_string())
            .and_then(|json| Value::from_plain_json(json).map_err(|error| error.to_string()));
        value.map(|value| Some(Verdict::Happened(value))).map_err(|error| {
            let message = messages::the_result_is_not_json(&error);
            let diagnostic = Diagnostic::error(Code::Usage, message).state(state::nothing_was_settled());
            Box::new(diagnostic.next(messages::text_stands_in_quotes()))
        })
    }
}

fn which(found: &Found) -> Diagnostic {
    let numbers: Vec<String> = found.history.in_doubt().map(|recorded| recorded.seq.to_string()).collect();
    let diagnostic = Diagnostic::error(Code::Usage, messages::the_number_of_the_call_is_missing())
        .state(state::nothing_was_settled());
    let diagnostic = match numbers.as_slice() {
        [] => diagnostic.note(messages::nothing_is_in_doubt_in_run(&found.run)),
        numbers => diagnostic.note(messages::in_doubt_calls(numbers.join(", "))),
    };
    diagnostic.next(messages::see_what_is_in_doubt(&found.run))
}

fn list(desk: &Desk, found: &Found, call: Option<Seq>) -> Result<(), Box<Diagnostic>> {
    if let Some(call) = call.filter(|call| !found.history.in_doubt().any(|recorded| recorded.seq == *call)) {
        return Err(Box::new(not_in_doubt(found, call)));
    }
    let report = report_of(found);
    let is_asked = |line: &&CallLine| report.in_doubt.contains(&line.call) && call.is_none_or(|call| call == line.call);
    let doubts: Vec<&CallLine> = report.calls.iter().filter(is_asked).collect();
    let evidence = evidence(found);
    if desk.output != Output::Text {
        machine::object(
            desk,
            "in_doubt",
            json!({ "run": found.run.as_str(), "state": report.state, "calls": doubts, "evidence": evidence }),
        );
        return Ok(());
    }
    let mut paper = Paper::new(desk);
    let Some(first) = doubts.first().map(|line| line.call) else {
        paper.line(&messages::nothing_is_in_doubt(&found.run));
        paper.next(&report.next);
        desk.screen.result(&paper.into_text());
        return Ok(());
    };
    paper.line(&messages::may_or_may_not_have_happened(&found.run));
    for line in doubts {
        paper.line("");
        paper.whole(found.run.as_str(), line);
    }
    if !evidence.is_empty() {
        paper.title(&words::seen_when_it_was_looked());
        evidence.iter().for_each(|seen| paper.prose("  ", seen));
    }
    paper.line("");
    paper.line(&words::when_you_know());
    paper.line(&messages::settle_as_happened(&found.run, first));
    paper.line(&format!("  runbook settle {} {first} --did-not-happen", found.run));
    desk.screen.result(&paper.into_text());
    Ok(())
}

/// What the run told of its looks when it stopped in doubt.
fn evidence(found: &Found) -> Vec<String> {
    let stop = found.history.stop.as_ref().filter(|stop| stop.kind == StopKind::InDoubt);
    stop.map(|stop| stop.diagnostic.notes.clone()).unwrap_or_default()
}

fn settle(desk: &Desk, found: &Found, call: Seq, verdict: Verdict, reason: &str) -> Result<(), Box<Diagnostic>> {
    let run = &found.run;
    let opening =
        Opening { backend: Arc::clone(&found.backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| {}) };
    let journal = Journal::open(opening, run.clone(), &desk.by)
        .map_err(|error| Box::new(journal_diagnostic(&error).state(state::nothing_was_settled())))?;
    // Under the hold: what is in doubt can't change any more.
    let (state, in_doubt) =
        journal.history(|history| (history.state, history.in_doubt().any(|recorded| recorded.seq == call)));
    if state.is_final() {
        let diagnostic = Diagnostic::error(Code::RunEnded, messages::run_is_in_state(run, state.told()));
        let diagnostic = diagnostic.state(state::nothing_was_settled());
        return Err(Box::new(diagnostic.next(messages::see_what_a_run_did(run))));
    }
    if !in_doubt {
        return Err(Box::new(not_in_doubt(found, call)));
    }
    let evidence = if reason.is_empty() { words::a_person_said_so() } else { reason.to_owned() };
    let happened = matches!(verdict, Verdict::Happened(_));
    let event = Event::CallSettled { call, verdict, by: SettledBy::Person(desk.by.clone()), evidence };
    journal
        .record(event)
        .map_err(|error| Box::new(journal_diagnostic(&error).state(state::it_may_not_be_settled())))?;
    let left = journal.history(|history| history.in_doubt().count());
    let next = if left == 0 { format!("runbook resume {run}") } else { messages::settle_the_rest(run, left) };
    if desk.output == Output::Text {
        let told = if happened { words::happened(call, run) } else { words::did_not_happen(call, run) };
        desk.screen.watch(&told);
        desk.screen.watch(&words::next_is(next));
    } else {
        machine::object(
            desk,
            "settled",
            json!({ "run": run.as_str(), "call": call, "happened": happened, "in_doubt": left }),
        );
    }
    Ok(())
}

fn not_in_doubt(found: &Found, call: Seq) -> Diagnostic {
    let message = messages::call_is_not_in_doubt(call, &found.run);
    Diagnostic::error(Code::Usage, message).state(state::nothing_was_settled()).next(messages::see_what_is(&found.run))
}
