//! The person at the terminal: each kind of question as it is asked there.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use super::talk::{Echo, Talk, Wanted};
use crate::messages::Language;
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
            let stop = talk.pick("stop here (it can be resumed)", "中断する（あとで再開できます）").to_owned();
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
            let ask = format!("{} ", talk.pick("(not shown)", "（表示しません）"));
            let typed = line(talk, text, &ask, Echo::Hidden)?;
            Ok(Value::Text(typed.to_string()))
        }
        Question::ByHand { text, values, evidence } => by_hand(talk, text, values, *evidence),
        Question::Approve { shown, phrase } => approve(talk, shown, phrase).map(Value::Bool),
        Question::Decide { shown, choices } => {
            quote_all(talk, shown);
            let label = format!("? {} ", talk.pick("what now?", "どうしますか？"));
            talk.choose(&label, choices, None).map(index_value)
        }
    }
}

fn confirm(talk: &mut Talk<'_>, text: &str) -> Result<bool, Answer> {
    let label = talk.question("?", text, "(y/N/stop) ");
    yes_or_no(talk, &label)
}

fn yes_or_no(talk: &mut Talk<'_>, label: &str) -> Result<bool, Answer> {
    let help = talk.pick("  [y yes, enter no, ctrl-c stops]", "  [y はい, Enter いいえ, ctrl-c で中断]");
    let help = help.to_owned();
    loop {
        let typed = talk.line(&Wanted { label, help: &help, echo: Echo::Shown, pasting: false })?;
        match typed.trim().chars().map(narrow).collect::<String>().to_lowercase().as_str() {
            "y" | "yes" | "はい" => return Ok(true),
            "" | "n" | "no" | "いいえ" => return Ok(false),
            "stop" | "s" | "中断" => return Err(Answer::Stop),
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
    let help = talk.pick("  [enter takes it, ctrl-c stops]", "  [Enter で確定, ctrl-c で中断]").to_owned();
    talk.line(&Wanted { label: &label, help: &help, echo, pasting: true })
}

fn by_hand(
    talk: &mut Talk<'_>,
    text: &str,
    values: &BTreeMap<String, String>,
    evidence: bool,
) -> Result<Value, Answer> {
    let badge = talk.pick("[M]", "[人]").to_owned();
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
        let done = talk.pick("  is it done? (y/N/stop) ", "  終わりましたか？ (y/N/stop) ").to_owned();
        if yes_or_no(talk, &done)? {
            break;
        }
    }
    if !evidence {
        return Ok(Value::Bool(true));
    }
    let label = talk.pick("  what did you see? ", "  確認した内容: ").to_owned();
    let help = talk.pick("  [one line for the record]", "  [記録に残す一行]").to_owned();
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
    let ask = match talk.looks().language {
        Language::English => format!("type `{wanted}` to approve: "),
        Language::Japanese => format!("承認するには `{wanted}` と入力してください: "),
    };
    let label = talk.question("?", "", &ask);
    let mut wrong = 0;
    loop {
        let help = match (wrong, talk.looks().language) {
            (0, Language::English) => "  [no declines, ctrl-c stops]".to_owned(),
            (0, Language::Japanese) => "  [no で却下, ctrl-c で中断]".to_owned(),
            (n, Language::English) => format!("  [wrong, {n} of {WRONG_MAX}; no declines, ctrl-c stops]"),
            (n, Language::Japanese) => format!("  [一致しません {n}/{WRONG_MAX}, no で却下, ctrl-c で中断]"),
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
            let words =
                talk.pick("  three wrong phrases: stopped here", "  3 回一致しなかったため中断します").to_owned();
            talk.say(&[words]);
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
