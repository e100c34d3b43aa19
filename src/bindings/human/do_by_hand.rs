//! `human::do_by_hand`.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::question::{in_language, put, unexpected, worded};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::person::Question;

/// Has something done by hand.
pub struct DoByHand;

/// The arguments of `human::do_by_hand`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoByHandArgs {
    /// What to do.
    text: String,
    /// Values to copy, by label: texts and numbers.
    #[serde(default)]
    values: BTreeMap<String, Value>,
    /// Whether the person must write down what was seen.
    #[serde(default)]
    evidence: bool,
    /// The text in Japanese, for people who read that.
    #[serde(default)]
    text_ja: Option<String>,
    /// How long the question stands. Without an answer by then the run stops as waiting: it can still be answered from another terminal,
    /// and a resume asks again.
    #[serde(default)]
    timeout: Option<Span>,
}

/// What `human::do_by_hand` gives.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoneByHand {
    /// Always true: the person said that it is done.
    done: bool,
    /// What the person saw, when it was asked for.
    evidence: Option<String>,
}

impl Described for DoByHand {
    const NAME: &'static str = "human::do_by_hand";
    const SUMMARY: &'static str = "has the person do something by hand and say when it is done";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Name servers at a registrar without an API",
        script: r#"
let done = human::do_by_hand("Register these name servers at the registrar.", #{
    values: #{ ns1: "ns-1.example.net", ns2: "ns-2.example.net" },
    evidence: true,
});
log(done.evidence);"#,
    }];
    type Args = DoByHandArgs;
    type Output = DoneByHand;
}

impl HostFunction for DoByHand {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &DoByHandArgs) -> Result<Vec<Want>, Failure> {
        worded(Self::NAME, &args.text)?;
        for (label, value) in &args.values {
            shown(label, value)?;
        }
        Ok(Vec::new())
    }

    fn time_limit(_: &DoByHandArgs) -> Duration {
        Duration::MAX
    }

    async fn live(args: DoByHandArgs, context: &Context<'_>) -> Result<DoneByHand, Failure> {
        let values = args.values.iter().map(|(label, value)| Ok((label.clone(), shown(label, value)?)));
        let values = values.collect::<Result<_, Failure>>()?;
        let question = Question::ByHand { text: in_language(args.text, args.text_ja), values, evidence: args.evidence };
        match put(Self::NAME, &question, args.timeout, context)? {
            Value::Text(evidence) if args.evidence => Ok(DoneByHand { done: true, evidence: Some(evidence) }),
            Value::Bool(true) if !args.evidence => Ok(DoneByHand { done: true, evidence: None }),
            other => Err(unexpected(Self::NAME, &other)),
        }
    }
}

/// A value as a person copies it.
fn shown(label: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Char(c) => Ok(c.to_string()),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) => Ok(value.to_json().to_string()),
        other => Err(Failure::invalid(messages::in_values_of_is_not_a_text(label, other.kind()))),
    }
}
