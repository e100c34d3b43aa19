//! What is piped into the program, read once in a process: the value of a secret.

use std::io::{IsTerminal, Read};

use zeroize::Zeroizing;

/// Why nothing came.
#[derive(Debug, thiserror::Error)]
pub enum NoInput {
    /// Somebody sits there instead of a pipe.
    #[error("standard input is a terminal")]
    Terminal,
    /// The system said no, or it is no text.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What was piped in.
pub struct StandardInput(Zeroizing<String>);

impl StandardInput {
    /// Reads it to its end, or as far as `most` bytes.
    ///
    /// # Errors
    /// A terminal, bytes that are no text, what the system says.
    pub fn read(most: u64) -> Result<Self, NoInput> {
        let input = std::io::stdin();
        if input.is_terminal() {
            return Err(NoInput::Terminal);
        }
        let mut text = Zeroizing::new(String::new());
        input.take(most).read_to_string(&mut text)?;
        Ok(StandardInput(text))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}
