//! `runbook doctor`: whether this machine is ready for runbooks, and what to do where it is not. Looks at the machine alone: nothing
//! is asked over the network, and nothing is changed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::desk::{Desk, has_ended};
use super::list;
use super::machine;
use super::requirements;
use crate::engine::header;
use crate::engine::project::{self, SETTINGS_FILE};
use crate::journal::sqlite::FILE_NAME;
use crate::messages::doctor as messages;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::world::clock::{self, Clock, SystemClock};
use crate::world::time_sync;
use crate::world::width::{pad, width};

/// The exit code when something must be mended.
const FINDINGS: u8 = 3;

/// Less free space than this for the journal is worth a word, in bytes.
const ROOM_MIN: u64 = 100 << 20;

/// What a terminal may count otherwise than we do: wide, half-wide, ambiguous and composed letters, no words.
const SAMPLES: [&str; 5] = [
    "\u{65e5}\u{672c}\u{8a9e}",
    "\u{ff08}\u{5168}\u{89d2}\u{ff09}",
    "\u{ff8a}\u{ff9d}\u{ff76}\u{ff78}",
    "\u{2460}\u{2192}\u{2026}",
    "\u{304b}\u{3099}",
];

/// Look whether this machine is ready
#[derive(Debug, Args)]
#[command(
    after_help = "Looks at this machine alone: nothing is asked over the network, nothing is changed.\nExit code 3 when something must be mended, 0 otherwise."
)]
pub struct Doctor {}

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Well,
    Doubtful,
    Badly,
}

impl Stands {
    /// The word of machine output.
    fn word(self) -> &'static str {
        match self {
            Stands::Well => "ok",
            Stands::Doubtful => "warning",
            Stands::Badly => "error",
        }
    }
}

/// One thing that was looked at.
struct Seen {
    what: &'static str,
    stands: Stands,
    says: String,
    next: Vec<String>,
}

impl Seen {
    fn new(what: &'static str, stands: Stands, says: String) -> Self {
        Seen { what, stands, says, next: Vec::new() }
    }

    fn well(what: &'static str, says: String) -> Self {
        Seen::new(what, Stands::Well, says)
    }

    fn next(self, next: impl IntoIterator<Item = String>) -> Self {
        Seen { next: next.into_iter().collect(), ..self }
    }

    /// Of what a diagnostic tells.
    fn told(what: &'static str, stands: Stands, diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place().map(|place| format!(" ({place})")).unwrap_or_default();
        let says = format!("{}[{}]: {}{place}", diagnostic.severity.word(), diagnostic.code, diagnostic.message);
        Seen::new(what, stands, says).next(diagnostic.next.clone())
    }
}

impl Doctor {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let mut seen = vec![program()];
        seen.extend(journal(desk));
        seen.push(time());
        seen.push(settings(desk));
        seen.extend(runbooks(desk));
        seen.push(terminal(desk));
        let is_bad = seen.iter().any(|seen| seen.stands == Stands::Badly);
        if desk.output == Output::Text {
            tell(desk, &seen);
        } else {
            let of = |seen: &Seen| json!({ "name": seen.what, "state": seen.stands.word(), "text": seen.says, "next": seen.next });
            let checks: Vec<Json> = seen.iter().map(of).collect();
            machine::object(desk, "doctor", json!({ "ok": !is_bad, "checks": checks }));
        }
        if is_bad { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS }
    }
}

fn program() -> Seen {
    let version = env!("CARGO_PKG_VERSION");
    Seen::well("program", format!("runbook {version}, {} {}", std::env::consts::OS, std::env::consts::ARCH))
}

/// The journal: whether it can be opened, and whether its folder is a good place.
fn journal(desk: &Desk) -> Vec<Seen> {
    let folder = match desk.state_folder() {
        Ok(folder) => folder,
        Err(diagnostic) => return vec![Seen::told("journal", Stands::Badly, &diagnostic)],
    };
    let mut seen = Vec::new();
    if folder.join(FILE_NAME).exists() {
        // Opening it sees to its permissions and its format.
        let runs = desk.journal().and_then(|backend| {
            let runs = backend.runs().map_err(|error| Box::new(crate::engine::gate::journal_diagnostic(&error)))?;
            Ok((runs.len(), runs.iter().filter(|run| !has_ended(&*backend, run)).count()))
        });
        seen.push(match runs {
            Ok((runs, open)) => Seen::well("journal", messages::journal(folder.display(), runs, open)),
            Err(diagnostic) => Seen::told("journal", Stands::Badly, &diagnostic),
        });
    } else {
        seen.push(Seen::well("journal", messages::no_journal_yet(folder.display())));
    }
    let there = nearest(&folder);
    if let Ok(room) = rustix::fs::statvfs(&there) {
        let free = room.f_bavail.saturating_mul(room.f_frsize);
        let says = messages::free_space(free >> 20, there.display());
        seen.push(if free < ROOM_MIN {
            Seen::new("disk", Stands::Doubtful, says).next([messages::make_room()])
        } else {
            Seen::well("disk", says)
        });
    }
    if is_on_network(&there) {
        let says = messages::journal_on_a_network_disk(there.display());
        seen.push(Seen::new("disk", Stands::Badly, says).next([messages::choose_a_local_folder()]));
    }
    seen
}

