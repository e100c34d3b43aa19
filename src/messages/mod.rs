//! Every message of the program, in English and Japanese: one table, a file for each part of the program that speaks. A message is
//! a function, so the compiler sees that it exists in both languages and that both say everything they were given.
//!
//! Codes, identifiers, keys and values of machine output, and what a script writes, are not messages: they are the same in both.

pub mod answers;
pub mod audit;
pub mod command_line;
pub mod explain;
pub mod handover;
mod language;
pub mod manual;
pub mod policy;
pub mod skip;

pub use language::Language;

/// Declares messages: `name(what, it, is, told) { "English with {what}" / "日本語 {what}" }`.
///
/// Each becomes a function of that name that gives the text in the language of the process. A placeholder that was not given, and
/// something given that a text does not say, are errors of the compiler.
macro_rules! messages {
    ($($(#[$about:meta])* $name:ident($($given:ident),* $(,)?) { $english:literal / $japanese:literal })+) => {
        $(
            $(#[$about])*
            #[must_use]
            pub fn $name($($given: impl ::std::fmt::Display),*) -> String {
                match $crate::messages::Language::current() {
                    $crate::messages::Language::English => format!($english, $($given = $given),*),
                    $crate::messages::Language::Japanese => format!($japanese, $($given = $given),*),
                }
            }
        )+
    };
}
pub(crate) use messages;
