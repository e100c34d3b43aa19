//! Arguments that several subcommands share.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, Command, ValueEnum};

use crate::messages::Language;
use crate::messages::command_line as messages;

/// Flags of every subcommand.
#[derive(Debug, Args)]
#[command(next_display_order = 900)]
pub struct Common {
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    pub color: Colour,

    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,

    /// Language of what people read
    #[arg(long, value_parser = LanguageName, global = true, value_name = "LANG")]
    pub lang: Option<Language>,

    /// Form of the result on standard output
    #[arg(long, value_enum, default_value_t = Output::Text, global = true, value_name = "FORM")]
    pub output: Output,

    /// Ask nobody: a question that can't be answered stops the run
    #[arg(long, env = "RUNBOOK_NON_INTERACTIVE", global = true)]
    pub non_interactive: bool,

    /// Folder of the journal
    #[arg(long, env = "RUNBOOK_STATE_DIR", global = true, value_name = "FOLDER", hide_env_values = true)]
    pub state_dir: Option<PathBuf>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On terminals, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Reads the name of a language.
#[derive(Clone)]
struct LanguageName;

impl TypedValueParser for LanguageName {
    type Value = Language;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Language, clap::Error> {
        let names = PossibleValuesParser::new(["en", "ja"]);
        let name = names.parse_ref(command, arg, value)?;
        Ok(Language::of(&name))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let english = PossibleValue::new("en").help("English");
        Some(Box::new([english, PossibleValue::new("ja").help("Japanese")].into_iter()))
    }
}

/// The form of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// One JSON value
    Json,
    /// One JSON object a line, as things happen
    Ndjson,
}

/// A `name=value` flag.
///
/// # Errors
/// Text without `=`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or(messages::name_value())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Where the values of a run come from.
#[derive(Debug, Args)]
pub struct Values {
    /// Set a parameter
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,

    /// Set a secret parameter from standard input (`-`), a file (`@FILE`) or a variable (`env:NAME`)
    #[arg(long = "set-secret", value_name = "NAME=SOURCE", value_parser = pair)]
    pub set_secret: Vec<(String, String)>,

    /// Take parameters, guards and policy from `envs/NAME.toml`
    #[arg(long = "env", env = "RUNBOOK_ENV", value_name = "NAME")]
    pub environment: Option<String>,
}
