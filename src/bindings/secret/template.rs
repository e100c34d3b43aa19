//! `secret::template`: a text made of secrets, as one secret.

use std::collections::BTreeMap;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::binding::{Context, Described, Example, HostFunction, SinkText};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `secret::template`.
pub struct Template;

/// A text with places, and what goes there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text. `{name}` is a place for a value, `{name:url}` one that is percent-encoded first; `{{` and `}}` are braces.
    template: String,
    /// The values by name; may be secrets.
    values: BTreeMap<String, SinkText>,
}

impl Described for Template {
    const NAME: &'static str = "secret::template";
    const SUMMARY: &'static str = "Gives a text made of secrets, as one secret";
    const POSITIONAL: &'static [&'static str] = &["template", "values"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A database's URL out of its parts",
        script: r#"let url = secret::template("postgres://{user}:{pw:url}@db.internal/app", #{ user: "app", pw: secret::env("PATH") });"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Template {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        let parts = parts(&args.template)?;
        for (name, _) in parts.iter().filter_map(Part::place) {
            if !args.values.contains_key(name) {
                return Err(Failure::invalid(messages::no_value_for(name)));
            }
        }
        let unused = |name: &&String| !parts.iter().filter_map(Part::place).any(|(place, _)| place == name.as_str());
        match args.values.keys().find(unused) {
            Some(name) => Err(Failure::invalid(messages::value_not_used(name))),
            None => Ok(Vec::new()),
        }
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let mut text = Zeroizing::new(String::new());
        let mut name = args.template.clone();
        for part in parts(&args.template)? {
            match part {
                Part::Text(plain) => text.push_str(&plain),
                Part::Place { name, in_url } => {
                    let value = args.values.get(name).ok_or_else(|| Failure::invalid(messages::no_value_for(name)))?;
                    let value = value.reveal(context)?;
                    if in_url {
                        text.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
                    } else {
                        text.push_str(&value);
                    }
                }
            }
        }
        for (place, value) in &args.values {
            name.push_str(&format!(" {place}={}", super::called(value, context)));
        }
        Ok(context.secrets.add(super::reference("template", &name), text))
    }
}

enum Part<'a> {
    Text(String),
    Place { name: &'a str, in_url: bool },
}

impl Part<'_> {
    fn place(&self) -> Option<(&str, bool)> {
        match self {
            Part::Text(_) => None,
            Part::Place { name, in_url } => Some((name, *in_url)),
        }
    }
}

fn parts(template: &str) -> Result<Vec<Part<'_>>, Failure> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        parts.push(Part::Text(before.to_owned()));
        let doubled = ["{{", "}}"].into_iter().find(|brace| from.starts_with(brace));
        if let Some(brace) = doubled {
            parts.push(Part::Text(brace.chars().take(1).collect()));
            rest = from.get(2..).unwrap_or_default();
            continue;
        }
        let place = from.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let Some((inner, after)) = place else { return Err(Failure::invalid(messages::template_open())) };
        let name = inner.strip_suffix(":url");
        parts.push(Part::Place { name: name.unwrap_or(inner), in_url: name.is_some() });
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_a_value_and_each_value_a_place() {
        let check = |template: &str, names: &[&str]| {
            let values: serde_json::Map<String, serde_json::Value> =
                names.iter().map(|name| ((*name).to_owned(), "x".into())).collect();
            let args = serde_json::json!({ "template": template, "values": values });
            Template::wants(&serde_json::from_value(args).expect("arguments")).map(|_| ())
        };
        for (template, names, wrong) in [
            ("{a}-{b:url}", &["a", "b"][..], None),
            ("{{a}}", &[], None),
            ("{a}", &[], Some("no value for `a`")),
            ("x", &["a"], Some("no place")),
            ("{a", &["a"], Some("not closed")),
            ("a}", &[], Some("not closed")),
        ] {
            match wrong {
                None => assert!(check(template, names).is_ok(), "{template}"),
                Some(wrong) => {
                    let failure = check(template, names).expect_err(template);
                    assert!(failure.message.contains(wrong), "{template}: {failure}");
                }
            }
        }
    }
}
