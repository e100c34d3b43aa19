//! What the documents say is so: links lead somewhere, tests that are named exist, runbooks in them are checked clean, and
//! the page of codes is the table of codes.

mod program;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use program::Project;
use runbook::model::code::Code;
use serde_json::Value as Json;

/// With this set, what is generated is written instead of compared.
const WRITE: &str = "RUNBOOK_WRITE_DOCS";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file, with its path below the repository.
fn documents() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    find(root(), "md", &mut files);
    assert!(files.len() >= 9, "the documents were not found");
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("UTF-8");
        (file.strip_prefix(root()).expect("below the root").to_owned(), text)
    };
    files.into_iter().map(read).collect()
}

fn find(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !path.is_symlink() {
            // What is built lies in `target`; folders with a dot are not ours.
            if !name.starts_with('.') && !name.starts_with("target") {
                find(&path, extension, files);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
}

/// The text outside of blocks of code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// The anchor of a heading as forges make it: small letters, hyphens for spaces, no punctuation.
fn anchor(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept: String = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
    kept.replace(' ', "-")
}

#[test]
fn every_link_leads_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    let mut seen = 0;
    for (file, text) in documents() {
        for found in link.captures_iter(&prose(&text)) {
            let target = &found[1];
            if target.contains("://") {
                assert!(target.starts_with("https://"), "{}: {target}", file.display());
                continue;
            }
            seen += 1;
            let (path, heading) = target.split_once('#').map_or((target, None), |(path, part)| (path, Some(part)));
            let there = match path {
                "" => root().join(&file),
                _ => root().join(file.parent().expect("a folder")).join(path),
            };
            assert!(there.exists(), "{} links to `{target}`, which is not there", file.display());
            if let Some(heading) = heading {
                let text = std::fs::read_to_string(&there).expect("a document");
                let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
                let known =
                    headings.map(|heading| anchor(heading.trim_start_matches('#'))).any(|known| known == heading);
                assert!(known, "{} links to `{target}`, and there is no such heading", file.display());
            }
        }
    }
    assert!(seen >= 20, "only {seen} links were found");
}

#[test]
fn every_test_that_is_named_exists() {
    let mut sources = Vec::new();
    find(&root().join("src"), "rs", &mut sources);
    find(&root().join("tests"), "rs", &mut sources);
    let function = regex::Regex::new(r"(?m)^\s*(?:async )?fn ([a-z0-9_]+)").expect("a pattern");
    let texts: Vec<String> = sources.iter().map(|file| std::fs::read_to_string(file).expect("UTF-8")).collect();
    let known: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| function.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.as_str()))
        .collect();
    let named = regex::Regex::new(r"`([a-z0-9]+(?:_[a-z0-9]+){3,})`").expect("a pattern");
    let mut seen = 0;
    for (file, text) in documents() {
        for found in named.captures_iter(&prose(&text)) {
            seen += 1;
            assert!(known.contains(&found[1]), "{} names the test `{}`, which is not there", file.display(), &found[1]);
        }
    }
    assert!(seen > 20, "only {seen} names were found");
}

#[test]
fn every_runbook_in_the_documents_is_checked_clean() {
    let mut seen = 0;
    for (file, text) in documents() {
        for block in text.split("```rhai\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            if !block.contains("const RUNBOOK") {
                continue;
            }
            seen += 1;
            let project = Project::new();
            std::fs::write(project.root().join("runbook.rhai"), block).expect("written");
            let ended = project.run(&["check", "./runbook.rhai"]);
            let told = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(told.trim(), "0 errors, 0 warnings, 1 runbook", "{}", file.display());
        }
    }
    assert!(seen >= 3, "only {seen} runbooks were found");
}

#[test]
fn the_page_of_codes_is_the_table_of_codes() {
    let file = root().join("docs/errors.md");
    let page = page_of_codes();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&file, &page).expect("written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, page, "write it anew: `{WRITE}=1 cargo nextest run --test documents`");
}

#[test]
fn the_manual_is_what_the_program_says() {
    let file = root().join("docs/manual.md");
    let page = runbook::report::manual::markdown(&runbook::bindings::all());
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&file, &page).expect("written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, page, "write it anew: `{WRITE}=1 cargo nextest run --test documents`");
    // Every function that the engine knows stands in it.
    for name in runbook::report::manual::entries(&runbook::bindings::all()).map(|entry| entry.name().to_owned()) {
        assert!(found.contains(&format!("### `{name}`")), "{name}");
    }
}

