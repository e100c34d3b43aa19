//! The tables against the published models: no name is misspelt, and no read writes.
//!
//! `RUNBOOK_BOTOCORE_SOURCE` names botocore's unpacked source distribution.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::{env, fs};

use super::model::{Model, models};
use runbook::bindings::aws::reviewed::arguments;
use runbook::bindings::aws::reviewed::effects::{By, Facts, effect, exceptions, highest};
use runbook::bindings::aws::reviewed::{iam_actions, sensitive, tokens};
use runbook::model::effect::Effect;
use serde_json::Value;

/// The services of the reference environment, whose every operation was looked at.
const REFERENCE: [&str; 29] = [
    "acm",
    "application_autoscaling",
    "backup",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "elasticache",
    "elbv2",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "rds",
    "route53",
    "route53resolver",
    "s3",
    "s3control",
    "secretsmanager",
    "servicediscovery",
    "sns",
    "sqs",
    "ssm",
    "sts",
    "wafv2",
];

/// All of it in one test, since reading the models takes most of the time.
#[test]
fn the_tables_fit_the_models() {
    let models = models();
    let mut wrong = Vec::new();
    let operation = |service: &str, name: &str| -> Option<(&Model, &Value)> {
        let model = models.get(service)?;
        model.json["operations"].get(name).map(|operation| (model, operation))
    };

    for (service, name, ..) in exceptions() {
        if operation(service, name).is_none() {
            wrong.push(format!("effects.toml: no {service} {name}"));
        }
    }
    for (service, name, token) in tokens::all() {
        let Some((model, it)) = operation(service, name) else {
            wrong.push(format!("tokens.toml: no {service} {name}"));
            continue;
        };
        match &token.member {
            Some(path) if !model.leads(it, path) => wrong.push(format!("tokens.toml: {service} {name}: no {path}")),
            Some(_) if model.facts(it).has_token => wrong.push(format!("tokens.toml: {service} {name} is marked")),
            None if !model.facts(it).has_token => wrong.push(format!("tokens.toml: {service} {name} has no token")),
            _ => {}
        }
    }
    for (service, name) in iam_actions::all() {
        if operation(service, name).is_none() {
            wrong.push(format!("iam_actions.toml: no {service} {name}"));
        }
    }
    wrong.extend(wrong_paths(models));
    wrong.extend(wrong_members(models));

    let mut counts: HashMap<Effect, usize> = HashMap::new();
    let mut highests: HashMap<Effect, usize> = HashMap::new();
    for (service, model) in models {
        for (name, it) in model.operations() {
            let facts = model.facts(it);
            let decided = effect(service, name, &facts);
            *counts.entry(decided.effect).or_default() += 1;
            *highests.entry(highest(service, name, &facts)).or_default() += 1;
            if decided.effect == Effect::Read && ["PUT", "PATCH", "DELETE"].contains(&facts.http_method) {
                wrong.push(format!("{service} {name} is a read and a {}", facts.http_method));
            }
            if decided.effect == Effect::Read && facts.has_token && matches!(decided.by, By::Rule(_)) {
                wrong.push(format!("{service} {name} is a read with a token"));
            }
        }
    }
    let said_twice = exceptions().filter(|(service, name, as_table, _)| {
        let Some((model, it)) = operation(service, name) else { return false };
        let plain = model.facts(it);
        let facts = Facts { has_token: plain.has_token || tokens::fills_unmarked(service, name), ..plain };
        // No service has this name, so the rule alone answers.
        effect("nobody", name, &facts).effect == *as_table
    });
    println!("by class: {counts:?}\nby highest: {highests:?}");
    println!("exceptions: {}, of which the rule would say the same: {}", exceptions().count(), said_twice.count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn wrong_paths(models: &BTreeMap<String, Model>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (service, model) in models {
        for (name, it) in model.operations() {
            for rule in arguments::rules(service, name) {
                seen += 1;
                // A rule for all operations of a service needs to fit those that have the member.
                let all = rule.on.iter().any(|(of, names)| of == service && names.iter().any(|name| name == "*"));
                if !all && !model.leads(it, &rule.path) {
                    wrong.push(format!("effects.toml: {service} {name}: no {}", rule.path));
                }
            }
        }
        for rule in arguments::rules(service, "*") {
            if !model.operations().any(|(_, it)| model.leads(it, &rule.path)) {
                wrong.push(format!("effects.toml: {service}: no operation has {}", rule.path));
            }
        }
    }
    assert!(seen > 0);
    // What a rule names must be an operation.
    for (service, model) in models {
        for rule in arguments::all().flat_map(|rule| &rule.on).filter(|(of, _)| of == service) {
            for name in rule.1.iter().filter(|name| *name != "*") {
                if model.json["operations"].get(name).is_none() {
                    wrong.push(format!("effects.toml: no {service} {name}"));
                }
            }
        }
    }
    for (service, _) in arguments::all().flat_map(|rule| &rule.on) {
        if !models.contains_key(service) {
            wrong.push(format!("effects.toml: no service {service}"));
        }
    }
    wrong
}

fn wrong_members(models: &BTreeMap<String, Model>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (what, service, shape, member) in sensitive::all() {
        let Some(model) = models.get(service) else {
            wrong.push(format!("sensitive.toml: no service {service}"));
            continue;
        };
        let shapes = model.json["shapes"].as_object().unwrap();
        let mut holders =
            shapes.iter().filter(|(name, it)| (shape == "*" || *name == shape) && it["members"].get(member).is_some());
        let Some((_, holder)) = holders.next() else {
            wrong.push(format!("sensitive.toml: {what}: no {service} {shape} {member}"));
            continue;
        };
        let marked = |holder: &Value| {
            let reference = &holder["members"][member];
            let target = model.shape(reference["shape"].as_str().unwrap());
            holder["sensitive"] == true || reference["sensitive"] == true || deep_marked(model, target)
        };
        if what == "secret" && marked(holder) {
            wrong.push(format!("sensitive.toml: {service} {shape} {member} is marked already"));
        }
        if what == "visible" && !marked(holder) && !holders.any(|(_, holder)| marked(holder)) {
            wrong.push(format!("sensitive.toml: visible: {service} {shape} {member} isn't marked"));
        }
    }
    let (names, exceptions) = sensitive::anywhere();
    let mut unmet: HashSet<_> = names.iter().cloned().collect();
    for model in models.values() {
        for it in model.json["shapes"].as_object().unwrap().values() {
            for member in it["members"].as_object().into_iter().flat_map(|members| members.keys()) {
                unmet.remove(&member.to_ascii_lowercase());
            }
        }
    }
    wrong.extend(unmet.into_iter().map(|name| format!("sensitive.toml: no model has a member {name}")));
    for exception in exceptions {
        let parts: Vec<_> = exception.split('.').collect();
        let found = models.get(parts[0]).is_some_and(|model| model.shape(parts[1])["members"].get(parts[2]).is_some());
        if !found {
            wrong.push(format!("sensitive.toml: no {exception}"));
        }
    }
    wrong
}

/// Whether a shape is marked, or a list's items or a map's values are.
fn deep_marked(model: &Model, shape: &Value) -> bool {
    shape["sensitive"] == true
        || ["member", "value"]
            .iter()
            .any(|part| shape[*part]["shape"].as_str().is_some_and(|name| model.shape(name)["sensitive"] == true))
}

/// Writes a text, to where `RUNBOOK_EFFECTS_REVIEW` says or to the temporary folder: every operation of the reference services, what decides it, and for the others what the
/// table says. For a person to read when models or rules change.
#[test]
fn writes_the_review() {
    let models = models();
    let mut text = String::new();
    for (service, model) in models {
        let reviewed = REFERENCE.contains(&service.as_str());
        let mut lines: BTreeMap<Effect, Vec<String>> = BTreeMap::new();
        for (name, it) in model.operations() {
            let facts = model.facts(it);
            let decided = effect(service, name, &facts);
            let most = highest(service, name, &facts);
            let up_to = if most > decided.effect { format!(" (up to {most:?})") } else { String::new() };
            let line = match decided.by {
                By::Rule("an idempotency token") => format!("{name}{up_to}  [token]"),
                By::Rule("no known beginning") => format!("{name}{up_to}  [unknown verb]"),
                By::Rule(_) => format!("{name}{up_to}"),
                By::Table(why) => format!("{name}{up_to}  [table] {why}"),
            };
            lines.entry(decided.effect).or_default().push(line);
        }
        let heading = if reviewed { "every operation looked at" } else { "skimmed" };
        text.push_str(&format!("\n#### {service} ({heading})\n"));
        for (effect, lines) in lines {
            text.push_str(&format!("  {effect:?}: {}\n", lines.len()));
            for line in lines {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    let path = env::var_os("RUNBOOK_EFFECTS_REVIEW").map_or_else(|| env::temp_dir().join("review.txt"), PathBuf::from);
    fs::write(&path, text).unwrap();
    println!("written to {}", path.display());
}
