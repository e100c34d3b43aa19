//! Asks one question on the terminal and prints the answer: the program that the tests of prompts run in a pseudo-terminal.
//!
//! `ask KIND TEXT [MORE…]`. SIGTERM takes the question back, as it does in a run. With `ASK_TYPED_AHEAD` set, it waits until
//! something was typed before it asks. With `ASK_IN_RUN` set, a live tree is on the screen, and a program in another branch goes
//! on talking while the question is asked. With `ASK_ANSWER` set, the answer is written to that file as well.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anstream::ColorChoice;
use runbook::cli::view::{Tree, View};
use runbook::model::entry::{Entry, Event};
use runbook::model::run::RunId;
use runbook::model::scope::{ScopePath, Segment};
use runbook::model::value::Value;
use runbook::world::clock::SystemClock;
use runbook::world::person::{Answer, Question};
use runbook::world::terminal::{Looks, Screen, Surroundings, TerminalPerson};
use tokio::signal::unix::SignalKind;
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
    let (mut terminated, _hung_up) = {
        let _inside = runtime.enter();
        let hear = |kind| tokio::signal::unix::signal(kind).expect("a signal");
        (hear(SignalKind::terminate()), hear(SignalKind::hangup()))
    };
    let token = cancel.clone();
    runtime.spawn(async move {
        terminated.recv().await;
        token.cancel();
    });

    Surroundings::of_process(true).language(None, None).speak();
    let screen = Arc::new(Screen::standard(Looks::decide(ColorChoice::Never, false)));
    let person = TerminalPerson::find(Arc::clone(&screen), std::env::var_os("ASK_NON_INTERACTIVE").is_none());
    if std::env::var_os("ASK_TYPED_AHEAD").is_some() {
        screen.watch("waiting for typing");
        while rustix::io::ioctl_fionread(rustix::stdio::stdin()).expect("a terminal") == 0 {
            std::thread::yield_now();
        }
    }
    let answer = if std::env::var_os("ASK_IN_RUN").is_some() {
        in_run(&screen, || person.ask(&question, "", &cancel))
    } else {
        person.ask(&question, "", &cancel)
    };
    if let Some(path) = std::env::var_os("ASK_ANSWER") {
        std::fs::write(path, format!("{answer:?}")).expect("written");
    }
    let attributes = rustix::termios::tcgetattr(rustix::stdio::stdin()).ok();
    let cooked = attributes.is_some_and(|it| it.local_modes.contains(rustix::termios::LocalModes::ICANON));
    screen.result(&format!("answer: {answer:?} cooked: {cooked}\n"));
}

/// Asks while a tree is on the screen and somebody else talks.
fn in_run(screen: &Arc<Screen>, ask: impl FnOnce() -> Answer) -> Answer {
    let view = Tree::new(Arc::clone(screen), Arc::new(SystemClock));
    let run: RunId = "r-9q4w".parse().expect("an id");
    let entry = |event| Entry::after("", &run, 1, "2026-11-24T03:12:40Z".to_owned(), event).expect("an entry");
    let step = |name| ScopePath::root().inner(&Segment::Step(name));
    let (before, busy) = (step("現在の状態を確認"), step("busy"));
    let finished =
        |scope: &ScopePath| Event::StepFinished { scope: scope.clone(), value: Value::Unit, unasked: Vec::new() };
    view.entry(&entry(Event::StepBegun { scope: before.clone() }));
    view.entry(&entry(finished(&before)));
    view.entry(&entry(Event::StepBegun { scope: busy.clone() }));
    view.tick();
    let done = AtomicBool::new(false);
    let said = AtomicUsize::new(0);
    let answer = std::thread::scope(|threads| {
        threads.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                view.entry(&entry(Event::Logged { scope: ScopePath::root(), text: "said meanwhile".to_owned() }));
                view.tick();
                said.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let answer = ask();
        let until_now = said.load(Ordering::Relaxed);
        while said.load(Ordering::Relaxed) <= until_now {
            std::thread::yield_now();
        }
        done.store(true, Ordering::Relaxed);
        answer
    });
    view.entry(&entry(finished(&busy)));
    view.tick();
    answer
}

fn pairs(more: &[String]) -> BTreeMap<String, String> {
    more.iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect()
}
