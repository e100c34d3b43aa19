//! `notify::summary`.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings_notify as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// The variable that names the file of a step's summary ("Workflow commands for GitHub Actions").
const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// GitHub takes 1 MiB of one step; an eighth is left for the program's own words at the end of the run.
const BYTES_MAX: u64 = (1 << 20) - (128 << 10);

/// Adds Markdown to the summary of a step of GitHub Actions.
pub struct Summary;

/// The arguments of `notify::summary`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummaryArgs {
    /// The Markdown.
    markdown: String,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summarized {
    /// Whether it was added.
    written: bool,
    /// Why not; empty where it was.
    why: String,
}

impl Described for Summary {
    const NAME: &'static str = "notify::summary";
    const SUMMARY: &'static str =
        "adds Markdown to the summary of the step, where a run is part of GitHub Actions; elsewhere it does nothing";
    const POSITIONAL: &'static [&'static str] = &["markdown"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "What was found, for whoever looks at the workflow",
        script: r###"notify::summary("## Certificates\n\n| name | days |\n| --- | --- |\n| shop.example.com | 72 |\n")"###,
    }];
    type Args = SummaryArgs;
    type Output = Summarized;
}

impl HostFunction for Summary {
    const PERMISSIONS: &'static [&'static str] = &["notify:summary"];

    fn wants(_: &SummaryArgs) -> Result<Vec<Want>, Failure> {
        Ok(vec![Want::new("notify:summary", "")])
    }

    fn time_limit(_: &SummaryArgs) -> Duration {
        Duration::from_secs(10)
    }

    async fn live(args: SummaryArgs, context: &Context<'_>) -> Result<Summarized, Failure> {
        let not = |why: String| Summarized { written: false, why };
        let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from) else {
            return Ok(not(messages::is_no_step(VARIABLE)));
        };
        let text = format!("{}\n", context.secrets.mask(args.markdown.trim_end()));
        let taken = file.metadata().map_or(0, |found| found.len());
        if taken.saturating_add(text.len() as u64) > BYTES_MAX {
            return Ok(not(messages::summary_is_full(BYTES_MAX >> 10)));
        }
        let opened = std::fs::OpenOptions::new().append(true).create(true).open(&file);
        match opened.and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => Ok(Summarized { written: true, why: String::new() }),
            Err(error) => Ok(not(messages::summary_cannot_be_written(error))),
        }
    }
}
