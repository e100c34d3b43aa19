//! How things may look: colour, characters, width, language. Each is decided once, here, by one function of the flags and the
//! environment; what is drawn later only asks.

use std::io::IsTerminal;

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

use crate::messages::Language;

/// The narrowest screen that is laid out for, in columns.
pub const COLUMNS_MIN: usize = 40;
/// The width where none is known, in columns.
const COLUMNS_UNKNOWN: usize = 80;

/// What surrounds the process, as far as looks depend on it.
pub struct Surroundings<'a> {
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Whether what is drawn goes to a terminal.
    pub is_terminal: bool,
    /// The terminal's width in columns, where it is known.
    pub columns: Option<usize>,
}

impl Surroundings<'_> {
    /// Those of this process.
    #[must_use]
    pub fn of_process(is_terminal: bool) -> Self {
        Surroundings { variable: &|name| std::env::var(name).ok(), is_terminal, columns: None }
    }

    fn set(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// Whether to use colour: `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether it is a terminal that can.
    #[must_use]
    pub fn colour(&self, flag: ColorChoice) -> bool {
        match flag {
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if self.set("NO_COLOR").is_some() => false,
            ColorChoice::Auto if self.set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            ColorChoice::Auto => {
                self.is_terminal && !self.is_dumb() && self.set("CLICOLOR").is_none_or(|value| value != "0")
            }
        }
    }

    /// Whether to draw with ASCII alone: `--ascii`, or a locale that names another encoding than UTF-8. Where no locale is set at
    /// all (containers, services) UTF-8 is assumed.
    #[must_use]
    pub fn ascii(&self, flag: bool) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.set(name));
        flag || locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            !locale.contains("utf-8") && !locale.contains("utf8")
        })
    }

    /// The language: `--lang`, then `RUNBOOK_LANG`, then the project's, then the locale of messages.
    #[must_use]
    pub fn language(&self, flag: Option<Language>, project: Option<Language>) -> Language {
        let asked = flag.or_else(|| self.set("RUNBOOK_LANG").map(|named| Language::of(&named)));
        asked.or(project).unwrap_or_else(|| {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| self.set(name));
            Language::of(&locale.unwrap_or_default())
        })
    }

    /// The width in columns: `COLUMNS`, then the terminal's; never less than [`COLUMNS_MIN`].
    #[must_use]
    pub fn width(&self) -> usize {
        let asked = self.set("COLUMNS").and_then(|value| value.trim().parse().ok()).filter(|columns| *columns > 0);
        asked.or(self.columns).unwrap_or(COLUMNS_UNKNOWN).max(COLUMNS_MIN)
    }

    /// Whether lines can be drawn over: it is a terminal, and not one that only appends.
    #[must_use]
    pub fn can_redraw(&self) -> bool {
        self.is_terminal && !self.is_dumb()
    }

    /// Whether a line stays the row it was drawn on when the window is made narrower. Most terminals break it anew; xterm, GNU screen and
    /// the console of Linux cut it off.
    #[must_use]
    pub fn keeps_rows(&self) -> bool {
        let is_kind = |kind: &str| self.set("TERM").is_some_and(|term| term.starts_with(kind));
        let is_screen = self.set("STY").is_some() && self.set("TMUX").is_none();
        is_screen || self.set("XTERM_VERSION").is_some() || is_kind("linux") || is_kind("vt")
    }

    fn is_dumb(&self) -> bool {
        self.set("TERM").is_some_and(|term| term == "dumb")
    }
}

/// How things look on one screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Whether colour is used. It never carries a meaning alone.
    pub colour: bool,
    /// Whether only ASCII is drawn; text that is not ours stays in its own letters.
    pub ascii: bool,
    /// Whether lines can be drawn over.
    pub redraws: bool,
    /// Whether a line stays one row when the window is made narrower.
    pub keeps_rows: bool,
}

impl Looks {
    /// What the flags and the environment of this process add up to, for what is drawn on standard error.
    #[must_use]
    pub fn decide(colour: ColorChoice, ascii: bool) -> Self {
        Self::decide_on(std::io::stderr().is_terminal(), colour, ascii)
    }

    /// The same for what is drawn on standard output, which may be a file while standard error is a terminal.
    #[must_use]
    pub fn decide_results(colour: ColorChoice, ascii: bool) -> Self {
        Self::decide_on(std::io::stdout().is_terminal(), colour, ascii)
    }

    fn decide_on(is_terminal: bool, colour: ColorChoice, ascii: bool) -> Self {
        let surroundings = Surroundings::of_process(is_terminal);
        Looks {
            colour: surroundings.colour(colour),
            ascii: surroundings.ascii(ascii),
            redraws: surroundings.can_redraw(),
            keeps_rows: surroundings.keeps_rows(),
        }
    }

