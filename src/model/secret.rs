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

    /// What a token says between its mark and its nonce: `param:password`.
    #[must_use]
    pub fn of_token_body(body: &str) -> Self {
        let (provider, name) = body.split_once(':').unwrap_or((body, ""));
        SecretRef { provider: provider.to_owned(), name: name.to_owned() }
    }

    /// The tokens in a text of the journal, as they are shown.
    pub fn shown_in(text: &str) -> impl Iterator<Item = String> {
        let bodies = text.split(OPEN).skip(1).filter_map(|rest| rest.split_once(CLOSE)).map(|(body, _)| body);
        bodies.filter(|body| body.starts_with("secret:")).map(|body| format!("{OPEN}{body}{CLOSE}"))
    }

    /// The token as journal, keys and screens show it: without the nonce.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{OPEN}secret:{}:{}{CLOSE}", self.provider, self.name)
    }
}
