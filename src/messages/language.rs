//! The language of what people read.

#[cfg(test)]
use std::cell::Cell;
#[cfg(not(test))]
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

#[cfg(not(test))]
static JAPANESE: AtomicBool = AtomicBool::new(false);

// Unit tests share a process: each speaks for itself.
#[cfg(test)]
thread_local! {
    static JAPANESE: Cell<bool> = const { Cell::new(false) };
}

impl Language {
    /// The language of this process: English until [`Language::speak`] said otherwise.
    #[must_use]
    pub fn current() -> Self {
        #[cfg(not(test))]
        let japanese = JAPANESE.load(Ordering::Relaxed);
        #[cfg(test)]
        let japanese = JAPANESE.get();
        if japanese { Language::Japanese } else { Language::English }
    }

    /// Makes this the language of the process. The command line decides it once, before anything is told.
    pub fn speak(self) {
        let japanese = self == Language::Japanese;
        #[cfg(not(test))]
        JAPANESE.store(japanese, Ordering::Relaxed);
        #[cfg(test)]
        JAPANESE.set(japanese);
    }

    /// What an author wrote in both languages, as this reader wants it; the other where one is missing.
    #[must_use]
    pub fn choose<'a>(english: &'a str, japanese: &'a str) -> &'a str {
        let (wanted, other) = match Self::current() {
            Language::English => (english, japanese),
            Language::Japanese => (japanese, english),
        };
        if wanted.trim().is_empty() { other } else { wanted }
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
