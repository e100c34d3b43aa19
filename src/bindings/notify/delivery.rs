//! Sending a message, and what is told of it.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::target;
use crate::binding::{Context, Progress, SinkJson, SinkText};
use crate::messages::bindings_notify as messages;
use crate::model::duration;
use crate::model::failure::Failure;
use crate::world::{clock, web_client};

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
    pub payload: &'a SinkJson,
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
    /// That it was not taken, if it must arrive.
    pub async fn send(&self, context: &Context<'_>) -> Result<Delivery, Failure> {
        let sent = clock::within(context.clock, self.timeout, self.post(context)).await;
        let undelivered = |why: String| Delivery { delivered: false, status: None, why };
        let delivery = match sent {
            Some(Ok(delivery)) => delivery,
            // A secret that holds no address, a file that is not there: whoever set that up is not who is on call now.
            Some(Err(failure)) if !self.required => undelivered(failure.message),
            Some(Err(failure)) => return Err(failure),
            None => undelivered(messages::no_answer_within(duration::say(self.timeout))),
        };
        if delivery.delivered {
            return Ok(delivery);
        }
        let told = messages::was_not_delivered(&delivery.why);
        if self.required {
            // Without an answer it is worth another try, and so is a server that is busy.
            let is_passing = delivery.status.is_none_or(|status| status == 429 || status >= 500);
            return Err(if is_passing { Failure::unavailable(told) } else { Failure::failed(told) });
        }
        (context.progress)(Progress::Remark(told));
        Ok(delivery)
    }

    async fn post(&self, context: &Context<'_>) -> Result<Delivery, Failure> {
        let url = target::reveal(self.url, context)?;
        let client = web_client::client(self.ca_file, &url, context.project, context.shared)?;
        let mut headers = HeaderMap::new();
        // A receiver that knows it drops what comes twice.
        headers.insert(web_client::IDEMPOTENCY_KEY, web_client::header_value("", context.token)?);
        for (name, value) in self.headers {
            headers.insert(web_client::header_name(name)?, web_client::header_value(name, &value.reveal(context)?)?);
        }
        let payload = self.payload.reveal(context)?;
        let failed = |error: &reqwest::Error| Delivery {
            delivered: false,
            status: None,
            // The library's own words would repeat the address.
            why: context.secrets.mask(&web_client::why(error)),
        };
        let mut answer = match client.post(url).json(&payload).headers(headers).send().await {
            Ok(answer) => answer,
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
