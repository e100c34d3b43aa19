//! The kinds of parameters: which texts and values each takes, and what is said to a person who wrote something else.

use std::path::{Component, Path};
use std::time::Duration;

use crate::engine::written::quoted;
use crate::messages::parameters as messages;
use crate::model::diagnostic::did_you_mean;
use crate::model::duration;
use crate::model::value::Value;

/// What a parameter may hold.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// Text.
    Text {
        /// What the whole text must match.
        pattern: Option<Pattern>,
        /// The fewest and the most characters.
        length: Bounds<usize>,
    },
    /// A whole number of 64 bits.
    Int(Bounds<i64>),
    /// A finite number.
    Number(Bounds<f64>),
    /// True or false.
    Bool,
    /// A span of time; the value is text such as `10m`, as host functions take it.
    Duration(Bounds<Duration>),
    /// A host name of RFC 1123 labels; names in other scripts become their ASCII form (RFC 5891). Lower case, no dot at the end.
    Domain,
    /// An absolute `http` or `https` address without user and password, kept as written.
    Url,
    /// A path below the project or an absolute one, without `..`.
    Path {
        /// Whether something must be there when the run starts.
        must_exist: bool,
    },
    /// One of some words.
    Choice(Vec<String>),
    /// A list of one kind; as text: items between commas, or a JSON list.
    List {
        /// The kind of each item.
        of: Box<ParamKind>,
        /// The fewest and the most items.
        length: Bounds<usize>,
    },
    /// Text that nobody may see; scripts get an opaque token.
    Secret,
}

/// The names of all kinds, as `type` spells them.
pub const KINDS: [&str; 11] =
    ["string", "int", "number", "bool", "duration", "domain", "url", "path", "choice", "list", "secret"];

/// A regular expression that a whole text must match.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    regex: regex::Regex,
}

impl Pattern {
    /// Reads a regular expression (the syntax of the `regex` crate: no look-around, always linear time).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(source: &str) -> Result<Self, String> {
        // Compiled alone first, so that `a)(b` can't lean on the brackets put around it.
        let one_line = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        regex::Regex::new(source).map_err(one_line)?;
        let regex = regex::Regex::new(&format!(r"\A(?:{source})\z")).map_err(one_line)?;
        Ok(Pattern { source: source.to_owned(), regex })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// The least and the greatest that is allowed, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds<T> {
    /// The least.
    pub min: Option<T>,
    /// The greatest.
    pub max: Option<T>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Bounds { min: None, max: None }
    }
}

impl<T: PartialOrd + Copy> Bounds<T> {
    /// Whether nothing lies between them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.min, self.max), (Some(min), Some(max)) if min > max)
    }

    fn hold(&self, value: T) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    /// ` 1..10`, ` from 1`, ` up to 10`, or nothing.
    fn words(&self, say: impl Fn(T) -> String) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => messages::between(say(min), say(max)),
            (Some(min), None) => messages::from_upwards(say(min)),
            (None, Some(max)) => messages::up_to(say(max)),
            (None, None) => String::new(),
        }
    }
}

