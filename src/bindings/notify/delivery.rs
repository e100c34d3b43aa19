//! Sending a message, and what is told of it.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use url::Url;

use super::target;
use crate::binding::{Context, Progress, SinkText};
use crate::messages::bindings_notify as messages;
use crate::model::duration;
use crate::model::failure::Failure;
use crate::world::web_client;

/// How much of an answer is read.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// How much of an answer is told.
const TOLD_MAX: usize = 200;

/// What came of a message.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Delivery {
    /// Whether it was taken.
    pub delivered: bool,
    /// The status of the answer; nothing where there was none.
    pub status: Option<u16>,
    /// Why it was not taken; empty where it was.
    pub why: String,
}

/// A message on its way.
pub struct Message<'a> {
    /// Where it goes.
    pub url: &'a SinkText,
    /// What it says.
    pub payload: &'a Json,
    /// Headers by name.
    pub headers: &'a BTreeMap<String, SinkText>,
    /// How long all of it may take.
    pub timeout: Duration,
    /// Authorities besides the system's.
    pub ca_file: Option<&'a str>,
    /// Whether it must arrive.
    pub required: bool,
}

impl Message<'_> {
    /// Sends it once.
    ///
    /// # Errors
    /// That it was not taken, if it must arrive; arguments that make no message.
    pub async fn send(&self, context: &Context<'_>) -> Result<Delivery, Failure> {
        let url = target::reveal(self.url, context)?;
        let sent = self.post(&url, context);
        let delivery = match tokio::time::timeout(self.timeout, sent).await {
            Ok(delivery) => delivery?,
            Err(_) => {
                let why = messages::no_answer_within(duration::say(self.timeout));
                Delivery { delivered: false, status: None, why }
            }
        };
        if delivery.delivered {
            return Ok(delivery);
        }
        let told = messages::was_not_delivered(target::shown(&url), &delivery.why);
        if self.required {
            // Without an answer it is worth another try, and so is a server that is busy.
            let is_passing = delivery.status.is_none_or(|status| status == 429 || status >= 500);
            return Err(if is_passing { Failure::unavailable(told) } else { Failure::failed(told) });
        }
        (context.progress)(Progress::State(told));
        Ok(delivery)
    }

    async fn post(&self, url: &Url, context: &Context<'_>) -> Result<Delivery, Failure> {
        let client = web_client::client(self.ca_file, url, context.project, context.shared)?;
        let mut request = client.post(url.clone()).json(self.payload);
        for (name, value) in self.headers {
            request = request.header(name, value.reveal(context)?.as_str());
        }
        let failed = |error: &reqwest::Error| Delivery {
            delivered: false,
            status: None,
            // The library's own words would repeat the address.
            why: context.secrets.mask(&web_client::why(error)),
        };
        let mut answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_builder() => {
                return Err(Failure::invalid(messages::makes_no_request(web_client::why(&error))));
            }
            Err(error) => return Ok(failed(&error)),
        };
        let status = answer.status();
        let mut body = Vec::new();
        while body.len() < ANSWER_BYTES_MAX {
            match answer.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Ok(failed(&error)),
            }
        }
        let said: String = String::from_utf8_lossy(&body).trim().chars().take(TOLD_MAX).collect();
        let delivered = status.is_success();
        let why = if delivered { String::new() } else { messages::was_answered_with(status.as_u16(), said) };
        Ok(Delivery { delivered, status: Some(status.as_u16()), why: context.secrets.mask(&why) })
    }
}
