//! Hostile scripts end with an error that has a position, and never take the process down.
//!
//! Each group of scripts runs in a process of its own, so that an abort or a hang is noticed and names its script. The
//! first line of a script says how it ends: `// ends: MESSAGE`, with ` | ` between alternatives (which budget runs out
//! first can depend on the machine). What has no error is in [`HARMLESS`].

#[path = "hostile/functions.rs"]
mod functions;
#[path = "hostile/generated.rs"]
mod generated;
#[path = "hostile/group.rs"]
mod group;
#[path = "hostile/harmless.rs"]
mod harmless;
#[path = "hostile/script.rs"]
mod script;

use group::run_group;

/// Each group of scripts is a test, so that they run side by side.
macro_rules! groups {
    ($($group:ident)*) => {
        const GROUPS: &[&str] = &[$(stringify!($group)),*];
        $(#[test]
        fn $group() {
            run_group(stringify!($group));
        })*
    };
}

groups! {
    code cycle endless hoard imports json large nested numbers recursion strings
}

#[test]
fn every_script_belongs_to_a_group_that_runs() {
    let scripts = script::all();
    for script in &scripts {
        let group = script.group();
        assert!(GROUPS.contains(&group), "no group runs {}", script.name);
    }
    assert!(scripts.len() >= 300, "only {} scripts", scripts.len());
}

#[test]
fn every_harmless_script_is_there() {
    let scripts = script::all();
    for (name, _, _) in harmless::HARMLESS {
        assert!(scripts.iter().any(|script| script.name == *name), "{name} is gone");
    }
}