impl ParamKind {
    /// The name of the kind, as `type` spells it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            ParamKind::Text { .. } => "string",
            ParamKind::Int(_) => "int",
            ParamKind::Number(_) => "number",
            ParamKind::Bool => "bool",
            ParamKind::Duration(_) => "duration",
            ParamKind::Domain => "domain",
            ParamKind::Url => "url",
            ParamKind::Path { .. } => "path",
            ParamKind::Choice(_) => "choice",
            ParamKind::List { .. } => "list",
            ParamKind::Secret => "secret",
        }
    }

    /// The kind with its limits: `int 1..10`, `choice of a, b`, `list of domain`.
    #[must_use]
    pub fn words(&self) -> String {
        let name = self.name();
        match self {
            ParamKind::Text { pattern, length } => {
                let length = match length.words(|n| n.to_string()) {
                    none if none.is_empty() => none,
                    some => messages::of_characters(some),
                };
                let pattern = pattern.as_ref().map(|p| messages::that_matches(&p.source)).unwrap_or_default();
                format!("{name}{length}{pattern}")
            }
            ParamKind::Int(bounds) => format!("{name}{}", bounds.words(|n| n.to_string())),
            ParamKind::Number(bounds) => format!("{name}{}", bounds.words(|x| x.to_string())),
            ParamKind::Duration(bounds) => format!("{name}{}", bounds.words(short)),
            ParamKind::Choice(of) => messages::choice_of(of.join(", ")),
            ParamKind::List { of, length } => {
                let length = match length.words(|n| n.to_string()) {
                    none if none.is_empty() => none,
                    some => messages::so_many_items(some),
                };
                messages::list_of(of.words(), length)
            }
            _ => name.to_owned(),
        }
    }

    /// What stands for a value in `--set name=…`: `N`, `TEXT`, `a|b`.
    #[must_use]
    pub fn stand_in(&self) -> String {
        match self {
            ParamKind::Text { .. } => "TEXT".to_owned(),
            ParamKind::Int(_) | ParamKind::Number(_) => "N".to_owned(),
            ParamKind::Bool => "true|false".to_owned(),
            ParamKind::Duration(_) => "DURATION".to_owned(),
            ParamKind::Domain => "DOMAIN".to_owned(),
            ParamKind::Url => "URL".to_owned(),
            ParamKind::Path { .. } => "PATH".to_owned(),
            ParamKind::Choice(of) => of.join("|"),
            ParamKind::List { of, .. } => format!("{0},{0}", of.stand_in()),
            ParamKind::Secret => "-|@FILE|env:VARIABLE".to_owned(),
        }
    }

    /// A text that [`ParamKind::parse`] takes, where one can be told.
    #[must_use]
    pub fn example(&self) -> Option<String> {
        Some(match self {
            ParamKind::Text { pattern: None, length } => {
                let text = messages::some_text();
                length.hold(text.chars().count()).then_some(text)?
            }
            ParamKind::Text { .. } | ParamKind::Secret => return None,
            ParamKind::Int(bounds) => match (bounds.min, bounds.max) {
                (Some(min), Some(max)) => (i128::midpoint(min.into(), max.into())).to_string(),
                (Some(min), None) => min.to_string(),
                (None, Some(max)) => max.to_string(),
                (None, None) => "3".to_owned(),
            },
            ParamKind::Number(bounds) => bounds.min.or(bounds.max).unwrap_or(1.5).to_string(),
            ParamKind::Bool => "true".to_owned(),
            ParamKind::Duration(bounds) => short(bounds.min.or(bounds.max).unwrap_or(Duration::from_secs(600))),
            ParamKind::Domain => "example.com".to_owned(),
            ParamKind::Url => "https://example.com/".to_owned(),
            ParamKind::Path { .. } => "envs/example.toml".to_owned(),
            ParamKind::Choice(of) => of.first()?.clone(),
            ParamKind::List { of, length } => {
                let one = of.example()?;
                let items = length.min.unwrap_or(0).max(2).min(length.max.unwrap_or(usize::MAX));
                // A long example teaches less than none.
                (items <= 5).then(|| vec![one; items].join(","))?
            }
        })
    }

    /// Reads text from a flag, a variable or a prompt.
    ///
    /// # Errors
    /// What is wrong, what is wanted, with an example.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let misread = || self.wanted(&messages::is_not_of_type(text, article(self.name())));
        match self {
            ParamKind::Text { .. } | ParamKind::Secret => self.accept(Value::from(text)),
            ParamKind::Int(_) => trimmed.parse().map_err(|_| misread()).and_then(|n| self.accept(Value::Int(n))),
            ParamKind::Number(_) => trimmed.parse().map_err(|_| misread()).and_then(|x| self.accept(Value::Float(x))),
            ParamKind::Bool => trimmed.parse().map_err(|_| misread()).map(Value::Bool),
            ParamKind::List { of, .. } => self.accept(Value::List(list_items(of, trimmed, misread)?)),
            _ => self.accept(Value::from(trimmed)),
        }
    }

    /// Takes a value that has a type already, from an environment file or a default.
    ///
    /// # Errors
    /// What is wrong, what is wanted, with an example.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        match (self, value) {
            (ParamKind::Text { pattern, length }, Value::Text(text)) => {
                let fits =
                    length.hold(text.chars().count()) && pattern.as_ref().is_none_or(|p| p.regex.is_match(&text));
                self.when(fits, &text.clone(), Value::Text(text))
            }
            (ParamKind::Int(bounds), Value::Int(n)) => self.when(bounds.hold(n), &n.to_string(), Value::Int(n)),
            #[expect(clippy::cast_precision_loss, reason = "a number parameter is a float, as in any float literal")]
            (ParamKind::Number(_), Value::Int(n)) => self.accept(Value::Float(n as f64)),
            (ParamKind::Number(bounds), Value::Float(x)) => {
                self.when(x.is_finite() && bounds.hold(x), &x.to_string(), Value::Float(x))
            }
            (ParamKind::Bool, Value::Bool(flag)) => Ok(Value::Bool(flag)),
            (ParamKind::Duration(_), Value::Int(seconds)) if seconds >= 0 => {
                self.accept(Value::Text(format!("{seconds}s")))
            }
            (ParamKind::Duration(bounds), Value::Text(text)) => match duration::parse(&text) {
                Ok(span) => self.when(bounds.hold(span), &text.clone(), Value::Text(text)),
                Err(_) => Err(self.wanted(&messages::is_not_a_duration(&text))),
            },
            (ParamKind::Domain, Value::Text(text)) => match domain(&text) {
                Ok(name) => Ok(Value::Text(name)),
                Err(why) => Err(self.wanted(&messages::is_not_a_domain(&text, &why))),
            },
            (ParamKind::Url, Value::Text(text)) => match url(&text) {
                Ok(()) => Ok(Value::Text(text)),
                // What might be a password is not repeated.
                Err(why) => Err(self.wanted(&messages::is_not_a_usable_url(&why))),
            },
            (ParamKind::Path { .. }, Value::Text(text)) => match path(&text) {
                Ok(()) => Ok(Value::Text(text)),
                Err(why) => Err(self.wanted(&messages::is_not_a_usable_path(&text, &why))),
            },
            (ParamKind::Choice(of), Value::Text(text)) => {
                if of.contains(&text) {
                    return Ok(Value::Text(text));
                }
                let hint = did_you_mean(&text, of.iter().map(String::as_str));
                let hint = hint.map(messages::or_did_you_mean).unwrap_or_default();
                Err(messages::is_none_of(&text, quoted(of), &hint))
            }
            (ParamKind::List { of, length }, Value::List(items)) => {
                let count = items.len();
                let items = items
                    .into_iter()
                    .enumerate()
                    .map(|(at, item)| of.accept(item).map_err(|why| messages::item(at + 1, why)))
                    .collect::<Result<Vec<_>, _>>()?;
                self.when(length.hold(count), &messages::a_list_of(count), Value::List(items))
            }
            (ParamKind::Secret, Value::Text(text)) if text.is_empty() => Err(messages::a_secret_cannot_be_empty()),
            (ParamKind::Secret, Value::Text(text)) => Ok(Value::Text(text)),
            (ParamKind::Secret, _) => Err(messages::a_secret_is_text()),
            (_, value) => Err(self.wanted(&messages::this_is(value.kind()))),
        }
    }

    fn when(&self, fits: bool, shown: &str, value: Value) -> Result<Value, String> {
        if fits { Ok(value) } else { Err(self.wanted(&messages::does_not_fit(shown))) }
    }

    fn wanted(&self, wrong: &str) -> String {
        let example = self.example().map(|text| messages::such_as(&text)).unwrap_or_default();
        messages::wrong_and_what_is_wanted(wrong, article(&self.words()), &example)
    }
}

