//! `http::put`.

use std::time::Duration;

use reqwest::Method;

use super::exchange::exchange;
use super::options::{SendArgs, time_limit};
use super::request::Request;
use super::response::Response;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Puts a body at a URL (RFC 9110 §9.3.4): putting it twice is as putting it once. The call's token is sent as
/// `Idempotency-Key`.
pub struct Put;

impl Described for Put {
    const NAME: &'static str = "http::put";
    const SUMMARY: &'static str =
        "puts a body at a URL; made again with the same `Idempotency-Key` when its answer was lost";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Set a feature flag",
        script: r#"http::put("https://flags.example.com/v1/flags/banner", #{ json: #{ on: true } }).status"#,
    }];
    type Args = SendArgs;
    type Output = Response;
}

impl HostFunction for Put {
    const PERMISSIONS: &'static [&'static str] = &["http:put URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &SendArgs) -> Result<Vec<Want>, Failure> {
        Ok(Request::send(Method::PUT, args)?.wants())
    }

    fn time_limit(args: &SendArgs) -> Duration {
        time_limit(args.timeout)
    }

    async fn live(args: SendArgs, context: &Context<'_>) -> Result<Response, Failure> {
        exchange(&Request::send(Method::PUT, &args)?, context).await
    }
}
