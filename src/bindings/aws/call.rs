//! One operation as a host function.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_types::sdk_config::SdkConfig;

use super::client::{Exchange, Permit, Wire, fill_tokens, host_prefix, shortened};
use super::describe;
use super::guard;
use super::hide::hide;
use super::options::Options;
use super::pages::Book;
use super::reviewed::effects::{self, Facts};
use super::reviewed::{arguments, tokens};
use super::settings::{self, Settings};
use super::tables::{Auth, Flags, Loaded, Operation, Service};
use super::{failures, validate};
use crate::binding::{
    Checked, Context, Declaration, Description, Modelled, Parameter, Problem, Progress, SinkJson, Step,
};
use crate::messages::bindings_aws as messages;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::clock::within;
use crate::world::{Deed, Look, Settled};

/// The name of the argument that holds the members.
pub const INPUT: &str = "input";

/// An operation.
pub struct Call {
    loaded: Loaded,
    operation: &'static Operation<'static>,
    wire: OnceLock<Arc<Wire>>,
}

/// The declaration of an operation.
#[must_use]
pub fn declaration(loaded: Loaded, operation: &'static Operation<'static>) -> Declaration {
    let service = loaded.service;
    let name: &'static str = String::leak(format!("{}::{}", service.name, operation.function));
    let summary = String::leak(format!("Calls `{}` of {}", operation.name, service.full_name));
    let permission: &'static str = String::leak(permission(service, operation));
    let permissions: &'static [&'static str] = Vec::leak(vec![permission]);
    let parameters = parameters(service, operation, &Options::parameters(operation));
    let description = Description {
        name,
        summary,
        effect: effects::highest(service.name, operation.name, &facts(service, operation)),
        permissions,
        positional: &[INPUT],
        parameters,
        output: describe::output(service, operation),
        members: describe::members(service, operation),
        remarks: describe::remarks(service, operation),
    };
    Declaration::modelled(description, Call::new(loaded, operation))
}

/// The arguments of an operation: its members in one map, and options.
#[must_use]
pub fn parameters(service: &Service<'_>, operation: &Operation<'_>, options: &[Parameter]) -> Vec<Parameter> {
    let structure = operation.input.and_then(|index| service.shape(index)?.structure());
    let needs = structure.is_some_and(|structure| {
        structure.members.iter().any(|member| member.required() && !member.flags.has(Flags::IDEMPOTENCY_TOKEN))
    });
    let input = Parameter {
        name: INPUT.to_owned(),
        doc: messages::members_of_the_request(operation.name),
        types: vec!["object".to_owned()],
        choices: Vec::new(),
        required: needs,
        default: None,
        sink: true,
        items: Vec::new(),
    };
    let mut parameters = vec![input];
    parameters.extend(options.iter().cloned());
    parameters
}

/// The line that permits an operation.
#[must_use]
pub fn permission(service: &Service<'_>, operation: &Operation<'_>) -> String {
    format!("aws:{}:{}", service.name, operation.name)
}

/// What the effects go by.
#[must_use]
pub fn facts<'o>(service: &Service<'_>, operation: &'o Operation<'_>) -> Facts<'o> {
    use super::tables::Protocol;
    let is_rest = matches!(service.protocol, Protocol::RestJson | Protocol::RestXml);
    let structure = operation.input.and_then(|index| service.shape(index)?.structure());
    let has_token =
        structure.is_some_and(|of| of.members.iter().any(|member| member.flags.has(Flags::IDEMPOTENCY_TOKEN)));
    Facts { http_method: if is_rest { operation.method } else { "POST" }, has_token }
}

impl Call {
    /// An operation.
    #[must_use]
    pub fn new(loaded: Loaded, operation: &'static Operation<'static>) -> Self {
        Call { loaded, operation, wire: OnceLock::new() }
    }

