//! A message as a person sees it: the source line with a caret under it, then what is known, the state of the world, and what to
//! type next. What is said does not live here.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use crate::messages::standing;
use crate::model::diagnostic::{Diagnostic, Label, Severity};
use crate::world::escape;

/// How messages look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// With colours; never the only carrier of meaning.
    pub colour: bool,
    /// With ASCII characters only, but for what sources and names hold.
    pub ascii: bool,
    /// The width of the terminal in columns. Source lines are cut and notes are wrapped to it; commands never are.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { colour: false, ascii: false, width: 80 }
    }
}

/// The message, ending with a line feed. `source` gives the text of a file by its name; without one, only the place is told.
#[must_use]
pub fn render(diagnostic: &Diagnostic, source: &dyn Fn(&str) -> Option<String>, look: Look) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR.with_name(standing::error()),
        Severity::Warning => Level::WARNING.with_name(standing::warning()),
    };
    let message = look.words(&diagnostic.message);
    let mut elsewhere = String::new();
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code.text()));
    let text = diagnostic.label.as_ref().map(|label| look.words(&label.text)).unwrap_or_default();
    if let Some(label) = diagnostic.label.as_deref() {
        // The end of a text may lie behind its last line.
        let line_of = |text: String| text.lines().nth(label.place.line - 1).unwrap_or_default().to_owned();
        let line = source(&label.place.file).filter(|_| label.place.line > 0).map(line_of);
        match line {
            Some(line) => {
                let label_text = Some(text.as_str()).filter(|text| !text.is_empty());
                let annotation = AnnotationKind::Primary.span(span(&line, label)).label(label_text.map(str::to_owned));
                let snippet = Snippet::source(line).line_start(label.place.line).path(label.place.file.clone());
                group = group.element(snippet.annotation(annotation));
            }
            None => elsewhere = format!("  --> {}\n", look.words(&place(label))),
        }
    }
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    let mut shown = renderer.term_width(look.width).render(&[group]);
    shown.push('\n');
    shown.push_str(&elsewhere);
    if !elsewhere.is_empty() && !text.is_empty() {
        shown.push_str(&look.wrapped(&text, "  "));
    }
    for note in &diagnostic.notes {
        shown.push_str(&look.wrapped(&look.visible(note, "\n"), "  "));
    }
    if let Some(state) = &diagnostic.state {
        shown.push_str(&look.words(state));
        shown.push('\n');
    }
    let hint = Style::new().fg_color(Some(AnsiColor::Cyan.into())).bold();
    for next in &diagnostic.next {
        let word = standing::hint();
        let word = if look.colour { format!("{hint}{word}{hint:#}") } else { word };
        shown.push_str(&format!("{word}: {}\n", look.words(next)));
    }
    shown
}

/// Where a label stands in its line, in bytes. What reaches beyond the line ends with it.
fn span(line: &str, label: &Label) -> std::ops::Range<usize> {
    let offset = |characters: usize| line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at);
    let from = label.place.column.saturating_sub(1);
    offset(from)..offset(from.saturating_add(label.width))
}

fn place(label: &Label) -> String {
    match (label.place.line, label.place.column) {
        (0, _) => label.place.file.clone(),
        (line, 0) => format!("{}:{line}", label.place.file),
        _ => label.place.to_string(),
    }
}

impl Look {
    /// Words as this terminal can show them. Names and values in them may come from anywhere, so what would steer the terminal, or
    /// turn or hide text, is made visible; a line that goes on is indented, so that nobody can forge a line of ours.
    fn words(self, text: &str) -> String {
        self.visible(text, "\n  ")
    }

    fn visible(self, text: &str, between: &str) -> String {
        let shown = escape::lines(text).collect::<Vec<_>>().join(between);
        if self.ascii { shown.replace('…', "...").replace(['—', '–'], "-") } else { shown }
    }

