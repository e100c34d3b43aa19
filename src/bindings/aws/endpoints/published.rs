//! Reads endpoint rules and partitions in the form in which they are published.

use serde_json::Value as Json;

use super::partitions::{Partition, Partitions};
use super::rules::{
    Argument, Call, Condition, Function, Part, Place, Rule, RuleParameter, RuleSet, SchemeTemplate, Template,
};

/// Rules that say something this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("endpoint rules: {0}")]
pub struct UnknownRule(String);

type Read<T> = Result<T, UnknownRule>;

/// The rules of `endpoint-rule-set-1.json`.
///
/// # Errors
/// Rules that say something this program does not know.
pub fn rule_set(json: &Json) -> Read<RuleSet<'_>> {
    let mut parameters = Vec::new();
    for (name, of) in json.get("parameters").and_then(Json::as_object).into_iter().flatten() {
        parameters.push(RuleParameter {
            name,
            built_in: of.get("builtIn").and_then(Json::as_str),
            required: of.get("required").and_then(Json::as_bool).unwrap_or(false),
            default: of.get("default").map(argument).transpose()?,
        });
    }
    Ok(RuleSet { parameters, rules: rules(json)? })
}

/// The partitions of `partitions.json`.
///
/// # Errors
/// Partitions without what a partition must have.
pub fn partitions(json: &Json) -> Read<Partitions> {
    let all = json.get("partitions").and_then(Json::as_array).into_iter().flatten();
    let partition = |of: &Json| {
        let outputs = of.get("outputs")?;
        let text = |key: &str| outputs.get(key).and_then(Json::as_str).map(str::to_owned);
        let flag = |key: &str| outputs.get(key).and_then(Json::as_bool);
        Some(Partition {
            name: text("name")?,
            region_pattern: of.get("regionRegex").and_then(Json::as_str)?.to_owned(),
            regions: of.get("regions").and_then(Json::as_object)?.keys().cloned().collect(),
            dns_suffix: text("dnsSuffix")?,
            dual_stack_dns_suffix: text("dualStackDnsSuffix")?,
            supports_fips: flag("supportsFIPS")?,
            supports_dual_stack: flag("supportsDualStack")?,
            implicit_global_region: text("implicitGlobalRegion")?,
        })
    };
    let partitions: Option<Vec<Partition>> = all.map(partition).collect();
    partitions.map(Partitions).ok_or_else(|| UnknownRule("a partition is not complete".to_owned()))
}

fn rules(json: &Json) -> Read<Vec<Rule<'_>>> {
    json.get("rules").and_then(Json::as_array).into_iter().flatten().map(rule).collect()
}

fn rule(json: &Json) -> Read<Rule<'_>> {
    let when =
        json.get("conditions").and_then(Json::as_array).into_iter().flatten().map(condition).collect::<Read<_>>()?;
    match json.get("type").and_then(Json::as_str) {
        Some("endpoint") => {
            let endpoint = json.get("endpoint").unwrap_or(&Json::Null);
            let schemes = endpoint.pointer("/properties/authSchemes").and_then(Json::as_array);
            Ok(Rule::Endpoint {
                when,
                url: endpoint.get("url").map(text_or_reference).ok_or_else(|| unknown("url", json))??,
                headers: headers(endpoint)?,
                schemes: schemes.into_iter().flatten().map(scheme).collect::<Read<_>>()?,
            })
        }
        Some("error") => {
            let message = json.get("error").ok_or_else(|| unknown("error", json))?;
            Ok(Rule::Error { when, message: text_or_reference(message)? })
        }
        Some("tree") => Ok(Rule::Tree { when, rules: rules(json)? }),
        _ => Err(unknown("rule", json)),
    }
}

fn headers(endpoint: &Json) -> Read<Vec<(&str, Vec<Template<'_>>)>> {
    let mut headers = Vec::new();
    for (name, values) in endpoint.get("headers").and_then(Json::as_object).into_iter().flatten() {
        let values = values.as_array().into_iter().flatten().filter_map(Json::as_str);
        headers.push((name.as_str(), values.map(template).collect::<Read<_>>()?));
    }
    Ok(headers)
}

