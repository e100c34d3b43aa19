//! Waiters: what the published models know how to wait for, as functions. `ecs::wait_services_stable` asks `ecs::describe_services` until the
//! model says that it is so, or that it can't be any more.

use std::time::Duration;

use serde_json::json;

use super::call::{Call, INPUT, permission};
use super::describe;
use super::options::Options;
use super::pages::search;
use super::tables::{Expected, Loaded, Matcher, Operation, Waiter, WaiterState};
use crate::binding::{Checked, Context, Declaration, Description, Modelled, Parameter, Problem, Progress};
use crate::messages::bindings_aws as messages;
use crate::model::duration::say;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;
use crate::world::{Deed, Look, Settled};

/// How long a state may be that is told while it waits.
const SHOWN_MAX: usize = 80;

/// What a waiter's function begins with.
pub const PREFIX: &str = "wait_";

struct Wait {
    call: Call,
    waiter: &'static Waiter<'static>,
}

/// The declaration of a waiter.
#[must_use]
pub fn declaration(
    loaded: Loaded,
    waiter: &'static Waiter<'static>,
    operation: &'static Operation<'static>,
) -> Declaration {
    let service = loaded.service;
    let name: &'static str = String::leak(format!("{}::{PREFIX}{}", service.name, waiter.function));
    let summary = String::leak(format!("Waits for {} of {} by `{}`", waiter.name, service.full_name, operation.name));
    let permissions: &'static [&'static str] = Vec::leak(vec![&*String::leak(permission(service, operation))]);
    let of = |name: &str, doc: String, default: String| Parameter {
        name: name.to_owned(),
        doc,
        types: vec!["string".to_owned(), "number".to_owned()],
        choices: Vec::new(),
        required: false,
        default: Some(json!(default)),
        sink: false,
        items: Vec::new(),
    };
    let (every, timeout) = (every(waiter), every(waiter).saturating_mul(waiter.attempts_max));
    let mut parameters = super::call::parameters(service, operation, &[]);
    parameters.retain(|parameter| parameter.name == INPUT || parameter.name == "region");
    parameters.push(of("timeout", messages::option_wait_timeout(), say(timeout)));
    parameters.push(of("every", messages::option_every(), say(every)));
    let description = Description {
        name,
        summary,
        effect: Effect::Read,
        permissions,
        positional: &[INPUT],
        parameters,
        output: describe::output(service, operation),
        members: describe::members(service, operation),
        remarks: describe::remarks(service, operation),
    };
    Declaration::modelled(description, Wait { call: Call::new(loaded, operation), waiter })
}

fn every(waiter: &Waiter<'_>) -> Duration {
    Duration::from_secs(u64::from(waiter.delay))
}

impl Wait {
    fn limits(&self, args: &Value) -> Result<(Duration, Duration), Failure> {
        let options = Options::of(args)?;
        let every = options.every.unwrap_or_else(|| every(self.waiter));
        let usual = super::wait::every(self.waiter).saturating_mul(self.waiter.attempts_max);
        Ok((options.timeout.unwrap_or(usual), every))
    }

    async fn wait(&self, args: Value, context: &Context<'_>) -> Result<Value, Failure> {
        let (timeout, every) = self.limits(&args)?;
        let started = context.clock.monotonic();
        loop {
            let answer = self.call.ask(&args, context).await;
            let seen = match &answer {
                Ok(value) => self.state(value),
                Err(failure) => code(failure).unwrap_or_default(),
            };
            match self.judge(&answer) {
                Some(WaiterState::Success) => return Ok(answer.unwrap_or_default()),
                Some(WaiterState::Failure) => {
                    return Err(Failure::failed(messages::cannot_come_any_more(self.waiter.name, seen)));
                }
                Some(WaiterState::Retry) => {}
                None => match answer {
                    Err(failure) if failure.kind != FailureKind::Unavailable => return Err(failure),
                    _ => {}
                },
            }
            if context.clock.monotonic().saturating_sub(started).saturating_add(every) > timeout {
                return Err(Failure::failed(messages::has_not_come(self.waiter.name, say(timeout), seen)));
            }
            (context.progress)(Progress::State(messages::waits_for(self.waiter.name, &seen)));
            context.clock.sleep(every).await;
        }
    }

    /// What the first acceptor that matches says.
    fn judge(&self, answer: &Result<Value, Failure>) -> Option<WaiterState> {
        self.waiter.acceptors.iter().find(|acceptor| matches(&acceptor.matcher, answer)).map(|acceptor| acceptor.state)
    }

    /// What the place holds that decides.
    fn state(&self, value: &Value) -> String {
        let path = self.waiter.acceptors.iter().find_map(|acceptor| match acceptor.matcher {
            Matcher::Path(path, Expected::Text(_)) | Matcher::PathAll(path, _) | Matcher::PathAny(path, _) => {
                Some(path)
            }
            _ => None,
        });
        let found = path.and_then(|path| search(path, value)).filter(|found| *found != Value::Unit);
        let mut text = match found {
            Some(Value::Text(text)) => text,
            Some(found) => found.to_json().to_string(),
            None => String::new(),
        };
        text.truncate(text.floor_char_boundary(SHOWN_MAX));
        text
    }
}

