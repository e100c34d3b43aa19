//! `secret::env`: a secret from a variable of our environment.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `secret::env`.
pub struct Env;

/// A variable that holds a secret.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The variable's name.
    name: String,
}

impl Described for Env {
    const NAME: &'static str = "secret::env";
    const SUMMARY: &'static str = "Gives a secret from an environment variable";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A token for a service",
        script: r#"let key = secret::env("PATH"); process::read(["true"], #{ env: #{ API_KEY: key } }).code == 0"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Env {
    const PERMISSIONS: &'static [&'static str] = &["secret:env NAME"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        let name = &args.name;
        if name.is_empty() || name.contains(['=', '\0']) || name.contains(char::is_whitespace) {
            return Err(Failure::invalid(messages::no_variable_name(name)));
        }
        Ok(vec![Want::new("secret:env", name)])
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let what = format!("`{}`", args.name);
        match std::env::var(&args.name) {
            Ok(text) => super::taken_in("env", &args.name, &what, Zeroizing::new(text), context),
            Err(std::env::VarError::NotPresent) => Err(Failure::failed(messages::variable_not_set(args.name))),
            Err(std::env::VarError::NotUnicode(_)) => Err(Failure::failed(messages::not_text(what))),
        }
    }
}
