//! A text argument that may hold a secret.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::context::Context;
use crate::model::failure::Failure;

/// Text that may hold secret tokens: an argument of this type is a sink. The value is filled in after the arguments were
/// journaled, inside the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SinkText(String);

impl SinkText {
    /// The text as the script wrote it, tokens and all.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.0
    }

    /// The text with the secrets in it.
    ///
    /// # Errors
    /// A token whose secret is not known in this run.
    pub fn reveal(&self, context: &Context<'_>) -> Result<Zeroizing<String>, Failure> {
        context.secrets.fill(&self.0)
    }
}

impl JsonSchema for SinkText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SinkText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-sink": true })
    }
}
