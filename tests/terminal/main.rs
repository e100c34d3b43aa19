//! Prompts and runs in a real pseudo-terminal: what the screen shows, and what each key leads to.

mod run;

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use expectrl::session::OsSession;
use rustix::pty::OpenptFlags;

/// So that a terminal that is opened does not become the test's own.
const NOCTTY: i32 = rustix::fs::OFlags::NOCTTY.bits().cast_signed();

struct Terminal {
    session: OsSession,
    parser: vt100::Parser,
    raw: Vec<u8>,
}

impl Terminal {
    fn ask(columns: u16, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.args(arguments).env_clear().env("COLUMNS", columns.to_string()).env("TERM", "xterm-256color");
        command.envs(variables.iter().copied());
        Self::start(columns, command)
    }

    fn start(columns: u16, command: Command) -> Self {
        let mut session = OsSession::spawn(command).expect("the program starts; `cargo build --example ask` builds it");
        session.get_process_mut().set_window_size(columns, 24).expect("a size");
        let size = |n| NonZero::new(n).expect("a size");
        Terminal { session, parser: vt100::Parser::new(size(24), size(columns), 200), raw: Vec::new() }
    }

    /// As when a window is made wider or narrower.
    fn resize(&mut self, columns: u16) {
        self.session.get_process_mut().set_window_size(columns, 24).expect("a size");
        let size = |n| NonZero::new(n).expect("a size");
        self.parser.screen_mut().set_size(size(24), size(columns));
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Reads until `done` is true of the screen.
    fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let mut buffer = [0; 4096];
        for _ in 0..4000 {
            if done(self) {
                return;
            }
            match self.session.try_read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => {
                    self.parser.process(&buffer[..read]);
                    self.raw.extend_from_slice(&buffer[..read]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(_) => break,
            }
        }
        assert!(done(self), "{what} never came; the screen is:\n{}", self.screen());
    }

    fn see(&mut self, text: &str) {
        self.until(text, |terminal| terminal.screen().contains(text));
    }

    fn press(&mut self, keys: &str) {
        self.session.write_all(keys.as_bytes()).expect("typed");
        self.session.flush().expect("typed");
    }

    /// The answer that the program printed; the terminal must be in its usual mode again.
    fn answer(&mut self) -> String {
        self.see(" cooked: ");
        self.see("cooked: true");
        let screen = self.screen().replace('\n', "");
        let (_, after) = screen.split_once("answer: ").expect("an answer");
        after.split_once(" cooked").expect("an answer").0.trim().to_owned()
    }
}

/// The example that asks; `cargo test` and `cargo nextest run` build it.
fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("a path");
    tests.parent().and_then(|deps| deps.parent()).expect("a folder").join("examples").join("ask")
}

const QUESTION: &str = "本番環境のサービスを以前のタスク定義に戻します。よろしいですか？";

