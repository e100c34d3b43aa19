//! `human::confirm`.

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

/// Asks for a yes or a no.
pub struct Confirm;

/// The arguments of `human::confirm`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmArgs {
    /// The question.
    text: String,
    /// The text in Japanese, for people who read that.
    #[serde(default)]
    text_ja: Option<String>,
    /// How long the question stands. Without an answer by then the run stops as waiting: it can still be answered from another terminal,
    /// and a resume asks again.
    #[serde(default)]
    timeout: Option<Span>,
}

impl Described for Confirm {
    const NAME: &'static str = "human::confirm";
    const SUMMARY: &'static str = "asks the person yes or no; nothing typed is no";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Go on only if the person says so",
        script: r#"if !human::confirm("Is the maintenance page up?") { throw "put it up first" }"#,
    }];
    type Args = ConfirmArgs;
    type Output = bool;
}

impl HostFunction for Confirm {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &ConfirmArgs) -> Result<Vec<Want>, Failure> {
        worded(Self::NAME, &args.text).map(|()| Vec::new())
    }

    fn time_limit(_: &ConfirmArgs) -> Duration {
        Duration::MAX
    }

    async fn live(args: ConfirmArgs, context: &Context<'_>) -> Result<bool, Failure> {
        match put(Self::NAME, &Question::Confirm { text: in_language(args.text, args.text_ja) }, args.timeout, context)?
        {
            Value::Bool(yes) => Ok(yes),
            other => Err(unexpected(Self::NAME, &other)),
        }
    }
}
