//! Secrets as scripts see them: opaque tokens, never text. The values live in `engine::secrets`, beside the run.

use serde::{Deserialize, Serialize};

/// Where a secret comes from; what the journal keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretRef {
    /// The provider: `param`, `env`, `file`.
    pub provider: String,
    /// Its name there.
    pub name: String,
}

/// The brackets that mark a token. Text that holds one of them from elsewhere is never taken for a token, since a token also
/// carries the nonce of its run.
pub const OPEN: char = '⟦';
/// See [`OPEN`].
pub const CLOSE: char = '⟧';

impl SecretRef {
    /// The token that a script holds: `⟦secret:param:password#NONCE⟧`.
    #[must_use]
    pub fn token(&self, nonce: &str) -> String {
        format!("{OPEN}secret:{}:{}#{nonce}{CLOSE}", self.provider, self.name)
    }

    /// The token as journal, keys and screens show it: without the nonce.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{OPEN}secret:{}:{}{CLOSE}", self.provider, self.name)
    }
}
