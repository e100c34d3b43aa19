//! `http::post`.

use std::time::Duration;

use reqwest::Method;

use super::exchange::exchange;
use super::options::{SendArgs, time_limit};
use super::request::Request;
use super::response::Response;
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// Posts a body to a URL (RFC 9110 §9.3.3). The call's token is sent as `Idempotency-Key`, for servers that know what to do with
/// it; whether this one does can't be known, so an answer that was lost leaves the call in doubt.
pub struct Post;

impl Described for Post {
    const NAME: &'static str = "http::post";
    const SUMMARY: &'static str = "posts a body to a URL; in doubt when its answer was lost";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Tell a chat room",
        script: r#"http::post("https://hooks.example.com/room", #{ json: #{ text: "the release is out" } }).status"#,
    }];
    type Args = SendArgs;
    type Output = Response;
}

impl HostFunction for Post {
    const PERMISSIONS: &'static [&'static str] = &["http:post URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &SendArgs) -> Result<Vec<Want>, Failure> {
        Ok(Request::send(Method::POST, args)?.wants())
    }

    fn time_limit(args: &SendArgs) -> Duration {
        time_limit(args.timeout)
    }

    async fn live(args: SendArgs, context: &Context<'_>) -> Result<Response, Failure> {
        exchange(&Request::send(Method::POST, &args)?, context).await
    }
}

impl Settle for Post {
    const BY_AUTHOR: bool = true;
    const ENDS_WITH_US: bool = false;

    // HTTP has no question for "did my POST arrive?".
    async fn settle(args: SendArgs, _: &Context<'_>) -> Settled {
        Settled::Unknown(match Request::send(Method::POST, &args) {
            Ok(request) => messages::cannot_ask_whether_post_was_carried_out(&request.url),
            Err(failure) => failure.message,
        })
    }
}
