//! Every message of the program, in English and Japanese: one table, a file for each part of the program that speaks. A message is
//! a function, so the compiler sees that it exists in both languages and that both say everything they were given.
//!
//! Codes, identifiers, keys and values of machine output, and what a script writes, are not messages: they are the same in both.

/// The parts of the table. Naming one here makes it a module and counts its messages.
macro_rules! parts {
    ($($part:ident),+ $(,)?) => {
        $(pub mod $part;)+

        /// Every message: its part, its name, its English and its Japanese text. For what looks after the table as a whole.
        pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
            [$((stringify!($part), $part::ALL)),+]
                .into_iter()
                .flat_map(|(part, all)| all.iter().map(move |(name, english, japanese)| (part, *name, *english, *japanese)))
        }
    };
}

parts! {
    answers,
    archive,
    audit,
    binding,
    bindings,
    bindings_aws,
    bindings_db,
    bindings_dns,
    bindings_http,
    bindings_load,
    bindings_notify,
    bindings_process,
    bindings_tls,
    check,
    codes,
    command_line,
    completions,
    doctor,
    documents,
    engine,
    handover,
    header,
    help,
    journal,
    manual,
    model,
    paper,
    parameters,
    policy,
    project,
    prune,
    questions,
    reach,
    resume,
    script,
    secrets,
    standing,
    state,
    tree,
    world,
}
pub mod explain;
mod language;

pub use language::Language;

/// Declares messages: `name(what, it, is, told) { "English with {what}" / "日本語 {what}" }`.
///
/// Each becomes a function of that name that gives the text in the language of the process. A placeholder that was not given, and
/// something given that a text does not say, are errors of the compiler.
macro_rules! messages {
    ($($(#[$about:meta])* $name:ident($($given:ident),* $(,)?) { $english:literal / $japanese:literal })+) => {
        /// Every message of this part: name, English, Japanese.
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $japanese)),+];

        $(
            $(#[$about])*
            #[doc = concat!("Says ", stringify!($english), ".")]
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
