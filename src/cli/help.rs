//! Help and complaints of the command line in Japanese. English ones are the argument library's own, which knows no other
//! language and breaks no line where Japanese allows it.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::messages::Language;
use crate::messages::help as messages;
use crate::messages::help::{ABOUT, AFTER, PROGRAM, japanese};
use crate::world::width::wrap;

/// Where the text of an argument begins: it stands on the lines below the argument.
const INDENT: usize = 10;

/// The widest that help is laid out, in columns.
const WIDTH_MAX: usize = 100;

/// `command` with Japanese texts, laid out for so many columns.
#[must_use]
pub fn in_japanese(mut command: Command, columns: usize) -> Command {
    let columns = columns.min(WIDTH_MAX);
    // The library adds its own arguments when it builds.
    command = command.term_width(columns);
    command.build();
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| translated(sub, &name, columns));
    }
    translated(command, PROGRAM, columns)
}

fn translated(command: Command, name: &str, columns: usize) -> Command {
    let filled = |text: &str, room: usize| -> StyledStr { fill(text, room).into() };
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    let inner: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let inner = if name == PROGRAM { Vec::new() } else { inner };
    let command = inner.iter().fold(command, |command, sub| {
        let whole = format!("{name} {sub}");
        command.mut_subcommand(sub, |sub| translated(sub, &whole, columns))
    });
    let mut command = command
        .help_template(format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}", messages::usage()))
        .subcommand_help_heading(messages::commands())
        .subcommand_value_name("COMMAND")
        .term_width(columns);
    if let Some(about) = japanese(name, ABOUT) {
        command = command.about(about);
    }
    if let Some(long) = japanese(name, "long").filter(|_| name == PROGRAM) {
        command = command.long_about(filled(long, columns));
    }
    if let Some(after) = japanese(name, AFTER) {
        command = command.after_help(filled(after, columns));
    }
    for (place, id) in ids.iter().enumerate() {
        let text = japanese(name, id).unwrap_or_default();
        let room = columns.saturating_sub(INDENT);
        command = command.mut_arg(id, |arg| {
            // Under a heading of their own, arguments would stand by their names.
            let arg = if arg.is_positional() { arg.display_order(place) } else { arg };
            explained(arg, text, room)
        });
    }
    command
}

/// An argument with its text, and with what the library would add to it in English.
fn explained(arg: Arg, text: &str, room: usize) -> Arg {
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let mut notes = Vec::new();
    if let Some(name) = arg.get_env().filter(|_| !arg.is_hide_env_set()) {
        notes.push(messages::variable(name.to_string_lossy()));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes_value && !defaults.concat().is_empty() && !arg.is_hide_default_value_set() {
        notes.push(messages::default_value(defaults.join(" ")));
    }
    let possible: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if takes_value && !possible.is_empty() && !arg.is_hide_possible_values_set() {
        notes.push(messages::possible_values(possible.join(", ")));
    }
    let whole = std::iter::once(text.to_owned()).chain(notes).collect::<Vec<_>>().join(" ");
    let text = fill(&whole, room);
    let heading = if arg.is_positional() { messages::arguments() } else { messages::options() };
    let arg = arg.help(text.clone()).long_help(text).help_heading(heading).next_line_help(true);
    arg.hide_env(true).hide_default_value(true).hide_possible_values(true)
}

fn fill(text: &str, room: usize) -> String {
    let lines =
        text.lines().map(|line| if line.starts_with("  ") { line.to_owned() } else { wrap(line, room).join("\n") });
    lines.collect::<Vec<_>>().join("\n")
}

/// The language that `--lang` names, wherever it stands.
#[must_use]
pub fn language_asked(arguments: &[OsString]) -> Option<Language> {
    let words: Vec<_> = arguments.iter().take_while(|word| *word != "--").filter_map(|word| word.to_str()).collect();
    let after = words.iter().position(|word| *word == "--lang").and_then(|at| words.get(at + 1).copied());
    let joined = || words.iter().find_map(|word| word.strip_prefix("--lang="));
    after.or_else(joined).and_then(Language::named)
}

/// What the library complains of, told in Japanese; nothing where it knows more than we can say.
#[must_use]
pub fn complaint(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let text = |kind: ContextKind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(" ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let argument = || text(ContextKind::InvalidArg);
    let value = || text(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => messages::unexpected_argument(argument()?),
        ErrorKind::InvalidSubcommand => messages::unrecognized_command(text(ContextKind::InvalidSubcommand)?),
        ErrorKind::InvalidValue if value()?.is_empty() => messages::missing_value(argument()?),
        ErrorKind::InvalidValue => messages::invalid_value(value()?, argument()?),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error);
            let why = match why {
                Some(why) if why.is::<std::num::ParseIntError>() => messages::a_number_is_wanted(),
                other => other.map(ToString::to_string).unwrap_or_default(),
            };
            messages::invalid_value_because(value()?, argument()?, why)
        }
        ErrorKind::MissingRequiredArgument => messages::missing_arguments(argument()?),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(other) if Some(&other) != argument().as_ref() => messages::conflict(argument()?, other),
            _ => messages::given_twice(argument()?),
        },
        _ => return None,
    };
    let mut told = vec![messages::error(what)];
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        told.extend(text(kind).map(|name| format!("  {}", messages::did_you_mean(name))));
    }
    if let Some(values) = text(ContextKind::ValidValue).filter(|values| !values.is_empty()) {
        told.push(format!("  {}", messages::possible_values(values.replace(' ', ", "))));
    }
    let subcommand = arguments.get(1).map(|name| name.to_string_lossy()).filter(|name| japanese(name, ABOUT).is_some());
    let command = subcommand.map_or_else(|| PROGRAM.to_owned(), |name| format!("{PROGRAM} {name}"));
    told.push(String::new());
    told.push(messages::see_help(command));
    Some(told.join("\n") + "\n")
}
