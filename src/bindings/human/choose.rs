//! `human::choose`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::question::{in_language, put, unexpected, worded};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::{Language, bindings as messages};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::person::Question;

/// Has one of several chosen.
pub struct Choose;

/// The arguments of `human::choose`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseArgs {
    /// The question.
    text: String,
    /// What can be chosen, the suggested one first. Stopping here is offered besides.
    options: Vec<String>,
    /// The choices in Japanese, in the same order; the script gets the one that stands in `options`.
    #[serde(default)]
    options_ja: Vec<String>,
    /// The text in Japanese, for people who read that.
    #[serde(default)]
    text_ja: Option<String>,
    /// How long the question stands. Without an answer by then the run stops as waiting: it can still be answered from another terminal,
    /// and a resume asks again.
    #[serde(default)]
    timeout: Option<Span>,
}

impl Described for Choose {
    const NAME: &'static str = "human::choose";
    const SUMMARY: &'static str = "has the person choose one of several; gives the chosen text";
    const POSITIONAL: &'static [&'static str] = &["text", "options"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "What to do next",
        script: r#"
switch human::choose("What next?", ["roll back", "look at the logs"]) {
    "roll back" => log("rolling back"),
    _ => log("looking at the logs"),
}"#,
    }];
    type Args = ChooseArgs;
    type Output = String;
}

impl HostFunction for Choose {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &ChooseArgs) -> Result<Vec<Want>, Failure> {
        worded(Self::NAME, &args.text)?;
        if args.options.is_empty() {
            return Err(Failure::invalid(messages::needs_at_least_one_option()));
        }
        for (n, option) in args.options.iter().enumerate() {
            if option.trim().is_empty() {
                return Err(Failure::invalid(messages::option_is_empty(&n + 1)));
            }
            // The script sees the text only, so that it could not tell two equal ones apart.
            if args.options.iter().take(n).any(|earlier| earlier == option) {
                return Err(Failure::invalid(messages::has_the_option_twice(option)));
            }
        }
        if !args.options_ja.is_empty() && args.options_ja.len() != args.options.len() {
            return Err(Failure::invalid(messages::options_ja_are_as_many(args.options.len())));
        }
        Ok(Vec::new())
    }

    fn time_limit(_: &ChooseArgs) -> Duration {
        Duration::MAX
    }

    async fn live(args: ChooseArgs, context: &Context<'_>) -> Result<String, Failure> {
        let has_ja = !args.options_ja.is_empty() && Language::current() == Language::Japanese;
        let shown = if has_ja { args.options_ja.clone() } else { args.options.clone() };
        let question = Question::Choose { text: in_language(args.text, args.text_ja), options: shown };
        let answer = put(Self::NAME, &question, args.timeout, context)?;
        let chosen = match &answer {
            Value::Int(index) => usize::try_from(*index).ok().and_then(|index| args.options.get(index)),
            _ => None,
        };
        chosen.cloned().ok_or_else(|| unexpected(Self::NAME, &answer))
    }
}
