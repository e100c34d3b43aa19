//! A call as the command that does the same, for the day on which the program itself is in the way.

use std::borrow::Cow;

use super::call_line::CallLine;
use crate::model::value::Value;

/// The command of a call, in words for a POSIX shell; nothing where no command does the same.
#[must_use]
pub fn command(call: &CallLine) -> Option<String> {
    let args = call.args.as_map()?;
    let text = |name: &str| args.get(name).and_then(Value::as_text);
    match call.function.split_once("::")? {
        ("process", what) => {
            let Value::List(words) = args.get("argv")? else { return None };
            let words: Option<Vec<String>> = words.iter().map(|word| word.as_text().map(quoted)).collect();
            let folder = text("cwd").filter(|folder| !folder.is_empty() && *folder != ".");
            let mut command = words?.join(" ");
            if let ("tunnel", Some(Value::Int(port))) =
                (what, call.result.as_map().and_then(|gave| gave.get("local_port")))
            {
                // It lasts while what follows goes through it.
                command = format!("{} &", command.replace("{port}", &port.to_string()));
            }
            Some(folder.map_or_else(|| command.clone(), |folder| format!("(cd {} && {command})", quoted(folder))))
        }
        ("http", verb) => {
            let mut words = vec!["curl".to_owned(), "-sS".to_owned()];
            if verb != "get" {
                words.push(format!("-X {}", verb.to_uppercase()));
            }
            for (name, value) in args.get("headers").and_then(Value::as_map).into_iter().flatten() {
                words.push(format!("-H {}", quoted(&format!("{name}: {}", value.as_text().unwrap_or_default()))));
            }
            match (args.get("json"), text("body")) {
                (Some(json), _) if *json != Value::Unit => {
                    words.push(format!("--json {}", quoted(&json.to_json().to_string())));
                }
                (_, Some(body)) => words.push(format!("--data-raw {}", quoted(body))),
                _ => {}
            }
            words.push(quoted(text("url")?));
            Some(words.join(" "))
        }
        ("fs", "read") => Some(format!("cat {}", quoted(text("path")?))),
        ("fs", "list" | "exists") => Some(format!("ls {}", quoted(text("path")?))),
        ("fs", "remove") => Some(format!("rm {}", quoted(text("path")?))),
        ("fs", "write") => Some(format!("printf %s {} > {}", quoted(text("text")?), quoted(text("path")?))),
        _ => None,
    }
}

/// A word that a shell takes as it is. The name of a secret stands where it would: it is never known here.
fn quoted(word: &str) -> String {
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