#[test]
fn a_question_is_answered_by_yes_no_or_stop_at_forty_and_eighty_columns() {
    for columns in [40, 80] {
        for (keys, answer) in [
            ("y\r", "Given(Bool(true))"),
            ("yes\r", "Given(Bool(true))"),
            ("ｙ\r", "Given(Bool(true))"),
            ("はい\r", "Given(Bool(true))"),
            ("\r", "Given(Bool(false))"),
            ("n\r", "Given(Bool(false))"),
            ("stop\r", "Stop"),
            ("\x03", "Stop"),
            ("\x04", "Stop"),
            ("yx\x7f\r", "Given(Bool(true))"),
        ] {
            let mut terminal = Terminal::ask(columns, &[], &["confirm", QUESTION]);
            terminal.see("(y/N/stop)");
            terminal.see("ctrl-c stops");
            terminal.press(keys);
            assert_eq!(terminal.answer(), answer, "{keys:?} at {columns}");
        }
    }
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_to_it() {
    for (arguments, typed, keys, answer) in [
        (&["confirm", QUESTION][..], "yes\n", "\r", "Given(Bool(false))"),
        (&["approve", "yes", "destroy it"], "yes\n", "no\r", "Given(Bool(false))"),
        (&["choose", QUESTION, "a", "b"], "b\n", "\r", "Given(Int(0))"),
        (&["text", QUESTION, "staging"], "prod\n", "\r", "Given(Text(\"staging\"))"),
    ] {
        let mut terminal = Terminal::ask(80, &[("ASK_TYPED_AHEAD", "1")], arguments);
        terminal.see("waiting for typing");
        terminal.press(typed);
        terminal.see("ctrl-c stop");
        terminal.press(keys);
        assert_eq!(terminal.answer(), answer, "{arguments:?}");
    }
}

#[test]
fn a_question_that_is_taken_back_ends_whatever_its_kind() {
    for arguments in [
        &["confirm", QUESTION][..],
        &["choose", QUESTION, "a", "b"],
        &["text", QUESTION, "default"],
        &["secret", QUESTION],
        &["by-hand", QUESTION, "host=db.internal"],
        &["approve", "prod", "destroy it"],
        &["decide", "it is not known whether it happened", "it did", "stop"],
    ] {
        let mut terminal = Terminal::ask(80, &[], arguments);
        terminal.until("the question", |it| it.screen().contains("ctrl-c") || it.screen().contains("what now"));
        terminal.session.get_process_mut().signal(expectrl::process::unix::Signal::SIGTERM).expect("sent");
        assert_eq!(terminal.answer(), "Withdrawn", "{arguments:?}");
        assert!(terminal.screen().contains("taken back"), "{}", terminal.screen());
    }
}

#[test]
fn approval_takes_the_exact_phrase_and_stops_after_three_wrong_ones() {
    let shown = "rds:DeleteDBCluster  stg-aurora";
    for (keys, answer) in [
        (&["prod\r"][..], "Given(Bool(true))"),
        (&["Prod\r", "prod\r"], "Given(Bool(true))"),
        (&["yes\r", "prod \r", "PROD\r"], "Stop"),
        (&["no\r"], "Given(Bool(false))"),
        (&["\r", "\r", "\r", "\r", "prod\r"], "Given(Bool(true))"),
        (&["\x1b[200~prod\x1b[201~\r", "\x03"], "Stop"),
        (&["pro\x03"], "Stop"),
    ] {
        let mut terminal = Terminal::ask(80, &[("LANG", "ja_JP.UTF-8")], &["approve", "prod", shown]);
        for (n, keys) in keys.iter().enumerate() {
            let prompts = |it: &Terminal| it.screen().matches("入力してください").count() == n + 1;
            terminal.until("the next prompt", |it| prompts(it) && it.screen().contains("で中断]"));
            terminal.press(keys);
        }
        assert_eq!(terminal.answer(), answer, "{keys:?}");
        assert!(terminal.screen().contains(&format!("│ {shown}")), "{}", terminal.screen());
    }
}

#[test]
fn a_choice_is_made_by_arrows_or_by_typing_and_stopping_is_always_one() {
    let options = ["前のタスク定義 web:87 に戻す", "CI にイメージの再プッシュを依頼する", "ログをもっと見る"];
    for columns in [40, 80] {
        for (keys, answer) in [
            ("\r", "Given(Int(0))"),
            ("\x1b[B\r", "Given(Int(1))"),
            ("\x1b[A\r", "Stop"),
            ("\x1b[B\x1b[B\x1b[B\r", "Stop"),
            ("ログ\r", "Given(Int(2))"),
            ("zzz\r\x15CI\r", "Given(Int(1))"),
            ("zzz\x1b[B\r", "Stop"),
            ("\x03", "Stop"),
        ] {
            let mut arguments = vec!["choose", "次に何をしますか？"];
            arguments.extend(options);
            let mut terminal = Terminal::ask(columns, &[("LANG", "ja_JP.UTF-8")], &arguments);
            terminal.see("絞り込み");
            terminal.see("中断する");
            terminal.press(keys);
            assert_eq!(terminal.answer(), answer, "{keys:?} at {columns}");
        }
    }
}

#[test]
fn a_line_is_edited_by_character_with_the_cursor_where_the_next_one_comes() {
    let mut terminal = Terminal::ask(40, &[], &["text", "名前を入力してください"]);
    terminal.see("enter takes it");
    terminal.press("状態を確認");
    terminal.see("状態を確認");
    let (_, before) = terminal.parser.screen().cursor_position();
    terminal.press("\x7f");
    terminal.until("a shorter line", |it| !it.screen().contains("状態を確認"));
    let (_, after) = terminal.parser.screen().cursor_position();
    assert_eq!(before - after, 2, "a character of two columns went away");
    terminal.press("定\r");
    assert_eq!(terminal.answer(), "Given(Text(\"状態を確定\"))");
}

#[test]
fn a_long_line_scrolls_sideways_in_its_row() {
    let mut terminal = Terminal::ask(40, &[], &["text", "メモ"]);
    terminal.see("enter takes it");
    let long = "あいうえおかきくけこさしすせそたちつてとなにぬねの";
    terminal.press(long);
    terminal.see("なにぬねの");
    assert_eq!(terminal.screen().lines().count(), 2, "{}", terminal.screen());
    terminal.press("\r");
    assert_eq!(terminal.answer(), format!("Given(Text(\"{long}\"))"));
}

#[test]
fn a_default_is_taken_when_nothing_is_typed() {
    let mut terminal = Terminal::ask(80, &[], &["text", "which environment?", "staging"]);
    terminal.see("[staging]");
    terminal.see("enter takes it");
    terminal.press("\r");
    assert_eq!(terminal.answer(), "Given(Text(\"staging\"))");
}

#[test]
fn a_secret_is_not_shown() {
    let mut terminal = Terminal::ask(80, &[], &["secret", "the password"]);
    terminal.see("enter takes it");
    terminal.press("hunter2\r");
    terminal.see("answer: ");
    let before = terminal.screen();
    let (before, _) = before.split_once("answer: ").expect("an answer");
    assert!(!before.contains('h') || !before.contains("hunter"), "{before}");
    assert_eq!(terminal.answer(), "Given(Text(\"hunter2\"))");
}

#[test]
fn work_by_hand_is_done_when_the_person_says_so_and_what_was_seen_is_written_down() {
    let mut terminal =
        Terminal::ask(40, &[], &["evidence", "ネームサーバーを登録する", "NS1=ns-1.example.net", "名前=x"]);
    terminal.see("is it done?");
    terminal.see("ctrl-c");
    assert!(terminal.screen().contains("    NS1   ns-1.example.net\n    名前  x"), "{}", terminal.screen());
    terminal.press("\r");
    terminal.until("the question again", |it| it.screen().matches("is it done?").count() == 2);
    terminal.press("y\r");
    terminal.see("for the record");
    terminal.press("\r");
    terminal.until("the line again", |it| it.screen().matches("what did you see?").count() == 2);
    terminal.press("4 件登録した\r");
    assert_eq!(terminal.answer(), "Given(Text(\"4 件登録した\"))");
}

#[test]
fn nothing_paints_over_a_question_and_the_tree_goes_on_after_it() {
    for columns in [40, 80] {
        let mut terminal =
            Terminal::ask(columns, &[("ASK_IN_RUN", "1"), ("LANG", "ja_JP.UTF-8")], &["confirm", QUESTION]);
        terminal.see("(y/N/stop)");
        terminal.see("ctrl-c で中断]");
        terminal.press("y");
        terminal.until("what was typed", |it| {
            it.screen().trim_end().lines().rev().nth(1).is_some_and(|row| row.ends_with(" y"))
        });
        let asked = terminal.screen();
        let above: Vec<&str> = asked.lines().filter(|line| line.contains("✓ 現在の状態を確認")).collect();
        assert_eq!(above.len(), 1, "{asked}");
        assert!(!asked.contains("busy"), "the live part is still there:\n{asked}");
        let said = asked.matches("said meanwhile").count();
        terminal.press("\r");
        assert_eq!(terminal.answer(), "Given(Bool(true))");
        let after = terminal.screen();
        assert_eq!(after.matches("busy").count(), 1, "{after}");
        assert!(after.contains("✓ busy") && after.matches("said meanwhile").count() > said, "{after}");
        let answered = after.replace(char::is_whitespace, "");
        assert!(answered.contains("よろしいですか？(y/N/stop)y"), "{after}");
    }
}

/// A terminal of our own, since the one of the library ends its program when it is closed.
#[test]
fn a_terminal_that_is_closed_during_a_question_ends_it_without_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let kinds = [&["confirm", QUESTION][..], &["choose", QUESTION, "a", "b"], &["secret", QUESTION]];
    for (n, arguments) in kinds.into_iter().enumerate() {
        let answer = folder.path().join(n.to_string());
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let mut ours = File::from(rustix::pty::openpt(flags).expect("a terminal"));
        rustix::pty::grantpt(&ours).and_then(|()| rustix::pty::unlockpt(&ours)).expect("a terminal");
        let name = rustix::pty::ptsname(&ours, Vec::new()).expect("its name").into_string().expect("text");
        let theirs = || File::options().read(true).write(true).custom_flags(NOCTTY).open(&name).expect("the other end");
        let mut command = Command::new("setsid");
        command
            .arg("--ctty")
            .arg(program())
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm")
            .env("ASK_ANSWER", &answer);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let mut child = command.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().expect("the program starts");
        let mut seen = String::new();
        while !seen.contains("ctrl-c") {
            let mut buffer = [0; 4096];
            let read = ours.read(&mut buffer).expect("the question");
            seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        drop(ours);
        assert!(child.wait().expect("it ends").success(), "{arguments:?}");
        assert_eq!(std::fs::read_to_string(&answer).expect("an answer"), "Nobody", "{arguments:?}");
    }
}

#[test]
fn without_a_person_nobody_is_asked() {
    let mut terminal = Terminal::ask(80, &[("ASK_NON_INTERACTIVE", "1")], &["confirm", QUESTION]);
    assert_eq!(terminal.answer(), "Nobody");
}

#[test]
fn no_attack_reaches_the_terminal_through_a_question() {
    let attacks: Vec<(String, String)> = serde_json::from_str(include_str!("attacks.json")).expect("a list");
    assert!(attacks.len() >= 22);
    // What we ourselves write: cursor up and right, erase below, bracketed paste on and off, new lines.
    let ours = regex::Regex::new(r"\x1b\[[0-9]+[AC]|\x1b\[J|\x1b\[\?2004[hl]|\r\n?").expect("a pattern");
    let bad = regex::Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{3164}]").expect("a pattern");
    for (name, attack) in &attacks {
        // No program can be given a null in an argument.
        let attack = attack.replace('\0', "\u{1}");
        for arguments in [
            vec!["confirm", &attack],
            vec!["choose", &attack, &attack, &attack],
            vec!["text", &attack, &attack],
            vec!["approve", &attack, &attack],
        ] {
            let mut terminal = Terminal::ask(80, &[], &arguments);
            terminal.see("ctrl-c");
            terminal.press("\x03");
            assert_eq!(terminal.answer(), "Stop", "{name}");
            let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
            let rest = ours.replace_all(&raw, "");
            assert!(!bad.is_match(&rest), "{name}: {rest:?}");
        }
    }
}
