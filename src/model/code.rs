//! The codes of everything that can go wrong, each with its title. One table: messages, exit codes and pages refer to it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::messages::codes;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $title:ident;)+) => {
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
            pub fn title(self) -> String {
                match self { $(Code::$name => codes::$title()),+ }
            }
        }
    };
}

codes! {
    /// The script does not parse.
    Syntax = "RB0101", syntax;
    /// `params.x` names a parameter that the runbook does not declare.
    UnknownParameterUse = "RB0102", unknown_parameter_use;
    /// A function that nobody defines.
    UnknownFunction = "RB0103", unknown_function;
    /// A variable that nobody defines.
    UnknownVariable = "RB0104", unknown_variable;
    /// Arguments that the host function can't take.
    WrongArguments = "RB0105", wrong_arguments;
    /// The `RUNBOOK` literal is missing or malformed.
    Metadata = "RB0106", metadata;
    /// A call that the runbook's permissions don't cover (found by `check`).
    PermissionMissing = "RB0107", permission_missing;
    /// A permission that no call uses.
    PermissionUnused = "RB0108", permission_unused;
    /// A clock value in the arguments of a write.
    ClockInWrite = "RB0109", clock_in_write;
    /// Two steps of one name in one scope.
    StepTwice = "RB0110", step_twice;
    /// An option that the function does not have.
    UnknownOption = "RB0112", unknown_option;
    /// An import that names no module.
    UnknownModule = "RB0113", unknown_module;
    /// A name that would hide a host namespace.
    Shadowing = "RB0114", shadowing;
    /// A `const RUNBOOK` value or structure that can be read but makes no sense together.
    NotARunbook = "RB0115", not_a_runbook;
    /// Content that changed while its version did not.
    LockMismatch = "RB0116", lock_mismatch;
    /// A closure in a loop that sees only the last value of the loop variable.
    LoopCapture = "RB0117", loop_capture;
    /// A closure that uses a variable whose own chain of methods is under way.
    ChainCapture = "RB0118", chain_capture;
    /// The command line is wrong.
    Usage = "RB0201", usage;
    /// No runbook of that name.
    NoSuchRunbook = "RB0202", no_such_runbook;
    /// A parameter was set that the runbook does not have.
    UnknownParameter = "RB0203", unknown_parameter;
    /// A parameter's value does not fit its type.
    BadParameter = "RB0204", bad_parameter;
    /// A parameter has no value.
    ParameterRequired = "RB0205", parameter_required;
    /// The environment file is missing or malformed.
    EnvironmentFile = "RB0206", environment_file;
    /// A file can't be read or written.
    File = "RB0207", file;
    /// The configuration is malformed.
    Configuration = "RB0208", configuration;
    /// A program or version that the runbook requires is missing.
    Requirement = "RB0209", requirement;
    /// Credentials for AWS are missing, expired, or of another account than the environment is.
    Credentials = "RB0401", credentials;
    /// A script threw, or a check of its own failed.
    ScriptFailed = "RB0501", script_failed;
    /// A call failed and the script did not survive it.
    CallFailed = "RB0502", call_failed;
    /// A wait ended without what it waited for.
    WaitTimedOut = "RB0503", wait_timed_out;
    /// A script used more operations, memory or time than it may.
    Limit = "RB0504", limit;
    /// The run took longer than it may.
    RunTimedOut = "RB0505", run_timed_out;
    /// A call that the runbook's permissions don't cover (met while running).
    NotPermitted = "RB0601", not_permitted;
    /// A write in a read-only run.
    ReadOnly = "RB0602", read_only;
    /// A person said no.
    Declined = "RB0603", declined;
    /// The policy forbids it.
    Policy = "RB0604", policy;
    /// A write where only reads may stand.
    WriteInWait = "RB0605", write_in_wait;
    /// A call that nobody knows to have happened or not.
    InDoubt = "RB0701", in_doubt;
    /// The script asks for something other than what was done.
    Diverged = "RB0702", diverged;
    /// The run waits for a person.
    Waiting = "RB0703", waiting;
    /// The run was interrupted.
    Interrupted = "RB0704", interrupted;
    /// The run was cancelled.
    Cancelled = "RB0705", cancelled;
    /// The run asks nothing that somebody could answer.
    NothingAsked = "RB0706", nothing_asked;
    /// The run is held by another process.
    RunHeld = "RB0801", run_held;
    /// The environment is held by another run.
    EnvironmentHeld = "RB0802", environment_held;
    /// The run comes from another machine and may be going on there.
    RunElsewhere = "RB0803", run_elsewhere;
    /// The journal could not be written.
    JournalWrite = "RB0901", journal_write;
    /// The journal was written by a newer program.
    JournalNewer = "RB0902", journal_newer;
    /// The journal is damaged.
    JournalDamaged = "RB0903", journal_damaged;
    /// No run of that id.
    NoSuchRun = "RB0904", no_such_run;
    /// The run has ended.
    RunEnded = "RB0905", run_ended;
    /// The journal can be read by others.
    JournalExposed = "RB0906", journal_exposed;
    /// A file that is no export of runs, or not as it was written.
    ExportDamaged = "RB0907", export_damaged;
    /// A run of that id is there, and it is another one.
    RunDiffers = "RB0908", run_differs;
    /// A bug in the program itself.
    Bug = "RB9901", bug;
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
