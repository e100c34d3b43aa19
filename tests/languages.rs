//! The program speaks English and Japanese: from one table, whole in both, and nothing people read stands outside it.

#[path = "languages/japanese.rs"]
mod japanese;
#[path = "languages/outside.rs"]
mod outside;
#[expect(dead_code, reason = "shared with the tests of the command line, which use all of it")]
#[path = "cli/program.rs"]
mod program;

use std::collections::BTreeSet;

use runbook::messages;

fn code_in(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[test]
fn every_message_differs_between_the_languages() {
    for (part, name, english, japanese) in messages::all() {
        // A command alone is the same in both.
        let is_code = english.matches('`').count() == 2 && english.starts_with('`') && english.ends_with('`');
        assert!(is_code || english != japanese, "{part}::{name}: {english}");
        assert!(!english.chars().any(is_japanese), "{part}::{name}: {english}");
        assert!(english.chars().all(|c| c.is_ascii() || "…—›↑↓".contains(c)), "{part}::{name}: {english}");
    }
}

#[test]
fn what_is_to_be_typed_is_the_same_in_both_languages() {
    for (part, name, english, japanese) in messages::all() {
        for code in code_in(english) {
            // A stand-in for a value may be told in the reader's words.
            if code.starts_with("runbook ") || code.starts_with("--") {
                assert!(
                    code_in(japanese).contains(code),
                    "{part}::{name} does not say `{code}` in Japanese: {japanese}"
                );
            }
        }
    }
}

#[test]
fn every_command_and_argument_has_a_japanese_help() {
    use messages::help::{ABOUT, PROGRAM, japanese};
    let mut program = runbook::cli::command();
    program.build();
    let mut missing = Vec::new();
    let commands = program.get_subcommands().map(|command| (command.get_name().to_owned(), command));
    let inner = program.get_subcommands().flat_map(|outer| {
        outer.get_subcommands().map(|command| (format!("{} {}", outer.get_name(), command.get_name()), command))
    });
    for (name, command) in commands.chain(inner).chain([(PROGRAM.to_owned(), &program)]) {
        let name = name.as_str();
        let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set());
        let ids = arguments.map(|argument| argument.get_id().as_str()).chain([ABOUT]);
        missing.extend(ids.filter(|id| japanese(name, id).is_none()).map(|id| format!("{name} {id}")));
        let english = command.get_after_help().is_some();
        let told = japanese(name, messages::help::AFTER).is_some();
        assert_eq!(english, told, "what follows the arguments of `{name}` is told in one language only");
    }
    assert!(missing.is_empty(), "add to `src/messages/help.rs`: {missing:?}");
}

#[test]
fn what_the_program_says_itself_is_ascii_where_that_is_asked_for() {
    let script = r#"const RUNBOOK = #{ name: "a", version: "0.1.0", summary: "Writes", permissions: ["fs:write a"] };
step("write", || fs::write("a", "x"));
step("fail", || fs::read("b"));
"#;
    let home = program::Home::with(&[("runbooks/a.rhai", script)]);
    let commands: &[&[&str]] = &[
        &[],
        &["list"],
        &["show", "a"],
        &["check", "a"],
        &["plan", "a"],
        &["run", "a"],
        &["runs"],
        &["report"],
        &["nope"],
    ];
    for command in commands {
        let done = home.run(&[&["--ascii"], *command].concat());
        assert!(done.stdout.is_ascii() && done.stderr.is_ascii(), "{command:?}\n{done}");
    }
}
