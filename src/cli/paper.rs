//! A run on paper: the sections that `report`, `show` and `settle` are made of. What they tell is in `report`.

use std::time::Duration;

use super::desk::Desk;
use super::view::words::{badge, person_badge, plain, telling};
use crate::messages::paper as messages;
use crate::model::duration;
use crate::model::effect::Effect;
use crate::model::run::Mode;
use crate::model::value::Value;
use crate::report::call_line::{CallLine, UsedApproval};
use crate::report::run_report::{Remark, RunReport, Step};
use crate::world::escape;
use crate::world::terminal::Looks;
use crate::world::width::{pad, pad_left, truncate, width, wrap};

/// The widest line, in columns: what is copied from here fits anywhere.
const WIDTH_MAX: usize = 100;
const BADGE: usize = 6;
const TIME: usize = 7;

/// Text that is written section by section. All of it is harmless to a terminal.
pub struct Paper {
    looks: Looks,
    columns: usize,
    text: String,
}

impl Paper {
    /// An empty sheet as wide as the screen.
    #[must_use]
    pub fn new(desk: &Desk) -> Self {
        Paper { looks: desk.looks, columns: desk.screen.columns().min(WIDTH_MAX), text: String::new() }
    }

    /// What was written.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// A line as it is.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Text of somebody else, wrapped, each line after `indent`.
    pub fn prose(&mut self, indent: &str, text: &str) {
        for line in escape::lines(text) {
            let lines = wrap(&line, self.columns.saturating_sub(width(indent)));
            if lines.is_empty() {
                self.line("");
            }
            lines.iter().for_each(|line| self.line(&format!("{indent}{line}")));
        }
    }

    /// An empty line and a title.
    pub fn title(&mut self, title: &str) {
        let title = self.looks.strong(title);
        self.line("");
        self.line(&title);
    }

