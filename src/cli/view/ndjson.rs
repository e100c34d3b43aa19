//! A run as JSON, one object a line on standard output: its entries, and what is told between them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value as Json, json};

use super::{Beginning, Ending, View};
use crate::binding::Progress;
use crate::engine::listener::{Listener, Poll};
use crate::model::call::Call;
use crate::model::entry::Entry;
use crate::model::run::RunState;
use crate::model::scope::ScopePath;
use crate::report::VERSION;
use crate::world::clock::{self, Clock};
use crate::world::escape;
use crate::world::terminal::Screen;

/// Each entry as one object: `v`, `type`, `time`, `run`, `seq`, then the event's own fields.
pub struct Ndjson {
    screen: Arc<Screen>,
    clock: Arc<dyn Clock>,
    run: Mutex<String>,
}

impl Ndjson {
    /// A view that writes to the standard output of `screen`.
    #[must_use]
    pub fn new(screen: Arc<Screen>, clock: Arc<dyn Clock>) -> Self {
        Ndjson { screen, clock, run: Mutex::default() }
    }

    fn tell(&self, kind: &str, fields: Json) {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.write(kind, clock::stamp(self.clock.now()), &run, fields);
    }

    fn write(&self, kind: &str, time: String, run: &str, fields: Json) {
        let mut object = Map::new();
        object.insert("v".to_owned(), VERSION.into());
        object.insert("type".to_owned(), kind.into());
        object.insert("time".to_owned(), time.into());
        object.insert("run".to_owned(), run.into());
        if let Json::Object(fields) = fields {
            for (name, value) in fields {
                // The names above say the same in every object, whatever an event calls its own fields.
                if !object.contains_key(&name) {
                    object.insert(name, value);
                }
            }
        }
        self.screen.result(&format!("{}\n", escape::json(&Json::Object(object).to_string())));
    }
}

impl View for Ndjson {
    fn begin(&self, beginning: &Beginning) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = beginning.run.to_string();
    }

    fn entry(&self, entry: &Entry) {
        let Ok(Json::Object(event)) = serde_json::to_value(&entry.event) else {
            return;
        };
        let kind = event.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
        let mut fields = Map::new();
        fields.insert("seq".to_owned(), entry.seq.into());
        fields.extend(event.into_iter().filter(|(name, _)| name != "seq"));
        self.write(&kind, entry.at.clone(), entry.run.as_str(), Json::Object(fields));
    }

    fn come_to_rest(&self, _: RunState) {}

    fn tick(&self) {}

    fn end(&self, ending: &Ending) {
        let took = u64::try_from(ending.took.as_millis()).unwrap_or(u64::MAX);
        self.tell(
            "end",
            json!({
                "state": ending.state.word(),
                "exit": { "code": ending.exit_code },
                "took_ms": took,
                "writes": ending.writes,
                "in_doubt": ending.in_doubt,
                "next": ending.next,
            }),
        );
    }
}

impl Listener for Ndjson {
    // Recorded calls have entries of their own.
    fn calling(&self, _: &Call) {}

    fn progress(&self, call: &Call, progress: &Progress) {
        let seen = match progress {
            Progress::Line { from, text } => json!({ "from": from, "line": text }),
            Progress::State(state) => json!({ "state": state }),
            Progress::Remark(remark) => json!({ "remark": remark }),
            Progress::Levels { text, levels } => json!({ "state": text, "levels": levels }),
        };
        let mut fields = json!({ "function": call.function, "scope": call.key.scope, "site": *call.key.site });
        if let (Json::Object(fields), Json::Object(seen)) = (&mut fields, seen) {
            fields.extend(seen);
        }
        self.tell("progress", fields);
    }

    fn replayed_call(&self, call: &Call) {
        let fields = json!({ "function": call.function, "effect": call.effect, "scope": call.key.scope, "site": *call.key.site });
        self.tell("call_replayed", fields);
    }

    fn replayed_step(&self, scope: &ScopePath) {
        self.tell("step_replayed", json!({ "scope": scope }));
    }

    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>) {
        let next_in = u64::try_from(poll.next_in.as_millis()).unwrap_or(u64::MAX);
        let fields =
            json!({ "scope": scope, "what": what, "seen": poll.seen, "polls": poll.polls, "next_in_ms": next_in });
        self.tell("waiting", fields);
    }

    fn asking(&self, on: bool) {
        self.tell("asking", json!({ "on": on }));
    }

    fn would(&self, call: &Call, asks: Option<&'static str>) {
        let fields = json!({
            "function": call.function, "effect": call.effect, "scope": call.key.scope, "site": *call.key.site, "args": call.args,
            "asks": asks,
        });
        self.tell("would", fields);
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        self.tell("depends", json!({ "scope": scope, "on": on }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Paper};
    use super::*;

    #[test]
    fn every_entry_is_one_object_with_version_type_time_and_run() {
        let (screen, _, results) = Paper::screen(80, false);
        let stage = fixture::Stage::new();
        let view = Ndjson::new(screen, stage.clock());
        stage.play(&view, &fixture::waf());
        let objects: Vec<Json> =
            results.text().lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
        assert!(objects.len() > 8);
        for object in &objects {
            assert_eq!(object["v"], 1);
            assert_eq!(object["run"], "r-9q4w");
            assert!(object["type"].is_string());
            assert!(object["time"].as_str().expect("a time").parse::<jiff::Timestamp>().is_ok());
        }
        assert_eq!(objects[0]["type"], "run_started");
        assert_eq!(objects[0]["runbook"], "verify-waf");
        assert_eq!(objects[2]["type"], "call_made");
        assert_eq!(objects[2]["call"]["function"], "http::get");
    }

    #[test]
    fn no_attack_reaches_standard_output_raw_and_each_reads_back() {
        let (screen, _, results) = Paper::screen(80, false);
        let stage = fixture::Stage::new();
        let view = Ndjson::new(screen, stage.clock());
        for (name, attack) in fixture::attacks() {
            view.depends(&ScopePath::root(), &attack);
            let text = results.take();
            fixture::assert_harmless(&name, text.trim_end_matches('\n'));
            assert_eq!(text.lines().count(), 1, "{name}");
            let object: Json = serde_json::from_str(&text).expect("JSON");
            assert_eq!(object["on"], attack.as_str(), "{name}");
        }
    }
}