/// The folder itself, or the nearest above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

/// Whether a folder lies on another machine, where SQLite's locks and write-ahead log can't be trusted.
fn is_on_network(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        // `statfs(2)`: NFS, SMB, CIFS, SMB2.
        const KINDS: [i64; 4] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42];
        #[expect(clippy::unnecessary_cast, reason = "the kind has another width on other processors")]
        rustix::fs::statfs(folder).is_ok_and(|facts| KINDS.contains(&(facts.f_type as i64)))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        false
    }
}

fn time() -> Seen {
    let now = clock::stamp(SystemClock.now());
    match time_sync::is_synchronised() {
        Some(false) => {
            Seen::new("clock", Stands::Doubtful, messages::clock_is_not_kept(now)).next([messages::keep_the_clock()])
        }
        Some(true) => Seen::well("clock", messages::clock_is_kept(now)),
        None => Seen::well("clock", now),
    }
}

/// The files that settings come from. That they can be read was seen when the desk was set.
fn settings(desk: &Desk) -> Seen {
    let mut files = Vec::new();
    if desk.project.has_settings {
        files.push(desk.project.root.join(SETTINGS_FILE).display().to_string());
    }
    files.extend(project::user_file().filter(|file| file.is_file()).map(|file| file.display().to_string()));
    Seen::well("settings", if files.is_empty() { messages::no_settings() } else { files.join(", ") })
}

/// The runbooks found here, and what those of the project require.
fn runbooks(desk: &Desk) -> Vec<Seen> {
    let lines = list::lines(desk);
    let broken: Vec<&list::Line> = lines.iter().filter(|line| !line.listed.problems.is_empty()).collect();
    let says = messages::runbooks(lines.len(), broken.len());
    let mut seen = vec![if broken.is_empty() {
        Seen::well("runbooks", says)
    } else {
        let names: Vec<String> = broken.iter().map(|line| format!("runbook check {}", line.listed.name)).collect();
        Seen::new("runbooks", Stands::Badly, says).next(names)
    }];
    for line in &lines {
        let Some(text) = &line.text else { continue };
        let Ok(header) = header::of_text(text, &line.listed.name) else { continue };
        for problem in requirements::unmet(&header.requires, &desk.project.settings.policy) {
            let stands = if problem.severity == Severity::Error { Stands::Badly } else { Stands::Doubtful };
            seen.push(
                Seen::told("requires", stands, &problem).next([problem.notes.clone(), problem.next.clone()].concat()),
            );
        }
    }
    seen
}

fn terminal(desk: &Desk) -> Seen {
    let looks = desk.screen.looks();
    let words = [
        messages::columns(desk.screen.columns()),
        if looks.colour { messages::with_colour() } else { messages::without_colour() },
        if looks.ascii { "ASCII".to_owned() } else { "UTF-8".to_owned() },
        if looks.redraws { messages::redraws() } else { messages::appends() },
        messages::language(),
        if desk.interactive { messages::asks() } else { messages::asks_nobody() },
    ];
    Seen::well("terminal", words.join(", "))
}

fn tell(desk: &Desk, seen: &[Seen]) {
    let looks = desk.looks;
    let widest = seen.iter().map(|seen| width(seen.what)).max().unwrap_or_default();
    let mut paper = super::paper::Paper::new(desk);
    for seen in seen {
        let glyph = match (seen.stands, looks.ascii) {
            (Stands::Well, false) => "✓",
            (Stands::Doubtful, _) => "!",
            (Stands::Badly, false) => "✗",
            (Stands::Well, true) => "+",
            (Stands::Badly, true) => "x",
        };
        paper.prose("", &format!("{glyph} {}  {}", pad(seen.what, widest), seen.says));
        for next in &seen.next {
            paper.prose(&" ".repeat(widest + 4), next);
        }
    }
    if looks.redraws && !looks.ascii {
        paper.line("");
        paper.line(&messages::compare_the_bars());
        paper.line(&format!("  |{}|", SAMPLES.join("|")));
        let rule = SAMPLES.map(|sample| "-".repeat(width(sample)));
        paper.line(&format!("  |{}|", rule.join("|")));
    }
    desk.screen.result(&paper.into_text());
}
