//! `env::get`: a variable of our environment. What it gives is text that a script may pass on, so secrets don't come this way.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `env::get`.
pub struct Get;

/// A variable to look up.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The variable's name.
    name: String,
    /// What to give when it is not set. Without it, that is a failure.
    defaults_to: Option<String>,
}

impl Described for Get {
    const NAME: &'static str = "env::get";
    const SUMMARY: &'static str = "Gives an environment variable";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "Where programs are looked up", script: r#"env::get("PATH").split(":")"# },
        Example {
            title: "A variable that may be missing",
            script: r#"env::get("CI", #{ defaults_to: "false" }) == "true""#,
        },
    ];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Get {
    const PERMISSIONS: &'static [&'static str] = &["env:read NAME"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        let name = &args.name;
        if name.is_empty() || name.contains(['=', '\0']) || name.contains(char::is_whitespace) {
            return Err(Failure::invalid(messages::no_name_of_a_variable(name)));
        }
        Ok(vec![Want::new("env:read", name)])
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, _: &Context<'_>) -> Result<String, Failure> {
        let name = &args.name;
        match (std::env::var(name), args.defaults_to) {
            (Ok(value), _) => Ok(value),
            (Err(std::env::VarError::NotPresent), Some(default)) => Ok(default),
            (Err(std::env::VarError::NotPresent), None) => {
                Err(Failure::failed(messages::the_environment_variable_is_not_set(name))
                    .hint(messages::set_it_or_write(name)))
            }
            (Err(std::env::VarError::NotUnicode(_)), _) => {
                Err(Failure::failed(messages::the_environment_variable_holds_bytes(name)))
            }
        }
    }
}