    /// Our own words as this screen can show them.
    #[must_use]
    pub fn own(&self, words: String) -> String {
        if self.ascii { words.replace('…', "...").replace(['—', '–'], "-") } else { words }
    }

    /// What stands for text that was cut off.
    #[must_use]
    pub fn ellipsis(&self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }

    /// The drawing for screens with all characters, or the one in ASCII.
    #[must_use]
    pub fn pick<'a>(&self, drawn: &'a str, ascii: &'a str) -> &'a str {
        if self.ascii { ascii } else { drawn }
    }

    /// Levels as one character each, the highest of them full.
    #[must_use]
    pub fn sparkline(&self, levels: &[u64]) -> String {
        let steps: Vec<char> = self.pick("▁▂▃▄▅▆▇█", "_.-:=+*#").chars().collect();
        let most = levels.iter().copied().max().unwrap_or(0).max(1);
        let step = |level: &u64| {
            let nth = u128::from(*level) * (steps.len() as u128 - 1) / u128::from(most);
            usize::try_from(nth).ok().and_then(|nth| steps.get(nth)).copied().unwrap_or(' ')
        };
        levels.iter().map(step).collect()
    }

    /// `text` in a style, where colour is used.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// `text` as something that went well.
    #[must_use]
    pub fn good(&self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// `text` as something that went wrong.
    #[must_use]
    pub fn bad(&self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    /// `text` as something that needs a look.
    #[must_use]
    pub fn notable(&self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    /// `text` as something that matters.
    #[must_use]
    pub fn strong(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// `text` as something beside the point.
    #[must_use]
    pub fn faint(&self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(variables: &[(&str, &str)], is_terminal: bool, look: impl FnOnce(&Surroundings<'_>) -> T) -> T {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        look(&Surroundings { variable: &variable, is_terminal, columns: Some(100) })
    }

    #[test]
    fn the_flag_is_above_no_color_above_force_above_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        let both: &[_] = &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")];
        for (flag, variables, is_terminal, colour) in [
            (Always, both, false, true),
            (Never, &[("CLICOLOR_FORCE", "1")][..], true, false),
            (Auto, both, true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Auto, &[("CLICOLOR", "0")], true, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[], true, true),
            (Auto, &[], false, false),
        ] {
            assert_eq!(
                with(variables, is_terminal, |s| s.colour(flag)),
                colour,
                "{flag:?} {variables:?} {is_terminal}"
            );
        }
    }

    #[test]
    fn a_locale_of_another_encoding_is_drawn_in_ascii() {
        for (variables, ascii) in [
            (&[][..], false),
            (&[("LANG", "C")], true),
            (&[("LANG", "ja_JP.UTF-8")], false),
            (&[("LANG", "ja_JP.eucJP")], true),
            (&[("LANG", "C"), ("LC_ALL", "C.utf8")], false),
            (&[("LANG", "en_US.UTF-8"), ("LC_CTYPE", "POSIX")], true),
        ] {
            assert_eq!(with(variables, true, |s| s.ascii(false)), ascii, "{variables:?}");
        }
        assert!(with(&[], true, |s| s.ascii(true)));
    }

    #[test]
    fn the_language_is_the_one_asked_for_before_the_projects_before_the_locales() {
        let japanese: &[_] = &[("LANG", "ja_JP.UTF-8")];
        assert_eq!(with(japanese, true, |s| s.language(None, None)), Language::Japanese);
        assert_eq!(with(japanese, true, |s| s.language(Some(Language::English), None)), Language::English);
        let asked: &[_] = &[("LANG", "ja_JP.UTF-8"), ("RUNBOOK_LANG", "en")];
        assert_eq!(with(asked, true, |s| s.language(None, None)), Language::English);
        let english: &[_] = &[("LANG", "en_US.UTF-8")];
        assert_eq!(with(english, true, |s| s.language(None, Some(Language::Japanese))), Language::Japanese);
        assert_eq!(with(asked, true, |s| s.language(None, Some(Language::Japanese))), Language::English);
        assert_eq!(with(&[("LANG", "jam")], true, |s| s.language(None, None)), Language::English);
    }

    #[test]
    fn columns_is_honoured_but_no_screen_is_narrower_than_forty() {
        for (value, width) in [("120", 120), ("10", 40), ("many", 100), ("0", 100)] {
            assert_eq!(with(&[("COLUMNS", value)], true, |s| s.width()), width, "{value}");
        }
    }
}
