//! Asking a person on the way through the gate: confirmations and approvals that the policy wants, and what it means when nobody
//! is there to give them.

use std::time::Duration;

use super::error::Raised;
use super::gate::{Gate, Passing, Spot};
use super::scope;
use crate::messages::engine as messages;
use crate::model::approval;
use crate::model::call::Call;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, Seq};
use crate::model::run::{RunId, StopKind};
use crate::model::value::Value;
use crate::policy::Decision;
use crate::world::clock;
use crate::world::person::{Answer, Question};

/// How long an approval holds.
pub const APPROVAL_HOLDS: Duration = Duration::from_secs(30 * 60);

/// The commands that answer a question from another terminal.
const ANSWER: &str = "answer";
const APPROVE: &str = "approve";

impl Gate {
    /// Asks a person where the decision says so. Gives the number of the approval that the call uses up.
    pub(super) fn asked_for(&self, passing: &Passing<'_>, decision: &Decision) -> Result<Option<Seq>, Raised> {
        match decision {
            Decision::Allow | Decision::Refuse(_) => Ok(None),
            Decision::Confirm if self.session().yes => Ok(None),
            Decision::Confirm => self.confirm(passing).map(|()| None),
            // Given when what is closed here was opened.
            Decision::Approve if passing.frame.approval.is_some() => Ok(passing.frame.approval),
            Decision::Approve => {
                let bound_to = self.binding_hash(&passing.call);
                let lines = vec![
                    format!("{} {}", passing.call.effect.badge(), passing.call.function),
                    messages::arguments(passing.call.args.to_json()),
                ];
                self.approved(&bound_to, lines, passing.spot).map(Some)
            }
        }
    }

    fn confirm(&self, passing: &Passing<'_>) -> Result<(), Raised> {
        let call = &passing.call;
        let question =
            Question::Confirm { text: format!("{} {} {}?", call.effect.badge(), call.function, call.args.to_json()) };
        match self.ask(&question, &format!("confirm {}", call.token)) {
            Answer::Given(Value::Bool(true)) => {
                if let Some(elsewhere) = self.session().world.person().answered_elsewhere() {
                    let text = messages::confirmed_elsewhere(&call.function, &elsewhere.at);
                    self.record(Event::Noted { text, by: elsewhere.by }, passing.spot.position)?;
                }
                Ok(())
            }
            Answer::Given(_) => Err(self.declined(passing.spot, &call.function)),
            answer => {
                Err(self.unanswered(&answer, &messages::needs_a_confirmation(&call.function), ANSWER, passing.spot))
            }
        }
    }

    /// An approval that is bound to exactly this, given before and not used, or asked for now.
    ///
    /// # Errors
    /// The error that ends the script when nobody approves.
    pub(super) fn approved(&self, bound_to: &str, mut shown: Vec<String>, spot: &Spot) -> Result<Seq, Raised> {
        let clock = self.session().world.clock();
        let open = self.session().journal.history(|history| history.approval(bound_to).cloned());
        if let Some(open) = open
            && clock::until(clock, &open.expires).is_some_and(|left| !left.is_zero())
        {
            return Ok(open.seq);
        }
        let (environment, runbook) = self
            .session()
            .journal
            .history(|history| (history.start.environment.clone(), history.start.runbook.clone()));
        shown.push(messages::run_of_runbook(self.session().journal.run(), &runbook));
        if let Some(environment) = &environment {
            shown.push(messages::environment(environment));
        }
        let phrase = environment.unwrap_or(runbook);
        let question = Question::Approve { shown: shown.clone(), phrase };
        match self.ask(&question, &format!("approve {bound_to}")) {
            Answer::Given(Value::Bool(true)) => {
                let (by, expires) = match self.session().world.person().answered_elsewhere() {
                    // It holds from when it was given, which may be before it was asked for here.
                    Some(elsewhere) => {
                        let expires = clock::later(&elsewhere.at, APPROVAL_HOLDS);
                        (elsewhere.by, expires.unwrap_or(elsewhere.at))
                    }
                    None => (self.session().by.clone(), clock::deadline(clock, APPROVAL_HOLDS)),
                };
                let shown = shown.join("\n");
                self.record(Event::Approved { bound_to: bound_to.to_owned(), shown, by, expires }, spot.position)
            }
            Answer::Given(_) => Err(self.declined(spot, shown.first().map_or(&messages::the_call(), String::as_str))),
            answer => Err(self.unanswered(
                &answer,
                &messages::needs_an_approval(shown.first().cloned().unwrap_or_else(messages::a_call)),
                APPROVE,
                spot,
            )),
        }
    }

    pub(super) fn ask(&self, question: &Question, about: &str) -> Answer {
        let _one = self.session().asking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.has_stopped() {
            return Answer::Withdrawn;
        }
        self.session().listener.asking(true);
        let quiet = tokio_util::sync::CancellationToken::new();
        let token = if scope::is_closing() { &quiet } else { self.session().stop.stopping() };
        let answer = self.session().world.person().ask(question, about, token);
        self.session().listener.asking(false);
        answer
    }

    fn declined(&self, spot: &Spot, what: &str) -> Raised {
        let diagnostic = Diagnostic::error(Code::Declined, messages::was_declined(what)).at_place(Some(spot.place()));
        self.stop(StopKind::Refused, diagnostic, spot.position)
    }

    fn unanswered(&self, answer: &Answer, what: &str, command: &str, spot: &Spot) -> Raised {
        let run = self.session().journal.run();
        let (kind, code, text) = match answer {
            Answer::Nobody => (StopKind::Waiting, Code::Waiting, messages::and_nobody_is_there_to_give(what)),
            _ => (StopKind::Interrupted, Code::Interrupted, messages::stopped_where(what)),
        };
        let diagnostic = Diagnostic::error(code, text).at_place(Some(spot.place()));
        self.stop(kind, ways_to_answer(diagnostic, run, command), spot.position)
    }

    /// What an approval is bound to: run, source, call, arguments, environment.
    fn binding_hash(&self, call: &Call) -> String {
        self.session().journal.history(|history| {
            let source = history.sources.get(&history.start.script).map_or("", String::as_str);
            approval::of_call(&history.run, source, history.start.environment.as_deref(), call)
        })
    }
}

/// The command that answers a question of this function from another terminal.
pub(super) fn how_to_answer(function: &str) -> &'static str {
    if function == "human::approve" { APPROVE } else { ANSWER }
}

/// How the open question of a run can be answered; an approval has a `command` of its own.
pub(super) fn ways_to_answer(diagnostic: Diagnostic, run: &RunId, command: &str) -> Diagnostic {
    diagnostic.next(messages::answer_it_on_a_terminal(run)).next(messages::or_from_elsewhere(command, run))
}

/// What a person is asked, in the script's own words.
pub(super) fn question_of(call: &Call) -> Option<String> {
    let text = call.args.as_map()?.get("text")?.as_text()?;
    Some(messages::it_asks(text))
}
