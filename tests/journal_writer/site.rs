//! What `journal-writer` leaves behind, held against what it said.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{JournalError, read};
use runbook::model::history::History;
use runbook::model::run::RunId;

use crate::journal_writer::program;

/// Where a helper writes and what it acts on.
pub struct Site {
    pub folder: PathBuf,
    pub world: PathBuf,
    pub steps: u64,
}

impl Site {
    pub fn arguments(&self) -> Vec<String> {
        let (folder, world) = (self.folder.display(), self.world.display());
        vec!["write".to_owned(), format!("folder={folder}"), format!("world={world}"), format!("steps={}", self.steps)]
    }

    /// Runs the helper to its end.
    pub fn write(&self) -> Output {
        Command::new(program()).args(self.arguments()).output().unwrap()
    }

    pub fn history(&self) -> Result<History, JournalError> {
        if !self.folder.join("journal.sqlite").exists() {
            return Err(JournalError::NoSuchRun(run().to_string()));
        }
        // A copy: looking tidies up what a crash left, and the resumed run must meet that as it is.
        let looked_at = private();
        copy(&self.folder, looked_at.path());
        read(&SqliteBackend::open(looked_at.path())?, &run())
    }

    /// The steps in the world, in order.
    pub fn effects(&self) -> Vec<u64> {
        let world = fs::read_to_string(&self.world).unwrap_or_default();
        world.lines().map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect()
    }

    /// What is wrong with what is there after the helper said `said` and stopped for whatever reason.
    pub fn check(&self, said: &str) -> Result<(), String> {
        let history = match self.history() {
            Ok(history) => Some(history),
            Err(JournalError::NoSuchRun(_)) => None,
            Err(error) => return Err(format!("the journal can't be read: {error}")),
        };
        let calls = |ended: bool| -> BTreeSet<u64> {
            let calls = history.iter().flat_map(|history| history.calls.values());
            calls.filter(|call| !ended || call.has_happened()).map(|call| step(&call.call.token)).collect()
        };
        let (begun, ended) = (calls(false), calls(true));
        let effects = self.effects();
        let once: BTreeSet<u64> = effects.iter().copied().collect();
        if once.len() != effects.len() {
            return Err(format!("an effect was doubled: {effects:?}"));
        }
        if let Some(step) = once.iter().find(|step| !begun.contains(step)) {
            return Err(format!("step {step} took effect without an intent"));
        }
        if let Some(step) = ended.iter().find(|step| !once.contains(step)) {
            return Err(format!("step {step} is recorded and did not happen"));
        }
        for line in said.lines() {
            let kept = match line.split_once(' ') {
                Some(("begun", step)) => begun.contains(&step.parse().unwrap()),
                Some(("ended", step)) => ended.contains(&step.parse().unwrap()),
                _ => line == "done" && history.as_ref().is_some_and(|history| history.state.is_final()),
            };
            if !kept {
                return Err(format!("`{line}` was promised and is lost"));
            }
        }
        Ok(())
    }

    /// What is wrong after the helper was let finish.
    pub fn finish(&self) -> Result<(), String> {
        let output = self.write();
        let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            return Err(format!("it can't be resumed: {} {complaint}", output.status));
        }
        self.check(&said)?;
        let effects = self.effects();
        if effects.len() as u64 != self.steps {
            return Err(format!("not every step took effect: {effects:?}"));
        }
        Ok(())
    }
}

/// A folder for the owner alone.
pub fn private() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// Copies a folder and what is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// The run that the helper makes.
pub fn run() -> RunId {
    "r-2222".parse().unwrap()
}

fn step(token: &str) -> u64 {
    token.rsplit(' ').next().unwrap().parse().unwrap()
}
