//! What the values of parameters may come from besides flags and files: variables, standard input, the person.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::engine::param_spec::ParamSpec;
use crate::engine::parameters::Outside;
use crate::model::value::Value;
use crate::world::escape;
use crate::world::person::{Answer, Person, Question};

/// The process around a command.
pub struct Around {
    /// The folder that paths are read from.
    pub current: PathBuf,
    /// Who can be asked.
    pub person: Arc<dyn Person>,
}

/// The largest secret that is read from a file or standard input, in bytes.
const SECRET_MAX: u64 = 1 << 20;

impl Outside for Around {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &str) -> std::io::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        std::fs::File::open(self.current.join(path))?.take(SECRET_MAX).read_to_string(&mut text)?;
        Ok(text)
    }

    fn standard_input(&mut self) -> std::io::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        std::io::stdin().take(SECRET_MAX).read_to_string(&mut text)?;
        Ok(text)
    }

    fn can_ask(&self) -> bool {
        self.person.is_there()
    }

    fn ask(&mut self, spec: &ParamSpec, wrong: Option<&str>) -> Option<Zeroizing<String>> {
        let doc = if spec.told().is_empty() { String::new() } else { format!(" — {}", spec.told()) };
        let wrong = wrong.map(|wrong| format!(" ({})", escape::line(wrong))).unwrap_or_default();
        let text = format!("{} ({}){doc}{wrong}", spec.name, spec.kind.words());
        let question =
            if spec.is_secret() { Question::Secret { text } } else { Question::Text { text, default: None } };
        match self.person.ask(&question, "", &CancellationToken::new()) {
            Answer::Given(Value::Text(text)) => Some(Zeroizing::new(text)),
            _ => None,
        }
    }
}
