//! `notify::webhook`.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::delivery::{Delivery, Message};
use super::target;
use crate::binding::{Context, Described, Example, HostFunction, SinkJson, SinkText};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::{authorities, web_client};

/// Posts JSON to a web hook.
pub struct Webhook;

/// The arguments of `notify::webhook`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookArgs {
    /// The address; one secret, or a URL without any. The permission
    /// of a secret one goes by its name: `notify:webhook secret:env:NAME`.
    url: SinkText,
    /// What is sent, as JSON. Secrets may stand in its texts.
    payload: SinkJson,
    /// Headers by name. Secrets may stand in their values.
    #[serde(default)]
    headers: BTreeMap<String, SinkText>,
    /// Whether the run fails when it is not taken.
    #[serde(default)]
    required: bool,
    /// How long all of it may take.
    #[serde(default = "timeout")]
    timeout: Span,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    ca_file: Option<String>,
}

/// How long a message may take when nothing is said.
pub(super) fn timeout() -> Span {
    Span(Duration::from_secs(10))
}

impl Described for Webhook {
    const NAME: &'static str = "notify::webhook";
    const SUMMARY: &'static str = "posts JSON to a web hook; that it does not arrive fails the run only if you ask for that. After a crash \
                                   it may be sent twice";
    const POSITIONAL: &'static [&'static str] = &["url", "payload"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Tell a chat that a run has begun",
        script: r#"notify::webhook("https://hooks.example.com/ops", #{ run: run::id(), state: "begun" })"#,
    }];
    type Args = WebhookArgs;
    type Output = Delivery;
}

impl HostFunction for Webhook {
    const PERMISSIONS: &'static [&'static str] = &["notify:webhook URL"];

    fn wants(args: &WebhookArgs) -> Result<Vec<Want>, Failure> {
        args.ca_file.as_deref().map_or(Ok(()), authorities::check_path)?;
        args.payload.written().to_plain_json()?;
        args.headers.keys().try_for_each(|name| web_client::header_name(name).map(drop))?;
        target::wants(&args.url)
    }

    fn time_limit(args: &WebhookArgs) -> Duration {
        args.timeout.0.saturating_add(Duration::from_secs(5))
    }

    async fn live(args: WebhookArgs, context: &Context<'_>) -> Result<Delivery, Failure> {
        let message = Message {
            url: &args.url,
            payload: &args.payload,
            headers: &args.headers,
            timeout: args.timeout.0,
            ca_file: args.ca_file.as_deref(),
            required: args.required,
        };
        message.send(context).await
    }
}
