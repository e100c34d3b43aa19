//! The report of a run as a document lays it out: headings, facts and rows, the same for every form of it. Nothing in it is
//! escaped for a form; what a terminal or a browser could obey is made visible already.

use serde::Serialize;

use super::call_line::CallLine;
use super::run_report::{Remark, RunReport, Step};
use super::timeline::{Moment, clock, timeline};
use crate::messages::{Language, documents, handover, paper};
use crate::model::value::Value;
use crate::world::escape;

/// A document.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// The language of its words: `en` or `ja`.
    pub language: &'static str,
    /// Its heading.
    pub title: String,
    /// What is known of the run as a whole.
    pub facts: Vec<Fact>,
    /// Why it stopped, and what of it is left.
    pub stop: Option<Named>,
    /// What is left to settle or close.
    pub left: Named<Vec<Fact>>,
    /// What to type next.
    pub next: Named<Vec<String>>,
    /// What happened, oldest first.
    pub timeline: Named<Vec<Moment>>,
    /// The steps in the order they were begun.
    pub steps: Named<Vec<StepRow>>,
    /// The calls in the order they were made.
    pub calls: Named<Vec<CallRow>>,
    /// Approvals, decisions, refusals, notes; only those that there are.
    pub said: Vec<Named<Vec<Remark>>>,
    /// What the run gave, as JSON or its text.
    pub gave: Option<Named>,
    /// When and by what the document was made.
    pub made: String,
}

/// Something under a heading.
#[derive(Clone, Debug, Serialize)]
pub struct Named<T = String> {
    /// The heading.
    pub title: String,
    /// What stands under it.
    pub body: T,
}

/// A fact with its name.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What is so.
    pub value: String,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub struct StepRow {
    /// The names on the way to it.
    pub name: String,
    /// The word for machines, by which it is coloured.
    pub kind: &'static str,
    /// How it stands.
    pub state: String,
    /// The badge of its gravest effect.
    pub badge: String,
    /// How long it took.
    pub took: String,
    /// Why it failed or was left out.
    pub why: String,
}

/// A call.
#[derive(Clone, Debug, Serialize)]
pub struct CallRow {
    /// Its number.
    pub call: u64,
    /// When it began.
    pub at: String,
    /// The badge of its effect.
    pub badge: String,
    /// The function.
    pub function: String,
    /// The step it was made in.
    pub step: String,
    /// The word for machines, by which it is coloured.
    pub kind: &'static str,
    /// What came of it.
    pub outcome: String,
    /// Arguments, result and more, each under its name.
    pub parts: Vec<Fact>,
}

impl Sheet {
    /// The document of a report.
    #[must_use]
    pub fn of(report: &RunReport) -> Self {
        let language = match Language::current() {
            Language::English => "en",
            Language::Japanese => "ja",
        };
        let happened = timeline(report).into_iter().map(|moment| Moment {
            at: clock(&moment.at),
            step: moment.step.as_deref().map(line),
            function: moment.function.as_deref().map(line),
            text: line(&moment.text),
        });
        let said = [
            (paper::approvals(), &report.approvals),
            (paper::decisions(), &report.decisions),
            (paper::refused(), &report.refused),
            (paper::said(), &report.remarks),
        ];
        Sheet {
            language,
            title: line(&documents::title(&report.run, &report.runbook, &report.version)),
            facts: facts(report),
            stop: report.stop.as_ref().map(|stop| named(paper::why_it_stopped(), lines(&stop.message))),
            left: named(paper::left(), left(report)),
            next: named(paper::next_command(), report.next.clone()),
            timeline: named(documents::timeline(), happened.collect()),
            steps: named(paper::steps(), report.steps.iter().map(step).collect()),
            calls: named(paper::calls(), report.calls.iter().map(call).collect()),
            said: said.into_iter().filter(|(_, all)| !all.is_empty()).map(|(title, all)| remarks(title, all)).collect(),
            gave: report
                .value
                .as_ref()
                .filter(|value| **value != Value::Unit)
                .map(|value| named(paper::result(), whole(value))),
            made: documents::made(clock(&report.time), env!("CARGO_PKG_VERSION")),
        }
    }
}

fn named<T>(title: String, body: T) -> Named<T> {
    Named { title, body }
}

fn line(text: &str) -> String {
    escape::line(text).into_owned()
}

fn lines(text: &str) -> String {
    escape::lines(text).collect::<Vec<_>>().join("\n")
}

/// A value whole: text as it is, anything else as JSON.
fn whole(value: &Value) -> String {
    match value {
        Value::Text(text) => lines(text),
        other => escape::json(&serde_json::to_string_pretty(&other.to_json()).unwrap_or_default()),
    }
}

fn fact(name: String, value: &str) -> Fact {
    Fact { name, value: line(value) }
}

fn facts(report: &RunReport) -> Vec<Fact> {
    let mut facts = vec![
        fact(documents::state(), &handover::state(report.state)),
        fact(paper::by(), &report.by),
        fact(paper::when_it_ran(), &paper::from_to(clock(&report.started_at), clock(&report.last_at))),
    ];
    facts.extend(report.environment.as_ref().map(|environment| fact(paper::environment(), environment)));
    for (name, value) in report.params.as_map().into_iter().flatten() {
        let text = value.as_text().map_or_else(|| value.to_json().to_string(), str::to_owned);
        facts.push(fact(line(name), &text));
    }
    // A reference: where it came from.
    for (name, reference) in &report.secrets {
        facts.push(fact(line(name), &serde_json::to_string(reference).unwrap_or_default()));
    }
    facts.extend(report.sources.iter().map(|(name, hash)| fact(documents::script(line(name)), hash)));
    facts.extend(report.chain_head.as_ref().map(|head| fact(documents::chain_head(), head)));
    facts
}

fn left(report: &RunReport) -> Vec<Fact> {
    let calls = report.in_doubt.iter().map(|call| fact(paper::calls_in_doubt(), &call.to_string()));
    calls.chain(report.owed.iter().map(|name| fact(paper::still_open(), name))).collect()
}

fn step(step: &Step) -> StepRow {
    StepRow {
        name: line(&step.path.join(" › ")),
        kind: step.state,
        state: documents::step_state(step.state),
        badge: step.effect.map(|effect| effect.badge()).unwrap_or_default(),
        took: step.took_ms.map(|ms| format!("{ms} ms")).unwrap_or_default(),
        why: lines(step.error.as_ref().or(step.skipped.as_ref()).map_or("", String::as_str)),
    }
}

fn call(call: &CallLine) -> CallRow {
    let mut parts = vec![Fact { name: paper::arguments(), value: whole(&call.args) }];
    parts.push(Fact { name: paper::outcome(), value: whole(&call.result) });
    if call.details != Value::Unit {
        parts.push(Fact { name: paper::details(), value: whole(&call.details) });
    }
    parts.extend(call.place.as_ref().map(|place| fact(paper::place(), &place.to_string())));
    if let Some(settlement) = &call.settlement {
        parts.push(fact(paper::settled(), &format!("{}: {}", settlement.by, settlement.evidence)));
    }
    CallRow {
        call: call.call,
        at: clock(&call.at),
        badge: call.effect.badge(),
        function: line(&call.function),
        step: line(&call.path.join(" › ")),
        kind: call.outcome,
        outcome: handover::outcome(call.outcome),
        parts,
    }
}

fn remarks(title: String, all: &[Remark]) -> Named<Vec<Remark>> {
    let told = |remark: &Remark| Remark {
        at: clock(&remark.at),
        by: remark.by.as_deref().map(line),
        text: lines(&remark.text),
    };
    named(title, all.iter().map(told).collect())
}
