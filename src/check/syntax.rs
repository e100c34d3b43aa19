//! A script that does not parse (RB0101).

use rhai::ParseError;

use super::script::Script;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// What the parser says, at its place. It stops at the first error.
pub(super) fn finding(script: &Script, error: &ParseError) -> Diagnostic {
    let message = lower(&error.err_type().to_string());
    let mut finding = Diagnostic::error(Code::Syntax, messages::does_not_parse(&script.source.name));
    if let Some(word) = script.key_at(error.position()) {
        finding = finding.note(messages::is_a_word_of_the_language(&word));
    }
    script.point(finding, error.position(), message)
}

/// The parser begins its sentences with capitals and quotes with `'`.
fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    let first_word = message.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_acronym = first_word.chars().count() > 1 && first_word.chars().all(char::is_uppercase);
    let lowered = match chars.next() {
        Some(first) if !is_acronym => first.to_lowercase().collect::<String>() + chars.as_str(),
        _ => message.to_owned(),
    };
    lowered.replace('\'', "`")
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::{EVERYTHING, findings, found_in, found_in_each, line};
    use crate::model::code::Code;

    #[test]
    fn what_does_not_parse_is_one_finding_at_its_place() {
        insta::assert_snapshot!(found_in_each(&[
            "let a = 1;\nlet b = (a + ;\nunknown",
            "let a = \"日本語",
            "step(\"a\", || { 1 }",
            "let 値 = 1;",
            "",
        ]), @r##"
        let a = 1;
        let b = (a + ;
        unknown
            2:14+1 RB0101 `a.rhai` does not parse | unexpected `;`
        let a = "日本語
            1:9+4 RB0101 `a.rhai` does not parse | open string is not terminated
        step("a", || { 1 }
            1:19+1 RB0101 `a.rhai` does not parse | expecting `)` to close the arguments list of this function call `step`
        let 値 = 1;
            1:5+1 RB0101 `a.rhai` does not parse | unexpected `値`

            nothing
        "##);
        let found =
            findings("import \"broken\" as b; b::any(1) + b::ANY + nobody", EVERYTHING, &[("broken", "fn f( {")]);
        let found: Vec<String> = found.iter().filter(|f| f.code != Code::PermissionUnused).map(line).collect();
        assert_eq!(
            found,
            [
                "1:44+6 RB0104 there is no variable `nobody` | ",
                "broken.rhai 1:7+1 RB0101 `broken.rhai` does not parse | expecting `)` to close the parameters list of function `f`",
            ]
        );
    }

    /// The parser refuses what is nested too deep; what it takes must not exhaust the stack of whoever walks it.
    #[test]
    fn scripts_that_nest_or_go_on_for_long_are_judged() {
        let nested =
            |open: &str, close: &str, times: usize| format!("let a = {}1{};", open.repeat(times), close.repeat(times));
        for script in [
            nested("(", ")", 3000),
            nested("[", "]", 3000),
            nested("|| ", "", 3000),
            nested("f(", ")", 3000),
            nested("`${", "}`", 3000),
            nested("{ ", " }", 3000),
            format!("let a = 1{};", " + 1".repeat(3000)),
            format!("let a = #{{}}; a{};", ".b".repeat(3000)),
            format!("let a = []; a{};", "[0]".repeat(3000)),
            format!("if true {{ }} {}", "else if true { } ".repeat(3000)),
            "{".repeat(3000),
        ] {
            let found = found_in(&script);
            let beginning: String = script.chars().take(30).collect();
            assert!(
                found.len() <= 1 && found.iter().all(|finding| finding.contains("RB0101")),
                "{beginning}: {found:?}"
            );
        }
    }

    #[test]
    fn a_word_of_the_language_as_a_key_is_explained() {
        let found = findings("let a = #{ as: \"bytes\" };", &[], &[]);
        let notes: Vec<&str> = found.iter().flat_map(|finding| finding.notes.iter().map(String::as_str)).collect();
        assert_eq!(notes, ["`as` is a word of the language: as the key of a map it stands in quotes, `\"as\": …`"]);
        assert_eq!(found_in("let a = #{ \"as\": \"bytes\" };"), Vec::<String>::new());
    }
}
