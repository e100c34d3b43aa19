//! Texts that stand in the program's source outside the table of messages. Looked for in the source's own words, so that comments,
//! attributes and tests don't count.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A string of the source: where it stands, the word before it, and what it says.
struct Text {
    file: String,
    line: usize,
    before: String,
    says: String,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Files that only tests include, by the way they are included.
fn is_for_tests(file: &Path) -> bool {
    let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
    let beside = [file.with_file_name("mod.rs"), file.with_file_name("main.rs")];
    let wanted = format!("mod {name};");
    beside.iter().filter_map(|parent| std::fs::read_to_string(parent).ok()).any(|text| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.windows(2).any(|pair| pair[0] == "#[cfg(test)]" && pair[1].ends_with(&wanted))
    })
}

fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    paths.retain(|path| !path.starts_with(root.join("messages")) && !is_for_tests(path));
    assert!(paths.len() > 100, "the program was not found");
    let mut found = Vec::new();
    for path in paths {
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = path.strip_prefix(&root).expect("below src").display().to_string();
        collect(&file, tokens, "", &mut found);
    }
    found
}

/// Collects strings; `around` is the word before the brackets that they stand in.
fn collect(file: &str, tokens: TokenStream, around: &str, found: &mut Vec<Text>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut before = around.to_owned();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if tokens.peek().is_some_and(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!')) {
                    tokens.next();
                }
                let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
                // The tests of a file are no part of the program.
                if attribute.stream().to_string().replace(' ', "") == "cfg(test)" {
                    for token in tokens.by_ref() {
                        let ends = match &token {
                            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                            TokenTree::Punct(mark) => mark.as_char() == ';',
                            _ => false,
                        };
                        if ends {
                            break;
                        }
                    }
                }
            }
            TokenTree::Ident(word) => before = word.to_string(),
            TokenTree::Group(group) => collect(file, group.stream(), &before, found),
            TokenTree::Literal(literal) => {
                let written = literal.to_string();
                if written.starts_with(['"', 'r', 'b']) && written.ends_with(['"', '#']) {
                    let line = literal.span().start().line;
                    found.push(Text { file: file.to_owned(), line, before: before.clone(), says: written });
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

#[test]
fn no_japanese_stands_outside_the_table() {
    let found: Vec<String> = texts()
        .iter()
        .filter(|text| text.says.chars().any(super::is_japanese))
        .map(|text| format!("src/{}:{}: {}", text.file, text.line, text.says))
        .collect();
    assert!(found.is_empty(), "move to `src/messages/`:\n{}", found.join("\n"));
}

#[test]
fn no_english_sentence_stands_outside_the_table() {
    let sentence = regex::Regex::new(r"\b[a-z]{2,}('t)? [a-z]{2,}\b").expect("a pattern");
    let code = regex::Regex::new(r"`[^`]*`|\{[^{}]*\}").expect("a pattern");
    let found: Vec<String> = texts()
        .iter()
        .filter(|text| sentence.is_match(&code.replace_all(&text.says, "…")) && !is_no_message(text))
        .map(|text| format!("src/{}:{}: {} {}", text.file, text.line, text.before, text.says))
        .collect();
    assert!(found.is_empty(), "move to `src/messages/`, or say here why it is none:\n{}", found.join("\n"));
}

/// What reads like a sentence and is not told by the program itself.
fn is_no_message(text: &Text) -> bool {
    let says = text.says.trim_matches('"').trim_start();
    // The reference of functions and words: a manual, in English.
    let is_reference = ["str", "summary", "title", "script", "static"].contains(&text.before.as_str())
        && (text.file.starts_with("bindings/") || text.file == "engine/words.rs");
    // What is to be typed.
    let is_command =
        ["runbook ", "chmod ", "source <(COMPLETE=", "COMPLETE="].iter().any(|typed| says.starts_with(typed));
    // SQL, with the words of its triggers, which are a part of the journal's format.
    let begins =
        ["select ", "insert ", "update ", "create ", "set ", "begin ", "start transaction", "explain ", "token "];
    let is_sql_of_db = text.file.starts_with("bindings/db/")
        && (begins.iter().any(|word| says.starts_with(word)) || says == "into outfile");
    // What a library says, looked for in its errors.
    let is_of_a_library = text.file == "bindings/db/lost.rs" && text.before == "contains";
    let is_sql = is_sql_of_db
        || is_of_a_library
        || text.file.starts_with("journal/sqlite/")
            && (["query", "TABLES", "starts_with"].contains(&text.before.as_str())
                || ["SELECT", "INSERT", "CREATE", "ORDER", "FROM"].iter().any(|word| says.contains(word)));
    // Fixed words of machine output and of the command line.
    let is_fixed = ["in doubt", "did not happen", "hung up", "journal lost", "timed out", "built in"].contains(&says);
    // What only a developer meets: models, rules and tables that are not as this program knows them. Tests read all of them.
    let is_of_tables = ["bindings/aws/tables/", "bindings/aws/endpoints/", "bindings/aws/reviewed/"]
        .iter()
        .any(|folder| text.file.starts_with(folder));
    // What the runtime of the AWS SDK is told when its parts were put together wrongly: a bug.
    let is_of_runtime = text.file == "bindings/aws/client/exchange.rs";
    is_reference || is_command || is_sql || is_fixed || is_of_tables || is_of_runtime || elsewhere(text)
}

/// Each with its reason.
fn elsewhere(text: &Text) -> bool {
    [
        // Words of Rhai's definition files.
        ("report/editor_definitions.rs", "module static;"),
        ("report/editor_definitions.rs", "/// {}"),
        // Keys of lines and locks inside the program, shown to nobody.
        ("cli/view/lines.rs", "call "),
        ("cli/view/tree.rs", "call "),
        ("cli/view/tree.rs", "wait "),
        ("cli/view/lines.rs", "wait "),
        ("journal/memory.rs", "run "),
        ("journal/memory.rs", "environment "),
        // Keys of questions.
        ("engine/gate.rs", "confirm "),
        ("engine/gate.rs", "approve "),
        // A media type.
        ("bindings/http/request.rs", "text/plain"),
        // Looked for in what a library says.
        ("bindings/json/parse.rs", " at line "),
        ("bindings/yaml/parse.rs", " at line "),
        ("world/project.rs", " (os error"),
        // The first line of a file that is kept with the project, whoever writes it.
        ("engine/lock.rs", "# Written by"),
        // What a value looks like as text, to a script.
        ("engine/sandbox/text.rs", "… (cut at"),
    ]
    .iter()
    .any(|(file, says)| text.file == *file && text.says.trim_matches('"').starts_with(says))
}
