//! Asks one question on the terminal and prints the answer: the program that the tests of prompts run in a pseudo-terminal.
//!
//! `ask KIND TEXT [MORE…]`. SIGTERM takes the question back, as it does in a run. With `ASK_TYPED_AHEAD` set, it waits until
//! something was typed before it asks.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use anstream::ColorChoice;
use runbook::world::person::Question;
use runbook::world::terminal::{Looks, Screen, TerminalPerson};
use tokio_util::sync::CancellationToken;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (kind, rest) = arguments.split_first().expect("a kind of question");
    let (text, more) = rest.split_first().map_or((String::new(), &[][..]), |(text, more)| (text.clone(), more));
    let question = match kind.as_str() {
        "confirm" => Question::Confirm { text },
        "choose" => Question::Choose { text, options: more.to_vec() },
        "text" => Question::Text { text, default: more.first().cloned() },
        "secret" => Question::Secret { text },
        "by-hand" | "evidence" => Question::ByHand { text, values: pairs(more), evidence: kind == "evidence" },
        "approve" => Question::Approve { shown: more.to_vec(), phrase: text },
        "decide" => Question::Decide { shown: vec![text], choices: more.to_vec() },
        other => panic!("no question is called `{other}`"),
    };

    let cancel = CancellationToken::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut terminated = {
        let _inside = runtime.enter();
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("a signal")
    };
    let token = cancel.clone();
    runtime.spawn(async move {
        terminated.recv().await;
        token.cancel();
    });

    let screen = Arc::new(Screen::standard(Looks::decide(ColorChoice::Never, false, None)));
    let person = TerminalPerson::find(Arc::clone(&screen), std::env::var_os("ASK_NON_INTERACTIVE").is_none());
    if std::env::var_os("ASK_TYPED_AHEAD").is_some() {
        screen.watch("waiting for typing");
        while rustix::io::ioctl_fionread(rustix::stdio::stdin()).expect("a terminal") == 0 {
            std::thread::yield_now();
        }
    }
    let answer = person.ask(&question, &cancel);
    let attributes = rustix::termios::tcgetattr(rustix::stdio::stdin()).ok();
    let cooked = attributes.is_some_and(|it| it.local_modes.contains(rustix::termios::LocalModes::ICANON));
    writeln!(std::io::stdout(), "answer: {answer:?} cooked: {cooked}").expect("written");
}

fn pairs(more: &[String]) -> BTreeMap<String, String> {
    more.iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect()
}
