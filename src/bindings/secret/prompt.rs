//! `secret::prompt`: a secret that a person types. It is not shown, not kept, and asked for again on resume when it is needed.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::secrets as messages;
use crate::model::failure::{Failure, FailureKind};
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::person::{Answer, Question};

/// `secret::prompt`.
pub struct Prompt;

/// What to ask for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The question.
    text: String,
}

impl Described for Prompt {
    const NAME: &'static str = "secret::prompt";
    const SUMMARY: &'static str = "Asks the person for a secret, without showing what is typed";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A one-time password",
        script: r#"let code = secret::prompt("One-time password of the root account");"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Prompt {
    const PERMISSIONS: &'static [&'static str] = &["secret:prompt"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        if args.text.trim().is_empty() {
            return Err(Failure::invalid(messages::prompt_text()));
        }
        Ok(vec![Want::new("secret:prompt", "")])
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::MAX
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let what = format!("`{}`", args.text);
        match context.person.ask(&Question::Secret { text: args.text.clone() }, context.token, &context.stopping) {
            Answer::Given(Value::Text(text)) => {
                super::taken_in("prompt", &args.text, &what, Zeroizing::new(text), context)
            }
            Answer::Nobody => Err(Failure::new(FailureKind::NeedsPerson, messages::needs_person())),
            Answer::Given(_) | Answer::Stop | Answer::Withdrawn => {
                Err(Failure::new(FailureKind::Interrupted, messages::not_given()))
            }
        }
    }
}
