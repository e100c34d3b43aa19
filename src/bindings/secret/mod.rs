//! `secret::`: values that a script may use and never sees. Each function gives a token.

mod env;
mod file;
mod json;
mod prompt;
mod stdin;
mod template;
mod url;

use zeroize::Zeroizing;

use crate::binding::{Context, Declaration, SinkText};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::secret::SecretRef;
use crate::model::value::Value;

/// The most bytes of a secret.
const SIZE_MAX: u64 = 1 << 20;

/// The functions of `secret::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<env::Env>(),
        Declaration::read::<file::File>(),
        Declaration::read::<json::Json>(),
        Declaration::person::<prompt::Prompt>(),
        Declaration::read::<stdin::Stdin>(),
        Declaration::read::<template::Template>(),
        Declaration::read::<url::Url>(),
    ]
}

/// Takes in what was read from `what`, without the line end that editors and `echo` leave.
fn taken_in(
    provider: &str,
    name: &str,
    what: &str,
    text: Zeroizing<String>,
    context: &Context<'_>,
) -> Result<String, Failure> {
    if text.len() as u64 >= SIZE_MAX {
        return Err(Failure::failed(messages::too_large(what, SIZE_MAX >> 10)));
    }
    let text = Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned());
    if text.is_empty() {
        return Err(Failure::failed(messages::empty(what)));
    }
    Ok(context.secrets.add(reference(provider, name), text))
}

/// A reference whose name can stand in a token.
fn reference(provider: &str, name: &str) -> SecretRef {
    use crate::model::secret::{CLOSE, OPEN};
    let plain = |c: char| if matches!(c, OPEN | CLOSE) || c.is_control() { '_' } else { c };
    SecretRef { provider: provider.to_owned(), name: name.chars().map(plain).collect() }
}

/// What a text with tokens is called where something is made of it: `env:DATABASE_URL`.
fn called(text: &SinkText, context: &Context<'_>) -> String {
    let shown = context.secrets.shown(Value::from(text.written()));
    let name = |text: &str| text.replace("⟦secret:", "").replace('⟧', "");
    shown.as_text().map(name).unwrap_or_default()
}
