//! `runbook::run(name, #{ … })`: a runbook inside another. It is part of the run: the same journal, the same gate, the pinned
//! sources; its permissions are those of all runbooks around it as well, and its parameters are pinned when it begins.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, Map, Module, NativeCallContext, Scope};
use semver::{Version, VersionReq};

use super::{Caller, hold, step};
use crate::engine::conversion::{to_dynamic, to_value};
use crate::engine::error::{Raised, ScriptError};
use crate::engine::gate::{Gate, Spot};
use crate::engine::param_spec::ParamSpec;
use crate::engine::permission_line;
use crate::engine::scope::Frame;
use crate::engine::session::Nested;
use crate::engine::sources::NESTED;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::entry::Event;
use crate::model::permission::Permission;
use crate::model::run::StopKind;
use crate::model::scope::{ScopePath, Segment};
use crate::model::value::Value;
use crate::world::person::{Answer, Question};
use crate::world::secrets::Secrets;

pub(super) fn register(module: &mut Module, gate: &Gate) {
    let with = gate.clone();
    rhai::FuncRegistration::new("run").with_volatility(true).set_into_module(
        module,
        move |context: NativeCallContext, name: &str, params: Map| -> Result<Dynamic, Raised> {
            run(&with, &Caller::of(&context), name, params)
        },
    );
    let without = gate.clone();
    rhai::FuncRegistration::new("run").with_volatility(true).set_into_module(
        module,
        move |context: NativeCallContext, name: &str| -> Result<Dynamic, Raised> {
            run(&without, &Caller::of(&context), name, Map::new())
        },
    );
}

fn run(gate: &Gate, caller: &Caller<'_>, name: &str, given: Map) -> Result<Dynamic, Raised> {
    gate.open(caller.position())?;
    let session = gate.session();
    let frame = caller.frame()?;
    if frame.polling {
        return Err(caller.error(Code::WriteInWait, messages::a_runbook_cannot_be_run_inside_wait_until()));
    }
    let Some(nested) = session.nested.get(name) else {
        let mut error = ScriptError::new(Code::NoSuchRunbook, messages::there_is_no_runbook_in_this_run(name));
        error.hint = Some(match did_you_mean(name, session.nested.keys().map(String::as_str)) {
            Some(known) => messages::did_you_mean_2(known),
            None => messages::add_to_permissions_runbook(name),
        });
        return Err(error.raise(caller.position()));
    };
    permitted(gate, caller, &frame, name, nested)?;
    if frame.path.is_in_runbook(name) {
        return Err(caller.error(Code::ScriptFailed, messages::the_runbook_runs_itself(name)));
    }
    let of_environment = session.journal.history(|history| history.start.nested.get(name).cloned()).unwrap_or_default();
    let mut params = parameters(caller, &gate.session().secrets, name, &nested.header.params, given, &of_environment)?;
    let nth = session.ledger().nth(&frame.path, &format!("{NESTED}{name}"));
    let path = frame.path.inner(&Segment::Nested(name, nth));
    let finished = session.journal.history(|history| history.finished.get(&path.whatever_attempt()).cloned());
    let shown = session.secrets.shown(Value::Map(params.clone()));
    begin(gate, caller, &path, name, nested, &shown, &mut params)?;
    if let Some(value) = finished {
        session.listener.replayed_step(&path);
        return Ok(to_dynamic(session.secrets.armed(value)));
    }
    let mut granted = Vec::clone(&frame.granted);
    granted.push(permissions(caller, nested, &params)?);
    let inner =
        Frame { path: path.clone(), body: None, runbook: Some(name.to_owned()), granted: Arc::new(granted), ..frame };
    let spot = Spot { file: format!("{NESTED}{name}"), position: rhai::Position::NONE };
    let mut variables = Scope::new();
    variables.push_constant_dynamic("params", to_dynamic(Value::Map(params)));
    gate.record(Event::StepBegun { scope: path.clone() }, caller.position())?;
    let body = || caller.engine.eval_ast_with_scope::<Dynamic>(&mut variables, &nested.tree);
    let result = hold::in_scope(gate, caller.engine, &spot, &inner, body);
    step::finish(gate, caller, &path, result)
}

/// Whether the runbook around names this one among its permissions.
fn permitted(gate: &Gate, caller: &Caller<'_>, frame: &Frame, name: &str, nested: &Nested) -> Result<(), Raised> {
    let session = gate.session();
    let version = &nested.header.version;
    let allowed = match frame.runbook.as_ref().and_then(|around| session.nested.get(around)) {
        Some(around) => around.header.runbooks.iter().any(|may| may.name == name && may.version.matches(version)),
        None => {
            session.journal.history(|history| history.start.permissions.iter().any(|line| names(line, name, version)))
        }
    };
    if allowed {
        return Ok(());
    }
    let refused = Event::CallRefused {
        function: "runbook::run".to_owned(),
        effect: crate::model::effect::Effect::Read,
        scope: frame.path.clone(),
        reason: messages::runbook_is_not_permitted(name, version),
    };
    gate.record(refused, caller.position())?;
    let diagnostic = Diagnostic::error(Code::NotPermitted, messages::runbook_is_not_permitted(name, version))
        .at(caller.spot.place(), "runbook::run".len(), "")
        .note(messages::no_line_of_the_runbook_s_permissions_names())
        .next(messages::add_to_permissions_runbook_2(name, version));
    Err(gate.stop(StopKind::Refused, diagnostic, caller.position()))
}

