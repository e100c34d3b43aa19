//! The language of what people read.

use std::sync::atomic::{AtomicBool, Ordering};

/// The language of what people read. Identifiers, codes and machine output are English in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

static JAPANESE: AtomicBool = AtomicBool::new(false);

impl Language {
    /// The language of this process: English until [`Language::speak`] said otherwise.
    #[must_use]
    pub fn current() -> Self {
        if JAPANESE.load(Ordering::Relaxed) { Language::Japanese } else { Language::English }
    }

    /// Makes this the language of the process. The command line decides it once, before anything is told.
    pub fn speak(self) {
        JAPANESE.store(self == Language::Japanese, Ordering::Relaxed);
    }

    /// The words in this language.
    #[must_use]
    pub fn pick<'a>(self, english: &'a str, japanese: &'a str) -> &'a str {
        match self {
            Language::English => english,
            Language::Japanese => japanese,
        }
    }

    /// The language whose code `text` begins with: `ja`, `ja_JP.UTF-8`, `en`, `C`. What is not Japanese is English.
    #[must_use]
    pub fn of(text: &str) -> Self {
        match text.split(['_', '-', '.', '@']).next() {
            Some(code) if code.eq_ignore_ascii_case("ja") => Language::Japanese,
            _ => Language::English,
        }
    }

    /// The language that is written exactly so: `en` or `ja`.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "en" => Some(Language::English),
            "ja" => Some(Language::Japanese),
            _ => None,
        }
    }
}
