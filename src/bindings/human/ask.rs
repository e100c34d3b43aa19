//! `human::ask`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::question::{in_language, put, unexpected, worded};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::person::Question;

/// Asks for a line of text.
pub struct Ask;

/// The arguments of `human::ask`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskArgs {
    /// The question.
    text: String,
    /// Taken when nothing is typed.
    #[serde(default)]
    defaults_to: Option<String>,
    /// The text in Japanese, for people who read that.
    #[serde(default)]
    text_ja: Option<String>,
    /// How long the question stands. Without an answer by then the run stops as waiting: it can still be answered from another terminal,
    /// and a resume asks again.
    #[serde(default)]
    timeout: Option<Span>,
}

impl Described for Ask {
    const NAME: &'static str = "human::ask";
    const SUMMARY: &'static str =
        "asks the person for a line of text; never for a secret, since the answer is recorded";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A ticket for the record",
        script: r#"let ticket = human::ask("Which ticket is this for?", #{ defaults_to: "none" });"#,
    }];
    type Args = AskArgs;
    type Output = String;
}

impl HostFunction for Ask {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &AskArgs) -> Result<Vec<Want>, Failure> {
        worded(Self::NAME, &args.text).map(|()| Vec::new())
    }

    fn time_limit(_: &AskArgs) -> Duration {
        Duration::MAX
    }

    async fn live(args: AskArgs, context: &Context<'_>) -> Result<String, Failure> {
        match put(
            Self::NAME,
            &Question::Text { text: in_language(args.text, args.text_ja), default: args.defaults_to },
            args.timeout,
            context,
        )? {
            Value::Text(text) => Ok(text),
            other => Err(unexpected(Self::NAME, &other)),
        }
    }
}