/// Whether a line of `permissions` names the runbook: `runbook:acm-wait@^1`.
fn names(line: &str, name: &str, version: &Version) -> bool {
    let Some(named) = line.trim().strip_prefix(NESTED) else { return false };
    let (named, wanted) = named.split_once('@').unwrap_or((named, "*"));
    named == name && VersionReq::parse(wanted).is_ok_and(|wanted| wanted.matches(version))
}

/// The values that it starts with: what was given, else what the environment's file said when the run began, else the default.
fn parameters(
    caller: &Caller<'_>,
    secrets: &Secrets,
    name: &str,
    specs: &[ParamSpec],
    mut given: Map,
    of_environment: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, Value>, Raised> {
    let mut params = BTreeMap::new();
    for spec in specs {
        let wrong =
            |why: String| caller.error(Code::BadParameter, messages::parameter_of_the_runbook(&spec.name, name, &why));
        let value = match given.remove(spec.name.as_str()) {
            // The token of a secret goes on as it is; only a sink fills it in.
            Some(value) if spec.is_secret() => {
                let value = to_value(&value).map_err(wrong)?;
                // Plain text would stand in the journal.
                let is_known = matches!(value, Value::Unknown) || (value == Value::Unit && spec.optional);
                if !is_known && secrets.token_path(&value).is_none() {
                    let error = ScriptError::new(
                        Code::BadParameter,
                        messages::parameter_of_the_runbook(&spec.name, name, messages::is_secret_and_this_is_plain()),
                    );
                    let hint = Some(messages::give_it_a_secret(&spec.name));
                    return Err(ScriptError { hint, ..error }.raise(caller.position()));
                }
                value
            }
            Some(value) => to_value(&value).and_then(|value| spec.accept(value)).map_err(wrong)?,
            None => match of_environment.get(&spec.name).or(spec.default.as_ref()) {
                Some(default) => default.clone(),
                None if spec.optional => Value::Unit,
                None => {
                    let message = messages::runbook_needs_a_value(name, &spec.name);
                    return Err(caller.error(Code::ParameterRequired, message));
                }
            },
        };
        params.insert(spec.name.clone(), value);
    }
    if let Some(unknown) = given.keys().next() {
        let message = messages::runbook_has_no_parameter(name, unknown);
        let mut error = ScriptError::new(Code::UnknownParameter, message);
        error.hint = did_you_mean(unknown, specs.iter().map(|spec| spec.name.as_str())).map(messages::did_you_mean_2);
        return Err(error.raise(caller.position()));
    }
    Ok(params)
}

/// Pins the parameters. Other ones for a runbook that was begun before are diverged: a person says whether it goes on with the
/// pinned ones.
fn begin(
    gate: &Gate,
    caller: &Caller<'_>,
    path: &ScopePath,
    name: &str,
    nested: &Nested,
    shown: &Value,
    params: &mut BTreeMap<String, Value>,
) -> Result<(), Raised> {
    let session = gate.session();
    let Some(before) = session.journal.history(|history| history.nested.get(path).cloned()) else {
        let begun = Event::NestedBegun {
            scope: path.clone(),
            runbook: name.to_owned(),
            version: nested.header.version.to_string(),
            value: shown.clone(),
        };
        return gate.record(begun, caller.position()).map(|_| ());
    };
    if before == *shown {
        return Ok(());
    }
    let lines = vec![
        messages::the_runbook_was_begun_with_other_parameters(name),
        messages::begun_with(before.to_json()),
        messages::parameters_now(shown.to_json()),
    ];
    let choices = vec![messages::go_on_with_the_parameters_it_was_begun(), messages::stop_here()];
    if gate.ask(&Question::Decide { shown: lines.clone(), choices }, "") == Answer::Given(Value::Int(0)) {
        for (name, value) in before.as_map().into_iter().flatten() {
            let is_secret = nested.header.params.iter().any(|spec| spec.name == *name && spec.is_secret());
            if !is_secret {
                params.insert(name.clone(), session.secrets.armed(value.clone()));
            }
        }
        return Ok(());
    }
    let mut lines = lines.into_iter();
    let mut diagnostic = Diagnostic::error(Code::Diverged, lines.next().unwrap_or_default())
        .at(caller.spot.place(), "runbook::run".len(), "")
        .state(messages::nothing_was_sent())
        .next(messages::choose_on_a_terminal(session.journal.run()));
    for line in lines {
        diagnostic = diagnostic.note(line);
    }
    Err(gate.stop(StopKind::Diverged, diagnostic, caller.position()))
}

fn permissions(
    caller: &Caller<'_>,
    nested: &Nested,
    params: &BTreeMap<String, Value>,
) -> Result<Vec<Permission>, Raised> {
    let mut granted = Vec::new();
    for (line, _) in nested.header.permissions.iter().filter(|(line, _)| !line.starts_with(NESTED)) {
        granted.extend(permission_line::fill(line, params).map_err(|why| caller.error(Code::BadParameter, why))?);
    }
    Ok(granted)
}
