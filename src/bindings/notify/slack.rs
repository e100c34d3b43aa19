//! `notify::slack`.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::delivery::{Delivery, Message};
use super::target;
use super::webhook::timeout;
use crate::binding::{Context, Described, Example, HostFunction, SinkJson, SinkText};
use crate::messages::bindings_notify as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::authorities;

/// The most characters that Slack shows of a text; it cuts longer ones without a word.
const TEXT_CHARS_MAX: usize = 40_000;

/// Sends a message as Slack takes it; Mattermost, Rocket.Chat and others take the same.
pub struct Slack;

/// The arguments of `notify::slack`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlackArgs {
    /// The address of the incoming web hook; one secret, or a URL without any. The permission
    /// of a secret one goes by its name: `notify:webhook secret:env:NAME`.
    url: SinkText,
    /// The message. `*bold*`, `_italic_` and code in backquotes are shown as such; `&`, `<` and `>` stand for themselves, so that foreign text
    /// in it can make no link and call nobody.
    text: String,
    /// Blocks of Slack's Block Kit; the text is then what notifications show.
    #[serde(default)]
    blocks: Vec<Value>,
    /// A thread to answer in, by the time stamp of its first message.
    #[serde(default)]
    thread_ts: Option<String>,
    /// A channel other than the web hook's own, where the server lets that be chosen.
    #[serde(default)]
    channel: Option<String>,
    /// The name that the message comes from, where the server lets that be chosen.
    #[serde(default)]
    username: Option<String>,
    /// Whether the text is sent as it is, so that `<!channel>` and `<https://…|…>` work.
    #[serde(default)]
    raw: bool,
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

impl Described for Slack {
    const NAME: &'static str = "notify::slack";
    const SUMMARY: &'static str = "sends a message to a web hook of Slack, or of a chat that takes the same; that it does not arrive fails \
                                   the run only if you ask for that. After a crash it may be sent twice";
    const POSITIONAL: &'static [&'static str] = &["url", "text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Tell the channel of an incident how it stands",
        script: r#"notify::slack(secret::env("SLACK_WEBHOOK_URL"), `*web* is rolled back, run ${run::id()}`)"#,
    }];
    type Args = SlackArgs;
    type Output = Delivery;
}

impl HostFunction for Slack {
    const PERMISSIONS: &'static [&'static str] = &["notify:webhook URL"];

    fn wants(args: &SlackArgs) -> Result<Vec<Want>, Failure> {
        if args.text.trim().is_empty() {
            return Err(Failure::invalid(messages::text_is_empty()));
        }
        if args.text.chars().count() > TEXT_CHARS_MAX {
            return Err(Failure::invalid(messages::text_is_too_long(TEXT_CHARS_MAX)));
        }
        args.ca_file.as_deref().map_or(Ok(()), authorities::check_path)?;
        payload(args).written().to_plain_json()?;
        target::wants(&args.url)
    }

    fn time_limit(args: &SlackArgs) -> Duration {
        args.timeout.0.saturating_add(Duration::from_secs(5))
    }

    async fn live(args: SlackArgs, context: &Context<'_>) -> Result<Delivery, Failure> {
        let message = Message {
            url: &args.url,
            payload: &payload(&args),
            headers: &BTreeMap::new(),
            timeout: args.timeout.0,
            ca_file: args.ca_file.as_deref(),
            required: args.required,
        };
        message.send(context).await
    }
}

fn payload(args: &SlackArgs) -> SinkJson {
    let text = if args.raw { args.text.clone() } else { escaped(&args.text) };
    let text_of = |text: &Option<String>| text.clone().map(Value::Text);
    let fields = [
        ("text", Some(Value::Text(text))),
        ("blocks", (!args.blocks.is_empty()).then(|| Value::List(args.blocks.clone()))),
        ("thread_ts", text_of(&args.thread_ts)),
        ("channel", text_of(&args.channel)),
        ("username", text_of(&args.username)),
    ];
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    SinkJson::of(Value::Map(given.collect()))
}

/// Slack's three control characters as what they look like ("Formatting text for app surfaces").
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
