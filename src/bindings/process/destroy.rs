//! `process::destroy`: a program whose work can't be undone. It always needs an approval, and is never run again by itself.

use std::time::Duration;

use super::arguments::{Arguments, Finished};
use super::run;
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// `process::destroy`.
pub struct Destroy;

impl Described for Destroy {
    const NAME: &'static str = "process::destroy";
    const SUMMARY: &'static str = "Runs a program whose work can't be undone";
    const POSITIONAL: &'static [&'static str] = &["argv"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A branch that is gone afterwards",
        script: r#"process::destroy(["git", "branch", "-D", "old-feature"]);"#,
    }];
    type Args = Arguments;
    type Output = Finished;
}

impl HostFunction for Destroy {
    const PERMISSIONS: &'static [&'static str] = &[
        "process:destroy PROGRAM ARGUMENTS",
        "env:read NAME, for each of `inherit_env`",
        "process:env NAME, for one of `env` that makes a program run other code",
    ];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        args.wants(Effect::Destroy)
    }

    fn time_limit(args: &Arguments) -> Duration {
        args.time_limit()
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Finished, Failure> {
        run::run(Effect::Destroy, args, context).await
    }
}

impl Settle for Destroy {
    const BY_AUTHOR: bool = true;
    const ENDS_WITH_US: bool = true;

    async fn settle(args: Arguments, _: &Context<'_>) -> Settled {
        run::settle(&args)
    }
}