fn article(noun: &str) -> String {
    if noun.starts_with("int") { messages::an(noun) } else { messages::a(noun) }
}

/// A duration as it is typed: `90s`, `10m`, `250ms`.
fn short(duration: Duration) -> String {
    match (duration.as_secs(), duration.subsec_millis()) {
        (seconds, 0) if seconds > 0 && seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        (seconds, 0) if seconds > 0 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        (seconds, 0) => format!("{seconds}s"),
        _ => format!("{}ms", duration.as_millis()),
    }
}

fn list_items(of: &ParamKind, text: &str, misread: impl Fn() -> String) -> Result<Vec<Value>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if text.starts_with('[') {
        let json: serde_json::Value = serde_json::from_str(text).map_err(|_| misread())?;
        return match Value::from_plain_json(json) {
            Ok(Value::List(items)) => Ok(items),
            _ => Err(misread()),
        };
    }
    text.split(',')
        .enumerate()
        .map(|(at, item)| of.parse(item.trim()).map_err(|why| messages::item(at + 1, why)))
        .collect()
}

fn domain(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    // Strict: the letters of RFC 1123, labels of 1 to 63 and names of up to 253 octets.
    let ascii = idna::domain_to_ascii_strict(name).map_err(|_| messages::it_is_not_made_of_labels_of_letters())?;
    match ascii.rsplit('.').next() {
        Some(last) if last.chars().all(|c| c.is_ascii_digit()) => {
            Err(messages::this_looks_like_an_address_not_a_name())
        }
        _ => Ok(ascii),
    }
}

