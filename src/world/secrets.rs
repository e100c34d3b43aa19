//! The values of a run's secrets, kept beside the run; scripts, journal and screens hold tokens only.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::messages::world as messages;
use crate::model::failure::Failure;
use crate::model::secret::{CLOSE, OPEN, SecretRef};
use crate::model::value::Value;

/// A secret shorter than this can't be masked without masking ordinary words as well.
pub const MASKABLE_MIN: usize = 6;

/// Every live secret of a run.
pub struct Secrets {
    nonce: String,
    values: RwLock<BTreeMap<SecretRef, Zeroizing<String>>>,
}

impl Secrets {
    /// No secrets yet; tokens of this run carry `nonce`, so that foreign text can't forge one.
    #[must_use]
    pub fn new(nonce: impl Into<String>) -> Self {
        Secrets { nonce: nonce.into(), values: RwLock::default() }
    }

    /// Takes a secret in and gives the token that a script may hold.
    pub fn add(&self, reference: SecretRef, value: Zeroizing<String>) -> String {
        let token = reference.token(&self.nonce);
        self.values.write().unwrap_or_else(PoisonError::into_inner).insert(reference, value);
        token
    }

    /// Whether `text` holds a token of this run.
    #[must_use]
    pub fn has_token(&self, text: &str) -> bool {
        text.contains(OPEN) && text.contains(&format!("#{}{CLOSE}", self.nonce))
    }

    /// `text` with every token of this run replaced by its value. Only a sink that is allowed to have secrets asks for this.
    ///
    /// # Errors
    /// A token whose secret is not known in this process.
    pub fn fill(&self, text: &str) -> Result<Zeroizing<String>, Failure> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let mut filled = Zeroizing::new(String::with_capacity(text.len()));
        let end = format!("#{}{CLOSE}", self.nonce);
        let mut rest = text;
        while let Some(open) = rest.find("⟦secret:") {
            let (before, token) = rest.split_at(open);
            let Some(close) = token.find(CLOSE) else {
                break;
            };
            let (token, after) = token.split_at(close + CLOSE.len_utf8());
            filled.push_str(before);
            match token.strip_suffix(&end).and_then(|body| body.strip_prefix("⟦secret:")) {
                Some(body) => {
                    let (provider, name) = body.split_once(':').unwrap_or((body, ""));
                    let reference = SecretRef { provider: provider.to_owned(), name: name.to_owned() };
                    match values.get(&reference) {
                        Some(value) => filled.push_str(value),
                        None => {
                            return Err(Failure::invalid(messages::the_secret_is_not_known_in_this_run(
                                reference.shown(),
                            )));
                        }
                    }
                }
                // Not of this run: ordinary text, whoever wrote it.
                None => filled.push_str(token),
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The value with the nonce taken out of every token: what keys hash, and what journal and screens show.
    #[must_use]
    pub fn shown(&self, value: Value) -> Value {
        let end = format!("#{}{CLOSE}", self.nonce);
        map_text(value, &mut |text| {
            if text.contains(&end) { text.replace(&end, &CLOSE.to_string()) } else { text }
        })
    }

    /// The path of the first text inside `value` that holds a token, if any: `headers.authorization`.
    #[must_use]
    pub fn token_path(&self, value: &Value) -> Option<String> {
        fn find(value: &Value, path: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
            match value {
                Value::Text(text) if has(text) => Some(path.to_owned()),
                Value::List(items) => {
                    items.iter().enumerate().find_map(|(i, item)| find(item, &format!("{path}[{i}]"), has))
                }
                Value::Map(map) => map.iter().find_map(|(key, item)| {
                    if has(key) { Some(path.to_owned()) } else { find(item, &join(path, key), has) }
                }),
                _ => None,
            }
        }
        fn join(path: &str, key: &str) -> String {
            if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
        }
        find(value, "", &|text| self.has_token(text))
    }

    /// `text` with every secret value in it replaced by its name; the second line of defence, for all that leaves.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        for (reference, value) in values.iter().filter(|(_, value)| value.len() >= MASKABLE_MIN) {
            let name = format!("***({})", reference.name);
            for form in forms(value) {
                if masked.contains(&*form) {
                    masked = masked.replace(&*form, &name);
                }
            }
        }
        masked
    }

    /// The value with every secret in its texts masked.
    #[must_use]
    pub fn mask_value(&self, value: Value) -> Value {
        if self.values.read().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return value;
        }
        map_text(value, &mut |text| self.mask(&text))
    }
}

/// The forms a secret usually takes on its way out.
fn forms(value: &str) -> Vec<Zeroizing<String>> {
    use base64::Engine as _;
    let json = serde_json::Value::from(value).to_string();
    let mut forms = vec![
        Zeroizing::new(value.to_owned()),
        Zeroizing::new(percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()),
        Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(value)),
        Zeroizing::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value)),
        Zeroizing::new(json.trim_matches('"').to_owned()),
    ];
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

fn map_text(value: Value, f: &mut impl FnMut(String) -> String) -> Value {
    match value {
        Value::Text(text) => Value::Text(f(text)),
        Value::List(items) => Value::List(items.into_iter().map(|item| map_text(item, f)).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(key, item)| (f(key), map_text(item, f))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(secrets: &Secrets) -> String {
        let reference = SecretRef { provider: "param".to_owned(), name: "password".to_owned() };
        secrets.add(reference, Zeroizing::new("hunter2-and-more".to_owned()))
    }

    #[test]
    fn a_token_in_a_longer_text_is_filled_in() {
        let secrets = Secrets::new("n1");
        let token = password(&secrets);
        assert_eq!(&**secrets.fill(&format!("Bearer {token}!")).expect("fills"), "Bearer hunter2-and-more!");
    }

    #[test]
    fn a_token_that_a_server_invented_stays_text() {
        let secrets = Secrets::new("n1");
        password(&secrets);
        let forged = "⟦secret:param:password#other⟧";
        assert!(!secrets.has_token(forged));
        assert_eq!(&**secrets.fill(forged).expect("fills"), forged);
    }

    #[test]
    fn what_leaves_shows_the_name_instead_of_the_value() {
        let secrets = Secrets::new("n1");
        password(&secrets);
        for leak in ["x hunter2-and-more y", "aHVudGVyMi1hbmQtbW9yZQ==", "p=hunter2%2Dand%2Dmore"] {
            assert!(secrets.mask(leak).contains("***(password)"), "{leak}");
        }
    }
}
