//! The values of a run's secrets, kept beside the run; scripts, journal and screens hold tokens only.

mod fingerprint;
mod forms;
mod scan;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use zeroize::Zeroizing;

use crate::messages::world as messages;
use crate::model::failure::Failure;
use crate::model::secret::{CLOSE, OPEN, SecretRef};
use crate::model::value::Value;

pub use fingerprint::{FingerprintKey, tell_a_change};
pub use scan::Scan;
use table::Table;

/// A secret shorter than this can't be masked without masking ordinary words as well.
pub const SHORTEST: usize = 6;

/// Every live secret of a run.
pub struct Secrets {
    nonce: String,
    fingerprints: Option<Arc<FingerprintKey>>,
    live: RwLock<Live>,
}

struct Live {
    values: BTreeMap<SecretRef, Zeroizing<String>>,
    table: Arc<Table>,
}

impl Secrets {
    /// No secrets yet; tokens of this run carry `nonce`, so that foreign text can't forge one.
    #[must_use]
    pub fn new(nonce: impl Into<String>) -> Self {
        let live = Live { values: BTreeMap::new(), table: Arc::new(Table::new()) };
        Secrets { nonce: nonce.into(), fingerprints: None, live: RwLock::new(live) }
    }

    /// The same, with a key that makes fingerprints of its values.
    #[must_use]
    pub fn with_fingerprints(self, key: Option<Arc<FingerprintKey>>) -> Self {
        Secrets { fingerprints: key, ..self }
    }

    /// Takes a secret in and gives the token that a script may hold.
    pub fn add(&self, reference: SecretRef, value: Zeroizing<String>) -> String {
        let token = reference.token(&self.nonce);
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        if live.values.get(&reference) != Some(&value) {
            Arc::make_mut(&mut live.table).add(&reference, &value);
            live.values.insert(reference, value);
        }
        token
    }

