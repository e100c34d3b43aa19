//! `process::change`: a program whose repetition may do it twice. After a crash the author's `settle` looks, or a person is asked.

use std::time::Duration;

use super::arguments::{Arguments, Finished};
use super::run;
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// `process::change`.
pub struct Change;

impl Described for Change {
    const NAME: &'static str = "process::change";
    const SUMMARY: &'static str = "Runs a program whose repetition may do it twice";
    const POSITIONAL: &'static [&'static str] = &["argv"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "One more commit",
        script: r#"process::change(["git", "commit", "-m", "release 1.4.0"], #{ timeout: "2m" });"#,
    }];
    type Args = Arguments;
    type Output = Finished;
}

impl HostFunction for Change {
    const PERMISSIONS: &'static [&'static str] = &[
        "process:change PROGRAM ARGUMENTS",
        "env:read NAME, for each of `inherit_env`",
        "process:env NAME, for one of `env` that makes a program run other code",
    ];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        args.wants(Effect::Change)
    }

    fn time_limit(args: &Arguments) -> Duration {
        args.time_limit()
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Finished, Failure> {
        run::run(Effect::Change, args, context).await
    }
}

impl Settle for Change {
    const BY_AUTHOR: bool = true;
    const ENDS_WITH_US: bool = true;

    async fn settle(args: Arguments, _: &Context<'_>) -> Settled {
        run::settle(&args)
    }
}