    /// Facts one below the other; those without a value are left out.
    pub fn facts(&mut self, facts: &[(String, Option<String>)]) {
        let known: Vec<(&String, &String)> =
            facts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).collect();
        let widest = known.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        for (name, value) in known {
            let indent = " ".repeat(widest + 4);
            let lines = wrap(&escape::line(value), self.columns.saturating_sub(widest + 4));
            for (n, line) in lines.iter().enumerate() {
                let start = if n == 0 { format!("  {}  ", pad(name, widest)) } else { indent.clone() };
                self.line(&format!("{start}{line}"));
            }
        }
    }

    /// The run, how it stands, who ran what, when and for how long.
    pub fn head(&mut self, report: &RunReport) {
        let runbook = format!("{}@{}", report.runbook, report.version);
        let state = match report.state {
            "done" => self.looks.good(report.state),
            "running" | "settled" | "waiting" => self.looks.notable(report.state),
            _ => self.looks.bad(report.state),
        };
        let head = format!("{}  {}  {state}", self.looks.strong(&report.run), escape::line(&runbook));
        self.line(&head);
        let by = if report.by == report.started_by {
            report.by.clone()
        } else {
            messages::by_and_begun_by(&report.by, &report.started_by)
        };
        let took = report.took_ms.map(took).unwrap_or_default();
        let resumes = match report.resumes {
            0 => String::new(),
            1 => messages::resumed_once(),
            times => messages::resumed_times(times),
        };
        let when = messages::from_to(moment(&report.started_at), moment(&report.last_at));
        let params = report.params.as_map().map(|params| {
            let given = params.iter().map(|(name, value)| format!("{name}={}", plain(value)));
            let secret = report.secrets.iter().map(|(name, secret)| format!("{name}={}", secret.shown()));
            given.chain(secret).collect::<Vec<_>>().join("  ")
        });
        self.facts(&[
            (messages::by(), Some(by)),
            (messages::environment(), report.environment.clone()),
            (messages::mode(), (report.mode == Mode::ReadOnly).then(messages::read_only)),
            (messages::when_it_ran(), Some(when)),
            (messages::took(), Some(format!("{took}{resumes}"))),
            (messages::with_parameters(), params.filter(|params| !params.is_empty())),
        ]);
    }

    /// The steps as a tree.
    pub fn steps(&mut self, report: &RunReport) {
        if report.steps.is_empty() {
            return;
        }
        self.title(&messages::steps());
        for step in &report.steps {
            self.step(step, report.state == "running");
        }
    }

    fn step(&mut self, step: &Step, running: bool) {
        let looks = self.looks;
        let glyph = match step.state {
            "finished" => looks.good(looks.pick("✓", "+")),
            "failed" => looks.bad(looks.pick("✗", "x")),
            "skipped" => looks.faint(looks.pick("↷", ">")),
            _ if step.in_doubt => looks.bad("?"),
            _ if running => looks.notable(looks.pick("●", "*")),
            _ => looks.notable(looks.pick("⏸", "=")),
        };
        let columns = self.columns.min(80);
        let indent = (2 * step.path.len()).clamp(2, columns / 3);
        let mut name = step.path.last().cloned().unwrap_or_default();
        if let Some(attempt) = step.attempt.filter(|attempt| *attempt > 1) {
            name.push_str(&format!(" ({} {attempt})", messages::attempt()));
        }
        let badge = match step.effect {
            None | Some(Effect::Read) if step.asks_person => person_badge(),
            Some(effect) => badge(effect),
            None => String::new(),
        };
        let time = step.took_ms.map(took).unwrap_or_default();
        let room = columns.saturating_sub(indent + 2 + 1 + BADGE + 1 + TIME);
        let name = escape::line(&name);
        let name = pad(&truncate(&name, room, looks.ellipsis()), room);
        let line = format!("{}{glyph} {name} {} {}", " ".repeat(indent), pad(&badge, BADGE), pad_left(&time, TIME));
        self.line(&line);
        if let Some(error) = step.error.as_ref().or(step.skipped.as_ref()) {
            self.prose(&" ".repeat(indent + 2), error);
        }
    }

    /// Calls under a title, if there are any.
    pub fn calls<'a>(&mut self, title: &str, calls: impl Iterator<Item = &'a CallLine>) {
        let calls: Vec<&CallLine> = calls.collect();
        if calls.is_empty() {
            return;
        }
        self.title(title);
        let widest = calls.iter().map(|call| call.call.to_string().len()).max().unwrap_or(0);
        calls.iter().for_each(|call| self.call(call, widest));
    }

    /// One call on a line, and below it what is not as it should be.
    fn call(&mut self, call: &CallLine, number: usize) {
        let looks = self.looks;
        let glyph = match call.outcome {
            "ok" => looks.good(looks.pick("✓", "+")),
            "in doubt" => looks.bad("?"),
            "did not happen" => looks.faint(looks.pick("○", "o")),
            _ => looks.bad(looks.pick("✗", "x")),
        };
        let asks = call.function.starts_with("human::");
        let badge = if asks { person_badge() } else { badge(call.effect) };
        let number = pad_left(&call.call.to_string(), number);
        let start = format!("  {number}  {}  {glyph} {}", clock(&call.at), pad(&badge, BADGE - 1));
        let told = match telling(&call.args) {
            Some(value) => format!("{} {}", call.function, plain(value)),
            None if call.args.as_map().is_none_or(std::collections::BTreeMap::is_empty) => call.function.clone(),
            None => format!("{} {}", call.function, call.args.to_json()),
        };
        let time = if call.outcome == "in doubt" { messages::in_doubt() } else { took(call.took_ms) };
        let used = 2 + width(&number) + 2 + width(&clock(&call.at)) + 2 + 2 + BADGE;
        let room = self.columns.saturating_sub(used + 1 + TIME.max(width(&time)));
        let told = escape::line(&told);
        let told = pad(&truncate(&told, room, looks.ellipsis()), room);
        self.line(&format!("{start} {told} {}", pad_left(&time, TIME)));
        let indent = " ".repeat(used);
        if asks && call.outcome == "ok" {
            self.prose(&indent, &format!("{} {}", looks.pick("→", "->"), plain(&call.result)));
        } else if call.outcome != "ok"
            && let Some(message) = call.result.as_text()
        {
            self.prose(&indent, message);
        }
        if call.tries > 1 {
            self.prose(&indent, &messages::tried(call.tries));
        }
        if let Some(settlement) = &call.settlement {
            self.prose(&indent, &settled(call, &settlement.by, &settlement.evidence));
        }
    }

    /// One call whole.
    pub fn whole(&mut self, run: &str, call: &CallLine) {
        let _looks = self.looks;
        let head = format!(
            "{} {} {run}  {} {}  {}",
            messages::call_number(),
            call.call,
            badge(call.effect),
            escape::line(&call.function),
            call.outcome
        );
        self.line(&head);
        let step = Some(call.path.join(" › ")).filter(|path| !path.is_empty());
        self.facts(&[
            (messages::step(), step),
            (messages::place(), call.place.as_ref().map(ToString::to_string)),
            (messages::began(), Some(moment(&call.at))),
            (messages::took(), (call.outcome != "in doubt").then(|| took(call.took_ms))),
            (messages::deadline(), call.deadline.as_deref().map(moment)),
            (messages::tries(), (call.tries > 1).then(|| call.tries.to_string())),
            (messages::token(), Some(call.token.clone())),
            (messages::settled(), call.settlement.as_ref().map(|done| settled(call, &done.by, &done.evidence))),
        ]);
        self.title(&messages::arguments());
        self.value(&call.args);
        if call.result != Value::Unit || call.outcome == "ok" {
            self.title(&messages::outcome());
            self.value(&call.result);
        }
        if call.details != Value::Unit {
            self.title(&messages::details());
            self.value(&call.details);
        }
    }

    /// One call at a glance: what went in, what came out, which secrets, who approved it.
    pub fn at_a_glance(&mut self, run: &str, call: &CallLine) {
        // The time of one call is compared with that of others: where it is short, in the unit of the record.
        let time = if call.took_ms < 1000 { format!("{} ms", call.took_ms) } else { took(call.took_ms) };
        let time = Some(time).filter(|_| call.outcome != "in doubt");
        let request = call.request_id.as_ref().map(|id| messages::request_id(escape::line(id)));
        let head = [
            Some(format!("{run}#{}", call.call)),
            Some(format!("{} {}", badge(call.effect), escape::line(&call.function))),
            Some(moment(&call.at)),
            time,
            Some(call.outcome.to_owned()),
            request,
        ];
        self.line(&head.into_iter().flatten().collect::<Vec<_>>().join("  "));
        let short = |value: &Value| Some(value.to_json().to_string()).filter(|_| *value != Value::Unit);
        let arrow = self.looks.pick("→", "->");
        let secrets: Vec<String> = call.secrets.iter().map(|(way, token)| format!("{way} {arrow} {token}")).collect();
        let approved = |used: &UsedApproval| messages::approved_by(used.entry, &used.by, clock(&used.at));
        let step = Some(call.path.join(" › ")).filter(|path| !path.is_empty());
        for (name, text) in [
            (messages::step(), step),
            (messages::input(), short(&call.args)),
            (messages::came_out(), short(&call.result)),
            (messages::facts(), short(&call.details)),
            (messages::secrets(), Some(secrets.join(", ")).filter(|secrets| !secrets.is_empty())),
            (messages::approved(), call.approval.as_ref().map(approved)),
            (messages::settled(), call.settlement.as_ref().map(|done| settled(call, &done.by, &done.evidence))),
        ] {
            let Some(text) = text else { continue };
            let line = format!("   {} {}", pad(&name, 9), escape::line(&text));
            self.line(&truncate(&line, self.columns, self.looks.ellipsis()));
        }
    }

    /// A value as JSON, not cut: whoever asks for it wants all of it.
    fn value(&mut self, value: &Value) {
        let json = serde_json::to_string_pretty(&value.to_json()).unwrap_or_default();
        for line in escape::json(&json).lines() {
            self.line(&format!("  {line}"));
        }
    }

    /// Remarks under a title, if there are any.
    pub fn remarks(&mut self, title: &str, remarks: &[Remark]) {
        if remarks.is_empty() {
            return;
        }
        self.title(title);
        for remark in remarks {
            let by = remark.by.as_ref().map(|by| format!("{by}: ")).unwrap_or_default();
            let start = format!("  {}  ", clock(&remark.at));
            let indent = " ".repeat(width(&start));
            let mut lines = Vec::new();
            for line in escape::lines(&format!("{by}{}", remark.text)) {
                lines.extend(wrap(&line, self.columns.saturating_sub(width(&start))));
            }
            for (n, line) in lines.iter().enumerate() {
                self.line(&format!("{}{line}", if n == 0 { &start } else { &indent }));
            }
        }
    }

    /// What is left to settle, close or know.
    pub fn left(&mut self, report: &RunReport) {
        let numbers = |numbers: &[u64]| {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            Some(numbers.join(", ")).filter(|numbers| !numbers.is_empty())
        };
        let names = |names: &[String]| Some(names.join(", ")).filter(|names| !names.is_empty());
        let undos = if report.next.is_empty() { None } else { names(&report.undos) };
        let facts = [
            (messages::calls_in_doubt(), numbers(&report.in_doubt)),
            (messages::still_open(), names(&report.owed)),
            (messages::can_be_undone(), undos),
            (messages::calls_not_asked_for_again(), numbers(&report.unasked)),
        ];
        if facts.iter().any(|(_, value)| value.is_some()) {
            self.title(&messages::left());
            self.facts(&facts);
        }
    }

    /// What the run gave.
    pub fn gave(&mut self, report: &RunReport) {
        if let Some(value) = report.value.as_ref().filter(|value| **value != Value::Unit) {
            self.title(&messages::result());
            match value {
                Value::Text(text) => self.prose("  ", text),
                other => self.value(other),
            }
        }
    }

    /// What to type next.
    pub fn next(&mut self, commands: &[String]) {
        let lead = messages::next_command();
        for (n, command) in commands.iter().enumerate() {
            let start = if n == 0 { format!("{lead}: ") } else { " ".repeat(width(&lead) + 2) };
            self.line(&format!("{start}{command}"));
        }
    }
}

fn settled(call: &CallLine, by: &str, evidence: &str) -> String {
    let happened = call.settlement.as_ref().is_some_and(|settlement| settlement.happened);
    let word = if happened { messages::it_happened() } else { messages::it_did_not_happen() };
    match by {
        "binding" => messages::settled_by_itself(word, evidence),
        "author" => messages::settled_by_the_runbook(word, evidence),
        person => messages::settled_by(person, word, evidence),
    }
}

fn took(ms: u64) -> String {
    duration::say(Duration::from_millis(ms))
}

/// A stamp of an entry as date and time, UTC.
fn moment(at: &str) -> String {
    match (at.get(..10), at.get(11..19)) {
        (Some(date), Some(time)) => format!("{date} {time}Z"),
        _ => at.to_owned(),
    }
}

/// The time of day of a stamp of an entry, UTC.
fn clock(at: &str) -> String {
    at.get(11..19).map_or_else(|| at.to_owned(), |time| format!("{time}Z"))
}
