//! The IAM actions that an operation needs, for the least-privilege policy of a runbook.
//!
//! Operations' names are not always actions' names (`ListObjectsV2` needs `s3:ListBucket`); `iam_actions.toml` says
//! which differ, for the services of the reference environment. Elsewhere the answer is "unknown", never a guess.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::effects::TableError;

/// What an operation needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// Needed always, as `service:Action`.
    pub always: Vec<String>,
    /// Needed with some arguments only: a role that is handed on, a tag, a version.
    pub sometimes: Vec<String>,
    /// Whether more is needed, which depends on content, such as the resources in a template.
    pub more: bool,
}

/// The actions of an operation; nothing where they are unknown.
#[must_use]
pub fn actions(service: &str, operation: &str) -> Option<Actions> {
    let prefix = TABLE.prefix.get(service)?;
    let own = format!("{prefix}:{operation}");
    let Some(line) = TABLE.lines.get(service).and_then(|of| of.get(operation)) else {
        return Some(Actions { always: vec![own], ..Actions::default() });
    };
    let mut found = Actions::default();
    for word in line.split_whitespace() {
        match (word, word.strip_suffix('?')) {
            ("unknown", _) => return None,
            ("more", _) => found.more = true,
            ("=", _) => found.always.push(own.clone()),
            (_, Some(action)) => found.sometimes.push(action.to_owned()),
            (action, None) => found.always.push(action.to_owned()),
        }
    }
    Some(found)
}

/// Every operation with a line of its own. For tests.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines.iter().flat_map(|(service, of)| of.keys().map(|operation| (service.as_str(), operation.as_str())))
}

/// The services whose actions are known.
pub fn services() -> impl Iterator<Item = &'static str> {
    TABLE.prefix.keys().map(String::as_str)
}

#[derive(Deserialize)]
struct File {
    prefix: HashMap<String, String>,
    #[serde(flatten)]
    services: HashMap<String, HashMap<String, String>>,
}

struct Table {
    prefix: HashMap<String, String>,
    lines: HashMap<String, HashMap<String, String>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    read(include_str!("iam_actions.toml")).expect("iam_actions.toml is well-formed")
});

fn read(text: &str) -> Result<Table, TableError> {
    let file: File = toml::from_str(text)?;
    let mut lines: HashMap<String, HashMap<String, String>> = HashMap::new();
    for (service, of) in file.services {
        let own = lines.entry(service).or_default();
        for (operations, line) in of {
            for operation in operations.split_whitespace() {
                if own.insert(operation.to_owned(), line.clone()).is_some() {
                    return Err(TableError::Line(format!("{operation} twice")));
                }
            }
        }
    }
    Ok(Table { prefix: file.prefix, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always(service: &str, operation: &str) -> Vec<String> {
        actions(service, operation).map(|found| found.always).unwrap_or_default()
    }

    #[test]
    fn most_actions_are_named_as_their_operations() {
        assert_eq!(always("ecs", "DescribeServices"), ["ecs:DescribeServices"]);
        assert_eq!(always("elbv2", "DescribeTargetHealth"), ["elasticloadbalancing:DescribeTargetHealth"]);
        assert_eq!(
            always("application_autoscaling", "PutScheduledAction"),
            ["application-autoscaling:PutScheduledAction"]
        );
    }

    #[test]
    fn some_are_not() {
        assert_eq!(always("s3", "ListObjectsV2"), ["s3:ListBucket"]);
        assert_eq!(always("s3", "ListBuckets"), ["s3:ListAllMyBuckets"]);
        assert_eq!(always("s3", "HeadObject"), ["s3:GetObject"]);
        assert_eq!(always("lambda", "Invoke"), ["lambda:InvokeFunction"]);
        assert_eq!(always("sqs", "SendMessageBatch"), ["sqs:SendMessage"]);
        assert_eq!(always("kms", "ReEncrypt"), ["kms:ReEncryptFrom", "kms:ReEncryptTo"]);
    }

    #[test]
    fn some_need_more_than_one_and_some_need_none() {
        let run = actions("ecs", "RunTask").unwrap();
        assert_eq!((run.always, run.sometimes), (vec!["ecs:RunTask".to_owned()], vec!["iam:PassRole".to_owned()]));
        assert!(actions("cloudformation", "CreateStack").unwrap().more);
        assert_eq!(actions("sts", "GetCallerIdentity"), Some(Actions::default()));
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(actions("braket", "CreateJob"), None);
        assert_eq!(actions("s3", "RenameObject"), None);
    }
}
