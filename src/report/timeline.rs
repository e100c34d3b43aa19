//! What happened in a run, oldest first: the beginning, every write, what failed, what people decided and said.

use serde::Serialize;

use super::run_report::RunReport;
use crate::messages::handover as messages;
use crate::model::effect::Effect;

/// Something that happened. Nothing in it is escaped.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    /// When, as entries store it.
    pub at: String,
    /// The step that a call was made in.
    pub step: Option<String>,
    /// The function that was called.
    pub function: Option<String>,
    /// Of a call its effect and outcome, in words of ours; else everything.
    pub text: String,
}

/// What happened in the run of a report.
#[must_use]
pub fn timeline(report: &RunReport) -> Vec<Moment> {
    let plain = |at: &str, text: String| Moment { at: at.to_owned(), step: None, function: None, text };
    let mut moments = vec![plain(&report.started_at, messages::began(&report.started_by))];
    for call in report.calls.iter().filter(|call| call.effect > Effect::Read || call.outcome != "ok") {
        moments.push(Moment {
            at: call.at.clone(),
            step: call.path.last().cloned(),
            function: Some(call.function.clone()),
            text: format!("{} {}", call.effect.badge(), messages::outcome(call.outcome)),
        });
    }
    for step in report.steps.iter().filter(|step| step.state == "failed" || step.state == "skipped") {
        let why = step.error.as_ref().or(step.skipped.as_ref()).cloned().unwrap_or_default();
        let name = step.path.last().cloned().unwrap_or_default();
        let at = step.ended_at.as_ref().unwrap_or(&step.begun_at);
        moments.push(plain(at, messages::step_ended(name, messages::state(step.state), why)));
    }
    let said = [&report.approvals, &report.decisions, &report.refused, &report.remarks];
    for remark in said.into_iter().flatten() {
        let by = remark.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
        let first = remark.text.lines().next().unwrap_or_default();
        moments.push(plain(&remark.at, format!("{first}{by}")));
    }
    moments.sort_by(|a, b| a.at.cmp(&b.at));
    moments
}

/// Date and time of day of a time as entries store it; anything else as it is.
#[must_use]
pub fn clock(at: &str) -> String {
    at.parse::<jiff::Timestamp>().map_or_else(|_| at.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
