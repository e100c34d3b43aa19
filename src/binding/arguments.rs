//! What can be wrong with the arguments of a host function, told with the name and the place of the argument.

use std::collections::BTreeMap;

use super::declaration::Declaration;
use crate::messages::binding as messages;
use crate::model::code::Code;
use crate::model::diagnostic::did_you_mean;
use crate::model::value::Value;

/// Arguments that the function can't take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ArgumentError {
    /// `UnknownOption` or `WrongArguments`.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// The argument, when it is one.
    pub argument: Option<String>,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl ArgumentError {
    pub(super) fn wrong(message: impl Into<String>, argument: Option<&str>) -> Self {
        ArgumentError {
            code: Code::WrongArguments,
            message: message.into(),
            argument: argument.map(str::to_owned),
            suggestion: None,
        }
    }
}

/// Puts what came by position and what came by name into one map.
///
/// # Errors
/// Too many or too few arguments, an unknown option, one given twice.
pub fn gather(declaration: &Declaration, mut given: Vec<Value>) -> Result<BTreeMap<String, Value>, ArgumentError> {
    let name = declaration.name;
    let positional = declaration.positional;
    let options = match given.last() {
        Some(Value::Map(_))
            if given.len() == positional.len() + 1
                || (given.len() <= positional.len() && is_options(declaration, &given)) =>
        {
            match given.pop() {
                Some(Value::Map(map)) => map,
                _ => BTreeMap::new(),
            }
        }
        _ => BTreeMap::new(),
    };
    if given.len() > positional.len() {
        let form = declaration.form();
        return Err(ArgumentError::wrong(messages::takes(name, count(positional.len()), form), None));
    }
    let mut gathered: BTreeMap<String, Value> = positional.iter().map(|name| (*name).to_owned()).zip(given).collect();
    for (option, value) in options {
        let known = declaration.parameters.iter().any(|parameter| parameter.name == option);
        if !known {
            let names = declaration.parameters.iter().map(|parameter| parameter.name.as_str());
            return Err(ArgumentError {
                code: Code::UnknownOption,
                message: messages::has_no_option(name, &option),
                suggestion: did_you_mean(&option, names).map(str::to_owned),
                argument: Some(option),
            });
        }
        if gathered.insert(option.clone(), value).is_some() {
            return Err(ArgumentError::wrong(messages::is_given_twice(&option, name), Some(&option)));
        }
    }
    for parameter in declaration.parameters.iter().filter(|parameter| parameter.required) {
        if !gathered.contains_key(&parameter.name) {
            let form = declaration.form();
            return Err(ArgumentError::wrong(messages::needs(name, &parameter.name, form), Some(&parameter.name)));
        }
    }
    Ok(gathered)
}

/// A last map in place of a positional argument is options when that argument takes no map.
fn is_options(declaration: &Declaration, given: &[Value]) -> bool {
    let place = given.len() - 1;
    let parameter =
        declaration.positional.get(place).and_then(|name| declaration.parameters.iter().find(|p| p.name == *name));
    parameter
        .is_some_and(|parameter| !parameter.types.is_empty() && !parameter.types.iter().any(|name| name == "object"))
}

fn count(n: usize) -> String {
    match n {
        0 => messages::no_arguments_but_a_map_of_options(),
        1 => messages::one_argument_then_a_map_of_options(),
        n => messages::arguments_then_a_map_of_options(n),
    }
}