/// The code of an error that the service answered.
fn code(failure: &Failure) -> Option<String> {
    failure.details.as_map()?.get("code")?.as_text().map(str::to_owned)
}

fn status(failure: &Failure) -> Option<i64> {
    match failure.details.as_map()?.get("status")? {
        Value::Int(status) => Some(*status),
        _ => None,
    }
}

fn matches(matcher: &Matcher<'_>, answer: &Result<Value, Failure>) -> bool {
    match (matcher, answer) {
        (Matcher::Path(path, expected), Ok(value)) => search(path, value).is_some_and(|found| is(&found, expected)),
        (Matcher::PathAll(path, expected), Ok(value)) => match search(path, value) {
            Some(Value::List(items)) => !items.is_empty() && items.iter().all(|item| is(item, expected)),
            _ => false,
        },
        (Matcher::PathAny(path, expected), Ok(value)) => match search(path, value) {
            Some(Value::List(items)) => items.iter().any(|item| is(item, expected)),
            _ => false,
        },
        (Matcher::Status(wanted), Ok(_)) => *wanted == 200,
        (Matcher::Status(wanted), Err(failure)) => status(failure) == Some(i64::from(*wanted)),
        (Matcher::Error(wanted), Err(failure)) => code(failure).as_deref() == Some(wanted),
        (Matcher::AnyError(wanted), answer) => answer.is_err() == *wanted,
        (Matcher::Path(..) | Matcher::PathAll(..) | Matcher::PathAny(..), Err(_)) | (Matcher::Error(_), Ok(_)) => false,
    }
}

fn is(found: &Value, expected: &Expected<'_>) -> bool {
    match (found, expected) {
        (Value::Text(found), Expected::Text(wanted)) => found == wanted,
        (Value::Bool(found), Expected::Flag(wanted)) => found == wanted,
        (Value::Int(found), Expected::Number(wanted)) => found == wanted,
        _ => false,
    }
}

impl Modelled for Wait {
    fn check(&self, args: &Value) -> Result<Checked, Failure> {
        let (timeout, every) = self.limits(args)?;
        let checked = self.call.check(args)?;
        Ok(Checked {
            effect: Effect::Read,
            time_limit: timeout.saturating_add(every).saturating_add(super::call::TIME_LIMIT),
            ..checked
        })
    }

    fn problems(&self, args: &Value) -> Vec<Problem> {
        self.call.problems(args)
    }

    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        let args = args.clone();
        Box::pin(async move { self.wait(args, context).await })
    }

    fn settle<'a>(&'a self, _: &Value, _: &'a Context<'a>) -> Look<'a> {
        Box::pin(async { Settled::DidNotHappen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::aws::tables;

    #[test]
    fn every_path_of_every_waiter_and_of_all_pages_can_be_searched() {
        let contents = tables::embedded().expect("tables");
        let (mut waiters, mut pages) = (0, 0);
        for entry in &contents.services {
            let service = tables::service(&entry.name).expect("tables").expect("a service").service;
            for waiter in &service.waiters {
                waiters += 1;
                assert!(service.operation(waiter.operation).is_some(), "{} {}", service.name, waiter.name);
                for acceptor in &waiter.acceptors {
                    if let Matcher::Path(path, _) | Matcher::PathAll(path, _) | Matcher::PathAny(path, _) =
                        acceptor.matcher
                    {
                        jmespath::compile(path)
                            .unwrap_or_else(|error| panic!("{} {}: {path}: {error}", service.name, waiter.name));
                    }
                }
            }
            for pages_of in service.operations.iter().filter_map(|operation| operation.pages.as_ref()) {
                pages += 1;
                let tokens = pages_of
                    .output_tokens
                    .iter()
                    .chain(&pages_of.more_results)
                    .chain(&pages_of.result_keys)
                    .chain(&pages_of.kept);
                for path in tokens {
                    jmespath::compile(path).unwrap_or_else(|error| panic!("{}: {path}: {error}", service.name));
                }
            }
        }
        assert!(waiters > 400 && pages > 3_000, "{waiters} waiters, {pages} operations with pages");
    }

    #[test]
    fn acceptors_are_tried_in_order() {
        let loaded = tables::service("ecs").expect("tables").expect("ecs");
        let waiter = loaded.service.waiter("services_stable").expect("the waiter");
        let operation = loaded.service.operation(waiter.operation).expect("its operation");
        let wait = Wait { call: Call::new(loaded, operation), waiter };
        let answer =
            |text: &str| Ok(Value::from_plain_json(serde_json::from_str(text).expect("JSON")).expect("a value"));
        let service = |running: u8| {
            format!(
                r#"{{ "services": [{{ "status": "ACTIVE", "deployments": [1], "desiredCount": 2, "runningCount": {running} }}] }}"#
            )
        };
        assert_eq!(wait.judge(&answer(&service(2))), Some(WaiterState::Success));
        assert_eq!(wait.judge(&answer(&service(1))), None);
        assert_eq!(
            wait.judge(&answer(r#"{ "failures": [{ "reason": "MISSING" }], "services": [] }"#)),
            Some(WaiterState::Failure)
        );
    }
}
