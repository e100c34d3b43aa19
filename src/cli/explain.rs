//! `runbook explain`: what a code means and how to mend it.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::desk::Desk;
use super::machine;
use crate::messages::{explain, manual as messages};
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::world::width::wrap;

/// Explain the code of a message
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runbook explain RB0701\n  runbook explain        every code with its title")]
pub struct Explain {
    /// The code, such as `RB0701`
    code: Option<String>,
}

impl Explain {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let wanted = match self.code.as_deref().map(code_of).transpose() {
            Ok(wanted) => wanted,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        let codes = match wanted {
            Some(code) => vec![code],
            None => Code::ALL.to_vec(),
        };
        if desk.output != Output::Text {
            let of =
                |code: &Code| json!({ "code": code.text(), "title": code.title(), "text": explain::page(code.text()) });
            let codes: Vec<Json> = codes.iter().map(of).collect();
            machine::object(desk, "codes", json!({ "codes": codes }));
            return ExitCode::SUCCESS;
        }
        let mut text = String::new();
        for code in codes {
            text.push_str(&format!("{}  {}\n", desk.looks.strong(code.text()), code.title()));
            if wanted.is_some() {
                let page = explain::page(code.text()).unwrap_or_default();
                wrap(page, desk.screen.columns().min(80)).iter().for_each(|line| text.push_str(&format!("{line}\n")));
            }
        }
        desk.screen.result(&text);
        ExitCode::SUCCESS
    }
}

/// The code that a person means by `RB0102`, `rb0102` or `102`.
fn code_of(text: &str) -> Result<Code, Box<Diagnostic>> {
    let digits = text.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let wanted = format!("RB{digits:0>4}");
    Code::ALL.iter().copied().find(|code| code.text() == wanted).ok_or_else(|| {
        let diagnostic = Diagnostic::error(Code::Usage, messages::no_such_code(text));
        Box::new(match did_you_mean(&wanted, Code::ALL.iter().map(|code| code.text())) {
            Some(known) => diagnostic.next(messages::did_you_mean(known)),
            None => diagnostic.next(messages::see_all_codes()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page() {
        for code in Code::ALL {
            assert!(explain::page(code.text()).is_some_and(|page| page.len() > 40), "{}", code.text());
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for text in ["RB0701", "rb0701", "0701", "701"] {
            assert_eq!(code_of(text).ok(), Some(Code::InDoubt), "{text}");
        }
        assert!(code_of("RB0700").is_err() && code_of("x").is_err());
    }
}
