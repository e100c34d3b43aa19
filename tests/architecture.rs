//! The absences that `ARCHITECTURE.md` promises, looked for in the program's own text. Comments, the modules of tests and
//! the files that only tests include are not looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of the program: its path below `src/`, and its lines without comments and tests.
struct Source {
    path: String,
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let texts: BTreeMap<PathBuf, String> =
        files.into_iter().map(|file| (file.clone(), std::fs::read_to_string(&file).expect("UTF-8"))).collect();
    let only_for_tests: Vec<PathBuf> = texts.iter().flat_map(|(file, text)| test_modules(file, text)).collect();
    let program = texts.iter().filter(|(file, _)| !only_for_tests.contains(file));
    let sources: Vec<Source> = program
        .map(|(file, text)| Source {
            path: file.strip_prefix(&root).expect("below src").to_str().expect("UTF-8").to_owned(),
            lines: code(text),
        })
        .collect();
    assert!(sources.len() > 100, "the program was not found");
    sources
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files that a module includes for its tests alone: `#[cfg(test)]`, and `mod name;` on the next line.
fn test_modules(file: &Path, text: &str) -> Vec<PathBuf> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let names = lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].split_once("mod ").and_then(|(_, name)| name.strip_suffix(';')));
    names.map(|name| file.with_file_name(format!("{name}.rs"))).collect()
}

/// The lines before the module of tests (which stands last), without those that are comments.
fn code(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .windows(2)
        .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].contains("mod ") && pair[1].ends_with('{'))
        .unwrap_or(lines.len());
    let numbered = lines[..end].iter().enumerate().map(|(index, line)| (index + 1, (*line).to_owned()));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

