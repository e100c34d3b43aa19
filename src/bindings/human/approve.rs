//! `human::approve`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::question::{in_language, put, unexpected, worded};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::person::Question;

/// Has the person approve something in the runbook's own words.
///
/// It is no approval of a call: those are asked by the engine, in its words, and bound to the exact call.
pub struct Approve;

/// The arguments of `human::approve`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveArgs {
    /// What is to be approved.
    text: String,
    /// What must be typed.
    #[serde(default = "yes")]
    phrase: String,
    /// The text in Japanese, for people who read that.
    #[serde(default)]
    text_ja: Option<String>,
    /// How long the question stands. Without an answer by then the run stops as waiting: it can still be answered from another terminal,
    /// and a resume asks again.
    #[serde(default)]
    timeout: Option<Span>,
}

fn yes() -> String {
    "yes".to_owned()
}

impl Described for Approve {
    const NAME: &'static str = "human::approve";
    const SUMMARY: &'static str = "has the person type a phrase to approve; a no ends the run as refused";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A second look before traffic moves",
        script: r#"human::approve("All checks passed. Move the traffic?", #{ phrase: "move" });"#,
    }];
    type Args = ApproveArgs;
    type Output = bool;
}

impl HostFunction for Approve {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &ApproveArgs) -> Result<Vec<Want>, Failure> {
        worded(Self::NAME, &args.text)?;
        if args.phrase.is_empty() || args.phrase == "no" || args.phrase != args.phrase.trim() {
            let what = messages::phrase_of_must_be_something_to_type_other();
            return Err(Failure::invalid(what));
        }
        Ok(Vec::new())
    }

    fn time_limit(_: &ApproveArgs) -> Duration {
        Duration::MAX
    }

    async fn live(args: ApproveArgs, context: &Context<'_>) -> Result<bool, Failure> {
        // The first line is ours and says whose words follow, so that they can't pass for the engine's.
        let mut shown = vec![messages::runbook_asks_in_its_own_words(context.run)];
        let text = in_language(args.text, args.text_ja);
        shown.extend(text.lines().map(|line| format!("  {line}")));
        match put(Self::NAME, &Question::Approve { shown, phrase: args.phrase }, args.timeout, context)? {
            Value::Bool(true) => Ok(true),
            Value::Bool(false) => Err(Failure::refused(messages::a_person_said_no())),
            other => Err(unexpected(Self::NAME, &other)),
        }
    }
}