fn scheme(json: &Json) -> Read<SchemeTemplate<'_>> {
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(template).transpose();
    let regions = json.get("signingRegionSet").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    Ok(SchemeTemplate {
        name: json.get("name").and_then(Json::as_str).ok_or_else(|| unknown("scheme", json))?,
        signing_name: text("signingName")?,
        signing_region: text("signingRegion")?,
        signing_region_set: regions.map(template).collect::<Read<_>>()?,
        disable_double_encoding: json.get("disableDoubleEncoding").and_then(Json::as_bool),
    })
}

fn condition(json: &Json) -> Read<Condition<'_>> {
    Ok(Condition { call: call(json)?, assign: json.get("assign").and_then(Json::as_str) })
}

fn call(json: &Json) -> Read<Call<'_>> {
    let function = match json.get("fn").and_then(Json::as_str) {
        Some("isSet") => Function::IsSet,
        Some("not") => Function::Not,
        Some("getAttr") => Function::GetAttr,
        Some("booleanEquals") => Function::BooleanEquals,
        Some("stringEquals") => Function::StringEquals,
        Some("substring") => Function::Substring,
        Some("uriEncode") => Function::UriEncode,
        Some("parseURL") => Function::ParseUrl,
        Some("isValidHostLabel") => Function::IsValidHostLabel,
        Some("aws.partition") => Function::AwsPartition,
        Some("aws.parseArn") => Function::AwsParseArn,
        Some("aws.isVirtualHostableS3Bucket") => Function::AwsIsVirtualHostableS3Bucket,
        _ => return Err(unknown("function", json)),
    };
    let arguments = json.get("argv").and_then(Json::as_array).into_iter().flatten();
    Ok(Call { function, arguments: arguments.map(argument).collect::<Read<_>>()? })
}

fn argument(json: &Json) -> Read<Argument<'_>> {
    Ok(match json {
        Json::String(text) => Argument::Text(template(text)?),
        Json::Bool(flag) => Argument::Flag(*flag),
        Json::Number(number) => Argument::Number(number.as_i64().ok_or_else(|| unknown("number", json))?),
        Json::Array(items) => Argument::Texts(items.iter().filter_map(Json::as_str).collect()),
        Json::Object(of) => match of.get("ref").and_then(Json::as_str) {
            Some(name) => Argument::Reference(name),
            None => Argument::Call(call(json)?),
        },
        Json::Null => return Err(unknown("argument", json)),
    })
}

/// A text, or something that was told and is one.
fn text_or_reference(json: &Json) -> Read<Template<'_>> {
    match (json.as_str(), json.get("ref").and_then(Json::as_str)) {
        (Some(text), _) => template(text),
        (None, Some(name)) => Ok(Template(vec![Part::Place(Place { name, path: None })])),
        (None, None) => Err(unknown("text", json)),
    }
}

/// Takes a text apart: `{Bucket}.s3.{partition#dnsSuffix}`; `{{` and `}}` stand for themselves.
fn template(text: &str) -> Read<Template<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Part::Literal(before));
        }
        if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
            parts.push(Part::Literal(&brace[..1]));
            rest = after;
            continue;
        }
        let place = brace.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let Some((place, after)) = place else { return Err(UnknownRule(format!("the text `{text}`"))) };
        let (name, path) = place.split_once('#').map_or((place, None), |(name, path)| (name, Some(path)));
        parts.push(Part::Place(Place { name, path }));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    Ok(Template(parts))
}

fn unknown(what: &str, json: &Json) -> UnknownRule {
    let mut text = json.to_string();
    text.truncate(text.floor_char_boundary(200));
    UnknownRule(format!("{what} of {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_at_its_places() {
        let of = |text| template(text).map(|template| template.0);
        let place = |name, path| Part::Place(Place { name, path });
        assert_eq!(of("plain"), Ok(vec![Part::Literal("plain")]));
        assert_eq!(
            of("https://{Bucket}.s3.{p#dnsSuffix}"),
            Ok(vec![
                Part::Literal("https://"),
                place("Bucket", None),
                Part::Literal(".s3."),
                place("p", Some("dnsSuffix"))
            ])
        );
        assert_eq!(of("{{x}}"), Ok(vec![Part::Literal("{"), Part::Literal("x"), Part::Literal("}")]));
        assert!(of("{x").is_err() && of("x}").is_err());
    }
}
