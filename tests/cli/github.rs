//! The program as a step of a GitHub workflow.

use crate::program::{Done, Home};

const PROBE: &str = r#"const RUNBOOK = #{ name: "probe", version: "2.0.1" };
step("look", || log("::error::not ours\n::warning::nor this"));
if params.len() == 0 { throw "100% wrong: got 200, want 403" }
"#;

fn step(home: &Home, arguments: &[&str]) -> Done {
    let mut command = home.command(arguments);
    command.env("GITHUB_ACTIONS", "true").env("CI", "true");
    command.env("GITHUB_WORKSPACE", home.path("")).env("GITHUB_STEP_SUMMARY", home.path("summary.md"));
    Done::of(command)
}

/// The workflow commands that a runner would obey: those in front of the fence and between one that fell and the next.
fn obeyed(told: &str) -> Vec<String> {
    let mut fence: Option<String> = None;
    let mut commands = Vec::new();
    for line in told.lines().map(str::trim_start) {
        match &fence {
            Some(token) if line == format!("::{token}::") => fence = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => fence = Some(token.to_owned()),
                None => commands.extend(line.starts_with("::").then(|| line.to_owned())),
            },
        }
    }
    assert_eq!(fence, None, "the fence is lowered at the end");
    commands
}

#[test]
fn a_failed_run_is_a_group_an_annotation_and_a_summary() {
    let home = Home::with(&[("runbooks/probe.rhai", PROBE)]);
    let done = step(&home, &["run", "probe"]);
    assert_eq!(done.code, 1, "{done}");
    let run = home.newest_run();
    assert_eq!(
        obeyed(&done.stderr),
        [
            format!("::group::probe@2.0.1 {run}"),
            "::endgroup::".to_owned(),
            "::error file=runbooks/probe.rhai,line=3,col=24,title=RB0501 the runbook failed::100%25 wrong: got 200, want 403%0Anothing was changed"
                .to_owned(),
        ],
        "{done}"
    );
    assert!(home.text("summary.md").contains(&format!("runbook resume {run}")), "{}", home.text("summary.md"));
}

#[test]
fn what_a_check_finds_is_annotated_with_its_kind() {
    let script = r#"const RUNBOOK = #{ name: "typo", version: "0.1.0", permissions: ["env:read A"] };
lgo("x");
"#;
    let home = Home::with(&[("runbooks/typo.rhai", script)]);
    let done = step(&home, &["check"]);
    assert_eq!(done.code, 3, "{done}");
    let commands = obeyed(&done.stderr);
    assert!(
        commands.iter().any(|line| line.starts_with("::error file=runbooks/typo.rhai,line=2,col=1,title=RB")),
        "{done}"
    );
    assert!(commands.iter().any(|line| line.starts_with("::warning file=runbooks/typo.rhai,line=1,")), "{done}");
}

#[test]
fn foreign_text_in_a_result_stands_behind_the_fence_and_elsewhere_nothing_is_fenced() {
    let script = r#"const RUNBOOK = #{ name: "says", version: "0.1.0" };
"::add-mask::a"
"#;
    let home = Home::with(&[("runbooks/says.rhai", script)]);
    let done = step(&home, &["run", "says"]);
    // Programs get the text as it is; the fence is on the other stream, raised before and lowered after.
    assert_eq!(done.stdout, "::add-mask::a\n");
    assert!(done.stderr.starts_with("::stop-commands::") && done.stderr.trim_end().ends_with("::"), "{done}");
    assert!(!home.run(&["run", "says"]).stderr.contains("stop-commands"));
}

#[test]
fn a_summary_that_cannot_be_written_fails_no_run() {
    let script = r#"const RUNBOOK = #{ name: "says", version: "0.1.0" };"#;
    let home = Home::with(&[("runbooks/says.rhai", script), ("summary.md/folder", "")]);
    let done = step(&home, &["run", "says"]);
    assert_eq!(done.code, 0, "{done}");
    assert!(done.stderr.contains("the summary of this step can't be written"), "{done}");
}
