//! Idempotency tokens: for how long services remember them, and members that are tokens though no model says so.
//!
//! `tokens.toml` holds what AWS documents. A call in doubt is repeated with its token only while the service surely
//! remembers it; what isn't documented stays unknown, and such a call is settled by looking.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use super::effects::TableError;

/// What is known of an operation's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The path of a token that the model doesn't mark. Nothing where it does.
    pub member: Option<String>,
    /// For how long the service remembers it.
    pub remembered: Remembered,
    /// What a repeat is answered with.
    pub again: Again,
    /// How the text must look.
    pub form: Form,
    /// Whether we fill it. If not, it is only known when the script gives it.
    pub filled: bool,
}

/// For how long a service remembers a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// At least so long after the call.
    For(Duration),
    /// As long as what the call made is there.
    WhileItExists,
    /// The documentation doesn't say.
    Unknown,
}

/// What a repeat with the same token is answered with. Either way nothing is made twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// The first answer, or what the first call made.
    #[default]
    Same,
    /// An error that says that it exists already.
    Error,
}

/// How a token must look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 36 signs, with hyphens.
    #[default]
    Uuid,
    /// 32 signs, letters and digits only.
    Hex,
}

/// What is known of an operation's token. Nothing for an operation that isn't in the table: if its model marks a
/// token, that one is filled with a UUID and its time is unknown.
#[must_use]
pub fn token(service: &str, operation: &str) -> Option<&'static Token> {
    TABLE.get(service)?.get(operation)
}

/// For how long a call of the operation may be repeated with its token.
#[must_use]
pub fn remembered(service: &str, operation: &str) -> Remembered {
    token(service, operation).map_or(Remembered::Unknown, |token| token.remembered)
}

/// Whether we fill a token that the model doesn't mark, and a repeat is answered as the first call was.
#[must_use]
pub fn fills_unmarked(service: &str, operation: &str) -> bool {
    token(service, operation).is_some_and(|it| it.member.is_some() && it.filled && it.again == Again::Same)
}

/// Every line of the table. For tests and the reference manual.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static Token)> {
    TABLE.iter().flat_map(|(service, of)| of.iter().map(|(name, token)| (service.as_str(), name.as_str(), token)))
}

type Table = HashMap<String, HashMap<String, Token>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    member: Option<String>,
    remembered: Option<String>,
    #[serde(default)]
    again: Again,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    given: bool,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    read(include_str!("tokens.toml")).expect("tokens.toml is well-formed")
});

fn read(text: &str) -> Result<Table, TableError> {
    let file: HashMap<String, HashMap<String, Line>> = toml::from_str(text)?;
    let mut table = Table::new();
    for (service, lines) in file {
        let of = table.entry(service).or_default();
        for (operations, line) in lines {
            let remembered = match line.remembered.as_deref() {
                None => Remembered::Unknown,
                Some("while it exists") => Remembered::WhileItExists,
                Some(text) => Remembered::For(duration(text).ok_or_else(|| TableError::Line(text.to_owned()))?),
            };
            let Line { member, again, form, given, .. } = line;
            let token = Token { member, remembered, again, form, filled: !given };
            of.extend(operations.split_whitespace().map(|name| (name.to_owned(), token.clone())));
        }
    }
    Ok(table)
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()? * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_remembered_for_what_the_documentation_says() {
        assert_eq!(remembered("acm", "RequestCertificate"), Remembered::For(Duration::from_secs(3600)));
        assert_eq!(remembered("dynamodb", "TransactWriteItems"), Remembered::For(Duration::from_secs(600)));
        assert_eq!(remembered("ec2", "RunInstances"), Remembered::WhileItExists);
        assert_eq!(remembered("ec2", "CreateNatGateway"), Remembered::Unknown);
    }

    #[test]
    fn some_members_are_tokens_though_no_model_says_so() {
        assert!(fills_unmarked("ecs", "CreateService"));
        assert!(fills_unmarked("cloudfront", "CreateInvalidation"));
        assert!(!fills_unmarked("route53", "CreateHostedZone"), "a repeat is an error");
        assert!(!fills_unmarked("sqs", "SendMessage"), "a token on FIFO queues alone");
        assert!(!fills_unmarked("ecs", "RunTask"), "its model marks it");
    }

    #[test]
    fn acm_takes_no_hyphens() {
        assert_eq!(token("acm", "RequestCertificate").map(|token| token.form), Some(Form::Hex));
    }
}
