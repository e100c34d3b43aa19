//! `runbook check --fix`: changes the sources where a finding says for certain what mends it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::place::Place;

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repaired {
    /// Where.
    pub place: Place,
    /// What stood there.
    pub wrong: String,
    /// What stands there now; empty where an item was taken out.
    pub right: String,
}

impl Repaired {
    /// It as machine output.
    pub fn json(&self) -> Json {
        json!({
            "filename": self.place.file, "line": self.place.line, "column": self.place.column,
            "wrong": self.wrong, "right": self.right,
        })
    }
}

/// The findings that can be mended now: they say how, and their source is a file of the project. Names come first: only when nothing
/// else is wrong is it known that no call uses a permission.
pub(super) fn mendable<'a>(findings: &'a [Diagnostic], root: &Path) -> Vec<&'a Diagnostic> {
    let is_wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    let ready = |finding: &&Diagnostic| !is_wrong || finding.severity == Severity::Error;
    let can = |finding: &&Diagnostic| wanted(finding).is_some_and(|repair| file_of(&repair.place, root).is_some());
    findings.iter().filter(ready).filter(can).collect()
}

/// Mends what the findings say, file by file, each written whole or not at all. Of two changes that touch, the first is made. A file
/// is changed only where it is what was checked, as `text` has it.
///
/// # Errors
/// A file that can't be read or written, with its name; files before it are mended.
pub(super) fn mend(
    findings: &[Diagnostic],
    root: &Path,
    text: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Repaired>, (String, io::Error)> {
    let mut files: BTreeMap<(PathBuf, String), Vec<Repaired>> = BTreeMap::new();
    for repair in mendable(findings, root).into_iter().filter_map(wanted) {
        if let Some(file) = file_of(&repair.place, root) {
            files.entry((file, repair.place.file.clone())).or_default().push(repair);
        }
    }
    let mut made = Vec::new();
    for ((file, source), repairs) in files {
        let named = |error| (file.display().to_string(), error);
        let now = std::fs::read_to_string(&file).map_err(named)?;
        if text(&source).as_ref() != Some(&now) {
            continue;
        }
        let (mended, done) = mended(&now, repairs);
        if !done.is_empty() {
            write(&file, &mended).map_err(named)?;
            made.extend(done);
        }
    }
    Ok(made)
}

fn wanted(finding: &Diagnostic) -> Option<Repaired> {
    let repair = finding.repair.as_ref()?;
    Some(Repaired { place: finding.place()?.clone(), wrong: repair.wrong.clone(), right: repair.right.clone() })
}

/// The file of a source, when it lies in the project; links that lead out of it are other people's files.
fn file_of(place: &Place, root: &Path) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    let file = root.join(&place.file).canonicalize().ok()?;
    (file.is_file() && file.starts_with(&root)).then_some(file)
}

/// The text with the changes made that still fit it, and those changes.
fn mended(text: &str, mut repairs: Vec<Repaired>) -> (String, Vec<Repaired>) {
    let at = |repair: &Repaired| (repair.place.line, repair.place.column);
    repairs.sort_by_key(at);
    repairs.dedup();
    let mut mended = String::with_capacity(text.len());
    let (mut behind, mut done) = (0, Vec::new());
    for repair in repairs {
        let Some(begin) = offset(text, &repair.place).filter(|begin| *begin >= behind) else { continue };
        if !text.get(begin..).is_some_and(|rest| rest.starts_with(&repair.wrong)) {
            continue;
        }
        let mut end = begin + repair.wrong.len();
        mended.push_str(text.get(behind..begin).unwrap_or_default());
        if repair.right.is_empty() {
            match behind_comma(text, end) {
                Some(next) => end = next,
                None => without_comma(&mut mended),
            }
        }
        mended.push_str(&repair.right);
        behind = end;
        done.push(repair);
    }
    mended.push_str(text.get(behind..).unwrap_or_default());
    (mended, done)
}

/// Where the next item of a list begins, after the comma that follows `end`; nothing when none follows.
fn behind_comma(text: &str, end: usize) -> Option<usize> {
    let after = text.get(end..)?;
    let rest = after.trim_start().strip_prefix(',')?.trim_start();
    Some(end + after.len() - rest.len())
}

/// Takes off the comma before the last item of a list.
fn without_comma(before: &mut String) {
    let kept = before.trim_end().strip_suffix(',').map(str::len);
    before.truncate(kept.unwrap_or(before.len()));
}

/// Where a place stands in a text, in bytes.
fn offset(text: &str, place: &Place) -> Option<usize> {
    let mut begin = 0;
    for line in text.split_inclusive('\n').take(place.line.checked_sub(1)?) {
        begin += line.len();
    }
    let line = text.get(begin..)?.split('\n').next()?;
    let column = place.column.checked_sub(1)?;
    let inside = line.char_indices().map(|(at, _)| at).chain([line.len()]).nth(column)?;
    Some(begin + inside)
}

/// Writes a file whole or not at all, with the mode that it had.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(file.metadata()?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repair(line: usize, column: usize, wrong: &str, right: &str) -> Repaired {
        Repaired {
            place: Place::new("x.rhai".to_owned(), line, column),
            wrong: wrong.to_owned(),
            right: right.to_owned(),
        }
    }

    #[test]
    fn changes_are_made_where_they_fit_whatever_letters_stand_before() {
        let text = "let 日本 = \"障害\"; lgo(日本);\nlgo(x); lgo(y)";
        let repairs = vec![repair(2, 9, "lgo", "log"), repair(1, 16, "lgo", "log"), repair(2, 2, "lgo", "log")];
        let (mended, done) = mended(text, repairs);
        assert_eq!(mended, "let 日本 = \"障害\"; log(日本);\nlgo(x); log(y)");
        assert_eq!(done.len(), 2, "what does not stand there is left alone");
    }

    #[test]
    fn an_item_is_taken_out_with_its_comma() {
        let of = |text: &str, items: &[(usize, &str)]| {
            mended(text, items.iter().map(|(column, item)| repair(1, *column, item, "")).collect()).0
        };
        assert_eq!(of(r#"["a", "b", "c"]"#, &[(2, "\"a\"")]), r#"["b", "c"]"#);
        assert_eq!(of(r#"["a", "b", "c"]"#, &[(7, "\"b\"")]), r#"["a", "c"]"#);
        assert_eq!(of(r#"["a", "b", "c"]"#, &[(12, "\"c\"")]), r#"["a", "b"]"#);
        assert_eq!(of(r#"["a", "b"]"#, &[(2, "\"a\""), (7, "\"b\"")]), "[]");
        assert_eq!(of(r#"["a", "b", "c"]"#, &[(7, "\"b\""), (12, "\"c\"")]), r#"["a"]"#);
        assert_eq!(of(r#"["a"]"#, &[(2, "\"a\"")]), "[]");
    }
}
