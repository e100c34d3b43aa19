//! One use of a host function in a run, and the key it is remembered by.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::effect::Effect;
use super::place::Place;
use super::scope::ScopePath;
use super::value::Value;

/// What a resumed run knows a call by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallKey {
    /// The scope the call is made in.
    pub scope: ScopePath,
    /// Which textual call of that name in its closure or function: `http::post~1`.
    #[serde(with = "super::shared_text")]
    pub site: Arc<str>,
    /// Hash of the arguments as the script wrote them (secrets by reference).
    #[serde(with = "super::shared_text")]
    pub args_hash: Arc<str>,
    /// How many equal calls came before in this scope.
    pub occurrence: u32,
}

/// A call that has passed the checks and is about to be recorded and made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredCall")]
pub struct Call {
    /// The host function, such as `http::get`.
    pub function: String,
    /// What the call does to the world.
    pub effect: Effect,
    /// What a resumed run knows it by.
    #[serde(flatten)]
    pub key: CallKey,
    /// The arguments as written, by name; secrets are references.
    pub args: Value,
    /// Sent to services that can recognise a repeated request; the same whenever this call is made again.
    pub token: String,
    /// Where in the script it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A call as it is stored. Read through this, since serde keeps all fields of a flattened structure a second time while it reads
/// them, and most of a long run's entries are calls.
#[derive(Deserialize)]
struct StoredCall {
    function: String,
    effect: Effect,
    scope: ScopePath,
    #[serde(with = "super::shared_text")]
    site: Arc<str>,
    #[serde(with = "super::shared_text")]
    args_hash: Arc<str>,
    occurrence: u32,
    args: Value,
    token: String,
    #[serde(default)]
    place: Option<Place>,
}

impl From<StoredCall> for Call {
    fn from(stored: StoredCall) -> Self {
        let StoredCall { function, effect, scope, site, args_hash, occurrence, args, token, place } = stored;
        Call { function, effect, key: CallKey { scope, site, args_hash, occurrence }, args, token, place }
    }
}

/// The token for a call: a UUID derived from the run and the key, so that it survives even a lost intent. `opening` tells apart
/// what a hold opened, closed and opened again: a service that remembers the first token would give back what is gone.
#[must_use]
pub fn idempotency_token(run: &str, key: &CallKey, opening: u32) -> String {
    // A namespace of our own, so that no other use of UUID v5 can meet these.
    const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x8f1d_6c3a_52b7_4e0f_9d64_7a21_c0e5_b318);
    let mut name = format!("{run}\n{}\n{}\n{}\n{}", key.scope.as_str(), key.site, key.args_hash, key.occurrence);
    if opening > 0 {
        name.push_str(&format!("\n{opening}"));
    }
    uuid::Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}