/// The page of what the program writes for machines: the published schema, for people.
fn page_of_machine_output(schema: &Json) -> String {
    let mut page = String::from(
        "# Output for machines\n\n`--output json` writes one object, `--output ndjson` one a line, to standard output; what people watch goes to \
         standard error. The exit code says how it ended: `runbook --help` lists them. Control characters are escaped, so that \
         nothing in it is obeyed by a terminal.\n\nEach object has `v` (the version of its shape: 1), `type` and `time` (RFC 3339, UTC). \
         While `v` is 1, types and fields are added; none goes, and none changes its meaning: read what you know and leave the rest. The same \
         as JSON Schema: [machine-output.schema.json](machine-output.schema.json). `check` is the exception: its one object has the shape of \
         `terraform validate -json`, so that what reads one reads the other.\n\n\
         ```sh\nrunbook run verify-waf --output ndjson | jq -r 'select(.type == \"stopped\") | .diagnostic.message'\n\
         runbook runs --output json | jq -r '.runs[] | select(.state == \"waiting\") | .run'\n```\n",
    );
    let defs = &schema["$defs"];
    let has = |kind: &str, field: &str| defs[kind]["properties"].get(field).is_some();
    let kinds: Vec<&str> =
        schema["properties"]["type"]["enum"].as_array().expect("types").iter().filter_map(Json::as_str).collect();
    // Entries have a number; `would` and the like stand between them; the rest are results of commands.
    let (entries, others): (Vec<&str>, Vec<&str>) = kinds.iter().partition(|kind| has(kind, "seq"));
    let first = others.iter().position(|kind| *kind == "progress").expect("the first that stands between entries");
    for (title, about, kinds) in [
        ("Results of commands", "", &others[..first]),
        (
            "A run as it goes: entries",
            "`run`, `resume`, `cancel` and `plan` with `--output ndjson` write each entry of the journal once it is recorded.",
            &entries[..],
        ),
        ("A run as it goes: between entries", "What is no entry is told in the same stream.", &others[first..]),
    ] {
        page.push_str(&format!("\n## {title}\n"));
        if !about.is_empty() {
            page.push_str(&format!("\n{about}\n"));
        }
        for kind in kinds {
            let object = &defs[*kind];
            page.push_str(&format!("\n### `{kind}`\n\n{}\n\n", object["description"].as_str().expect("a description")));
            let needed: Vec<&str> =
                object["required"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
            for (name, field) in object["properties"].as_object().expect("fields") {
                if !["v", "type", "time"].contains(&name.as_str()) {
                    let about = field["description"].as_str().or_else(|| {
                        let shared = field["$ref"].as_str()?.rsplit('/').next()?;
                        defs[shared]["description"].as_str()
                    });
                    let optional = if needed.contains(&name.as_str()) { "" } else { " (not always)" };
                    page.push_str(&format!("- `{name}`{optional}: {}\n", about.expect("a description")));
                }
            }
        }
    }
    page
}

#[test]
fn the_page_of_machine_output_is_the_schema_and_names_all_that_is_written() {
    let schema = std::fs::read_to_string(root().join("docs/machine-output.schema.json")).expect("the schema");
    let schema: Json = serde_json::from_str(&schema).expect("JSON");
    let page = page_of_machine_output(&schema);
    let file = root().join("docs/machine-output.md");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&file, &page).expect("written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, page, "write it anew: `{WRITE}=1 cargo nextest run --test documents`");
    let mut sources = Vec::new();
    find(&root().join("src/cli"), "rs", &mut sources);
    let mut written = BTreeSet::new();
    for file in sources {
        let text: String =
            std::fs::read_to_string(file).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join("");
        for before in ["machine::object(desk,\"", "self.tell(\""] {
            written.extend(text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    assert!(written.len() > 20, "{written:?}");
    for kind in &written {
        assert!(schema["$defs"][kind].is_object(), "`{kind}` is written and in no schema");
    }
}

fn page_of_codes() -> String {
    let groups = [
        ("RB01", "Found by `check`", "Nothing was run: `run` and `plan` check first and tell the same."),
        ("RB02", "Before a run", "What was typed, or what is there, is not enough to begin. Nothing was run."),
        ("RB04", "At AWS", "Nothing was done by the call; `runbook resume` goes on after a login."),
        ("RB05", "The run failed", "`runbook resume` makes the failed step again, and only that."),
        ("RB06", "Refused", "Nothing was sent."),
        ("RB07", "Stopped in between", "The run can go on: `runbook resume`."),
        ("RB08", "Held by another", "Wait, or look at who holds it."),
        ("RB09", "The journal", "The run ends before the next effect."),
        ("RB99", "A bug", "Please report it, with what `runbook` printed."),
    ];
    let mut page = String::from(
        "# Codes of messages\n\nEvery message has a code, the same in every language. This page is what \
         `runbook explain` says.\n",
    );
    let mut told = 0;
    for (prefix, title, words) in groups {
        page.push_str(&format!("\n## {title}\n\n{words}\n\n| code | meaning |\n| --- | --- |\n"));
        for code in Code::ALL.iter().filter(|code| code.text().starts_with(prefix)) {
            let text = runbook::messages::explain::page(code.text()).expect("a page");
            page.push_str(&format!("| {} | **{}**<br>{text} |\n", code.text(), code.title()));
            told += 1;
        }
    }
    assert_eq!(told, Code::ALL.len(), "a code belongs to no group: add one here");
    page
}
