//! Findings as JSON, in the shape of `terraform validate -json`, so that editors and pipelines that read one read the other.

use serde::Serialize;

use crate::model::diagnostic::{Diagnostic, Severity};

/// All findings of a check.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this shape.
    pub format_version: &'static str,
    /// Whether nothing is wrong; warnings leave it true.
    pub valid: bool,
    /// How many errors there are.
    pub error_count: usize,
    /// How many warnings there are.
    pub warning_count: usize,
    /// The findings, in the order of their places.
    pub diagnostics: Vec<Finding>,
    /// The calls that the policy asks a person for first. Not in Terraform's shape.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<serde_json::Value>,
    /// What was mended, with `--fix`. Not in Terraform's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired: Option<Vec<serde_json::Value>>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong, in one line.
    pub summary: String,
    /// What is known besides, and what to do; lines are separated by line feeds.
    pub detail: String,
    /// The code: `RB0102`. Not in Terraform's shape.
    pub code: &'static str,
    /// Where in a source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// The source there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// A part of a source.
#[derive(Clone, Debug, Serialize)]
pub struct Range {
    /// The file.
    pub filename: String,
    /// Where it begins.
    pub start: Point,
    /// Where it ends: behind its last character.
    pub end: Point,
}

/// A point in a source.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Point {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The byte in the file, from 0.
    pub byte: usize,
}

/// A line of a source with what a finding points at.
#[derive(Clone, Debug, Serialize)]
pub struct Snippet {
    /// What it stands in; always `null`, for Terraform's readers.
    pub context: Option<String>,
    /// The line, without its end.
    pub code: String,
    /// Its number, from 1.
    pub start_line: usize,
    /// Where in `code` the part begins, in bytes.
    pub highlight_start_offset: usize,
    /// Where it ends, in bytes.
    pub highlight_end_offset: usize,
    /// Always empty: nothing has a value yet.
    pub values: Vec<serde_json::Value>,
}

/// The findings as a report. `source` gives the text of a file by its name.
#[must_use]
pub fn report(findings: &[Diagnostic], source: &dyn Fn(&str) -> Option<String>) -> Report {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let error_count = count(Severity::Error);
    Report {
        format_version: "1.0",
        valid: error_count == 0,
        error_count,
        warning_count: count(Severity::Warning),
        diagnostics: findings.iter().map(|finding| one(finding, source)).collect(),
        asked: Vec::new(),
        repaired: None,
    }
}

fn one(finding: &Diagnostic, source: &dyn Fn(&str) -> Option<String>) -> Finding {
    let label = finding.label.as_deref();
    let said = label.map(|label| label.text.clone()).filter(|text| !text.is_empty());
    let detail: Vec<String> = said
        .into_iter()
        .chain(finding.notes.clone())
        .chain(finding.state.clone())
        .chain(finding.next.clone())
        .collect();
    let located =
        label.and_then(|label| locate(&source(&label.place.file)?, label.place.line, label.place.column, label.width));
    Finding {
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        summary: finding.message.clone(),
        detail: detail.join("\n"),
        code: finding.code.text(),
        range: label.zip(located.as_ref()).map(|(label, (start, end, _))| Range {
            filename: label.place.file.clone(),
            start: *start,
            end: *end,
        }),
        snippet: located.map(|(_, _, snippet)| snippet),
    }
}

/// Where a part of a text begins and ends, and the line it stands in. A part that reaches beyond its line ends with it.
fn locate(text: &str, line: usize, column: usize, width: usize) -> Option<(Point, Point, Snippet)> {
    let mut start_of_line = 0;
    let mut lines = text.split_inclusive('\n');
    for _ in 1..line {
        start_of_line += lines.next()?.len();
    }
    let code = lines.next().unwrap_or("").trim_end_matches(['\n', '\r']);
    let offset = |characters: usize| code.char_indices().nth(characters).map_or(code.len(), |(at, _)| at);
    let from = column.saturating_sub(1);
    let (start, end) = (offset(from), offset(from + width));
    let characters = code.get(start..end).map_or(0, |part| part.chars().count());
    let point = |column, at| Point { line, column, byte: start_of_line + at };
    let snippet = Snippet {
        context: None,
        code: code.to_owned(),
        start_line: line,
        highlight_start_offset: start,
        highlight_end_offset: end,
        values: Vec::new(),
    };
    Some((point(column.max(1), start), point(column.max(1) + characters, end), snippet))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::findings;

    #[test]
    fn json_has_the_shape_of_terraform_validate() {
        let script = "step(\"希望\", || params.clster);\r\nlet a = 1;";
        let findings = findings(script, &["http:get https://*/*"], &[]);
        let report = report(&findings, &|file| (file == "a.rhai").then(|| script.to_owned()));
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).expect("json"), @r##"
        {
          "format_version": "1.0",
          "valid": false,
          "error_count": 1,
          "warning_count": 1,
          "diagnostics": [
            {
              "severity": "warning",
              "summary": "a permission that no call uses",
              "detail": "take it out, or narrow it to what is called",
              "code": "RB0108"
            },
            {
              "severity": "error",
              "summary": "this runbook has no parameter `clster`",
              "detail": "did you mean `cluster`?",
              "code": "RB0102",
              "range": {
                "filename": "a.rhai",
                "start": {
                  "line": 1,
                  "column": 22,
                  "byte": 25
                },
                "end": {
                  "line": 1,
                  "column": 28,
                  "byte": 31
                }
              },
              "snippet": {
                "context": null,
                "code": "step(\"希望\", || params.clster);",
                "start_line": 1,
                "highlight_start_offset": 25,
                "highlight_end_offset": 31,
                "values": []
              }
            }
          ]
        }
        "##);
    }
}
