//! The person at the terminal: each kind of question as it is asked there.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use super::talk::{Echo, Talk, Wanted};
use crate::messages::questions as messages;
use crate::messages::standing;
use crate::model::value::Value;
use crate::world::escape;
use crate::world::person::{Answer, Nobody, Person, Question};
use crate::world::width::{pad, width};

/// How many wrong phrases are taken for "stop here".
const WRONG_MAX: u32 = 3;

/// The person at this process's terminal. One question at a time; what was typed before it was asked is no answer to it.
pub struct TerminalPerson {
    screen: Arc<Screen>,
}

impl TerminalPerson {
    /// The person at the terminal, or [`Nobody`] where there is none: not `interactive`, or standard input or standard error go
    /// elsewhere.
    #[must_use]
    pub fn find(screen: Arc<Screen>, interactive: bool) -> Arc<dyn Person> {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if interactive && terminal && std::fs::File::open("/dev/tty").is_ok() {
            Arc::new(TerminalPerson { screen })
        } else {
            Arc::new(Nobody)
        }
    }
}

impl Person for TerminalPerson {
    fn is_there(&self) -> bool {
        true
    }

    fn ask(&self, question: &Question, _: &str, cancel: &CancellationToken) -> Answer {
        let Some(_asking) = self.screen.ask(cancel) else {
            return Answer::Withdrawn;
        };
        let Ok(mut talk) = Talk::begin(&self.screen, cancel) else {
            return Answer::Nobody;
        };
        match put(question, &mut talk) {
            Ok(value) => Answer::Given(value),
            Err(answer) => answer,
        }
    }
}

fn put(question: &Question, talk: &mut Talk<'_>) -> Result<Value, Answer> {
    match question {
        Question::Confirm { text } => confirm(talk, text).map(Value::Bool),
        Question::Choose { text, options } => {
            let stop = messages::stop_here();
            let label = talk.question("?", text, "");
            match talk.choose(&label, options, Some(&stop))? {
                index if index == options.len() => Err(Answer::Stop),
                index => Ok(index_value(index)),
            }
        }
        Question::Text { text, default } => {
            let ask = default.as_deref().map_or(String::new(), |default| format!("[{}] ", escape::line(default)));
            let typed = line(talk, text, &ask, Echo::Shown)?;
            let nothing = typed.is_empty();
            Ok(Value::Text(default.clone().filter(|_| nothing).unwrap_or_else(|| typed.to_string())))
        }
        Question::Secret { text } => {
            let ask = format!("{} ", messages::not_shown());
            let typed = line(talk, text, &ask, Echo::Hidden)?;
            Ok(Value::Text(typed.to_string()))
        }
        Question::ByHand { text, values, evidence } => by_hand(talk, text, values, *evidence),
        Question::Approve { shown, phrase } => approve(talk, shown, phrase).map(Value::Bool),
        Question::Decide { shown, choices } => {
            quote_all(talk, shown);
            let label = format!("? {} ", messages::what_now());
            talk.choose(&label, choices, None).map(index_value)
        }
    }
}

fn confirm(talk: &mut Talk<'_>, text: &str) -> Result<bool, Answer> {
    let label = talk.question("?", text, "(y/N/stop) ");
    yes_or_no(talk, &label)
}

fn yes_or_no(talk: &mut Talk<'_>, label: &str) -> Result<bool, Answer> {
    let help = messages::y_yes_enter_no_ctrl_c_stops();
    loop {
        let typed = talk.line(&Wanted { label, help: &help, echo: Echo::Shown, pasting: false })?;
        match typed.trim().chars().map(narrow).collect::<String>().to_lowercase().as_str() {
            "" => return Ok(false),
            typed if messages::YES.contains(&typed) => return Ok(true),
            typed if messages::NO.contains(&typed) => return Ok(false),
            typed if messages::STOP.contains(&typed) => return Err(Answer::Stop),
            _ => {}
        }
    }
}

/// A full-width letter, as an input method leaves it, as the letter it stands for.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn line(talk: &mut Talk<'_>, text: &str, ask: &str, echo: Echo) -> Result<zeroize::Zeroizing<String>, Answer> {
    let label = talk.question("?", text, ask);
    let help = messages::enter_takes_it_ctrl_c_stops();
    talk.line(&Wanted { label: &label, help: &help, echo, pasting: true })
}

fn by_hand(
    talk: &mut Talk<'_>,
    text: &str,
    values: &BTreeMap<String, String>,
    evidence: bool,
) -> Result<Value, Answer> {
    let badge = standing::person_badge();
    let title = talk.question("?", &format!("{badge} {text}"), "");
    talk.say(&[title.trim_end().to_owned()].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>());
    let labels: Vec<_> = values.keys().map(|label| escape::line(label)).collect();
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    // Whole and unwrapped, so that a value can be copied in one piece.
    let lines: Vec<String> = labels
        .iter()
        .zip(values.values())
        .map(|(label, value)| format!("    {}  {}", pad(label, widest), escape::line(value)))
        .collect();
    talk.say(&lines);
    loop {
        let done = messages::is_it_done_y_n_stop();
        if yes_or_no(talk, &done)? {
            break;
        }
    }
    if !evidence {
        return Ok(Value::Bool(true));
    }
    let label = messages::what_did_you_see();
    let help = messages::one_line_for_the_record();
    loop {
        let typed = talk.line(&Wanted { label: &label, help: &help, echo: Echo::Shown, pasting: true })?;
        if !typed.trim().is_empty() {
            return Ok(Value::Text(typed.trim().to_owned()));
        }
    }
}

/// The phrase, typed exactly, is a yes; `no` is a no. It can't be pasted, for whoever pastes has not read.
fn approve(talk: &mut Talk<'_>, shown: &[String], phrase: &str) -> Result<bool, Answer> {
    quote_all(talk, shown);
    let wanted = escape::line(phrase).into_owned();
    let ask = messages::type_to_approve(wanted);
    let label = talk.question("?", "", &ask);
    let mut wrong = 0;
    loop {
        let help = match wrong {
            0 => messages::how_to_decline(),
            times => messages::wrong_phrase(times, WRONG_MAX),
        };
        let typed = talk.line(&Wanted { label: &label, help: &help, echo: Echo::Shown, pasting: false })?;
        match typed.as_str() {
            // The phrase comes first: it may be `no`.
            typed if typed == phrase => return Ok(true),
            "no" => return Ok(false),
            "" => {}
            _ => wrong += 1,
        }
        if wrong >= WRONG_MAX {
            talk.say(&[messages::three_wrong_phrases_stopped_here()]);
            return Err(Answer::Stop);
        }
    }
}

fn quote_all(talk: &mut Talk<'_>, shown: &[String]) {
    let gutter = talk.looks().pick("│ ", "| ").to_owned();
    for text in shown {
        talk.quote(text, &gutter);
    }
}

fn index_value(index: usize) -> Value {
    Value::Int(i64::try_from(index).unwrap_or(i64::MAX))
}
