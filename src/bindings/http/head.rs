//! `http::head`.

use std::time::Duration;

use reqwest::Method;

use super::exchange::exchange;
use super::options::{ReadArgs, time_limit};
use super::request::Request;
use super::response::Response;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Reads what a URL would answer, without the body (RFC 9110 §9.3.2).
pub struct Head;

impl Described for Head {
    const NAME: &'static str = "http::head";
    const SUMMARY: &'static str = "reads status and headers of a URL without its body";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "Where a redirect leads", script: r#"http::head("http://example.com/").location"# }];
    type Args = ReadArgs;
    type Output = Response;
}

impl HostFunction for Head {
    const PERMISSIONS: &'static [&'static str] = &["http:head URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &ReadArgs) -> Result<Vec<Want>, Failure> {
        Ok(Request::read(Method::HEAD, args)?.wants())
    }

    fn time_limit(args: &ReadArgs) -> Duration {
        time_limit(args.timeout)
    }

    async fn live(args: ReadArgs, context: &Context<'_>) -> Result<Response, Failure> {
        exchange(&Request::read(Method::HEAD, &args)?, context).await
    }
}
