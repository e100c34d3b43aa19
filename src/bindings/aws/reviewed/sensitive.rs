//! What of AWS requests and answers is secret.
//!
//! The models mark most of it. `sensitive.toml` adds what they forget, and takes back what a person must see.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::effects::TableError;

/// How a member's value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// As it is.
    Plain,
    /// Its names are shown, its values are secrets: a map, or a list of pairs with a `name` and a `value`.
    NamesVisible,
    /// It is a secret, with all that is in it.
    Secret,
}

/// How a member of a shape is shown. `marked`: whether the model marks the member, its shape or the structure that it
/// stands in as sensitive. Names as in the models.
#[must_use]
pub fn sensitivity(service: &str, shape: &str, member: &str, marked: bool) -> Sensitivity {
    let table = &*TABLE;
    let listed = |lists: &Lists| {
        lists.get(service).is_some_and(|of| {
            [shape, "*"].iter().any(|shape| of.get(*shape).is_some_and(|members| members.contains(member)))
        })
    };
    if listed(&table.names_visible) {
        Sensitivity::NamesVisible
    } else if listed(&table.secret) {
        Sensitivity::Secret
    } else if marked {
        if listed(&table.visible) { Sensitivity::Plain } else { Sensitivity::Secret }
    } else if table.anywhere.contains(&member.to_ascii_lowercase())
        && !table.not.contains(&format!("{service}.{shape}.{member}"))
    {
        Sensitivity::Secret
    } else {
        Sensitivity::Plain
    }
}

/// Every line of the table: what it says, service, shape (or `*`) and member. For tests.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    let lists = [("secret", &TABLE.secret), ("visible", &TABLE.visible), ("names_visible", &TABLE.names_visible)];
    lists.into_iter().flat_map(|(what, lists)| {
        lists.iter().flat_map(move |(service, of)| {
            of.iter().flat_map(move |(shape, members)| {
                members.iter().map(move |member| (what, service.as_str(), shape.as_str(), member.as_str()))
            })
        })
    })
}

/// The names that mean a secret in every service, in small letters, and their exceptions. For tests.
#[must_use]
pub fn anywhere() -> (&'static HashSet<String>, &'static HashSet<String>) {
    (&TABLE.anywhere, &TABLE.not)
}

/// Service, shape, members.
type Lists = HashMap<String, HashMap<String, HashSet<String>>>;
type ListsText = HashMap<String, HashMap<String, String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    anywhere: Anywhere,
    secret: ListsText,
    visible: ListsText,
    names_visible: ListsText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Anywhere {
    names: String,
    not: Vec<String>,
}

struct Table {
    anywhere: HashSet<String>,
    not: HashSet<String>,
    secret: Lists,
    visible: Lists,
    names_visible: Lists,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    read(include_str!("sensitive.toml")).expect("sensitive.toml is well-formed")
});

fn read(text: &str) -> Result<Table, TableError> {
    let file: File = toml::from_str(text)?;
    Ok(Table {
        anywhere: file.anywhere.names.split_whitespace().map(str::to_ascii_lowercase).collect(),
        not: file.anywhere.not.into_iter().collect(),
        secret: lists(file.secret),
        visible: lists(file.visible),
        names_visible: lists(file.names_visible),
    })
}

fn lists(text: ListsText) -> Lists {
    let members = |text: String| text.split_whitespace().map(str::to_owned).collect();
    text.into_iter()
        .map(|(service, of)| (service, of.into_iter().map(|(shape, text)| (shape, members(text))).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Sensitivity::{NamesVisible, Plain, Secret};
    use super::*;

    #[test]
    fn what_the_model_marks_is_secret() {
        assert_eq!(sensitivity("ssm", "Parameter", "Value", true), Secret);
        assert_eq!(sensitivity("rds", "CreateDBClusterMessage", "MasterUserPassword", true), Secret);
    }

    #[test]
    fn what_the_model_forgets_is_secret_too() {
        assert_eq!(sensitivity("ecr", "AuthorizationData", "authorizationToken", false), Secret);
        assert_eq!(sensitivity("sts", "Credentials", "SessionToken", false), Secret);
        assert_eq!(sensitivity("docdb", "CreateDBClusterMessage", "MasterUserPassword", false), Secret);
        assert_eq!(sensitivity("elasticache", "CreateReplicationGroupMessage", "AuthToken", false), Secret);
        assert_eq!(sensitivity("ssm", "StartSessionResponse", "TokenValue", false), Secret);
        assert_eq!(sensitivity("lambda", "FunctionCodeLocation", "Location", false), Secret);
    }

    #[test]
    fn what_only_sounds_like_a_secret_is_not() {
        assert_eq!(sensitivity("cognito_idp", "TokenValidityUnitsType", "AccessToken", false), Plain);
        assert_eq!(sensitivity("ecs", "ListTasksResponse", "nextToken", false), Plain);
        assert_eq!(sensitivity("rds", "DBCluster", "MasterUsername", false), Plain);
    }

    #[test]
    fn names_of_environment_variables_are_shown() {
        assert_eq!(sensitivity("ecs", "ContainerDefinition", "environment", true), NamesVisible);
        assert_eq!(sensitivity("lambda", "EnvironmentResponse", "Variables", true), NamesVisible);
    }

    #[test]
    fn what_a_person_must_see_is_shown() {
        assert_eq!(sensitivity("s3", "HeadObjectOutput", "SSEKMSKeyId", true), Plain);
        assert_eq!(sensitivity("lambda", "ErrorObject", "ErrorMessage", true), Plain);
    }
}
