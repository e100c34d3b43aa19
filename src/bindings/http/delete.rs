//! `http::delete`.

use std::time::Duration;

use super::exchange::exchange;
use super::options::{DeleteArgs, time_limit};
use super::request::Request;
use super::response::Response;
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// Deletes what a URL names (RFC 9110 §9.3.5).
pub struct Delete;

impl Described for Delete {
    const NAME: &'static str = "http::delete";
    const SUMMARY: &'static str = "deletes what a URL names; in doubt when its answer was lost";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Take an old webhook away",
        script: r#"http::delete("https://api.example.com/v1/webhooks/42").status"#,
    }];
    type Args = DeleteArgs;
    type Output = Response;
}

impl HostFunction for Delete {
    const PERMISSIONS: &'static [&'static str] = &["http:delete URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &DeleteArgs) -> Result<Vec<Want>, Failure> {
        Ok(Request::delete(args)?.wants())
    }

    fn time_limit(args: &DeleteArgs) -> Duration {
        time_limit(args.timeout)
    }

    async fn live(args: DeleteArgs, context: &Context<'_>) -> Result<Response, Failure> {
        exchange(&Request::delete(&args)?, context).await
    }
}

impl Settle for Delete {
    const BY_AUTHOR: bool = true;
    const ENDS_WITH_US: bool = false;

    // A GET that answers 404 would look like an answer. It needs a permission of its own, may be hidden by a missing right, and
    // does not tell a thing that was deleted from one that never was; the author of the runbook can know better.
    async fn settle(args: DeleteArgs, _: &Context<'_>) -> Settled {
        Settled::Unknown(match Request::delete(&args) {
            Ok(request) => messages::cannot_ask_whether_delete_was_carried_out(&request.url),
            Err(failure) => failure.message,
        })
    }
}
