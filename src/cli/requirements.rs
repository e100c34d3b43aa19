//! The programs that a runbook requires: whether they are there, in a version that fits.

use semver::VersionReq;

use crate::engine::header::Requirement;
use crate::messages::command_line as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::permission::{Permission, Want};
use crate::model::run::Mode;
use crate::policy::{self, Decision, Facts, Policy};
use crate::world::clock::{Clock, SystemClock};
use crate::world::tool_version;

/// What is missing of what a runbook requires. A program is asked for its version only where the policy lets it be started.
pub(super) fn unmet(requires: &[Requirement], policy: &Policy) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let folders: Vec<_> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    for requirement in requires {
        let tool = &requirement.tool;
        let problem = |message: String| {
            Diagnostic::error(Code::Requirement, message)
                .at(requirement.place.clone(), tool.chars().count(), "")
                .note(messages::wanted(tool, &requirement.version))
                .state(state::nothing_was_run())
        };
        let Some(file) = folders.iter().map(|folder| folder.join(tool)).find(|file| file.is_file()) else {
            problems.push(problem(messages::required_and_not_on_path(tool)));
            continue;
        };
        if requirement.version == VersionReq::STAR {
            continue;
        }
        if !may_be_asked(tool, policy) {
            problems.push(problem(messages::the_policy_lets_nobody_ask(tool)));
            continue;
        }
        match tool_version::of(&file) {
            Some(version) if requirement.version.matches(&version) => {}
            Some(version) => problems.push(problem(messages::has_another_version(tool, &version))),
            None => problems.push(problem(messages::does_not_say_its_version(tool))),
        }
    }
    problems
}

/// Whether the policy lets a program be started to ask for its version.
fn may_be_asked(tool: &str, policy: &Policy) -> bool {
    let wants = [Want::new("process:read", format!("{tool}\u{1f}--version"))];
    let granted =
        [wants.iter().filter_map(|want| Permission::parse(&want.line().replace('\u{1f}', " ")).ok()).collect()];
    let facts = Facts {
        effect: Effect::Read,
        wants: &wants,
        granted: &granted,
        mode: Mode::ReadOnly,
        reads_only: true,
        now: SystemClock.now(),
    };
    !matches!(policy::decide(&facts, policy), Decision::Refuse(_))
}
