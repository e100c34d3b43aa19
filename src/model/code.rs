//! The codes of everything that can go wrong, each with its title. One table: messages, exit codes and pages refer to it.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $title:literal;)+) => {
        /// The code of a message, the same in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$name),+];

            /// The code as it is written: `RB0102`.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text),+ }
            }

            /// What the code stands for, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title),+ }
            }
        }
    };
}

codes! {
    /// The script does not parse.
    Syntax = "RB0101", "the script does not parse";
    /// `params.x` names a parameter that the runbook does not declare.
    UnknownParameterUse = "RB0102", "no such parameter in this runbook";
    /// A function that nobody defines.
    UnknownFunction = "RB0103", "no such function";
    /// A variable that nobody defines.
    UnknownVariable = "RB0104", "no such variable";
    /// Arguments that the host function can't take.
    WrongArguments = "RB0105", "arguments that the function can't take";
    /// The `RUNBOOK` literal is missing or malformed.
    Metadata = "RB0106", "the `RUNBOOK` literal is missing or malformed";
    /// A call that the runbook's permissions don't cover (found by `check`).
    PermissionMissing = "RB0107", "a call that the runbook's permissions don't cover";
    /// A permission that no call uses.
    PermissionUnused = "RB0108", "a permission that no call uses";
    /// A clock value in the arguments of a write.
    ClockInWrite = "RB0109", "a clock value in the arguments of a write";
    /// Two steps of one name in one scope.
    StepTwice = "RB0110", "two steps of one name in one scope";
    /// An option that the function does not have.
    UnknownOption = "RB0112", "no such option";
    /// An import that names no module.
    UnknownModule = "RB0113", "no such module";
    /// A name that would hide a host namespace.
    Shadowing = "RB0114", "a name that would hide a host function";
    /// A `const RUNBOOK` value or structure that can be read but makes no sense together.
    NotARunbook = "RB0115", "not a runbook";
    /// Content that changed while its version did not.
    LockMismatch = "RB0116", "changed content under an unchanged version";
    /// A closure in a loop that sees only the last value of the loop variable.
    LoopCapture = "RB0117", "a closure that sees only the last value of its loop variable";
    /// The command line is wrong.
    Usage = "RB0201", "the command line is wrong";
    /// No runbook of that name.
    NoSuchRunbook = "RB0202", "no runbook of that name";
    /// A parameter was set that the runbook does not have.
    UnknownParameter = "RB0203", "no such parameter";
    /// A parameter's value does not fit its type.
    BadParameter = "RB0204", "a parameter's value does not fit";
    /// A parameter has no value.
    ParameterRequired = "RB0205", "a parameter has no value";
    /// The environment file is missing or malformed.
    EnvironmentFile = "RB0206", "the environment file is missing or malformed";
    /// A file can't be read or written.
    File = "RB0207", "a file can't be read or written";
    /// The configuration is malformed.
    Configuration = "RB0208", "the configuration is malformed";
    /// A program or version that the runbook requires is missing.
    Requirement = "RB0209", "something that the runbook requires is missing";
    /// A script threw, or a check of its own failed.
    ScriptFailed = "RB0501", "the runbook failed";
    /// A call failed and the script did not survive it.
    CallFailed = "RB0502", "a call failed";
    /// A wait ended without what it waited for.
    WaitTimedOut = "RB0503", "a wait timed out";
    /// A script used more operations, memory or time than it may.
    Limit = "RB0504", "the script reached a limit";
    /// The run took longer than it may.
    RunTimedOut = "RB0505", "the run took longer than it may";
    /// A call that the runbook's permissions don't cover (met while running).
    NotPermitted = "RB0601", "a call that the runbook's permissions don't cover";
    /// A write in a read-only run.
    ReadOnly = "RB0602", "a write in a read-only run";
    /// A person said no.
    Declined = "RB0603", "a person said no";
    /// The policy forbids it.
    Policy = "RB0604", "the policy forbids it";
    /// A write where only reads may stand.
    WriteInWait = "RB0605", "a write where only reads may stand";
    /// A call that nobody knows to have happened or not.
    InDoubt = "RB0701", "stopped in doubt";
    /// The script asks for something other than what was done.
    Diverged = "RB0702", "the script diverged from what was done";
    /// The run waits for a person.
    Waiting = "RB0703", "waiting for a person";
    /// The run was interrupted.
    Interrupted = "RB0704", "interrupted";
    /// The run was cancelled.
    Cancelled = "RB0705", "cancelled";
    /// The run asks nothing that somebody could answer.
    NothingAsked = "RB0706", "the run asks nothing";
    /// The run is held by another process.
    RunHeld = "RB0801", "the run is held by another process";
    /// The environment is held by another run.
    EnvironmentHeld = "RB0802", "the environment is held by another run";
    /// The journal could not be written.
    JournalWrite = "RB0901", "the journal could not be written";
    /// The journal was written by a newer program.
    JournalNewer = "RB0902", "the journal was written by a newer program";
    /// The journal is damaged.
    JournalDamaged = "RB0903", "the journal is damaged";
    /// No run of that id.
    NoSuchRun = "RB0904", "no run of that id";
    /// The run has ended.
    RunEnded = "RB0905", "the run has ended";
    /// The journal can be read by others.
    JournalExposed = "RB0906", "the journal can be read by others";
    /// A bug in the program itself.
    Bug = "RB9901", "a bug in `runbook` itself";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_used_once() {
        let texts: Vec<_> = Code::ALL.iter().map(|code| code.text()).collect();
        let mut sorted = texts.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(texts, sorted);
    }
}
