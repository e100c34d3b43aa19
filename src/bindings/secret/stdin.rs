//! `secret::stdin`: a secret that is piped into the program.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::SIZE_MAX;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::standard_input::{NoInput, StandardInput};

/// `secret::stdin`.
pub struct Stdin;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {}

impl Described for Stdin {
    const NAME: &'static str = "secret::stdin";
    const SUMMARY: &'static str = "Gives a secret that is piped into the program";
    const POSITIONAL: &'static [&'static str] = &[];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A secret from a password manager: `pass db | runbook run x`",
        script: "let key = secret::stdin();",
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Stdin {
    const PERMISSIONS: &'static [&'static str] = &["secret:stdin"];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(vec![Want::new("secret:stdin", "")])
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(60)
    }

    async fn live(_: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let hint = messages::stdin_hint(context.run);
        let text = context.shared.get::<StandardInput, NoInput>(|| StandardInput::read(SIZE_MAX)).map_err(|why| {
            let told = match why {
                NoInput::Terminal => messages::stdin_is_terminal(),
                NoInput::Io(why) => messages::stdin_unreadable(why),
            };
            Failure::failed(told).hint(hint.clone())
        })?;
        let what = messages::standard_input();
        super::taken_in("stdin", "-", &what, Zeroizing::new(text.text().to_owned()), context)
            .map_err(|failure| failure.hint(hint))
    }
}
