//! `process::read`: a program that changes nothing. It may be run again whenever its answer is needed, and is stopped politely when the
//! run stops.

use std::time::Duration;

use super::arguments::{Arguments, Finished};
use super::run;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `process::read`.
pub struct Read;

impl Described for Read {
    const NAME: &'static str = "process::read";
    const SUMMARY: &'static str = "Runs a program that changes nothing and gives what it wrote";
    const POSITIONAL: &'static [&'static str] = &["argv"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "What a program says", script: r#"process::read(["uname", "-s"]).stdout.trim()"# },
        Example {
            title: "An exit code that is an answer",
            script: r#"process::read(["grep", "-q", "needle"], #{ stdin: "hay", ok_codes: [0, 1] }).code == 0"#,
        },
    ];
    type Args = Arguments;
    type Output = Finished;
}

impl HostFunction for Read {
    const PERMISSIONS: &'static [&'static str] = &[
        "process:read PROGRAM ARGUMENTS",
        "env:read NAME, for each of `inherit_env`",
        "process:env NAME, for one of `env` that makes a program run other code",
    ];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        args.wants(Effect::Read)
    }

    fn time_limit(args: &Arguments) -> Duration {
        args.time_limit()
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Finished, Failure> {
        run::run(Effect::Read, args, context).await
    }
}