    fn live(&self) -> RwLockReadGuard<'_, Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.live().table)
    }

    /// The secrets whose tokens of this run stand in `value`.
    #[must_use]
    pub fn references_in(&self, value: &Value) -> Vec<SecretRef> {
        fn look(value: &Value, of_text: &mut impl FnMut(&str)) {
            match value {
                Value::Text(text) => of_text(text),
                Value::List(items) => items.iter().for_each(|item| look(item, of_text)),
                Value::Map(map) => map.values().for_each(|item| look(item, of_text)),
                _ => {}
            }
        }
        let end = format!("#{}{CLOSE}", self.nonce);
        let mut found = Vec::new();
        look(value, &mut |text| {
            for token in text.split_inclusive(CLOSE).filter_map(|piece| piece.strip_suffix(&end)) {
                let body = token.rfind(TOKEN).and_then(|at| token.get(at + TOKEN.len()..));
                found.extend(body.map(SecretRef::of_token_body));
            }
        });
        found
    }

    /// Whether the value of a secret is known in this process.
    #[must_use]
    pub fn knows(&self, reference: &SecretRef) -> bool {
        self.live().values.contains_key(reference)
    }

    /// Whether a secret that this process knows is shorter than [`SHORTEST`].
    #[must_use]
    pub fn is_too_short(&self, reference: &SecretRef) -> bool {
        self.live().values.get(reference).is_some_and(|value| value.len() < SHORTEST)
    }

    /// What tells the values of a secret apart without telling them ([`FingerprintKey`]). Nothing without a key, or for a secret that this
    /// process does not know.
    #[must_use]
    pub fn version(&self, reference: &SecretRef, run: &str) -> Option<String> {
        let key = self.fingerprints.as_ref()?;
        self.live().values.get(reference).and_then(|value| key.of_value(reference, run, value))
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
        let live = self.live();
        let mut filled = Zeroizing::new(String::with_capacity(text.len()));
        let end = format!("#{}{CLOSE}", self.nonce);
        let mut rest = text;
        while let Some(open) = rest.find(TOKEN) {
            let (before, token) = rest.split_at(open);
            let Some(close) = token.find(CLOSE) else {
                break;
            };
            let (token, after) = token.split_at(close + CLOSE.len_utf8());
            filled.push_str(before);
            match token.strip_suffix(&end).and_then(|body| body.strip_prefix(TOKEN)) {
                Some(body) => {
                    let reference = SecretRef::of_token_body(body);
                    match live.values.get(&reference) {
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

    /// The value as keys hash it and the journal keeps it: tokens without the nonce. What only looks like a token so far is marked as
    /// text, so that nobody can bring a token into the journal that [`Secrets::armed`] would take for one.
    #[must_use]
    pub fn shown(&self, value: Value) -> Value {
        let end = format!("#{}{CLOSE}", self.nonce);
        map_text(value, &mut |text| if text.contains(OPEN) { shown_text(&text, &end) } else { text })
    }

    /// A value that [`Secrets::shown`] made, as a script may have it again: its tokens are tokens of this process.
    #[must_use]
    pub fn armed(&self, value: Value) -> Value {
        let end = format!("#{}{CLOSE}", self.nonce);
        map_text(value, &mut |text| if text.contains(OPEN) { armed_text(&text, &end) } else { text })
    }

    /// Takes out of a text what must not leave: secrets in whatever form, and the nonce that makes a token.
    pub fn clean(&self, text: &mut String) {
        if text.contains(&self.nonce) {
            *text = text.replace(&format!("#{}{CLOSE}", self.nonce), &CLOSE.to_string());
        }
        if let Some(masked) = scan::masked(&self.table(), text) {
            *text = masked;
        }
    }

    /// Arguments as they are recorded: where the script wrote a secret out, its reference stands.
    #[must_use]
    pub fn named(&self, value: Value) -> Value {
        let table = self.table();
        if table.is_empty() {
            return value;
        }
        map_text(value, &mut |text| scan::replaced(&table, &text, Table::named).unwrap_or(text))
    }

    /// A name as it stands in scopes: without what makes a token, and without secrets.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        let mut name = name.to_owned();
        self.clean(&mut name);
        name
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

    /// `text` with every secret in it replaced by its name, in whatever form it stands there; the second line of defence, for all
    /// that leaves.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        scan::masked(&self.table(), text).unwrap_or_else(|| text.to_owned())
    }
}

/// What a token begins with, and what marks text that only looks like one.
const TOKEN: &str = "⟦secret:";
const TEXT: &str = "⟦text:";

/// Tokens that end with `end` without what makes them tokens; what only looks like one, or like our mark, is marked.
fn shown_text(text: &str, end: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        shown.push_str(before);
        let token = from.split_inclusive(CLOSE).next().unwrap_or(from);
        let after = if let Some(body) = token.strip_suffix(end).filter(|body| body.starts_with(TOKEN)) {
            shown.push_str(body);
            shown.push(CLOSE);
            from.get(token.len()..)
        } else {
            let marked = from.starts_with(TOKEN) || from.starts_with(TEXT);
            shown.push_str(if marked { TEXT } else { "⟦" });
            from.get(OPEN.len_utf8()..)
        };
        rest = after.unwrap_or_default();
    }
    shown + rest
}

/// The reverse of [`shown_text`].
fn armed_text(text: &str, end: &str) -> String {
    let mut armed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        armed.push_str(before);
        let after = if let Some(marked) = from.strip_prefix(TEXT) {
            armed.push(OPEN);
            Some(marked)
        } else if from.starts_with(TOKEN)
            && let Some(close) = from.find(CLOSE)
        {
            armed.push_str(from.get(..close).unwrap_or_default());
            armed.push_str(end);
            from.get(close + CLOSE.len_utf8()..)
        } else {
            armed.push(OPEN);
            from.get(OPEN.len_utf8()..)
        };
        rest = after.unwrap_or_default();
    }
    armed + rest
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

    #[test]
    fn what_the_journal_keeps_is_given_back_as_it_was_and_forged_tokens_stay_text() {
        let secrets = Secrets::new("n1");
        let token = password(&secrets);
        let forged = "⟦secret:param:password⟧";
        for text in [
            token.clone(),
            format!("a {token}{token} b"),
            format!("⟦{token}⟧"),
            forged.to_owned(),
            format!("{forged}{token}"),
            format!("⟦text:{forged}"),
            "⟦secret:open".to_owned(),
            "⟦⟦⟧".to_owned(),
            "⟦secret:param:password#other⟧".to_owned(),
        ] {
            let kept = secrets.shown(Value::Text(text.clone()));
            assert!(!kept.as_text().expect("text").contains("n1"), "{kept:?}");
            // A process that takes the run up has another nonce.
            let later = Secrets::new("n2");
            let again = later.armed(kept.clone());
            assert_eq!(again, Value::Text(text.replace("#n1⟧", "#n2⟧")), "{kept:?}");
        }
        assert!(!secrets.has_token(secrets.armed(secrets.shown(forged.into())).as_text().expect("text")));
    }
}
