//! `process::ensure`: a program whose repetition is harmless. After a crash it is run again.

use std::time::Duration;

use super::arguments::{Arguments, Finished};
use super::run;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `process::ensure`.
pub struct Ensure;

impl Described for Ensure {
    const NAME: &'static str = "process::ensure";
    const SUMMARY: &'static str = "Runs a program whose repetition is harmless";
    const POSITIONAL: &'static [&'static str] = &["argv"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A folder that is there afterwards, whether it was before or not",
        script: r#"process::ensure(["mkdir", "-p", "build/reports"]);"#,
    }];
    type Args = Arguments;
    type Output = Finished;
}

impl HostFunction for Ensure {
    const PERMISSIONS: &'static [&'static str] = &[
        "process:ensure PROGRAM ARGUMENTS",
        "env:read NAME, for each of `inherit_env`",
        "process:env NAME, for one of `env` that makes a program run other code",
    ];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        args.wants(Effect::Ensure)
    }

    fn time_limit(args: &Arguments) -> Duration {
        args.time_limit()
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Finished, Failure> {
        run::run(Effect::Ensure, args, context).await
    }
}