/// Fails for every line with one of `words` outside the `allowed` paths (a folder ends with `/`).
#[track_caller]
fn nowhere_but(allowed: &[&str], words: &[&str]) {
    let mut found = Vec::new();
    for source in sources() {
        if allowed.iter().any(|path| source.path == *path || path.ends_with('/') && source.path.starts_with(path)) {
            continue;
        }
        for (number, line) in &source.lines {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{words:?} may stand only in {allowed:?}:\n{}", found.join("\n"));
}

#[test]
fn only_the_engines_script_files_and_the_check_know_rhai() {
    nowhere_but(
        &[
            "check/",
            "engine/conversion.rs",
            "engine/error.rs",
            "engine/gate.rs",
            "engine/handles.rs",
            "engine/header.rs",
            "engine/imports.rs",
            "engine/literal.rs",
            "engine/parser.rs",
            "engine/run.rs",
            "engine/sandbox/",
            "engine/session.rs",
            "engine/settle.rs",
            "engine/sources.rs",
            "engine/structure/",
            "engine/walk/",
        ],
        &["rhai::", "use rhai"],
    );
}

#[test]
fn only_the_command_line_and_the_terminal_touch_the_terminal() {
    nowhere_but(
        &[
            "cli/",
            "world/terminal/",
            // Its standard input is the pipe from the run that it guards, in a process of its own.
            "world/guardian.rs",
            // What is piped in, for a secret.
            "world/standard_input.rs",
        ],
        &["crossterm", "anstream", "io::stdout", "io::stderr", "io::stdin", "stdio::std", "println!", "print!("],
    );
}

#[test]
fn only_the_clock_reads_time() {
    only_in("world/clock.rs", &["Timestamp::now", "ClockId::Monotonic"]);
    nowhere_but(&["world/clock.rs"], &["Zoned::now", "Instant::now", "SystemTime::now", "ClockId::Realtime"]);
    nowhere_but(
        &[
            "world/clock.rs",
            // The processor time of the script's own thread: it limits how long a script computes, and tells no time.
            "engine/sandbox/watch.rs",
        ],
        &["clock_gettime", "ClockId::"],
    );
}

/// The same for one file, which has each of them: a name that was changed must not make this test a test of nothing.
#[track_caller]
fn only_in(file: &str, words: &[&str]) {
    let sources = sources();
    let source = sources.iter().find(|source| source.path == file).expect(file);
    for word in words {
        assert!(source.lines.iter().any(|(_, line)| line.contains(word)), "`{word}` is not in src/{file}");
    }
    nowhere_but(&[file], words);
}

#[test]
fn only_the_gate_makes_calls_and_only_settling_looks_after_them() {
    only_in("engine/gate.rs", &["world.perform(", "declaration.live("]);
    only_in("engine/settle.rs", &["world.settle(", "declaration.settle("]);
    // What a declaration does is behind these, whoever asks.
    only_in("binding/declaration.rs", &["act.live(", "act.settle(", "F::live(", "F::settle("]);
}

#[test]
fn each_folder_depends_on_those_below_it_only() {
    let allowed: &[(&str, &[&str])] = &[
        ("messages", &[]),
        ("model", &["messages"]),
        ("policy", &["messages", "model"]),
        // The two know one thing of each other: a journal stamps its entries with the world's clock, and a world takes the
        // journal's receipt for a call.
        ("journal", &["messages", "model", "world"]),
        ("world", &["journal", "messages", "model"]),
        ("binding", &["messages", "model", "world"]),
        ("bindings", &["binding", "messages", "model", "world"]),
        ("engine", &["binding", "journal", "messages", "model", "policy", "world"]),
        ("check", &["binding", "engine", "messages", "model"]),
        ("report", &["binding", "engine", "journal", "messages", "model", "world"]),
        (
            "cli",
            &["binding", "bindings", "check", "engine", "journal", "messages", "model", "policy", "report", "world"],
        ),
    ];
    let mut found = Vec::new();
    for source in sources() {
        let Some((folder, _)) = source.path.split_once('/') else { continue };
        let (_, below) = allowed
            .iter()
            .find(|(name, _)| *name == folder)
            .unwrap_or_else(|| panic!("`src/{folder}` is new: say here, and in ARCHITECTURE.md, what it depends on"));
        for (number, line) in &source.lines {
            for (_, after) in line.match_indices("crate::").map(|(at, word)| line.split_at(at + word.len())) {
                let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = allowed.iter().any(|(folder, _)| *folder == name);
                if known && name != folder && !below.contains(&name.as_str()) {
                    found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "against the direction of dependencies:\n{}", found.join("\n"));
    for (folder, other, only) in [("journal", "world", "world::clock"), ("world", "journal", "journal::Receipt")] {
        for source in sources().iter().filter(|source| source.path.starts_with(&format!("{folder}/"))) {
            for (number, line) in source.lines.iter().filter(|(_, line)| line.contains(&format!("crate::{other}"))) {
                assert!(line.contains(only), "src/{}:{number}: `{folder}` knows only `{only}`", source.path);
            }
        }
    }
}

#[test]
fn bindings_do_not_use_other_bindings() {
    let mut found = Vec::new();
    for source in sources() {
        let Some((namespace, file)) = source.path.strip_prefix("bindings/").and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        // Folders below a namespace's are its own.
        let above = "super::".repeat(file.matches('/').count() + if file.ends_with("mod.rs") { 1 } else { 2 });
        let own = format!("crate::bindings::{namespace}");
        for (number, line) in &source.lines {
            if line.contains(&above) || line.replace(&own, "").contains("crate::bindings") {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "a binding uses another:\n{}", found.join("\n"));
}

#[test]
fn no_file_is_named_for_a_layer() {
    let names = ["util", "utils", "common", "types", "errors", "helpers", "misc", "prelude"];
    for source in sources() {
        for part in source.path.trim_end_matches(".rs").split('/') {
            assert!(!names.contains(&part), "src/{}: name it for what a user can name", source.path);
        }
    }
}

#[test]
fn no_file_is_so_long_that_it_holds_several_things() {
    const LINES_MAX: usize = 900;
    let mut lengths: Vec<usize> = Vec::new();
    for source in sources() {
        let length = source.lines.last().map_or(0, |(number, _)| *number);
        assert!(length <= LINES_MAX, "src/{} has {length} lines without its tests: split it", source.path);
        lengths.push(length);
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!((40..=180).contains(&median), "the median file has {median} lines, where 60 to 180 are wanted");
}
