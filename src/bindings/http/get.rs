//! `http::get`.

use std::time::Duration;

use reqwest::Method;

use super::exchange::exchange;
use super::options::{ReadArgs, time_limit};
use super::request::Request;
use super::response::Response;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Reads a URL (RFC 9110 §9.3.1).
pub struct Get;

impl Described for Get {
    const NAME: &'static str = "http::get";
    const SUMMARY: &'static str = "reads a URL and shows status, headers, body, timings and TLS facts";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "The status and how long the certificate is still valid",
            script: r#"let answer = http::get("https://example.com/health");
if answer.status != 200 { throw `health is ${answer.status}`; }
answer.tls.days_left"#,
        },
        Example {
            title: "Ask one server of several under the name of the site",
            script: r#"http::get("https://example.com/", #{ connect_to: "192.0.2.7:443" }).status"#,
        },
    ];
    type Args = ReadArgs;
    type Output = Response;
}

impl HostFunction for Get {
    const PERMISSIONS: &'static [&'static str] = &["http:get URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &ReadArgs) -> Result<Vec<Want>, Failure> {
        Ok(Request::read(Method::GET, args)?.wants())
    }

    fn time_limit(args: &ReadArgs) -> Duration {
        time_limit(args.timeout)
    }

    async fn live(args: ReadArgs, context: &Context<'_>) -> Result<Response, Failure> {
        exchange(&Request::read(Method::GET, &args)?, context).await
    }
}
