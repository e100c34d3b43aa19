//! A call as the command that does the same, for the day on which the program itself is in the way.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;

use super::call_line::CallLine;
use crate::model::duration;
use crate::model::value::Value;

/// The command of a call, in words for a POSIX shell; nothing where no command does the same.
#[must_use]
pub fn command(call: &CallLine) -> Option<String> {
    let args = call.args.as_map()?;
    let text = |name: &str| args.get(name).and_then(Value::as_text);
    match call.function.split_once("::")? {
        ("process", what) => program(what, args, &call.result),
        ("http", verb) => request(verb, args),
        ("fs", "read") => Some(format!("cat {}", quoted(text("path")?))),
        ("fs", "list" | "exists") => Some(format!("ls {}", quoted(text("path")?))),
        ("fs", "remove") => Some(format!("rm {}", quoted(text("path")?))),
        ("fs", "write") => Some(format!("printf %s {} > {}", quoted(text("text")?), quoted(text("path")?))),
        _ => None,
    }
}

/// A program with its variables, its standard input and its folder.
fn program(what: &str, args: &BTreeMap<String, Value>, gave: &Value) -> Option<String> {
    let text = |name: &str| args.get(name).and_then(Value::as_text);
    let Value::List(words) = args.get("argv")? else { return None };
    let words: Option<Vec<String>> = words.iter().map(|word| word.as_text().map(quoted)).collect();
    let mut command = words?.join(" ");
    let set = args.get("env").and_then(Value::as_map).into_iter().flatten();
    let set: Vec<String> =
        set.map(|(name, value)| quoted(&format!("{name}={}", value.as_text().unwrap_or_default()))).collect();
    if !set.is_empty() {
        command = format!("env {} {command}", set.join(" "));
    }
    if let Some(input) = text("stdin") {
        command = format!("printf %s {} | {command}", quoted(input));
    }
    if let ("tunnel", Some(Value::Int(port))) = (what, gave.as_map().and_then(|gave| gave.get("local_port"))) {
        // It lasts while what follows goes through it.
        command = format!("{} &", command.replace("{port}", &port.to_string()));
    }
    let folder = text("cwd").filter(|folder| !folder.is_empty() && *folder != ".");
    Some(folder.map_or_else(|| command.clone(), |folder| format!("(cd {} && {command})", quoted(folder))))
}

/// A request as curl makes it; an option that was not given is the same in both, or nearly.
fn request(verb: &str, args: &BTreeMap<String, Value>) -> Option<String> {
    let text = |name: &str| args.get(name).and_then(Value::as_text);
    let map = |name: &str| args.get(name).and_then(Value::as_map).into_iter().flatten();
    let mut words = vec!["curl".to_owned(), "-sS".to_owned()];
    match verb {
        "get" => {}
        "head" => words.push("--head".to_owned()),
        verb => words.push(format!("-X {}", verb.to_uppercase())),
    }
    for (name, value) in map("headers") {
        words.push(format!("-H {}", quoted(&format!("{name}: {}", value.as_text().unwrap_or_default()))));
    }
    match (args.get("json"), text("body")) {
        (Some(json), _) if *json != Value::Unit => {
            words.push(format!("--json {}", quoted(&json.to_json().to_string())));
        }
        (_, Some(body)) => words.push(format!("--data-raw {}", quoted(body))),
        _ => {}
    }
    for (name, value) in map("form") {
        let field = format!("{name}={}", value.as_text().unwrap_or_default());
        words.push(format!("--data-urlencode {}", quoted(&field)));
    }
    if let Some(to) = text("connect_to") {
        // Whatever the URL's host and port.
        words.push(format!("--connect-to {}", quoted(&format!("::{to}"))));
    }
    if let Some(file) = text("ca_file") {
        words.push(format!("--cacert {}", quoted(file)));
    }
    if let Some(Value::Int(most @ 1..)) = args.get("follow_redirects") {
        words.push(format!("-L --max-redirs {most}"));
    }
    for (option, name) in [("--max-time", "timeout"), ("--connect-timeout", "connect_timeout")] {
        if let Some(Ok(limit)) = text(name).map(duration::parse) {
            words.push(format!("{option} {}", limit.as_secs_f64()));
        }
    }
    words.push(quoted(&with_query(text("url")?, map("query"))?));
    Some(words.join(" "))
}

/// The URL with the names and values that were given apart from it.
fn with_query<'a>(url: &str, query: impl Iterator<Item = (&'a String, &'a Value)>) -> Option<String> {
    let mut query = query.peekable();
    if query.peek().is_none() {
        return Some(url.to_owned());
    }
    let mut url = Url::parse(url).ok()?;
    for (name, value) in query {
        let all = if let Value::List(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
        for one in all.iter().filter(|one| **one != Value::Unit) {
            let text = one.as_text().map_or_else(|| one.to_json().to_string(), str::to_owned);
            url.query_pairs_mut().append_pair(name, &text);
        }
    }
    Some(url.to_string())
}

/// A word that a shell takes as it is. The name of a secret stands where it would: it is never known here.
pub(super) fn quoted(word: &str) -> String {
    // A zero byte stands in no argument of any program.
    shlex::try_quote(&word.replace('\0', "")).map_or_else(|_| String::new(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_can_not_leave_its_quotes() {
        for word in ["a b", "$(rm -rf /)", "`id`", "it's", "a\nb", "\"", "⟦secret:env:X⟧", "a\0b", "", "!x", "\\'"]
        {
            let back = shlex::split(&quoted(word)).expect("whole words");
            assert_eq!(back, [word.replace('\0', "")], "{word:?}");
        }
    }
}
