//! A cloud that counts: what it holds, what was done to it, by which token; and the world that leads there.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use runbook::journal::Receipt;
use runbook::model::call::Call;
use runbook::model::effect::Effect;
use runbook::model::failure::Failure;
use runbook::model::value::Value;
use runbook::world::clock::Clock;
use runbook::world::person::Person;
use runbook::world::{Deed, Look, Settled, World};

use crate::crash::{Crash, Side};
use crate::functions::{effect_of, name_of, value_of};
use crate::people::{JumpingClock, Scripted};

/// What happens to the next calls of a name, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing: it works.
    None,
    /// The cloud answers with a failure; nothing was done.
    Fail,
    /// The cloud can't be reached; nothing was done.
    Unavailable,
    /// It is done, and the answer is lost.
    LoseAnswer,
    /// It is lost on the way, and nobody knows.
    LoseRequest,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    pub function: String,
    pub name: String,
    pub args: String,
    pub token: String,
}

#[derive(Clone, Default)]
pub struct Cloud {
    /// What it holds.
    pub held: BTreeMap<String, Value>,
    /// Writes that took effect, in order.
    pub done: Vec<Done>,
    /// Every request that arrived, reads included, in order.
    pub requests: Vec<Done>,
    faults: HashMap<String, VecDeque<Fault>>,
    by_token: HashMap<String, Value>,
    /// What is done when a name is read: how things change by themselves.
    pub on_read: HashMap<String, Vec<Value>>,
}

impl Cloud {
    pub fn fault(&mut self, name: &str, faults: &[Fault]) {
        self.faults.insert(name.to_owned(), faults.iter().cloned().collect());
    }

    /// A cloud of its own that is as this one is.
    pub fn copy(&self) -> Cloud {
        self.clone()
    }

    /// How often each write took effect, by function and arguments.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for done in &self.done {
            *counts.entry(format!("{} {}", done.function, done.args)).or_insert(0) += 1;
        }
        counts
    }

    /// How often a write of this name took effect.
    pub fn times(&self, name: &str) -> usize {
        self.done.iter().filter(|done| done.name == name).count()
    }

    /// How often this name was asked for, reads and failures included.
    pub fn requests(&self, name: &str) -> usize {
        self.requests.iter().filter(|done| done.name == name).count()
    }

    fn act(&mut self, call: &Call) -> Result<Value, Failure> {
        let name = name_of(&call.args);
        let done = Done {
            function: call.function.clone(),
            name: name.clone(),
            args: call.args.to_json().to_string(),
            token: call.token.clone(),
        };
        self.requests.push(done.clone());
        let effect = effect_of(&call.function);
        let fault = self.faults.get_mut(&name).and_then(VecDeque::pop_front).unwrap_or(Fault::None);
        match fault {
            Fault::Fail => return Err(Failure::failed(format!("`{name}` failed"))),
            Fault::Unavailable => return Err(Failure::unavailable(format!("`{name}` can't be reached"))),
            Fault::LoseRequest => return Err(Failure::unknown(format!("no answer for `{name}`"))),
            Fault::None | Fault::LoseAnswer => {}
        }
        let result = match effect {
            Effect::Read => {
                if let Some(values) = self.on_read.get_mut(&name)
                    && !values.is_empty()
                {
                    let next = values.remove(0);
                    self.held.insert(name.clone(), next);
                }
                self.held.get(&name).cloned().unwrap_or_default()
            }
            Effect::Ensure => match self.by_token.get(&call.token) {
                // A service that remembers the token does nothing again.
                Some(known) => known.clone(),
                None => self.apply(done, &call.args),
            },
            Effect::Change | Effect::Destroy => self.apply(done, &call.args),
        };
        if fault == Fault::LoseAnswer {
            return Err(Failure::unknown(format!("the answer for `{name}` was lost")));
        }
        Ok(result)
    }

    fn apply(&mut self, done: Done, args: &Value) -> Value {
        let name = done.name.clone();
        let result = match effect_of(&done.function) {
            Effect::Destroy => {
                self.held.remove(&name);
                Value::Unit
            }
            Effect::Ensure => {
                self.held.insert(name.clone(), value_of(args));
                Value::Text(format!("{name} is there"))
            }
            _ => {
                let before = match self.held.get(&name) {
                    Some(Value::Int(number)) => *number,
                    _ => 0,
                };
                self.held.insert(name.clone(), Value::Int(before + 1));
                Value::Int(before + 1)
            }
        };
        self.by_token.insert(done.token.clone(), result.clone());
        self.done.push(done);
        result
    }

    /// What is known of a call: by its token, where the function can be settled.
    fn look(&self, call: &Call) -> Settled {
        match call.function.as_str() {
            "cloud::change" | "cloud::destroy" => match self.by_token.get(&call.token) {
                Some(result) => Settled::Happened(result.clone()),
                None => Settled::DidNotHappen,
            },
            _ => Settled::Unknown(format!("`{}` leaves no trace", call.function)),
        }
    }
}

/// Seen before each request arrives: for tests that act in the middle of a run.
pub type OnCall = Box<dyn Fn(&Call) + Send + Sync>;

/// The world that leads to the cloud. `live` deeds of the cloud's functions are never done.
pub struct CountingWorld {
    pub cloud: Arc<Mutex<Cloud>>,
    pub clock: JumpingClock,
    pub person: Scripted,
    pub crash: Arc<Crash>,
    pub on_call: Option<OnCall>,
    /// A defect to show that the checks find it: each process sends other tokens.
    pub unstable_tokens: bool,
}

impl CountingWorld {
    pub fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap()
    }
}

impl World for CountingWorld {
    fn perform<'a>(&'a self, _: &'a Receipt, call: &'a Call, live: Deed<'a>) -> Deed<'a> {
        if !call.function.starts_with("cloud::") {
            return Box::pin(async move {
                if self.crash.is_dead() { Err(Failure::unknown("the process is dead")) } else { live.await }
            });
        }
        Box::pin(async move {
            if let Some(on_call) = &self.on_call {
                on_call(call);
            }
            let mut sent = call.clone();
            if self.unstable_tokens {
                sent.token = format!("{}-{}", call.token, self.crash.life());
            }
            let dead = || Err(Failure::unknown("the process is dead"));
            match self.crash.operation() {
                Side::Alive => self.cloud().act(&sent),
                Side::Before | Side::Dead => dead(),
                Side::Inside => {
                    let _ = self.cloud().act(&sent);
                    dead()
                }
                Side::After => {
                    let result = self.cloud().act(&sent);
                    self.crash.die();
                    result
                }
            }
        })
    }

    fn settle<'a>(&'a self, call: &'a Call, _: Look<'a>) -> Look<'a> {
        Box::pin(async move {
            if self.crash.is_dead() {
                return Settled::Unknown("the process is dead".to_owned());
            }
            self.cloud().look(call)
        })
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn person(&self) -> &dyn Person {
        if self.crash.is_dead() { &runbook::world::person::Nobody } else { &self.person }
    }
}
