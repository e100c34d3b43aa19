//! `secret::json`: a value inside a secret JSON document.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::binding::{Context, Described, Example, HostFunction, SinkText};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `secret::json`.
pub struct Json;

/// A secret document, and where in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The document; may be a secret.
    text: SinkText,
    /// Where the value stands in it, as a JSON pointer (RFC 6901): `/password`.
    pointer: String,
}

impl Described for Json {
    const NAME: &'static str = "secret::json";
    const SUMMARY: &'static str = "Gives a value inside a secret JSON document, as a secret";
    const POSITIONAL: &'static [&'static str] = &["text", "pointer"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "The password in a database's credentials",
        script: r#"let login = secret::template("{{\"password\": \"{pw}\"}}", #{ pw: "x-y-z" });
let password = secret::json(login, "/password");"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Json {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let called = super::called(&args.text, context);
        let shown = format!("`{called}`");
        // What is wrong with it is not told: it would tell what is in it.
        let json: serde_json::Value = serde_json::from_str(&args.text.reveal(context)?)
            .map_err(|_| Failure::invalid(messages::no_json(&shown)))?;
        let text = match json.pointer(&args.pointer) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Number(number)) => number.to_string(),
            Some(_) => return Err(Failure::invalid(messages::no_text_at(&args.pointer, &shown))),
            None => return Err(Failure::invalid(messages::nothing_at(&args.pointer, &shown))),
        };
        let reference = super::reference("json", &format!("{called} {}", args.pointer));
        Ok(context.secrets.add(reference, Zeroizing::new(text)))
    }
}