    /// Reads once, whatever the operation: for waits.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn ask(&self, args: &Value, context: &Context<'_>) -> Result<Value, Failure> {
        let options = Options { timeout: None, ..Options::of(args)? };
        let input = input_of(args);
        let work = self.exchange(&options, &input, Effect::Read, context);
        let done = within(context.clock, TIME_LIMIT, work).await;
        done.unwrap_or_else(|| {
            let limit = crate::model::duration::say(TIME_LIMIT);
            Err(Failure::unavailable(messages::took_longer_than(self.operation.name, limit)))
        })
    }

    fn service(&self) -> &'static Service<'static> {
        self.loaded.service
    }

    fn wire(&self) -> Arc<Wire> {
        Arc::clone(self.wire.get_or_init(|| Arc::new(Wire::new(self.service()))))
    }

    fn effect(&self, input: &Value) -> Effect {
        let (service, operation) = (self.service(), self.operation);
        let plain = effects::effect(service.name, operation.name, &facts(service, operation)).effect;
        arguments::effect(service.name, operation.name, plain, input).effect
    }

    async fn make(&self, args: Value, context: &Context<'_>) -> Result<Value, Failure> {
        let options = Options::of(&args)?;
        let written = input_of(&args);
        let limit = options.time_limit();
        let effect = self.effect(&written);
        let work = self.exchange(&options, &written, effect, context);
        let stopped = |kind| Failure::new(kind, messages::was_stopped(self.operation.name));
        let done = tokio::select! {
            done = within(context.clock, limit, work) => done,
            () = context.cancel.cancelled() => {
                return Err(stopped(if effect.is_write() { FailureKind::Unknown } else { FailureKind::Interrupted }));
            }
        };
        done.unwrap_or_else(|| {
            let kind = if effect.is_write() { FailureKind::Unknown } else { FailureKind::Unavailable };
            let message = messages::took_longer_than(self.operation.name, crate::model::duration::say(limit));
            Err(Failure::new(kind, message))
        })
    }

    async fn exchange(
        &self,
        options: &Options,
        written: &Value,
        effect: Effect,
        context: &Context<'_>,
    ) -> Result<Value, Failure> {
        let settings = context.shared.get(|| Ok::<_, Failure>(Settings::default()))?;
        let config = settings.config().await;
        guard::hold(&settings, config, context).await?;
        let region = settings::region(options.region.as_deref().or(context.guard.aws_region.as_deref()), config)?;
        let filled = SinkJson::of(written.clone()).fill(context)?;
        let filled = shortened(self.service(), self.operation, filled);
        let mut input = self.with_tokens(filled, context.token);
        let Some(pages) = self.operation.pages.as_ref().filter(|_| options.pages && !effect.is_write()) else {
            let answer = self.send(&input, &region, config, effect, context.function).await?;
            return Ok(hide(self.service(), self.operation, written, answer, context.secrets));
        };
        let mut book = Book::new(pages, options.limit);
        let mut number = 1;
        loop {
            let page = self.send(&input, &region, config, effect, context.function).await?;
            let Some(next) = book.take(&page)? else { break };
            number += 1;
            (context.progress)(Progress::State(messages::page(number, book.items())));
            if let Value::Map(map) = &mut input {
                map.extend(next);
            }
        }
        Ok(hide(self.service(), self.operation, written, book.result(), context.secrets))
    }

    async fn send(
        &self,
        input: &Value,
        region: &str,
        config: &SdkConfig,
        effect: Effect,
        function: &str,
    ) -> Result<Value, Failure> {
        let (service, operation) = (self.service(), self.operation);
        let at = settings::endpoint(self.loaded, operation, input, region, config)?;
        let permit = Permit::of(function, at.regions);
        let exchange = Exchange {
            wire: self.wire(),
            operation,
            input: input.clone(),
            endpoint: at.endpoint,
            // A given address is complete.
            host_prefix: if at.is_given { None } else { host_prefix(service, operation, input) },
            bucket_in_host: service.name == "s3",
            region: at.region,
            permit: permit.ok_or_else(|| Failure::refused(messages::not_let_through(operation.name)))?,
        };
        exchange.send(config).await.map_err(|error| failures::failure(service, operation, effect, &error))
    }

    fn with_tokens(&self, input: Value, token: &str) -> Value {
        let (service, operation) = (self.service(), self.operation);
        let mut input = fill_tokens(service, operation, input, token);
        let unmarked = tokens::token(service.name, operation.name).filter(|of| of.filled);
        if let (Some((of, name)), Value::Map(map)) =
            (unmarked.and_then(|of| Some((of, of.member.as_ref()?))), &mut input)
            && !name.contains('.')
        {
            let text = match of.form {
                tokens::Form::Uuid => token.to_owned(),
                tokens::Form::Hex => token.replace('-', ""),
            };
            map.entry(name.clone()).or_insert(Value::Text(text));
        }
        input
    }

    fn all_problems(&self, args: &Value) -> Vec<Problem> {
        let mut problems =
            validate::problems(self.service(), self.operation, &input_of(args), &[Step::Member(INPUT.to_owned())]);
        for problem in &mut problems {
            // The members are what a script writes; that they are an argument is our affair.
            problem.path.remove(0);
        }
        problems
    }
}

/// The members of a request; none are none.
fn input_of(args: &Value) -> Value {
    args.as_map()
        .and_then(|map| map.get(INPUT))
        .filter(|input| **input != Value::Unit)
        .cloned()
        .unwrap_or_else(|| Value::Map(std::collections::BTreeMap::new()))
}

impl Modelled for Call {
    fn check(&self, args: &Value) -> Result<Checked, Failure> {
        let (service, operation) = (self.service(), self.operation);
        if operation.event_stream {
            return Err(Failure::invalid(messages::streams_events(operation.name)));
        }
        if operation.auth.unwrap_or(service.auth) == Auth::Other {
            return Err(Failure::invalid(messages::signs_otherwise(service.full_name)));
        }
        let options = Options::of(args)?;
        let problems: Vec<String> =
            self.all_problems(args).iter().filter(|problem| !problem.is_warning).map(told).collect();
        if !problems.is_empty() {
            return Err(Failure::invalid(messages::cannot_take(operation.name, problems.join("; "))));
        }
        Ok(Checked {
            wants: vec![Want::new(permission(service, operation), "")],
            effect: self.effect(&input_of(args)),
            time_limit: options.time_limit(),
        })
    }

    fn problems(&self, args: &Value) -> Vec<Problem> {
        self.all_problems(args)
    }

    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        let args = args.clone();
        Box::pin(async move { self.make(args, context).await })
    }

    fn settle<'a>(&'a self, _: &Value, _: &'a Context<'a>) -> Look<'a> {
        Box::pin(async move { Settled::Unknown(messages::cannot_tell(self.operation.name)) })
    }
}

fn told(problem: &Problem) -> String {
    let place = problem.place();
    let text = if place.is_empty() { problem.message.clone() } else { format!("`{place}`: {}", problem.message) };
    match &problem.meant {
        Some(meant) => format!("{text}, {}", messages::did_you_mean(meant)),
        None => text,
    }
}

/// How long a call may take when nothing is said.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);