fn url(text: &str) -> Result<(), String> {
    // The parser would quietly take such characters out, and the script would send what nobody has checked.
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(messages::it_has_spaces_or_control_characters());
    }
    let url = url::Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(messages::its_scheme_is_not_http_or_https(url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(messages::it_has_a_user_or_password());
    }
    Ok(())
}

fn path(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(messages::it_is_empty());
    }
    if text.chars().any(char::is_control) {
        return Err(messages::it_has_control_characters());
    }
    if text.starts_with('~') {
        return Err(messages::is_not_replaced_here_write_the_whole_path());
    }
    if Path::new(text).components().any(|part| part == Component::ParentDir) {
        return Err(messages::may_not_stand());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(min: i64, max: i64) -> ParamKind {
        ParamKind::Int(Bounds { min: Some(min), max: Some(max) })
    }

    fn text(pattern: Option<&str>, min: Option<usize>, max: Option<usize>) -> ParamKind {
        let pattern = pattern.map(|source| Pattern::new(source).expect("pattern"));
        ParamKind::Text { pattern, length: Bounds { min, max } }
    }

    fn list(of: ParamKind) -> ParamKind {
        ParamKind::List { of: Box::new(of), length: Bounds { min: Some(1), max: Some(3) } }
    }

    fn choice() -> ParamKind {
        ParamKind::Choice(vec!["blue".to_owned(), "green".to_owned()])
    }

    /// The value as JSON, or the complaint.
    fn check(kind: &ParamKind, text: &str) -> String {
        match kind.parse(text) {
            Ok(value) => value.to_json().to_string(),
            Err(why) => format!("! {why}"),
        }
    }

    #[test]
    fn each_kind_takes_its_texts_and_says_what_it_wants_instead_of_others() {
        let duration = ParamKind::Duration(Bounds { min: None, max: Some(Duration::from_secs(3600)) });
        let table: &[(ParamKind, &[(&str, &str)])] = &[
            (
                text(Some("a|b+"), None, Some(3)),
                &[
                    ("a", r#""a""#),
                    ("bbb", r#""bbb""#),
                    ("bbbb", "! `bbbb` does not fit; wanted is a string of up to 3 characters that matches `a|b+`"),
                    ("ab", "! `ab` does not fit; wanted is a string of up to 3 characters that matches `a|b+`"),
                    ("a\n", "! `a\n` does not fit; wanted is a string of up to 3 characters that matches `a|b+`"),
                ],
            ),
            (
                int(1, 10),
                &[
                    (" 5 ", "5"),
                    ("eleven", "! `eleven` is not an int; wanted is an int 1..10, such as `5`"),
                    ("11", "! `11` does not fit; wanted is an int 1..10, such as `5`"),
                    ("1.0", "! `1.0` is not an int; wanted is an int 1..10, such as `5`"),
                    (
                        "99999999999999999999",
                        "! `99999999999999999999` is not an int; wanted is an int 1..10, such as `5`",
                    ),
                ],
            ),
            (
                ParamKind::Number(Bounds { min: Some(0.0), max: None }),
                &[
                    ("2", "2.0"),
                    ("2.5", "2.5"),
                    ("-1", "! `-1` does not fit; wanted is a number from 0, such as `0`"),
                    ("NaN", "! `NaN` does not fit; wanted is a number from 0, such as `0`"),
                    ("inf", "! `inf` does not fit; wanted is a number from 0, such as `0`"),
                ],
            ),
            (ParamKind::Bool, &[("true", "true"), ("yes", "! `yes` is not a bool; wanted is a bool, such as `true`")]),
            (
                duration,
                &[
                    ("10m", r#""10m""#),
                    ("2h", "! `2h` does not fit; wanted is a duration up to 1h, such as `1h`"),
                    ("soon", "! `soon` is not a duration; wanted is a duration up to 1h, such as `1h`"),
                ],
            ),
            (
                choice(),
                &[("blue", r#""blue""#), ("gren", "! `gren` is none of `blue`, `green`; did you mean `green`?")],
            ),
            (
                list(int(1, 10)),
                &[
                    ("1, 2", "[1,2]"),
                    ("[1,2]", "[1,2]"),
                    ("", "! `a list of 0` does not fit; wanted is a list of int 1..10, 1..3 items, such as `5,5`"),
                    ("1,x", "! item 2: `x` is not an int; wanted is an int 1..10, such as `5`"),
                    ("[1,99]", "! item 2: `99` does not fit; wanted is an int 1..10, such as `5`"),
                    ("[1", "! `[1` is not a list; wanted is a list of int 1..10, 1..3 items, such as `5,5`"),
                ],
            ),
            (ParamKind::Secret, &[("s", r#""s""#), ("", "! a secret can't be empty")]),
        ];
        for (kind, cases) in table {
            for (text, expected) in *cases {
                assert_eq!(&check(kind, text), expected, "{text}");
            }
        }
    }

    #[test]
    fn a_domain_is_normalised_or_refused() {
        for (text, name) in [
            ("Example.COM", "example.com"),
            ("example.com.", "example.com"),
            ("localhost", "localhost"),
            ("日本語.jp", "xn--wgv71a119e.jp"),
            ("xn--wgv71a119e.jp", "xn--wgv71a119e.jp"),
            ("Bücher.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(ParamKind::Domain.parse(text), Ok(Value::from(name)), "{text}");
        }
        let long = format!("{}.com", "a".repeat(64));
        for text in [
            "",
            ".",
            "a..b",
            "-a.com",
            "a-.com",
            "a_b.com",
            "*.example.com",
            "https://example.com",
            "example.com/x",
            "a b.com",
            "192.0.2.1",
            "example.com:8080",
            "user@example.com",
            long.as_str(),
            "xn--\u{e9}.com",
        ] {
            let why = ParamKind::Domain.parse(text).expect_err(text);
            assert!(why.contains("such as `example.com`"), "{why}");
        }
    }

    #[test]
    fn an_address_is_http_and_carries_no_password() {
        for text in ["https://example.com", "http://localhost:8080/x?y=1", "https://日本語.jp/"] {
            assert_eq!(ParamKind::Url.parse(text), Ok(Value::from(text)));
        }
        for text in ["example.com", "ftp://example.com/", "https://", "https://a b/", "https://exa\tmple.com/", "/x"] {
            assert!(ParamKind::Url.parse(text).is_err(), "{text}");
        }
        let why = ParamKind::Url.parse("https://me:hunter2@example.com/").expect_err("a password");
        assert!(!why.contains("hunter2"), "{why}");
    }

    #[test]
    fn a_path_stays_below_the_project_or_is_absolute() {
        let kind = ParamKind::Path { must_exist: false };
        for text in ["a/b.toml", "/etc/hosts", "./x", "日本語.txt", "a..b"] {
            assert_eq!(kind.parse(text), Ok(Value::from(text)));
        }
        for text in ["", "../x", "a/../../x", "/a/../b", "~/x", "a\0b", "a\nb"] {
            assert!(kind.parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_value_with_a_type_is_not_bent_into_another() {
        let refused = [
            (int(1, 10), Value::from("5")),
            (int(1, 10), Value::Float(5.0)),
            (text(None, None, None), Value::Int(5)),
            (ParamKind::Bool, Value::Int(1)),
            (choice(), Value::Bool(true)),
            (list(int(1, 10)), Value::from("1,2")),
        ];
        for (kind, value) in refused {
            assert!(kind.accept(value.clone()).is_err(), "{kind:?} {value:?}");
        }
        let any = ParamKind::Duration(Bounds::default());
        assert_eq!(any.accept(Value::Int(90)), Ok(Value::from("90s")));
        assert_eq!(ParamKind::Number(Bounds::default()).accept(Value::Int(2)), Ok(Value::Float(2.0)));
        assert_eq!(
            int(1, 10).accept(Value::from("5")),
            Err("this is a string; wanted is an int 1..10, such as `5`".to_owned())
        );
    }

    #[test]
    fn every_example_is_taken_by_its_own_kind() {
        let kinds = [
            text(None, None, None),
            text(None, Some(20), None),
            int(i64::MIN, i64::MAX),
            int(-3, -2),
            ParamKind::Int(Bounds { min: None, max: Some(-7) }),
            ParamKind::Number(Bounds { min: None, max: Some(-0.5) }),
            ParamKind::Bool,
            ParamKind::Duration(Bounds { min: Some(Duration::from_millis(1500)), max: None }),
            ParamKind::Domain,
            ParamKind::Url,
            ParamKind::Path { must_exist: true },
            choice(),
            list(choice()),
            list(ParamKind::Domain),
        ];
        for kind in kinds {
            if let Some(example) = kind.example() {
                assert!(kind.parse(&example).is_ok(), "{kind:?} {example}");
            }
        }
    }

    #[test]
    fn a_pattern_can_not_break_out_of_its_anchors() {
        for source in ["a)(b", "[", "(?P<x>"] {
            assert!(Pattern::new(source).is_err(), "{source}");
        }
    }
}