    fn wrapped(self, text: &str, indent: &str) -> String {
        let options = textwrap::Options::new(self.width.max(20)).initial_indent(indent).subsequent_indent(indent);
        let options = options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(text, options) + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::Code;
    use crate::model::place::Place;

    const SCRIPT: &str = "let web = params.cluster;\nstep(\"安定を待つ\", || ecs::wait(#{ cluster: params.clster, services: [\"web\"] }, #{ timeout: \"10m\" }));\n";

    fn source(file: &str) -> Option<String> {
        (file == "scale-web.rhai").then(|| SCRIPT.to_owned())
    }

    fn finding(line: usize, column: usize, width: usize) -> Diagnostic {
        Diagnostic::error(Code::UnknownParameterUse, "this runbook has no parameter `clster`").at(
            Place::new("scale-web.rhai", line, column),
            width,
            "did you mean `cluster`?",
        )
    }

    #[test]
    fn the_caret_stands_under_its_word_behind_wide_characters() {
        let shown = render(&finding(2, 48, 6), &source, Look { width: 120, ..Look::default() });
        insta::assert_snapshot!(shown, @r##"
        error[RB0102]: this runbook has no parameter `clster`
         --> scale-web.rhai:2:48
          |
        2 | step("安定を待つ", || ecs::wait(#{ cluster: params.clster, services: ["web"] }, #{ timeout: "10m" }));
          |                                                     ^^^^^^ did you mean `cluster`?
        "##);
    }

    #[test]
    fn notes_state_and_what_to_type_follow_the_source() {
        let finding = finding(1, 18, 7)
            .note("it has `cluster`, `count` — a note that is longer than the terminal is wide is wrapped where words end")
            .state("nothing was run")
            .next("runbook check --fix");
        insta::assert_snapshot!(render(&finding, &source, Look::default()), @r##"
        error[RB0102]: this runbook has no parameter `clster`
         --> scale-web.rhai:1:18
          |
        1 | let web = params.cluster;
          |                  ^^^^^^^ did you mean `cluster`?
          it has `cluster`, `count` — a note that is longer than the terminal is wide is
          wrapped where words end
        nothing was run
        hint: runbook check --fix
        "##);
    }

    #[test]
    fn a_long_line_is_cut_around_its_caret() {
        let shown = render(&finding(2, 48, 6), &source, Look { width: 60, ..Look::default() });
        insta::assert_snapshot!(shown, @r##"
        error[RB0102]: this runbook has no parameter `clster`
         --> scale-web.rhai:2:48
          |
        2 | ...: params.clster, services: ["web"] }, #{ timeout: ...
          |              ^^^^^^ did you mean `cluster`?
        "##);
    }

    #[test]
    fn a_place_without_its_source_is_told_and_the_end_of_a_text_has_a_caret() {
        let elsewhere = Diagnostic::warning(Code::PermissionUnused, "a permission that no call uses").at(
            Place::new("gone.rhai", 3, 4),
            5,
            "take it out",
        );
        insta::assert_snapshot!(render(&elsewhere, &source, Look::default()), @r##"
        warning[RB0108]: a permission that no call uses
          --> gone.rhai:3:4
          take it out
        "##);
        insta::assert_snapshot!(render(&finding(3, 1, 1), &source, Look::default()), @r##"
        error[RB0102]: this runbook has no parameter `clster`
         --> scale-web.rhai:3:1
          |
        3 |
          | ^ did you mean `cluster`?
        "##);
    }

    #[test]
    fn no_colour_means_no_escape_sequence_and_ascii_means_ascii() {
        let finding = finding(1, 1, 3).note("`f(a, …)` — so").next("type \u{1b}[31mthis\u{202e}");
        let coloured = render(&finding, &source, Look { colour: true, ..Look::default() });
        assert!(coloured.contains("\u{1b}["), "{coloured:?}");
        assert!(!coloured.contains("\u{1b}[31mthis"), "what is told can't steer the terminal");
        let plain = render(&finding, &source, Look { ascii: true, ..Look::default() });
        assert!(plain.is_ascii() && !plain.contains('\u{1b}'), "{plain:?}");
        assert!(plain.contains("`f(a, ...)` - so"), "{plain}");
    }
}
