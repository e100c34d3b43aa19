//! Where a call leads: a URL taken apart, with its secrets still tokens, or known only by the name of the secret that it is.

use std::fmt;

use url::{Host, Url};

use super::options::Reach;
use super::tls::Tls;
use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::secret::{CLOSE, OPEN};
use crate::world::project::PathBelow;

/// The database systems that are spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            System::Postgres => "PostgreSQL",
            System::MySql => "MySQL",
            System::Sqlite => "SQLite",
        })
    }
}

/// A database on a server.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its system.
    pub system: System,
    /// Its host, an IPv6 address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Its name; may be empty for MySQL.
    pub database: String,
    /// The user, perhaps with tokens.
    pub user: String,
    /// The password, perhaps with tokens.
    pub password: Option<String>,
    /// How much of TLS.
    pub tls: Tls,
}

/// Where a call leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// A database on a server.
    Server(Server),
    /// A file below the project.
    File(PathBelow),
}

/// What can be told of a target before its secrets are filled in.
#[derive(Clone, Debug)]
pub enum Place {
    /// All but the secrets.
    Known(Target),
    /// Nothing but which secret it is: `secret:env:DATABASE_URL`.
    Secret(String),
}

impl Target {
    /// The system.
    #[must_use]
    pub fn system(&self) -> System {
        match self {
            Target::Server(server) => server.system,
            Target::File(_) => System::Sqlite,
        }
    }
}

/// As a permission names it: `host:port/name`, `sqlite:path`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Server(Server { host, port, database, .. }) if host.contains(':') => {
                write!(f, "[{host}]:{port}/{database}")
            }
            Target::Server(Server { host, port, database, .. }) => write!(f, "{host}:{port}/{database}"),
            Target::File(path) => write!(f, "sqlite:{path}"),
        }
    }
}

impl Place {
    /// What can be told of where a call leads.
    ///
    /// # Errors
    /// A URL that leads nowhere, has a password in plain text, or has a secret where none may stand.
    pub fn of(reach: &Reach) -> Result<Self, Failure> {
        if let Some(password) = &reach.password
            && whole_secret(password.written()).is_none()
        {
            return Err(Failure::invalid(messages::a_password_that_is_no_secret())
                .hint(messages::a_password_comes_from_a_secret()));
        }
        let written = reach.url.written();
        if let Some(name) = whole_secret(written) {
            return Ok(Place::Secret(name.to_owned()));
        }
        if reach.at.is_some() {
            return Err(Failure::invalid(messages::at_is_for_a_secret_url()));
        }
        let target = parse(written, reach)?;
        if let Target::Server(Server { password: Some(password), .. }) = &target
            && whole_secret(password).is_none()
        {
            // The URL is not repeated: there is a password in it.
            return Err(
                Failure::invalid(messages::a_password_in_plain_text()).hint(messages::a_password_comes_from_a_secret())
            );
        }
        Ok(Place::Known(target))
    }

    /// What a call must be permitted.
    #[must_use]
    pub fn want(&self, action: &str, reach: &Reach) -> Want {
        match (self, &reach.at) {
            (Place::Known(target), _) => Want::new(action, target.to_string()),
            (Place::Secret(_), Some(at)) => Want::new(action, at),
            (Place::Secret(name), None) => Want::new(action, name),
        }
    }

    /// The system, where it can be told yet.
    #[must_use]
    pub fn system(&self) -> Option<System> {
        match self {
            Place::Known(target) => Some(target.system()),
            Place::Secret(_) => None,
        }
    }
}

/// The target with its secrets filled in.
///
/// # Errors
/// A secret that is not known; one that is no URL of a database, or leads elsewhere than `at` says.
pub fn revealed(reach: &Reach, context: &Context<'_>) -> Result<Target, Failure> {
    let mut target = match Place::of(reach)? {
        Place::Known(target) => target,
        Place::Secret(name) => {
            let target = parse(&reach.url.reveal(context)?, reach).map_err(|failure| {
                // What is wrong with it is told, but not what stands in it.
                Failure::invalid(messages::the_secret_is_no_url(&name)).hint(match failure.hint {
                    Some(hint) if !hint.is_empty() => hint,
                    _ => messages::write_it_as(),
                })
            })?;
            if let Some(at) = &reach.at
                && *at != target.to_string()
            {
                return Err(Failure::refused(messages::the_secret_leads_elsewhere(&name, at)));
            }
            target
        }
    };
    if let Target::Server(server) = &mut target {
        server.user = context.secrets.fill(&server.user)?.to_string();
        let password = match (&reach.password, &server.password) {
            (Some(password), _) => Some(password.reveal(context)?),
            (None, Some(password)) => Some(context.secrets.fill(password)?),
            (None, None) => None,
        };
        server.password = password.map(|password| password.to_string());
    }
    Ok(target)
}

/// The name of the secret that a text is, when it is one token and nothing else: `secret:env:DATABASE_URL`.
fn whole_secret(text: &str) -> Option<&str> {
    let body = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    let is_one = body.starts_with("secret:") && !body.contains([OPEN, CLOSE]);
    if is_one { Some(body.rsplit_once('#').map_or(body, |(name, _)| name)) } else { None }
}

/// A text with its tokens replaced by words that a URL can hold anywhere, and the tokens.
fn without_tokens(text: &str) -> (String, Vec<String>) {
    let (mut plain, mut tokens, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, from)) = rest.split_once(OPEN) {
        let Some((token, after)) = from.split_once(CLOSE) else { break };
        plain.push_str(before);
        plain.push_str(&stand_in(tokens.len()));
        tokens.push(format!("{OPEN}{token}{CLOSE}"));
        rest = after;
    }
    plain.push_str(rest);
    (plain, tokens)
}

fn stand_in(number: usize) -> String {
    format!("runbook-token-{number}-stands-here")
}

fn with_tokens(text: &str, tokens: &[String]) -> String {
    tokens.iter().enumerate().fold(text.to_owned(), |text, (number, token)| text.replace(&stand_in(number), token))
}

fn parse(text: &str, reach: &Reach) -> Result<Target, Failure> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.contains(['?', OPEN]) || path.is_empty() || path == ":memory:" {
            return Err(Failure::invalid(messages::no_path_of_a_database()).hint(messages::write_it_as()));
        }
        return PathBelow::parse(path).map(Target::File);
    }
    let (plain, tokens) = without_tokens(text);
    let wrong = |why: String| Failure::invalid(why).hint(messages::write_it_as());
    let url = Url::parse(&plain).map_err(|_| wrong(messages::no_url_of_a_database()))?;
    let (system, default_port) = match url.scheme() {
        "postgres" | "postgresql" => (System::Postgres, 5432),
        "mysql" | "mariadb" => (System::MySql, 3306),
        scheme => return Err(wrong(messages::scheme_is_not_spoken(scheme))),
    };
    let host = match url.host() {
        // Nothing else: it would be taken for another part of what a permission names, or for the path of a socket.
        Some(Host::Domain(name)) if is_name(name) => name.to_owned(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        _ => return Err(wrong(messages::the_url_has_no("host"))),
    };
    let database = percent_decoded(url.path().trim_start_matches('/'));
    let misplaced = |text: &str| tokens.iter().enumerate().any(|(number, _)| text.contains(&stand_in(number)));
    if misplaced(&host) || misplaced(&database) || misplaced(url.query().unwrap_or_default()) {
        return Err(wrong(messages::a_secret_in_the_wrong_place()));
    }
    if url.username().is_empty() {
        return Err(wrong(messages::the_url_has_no("user")));
    }
    if database.contains('/') || (database.is_empty() && system == System::Postgres) {
        return Err(wrong(messages::the_url_has_no("database")));
    }
    let mut tls = reach.tls;
    for (name, value) in url.query_pairs() {
        let known = matches!(name.as_ref(), "sslmode" | "ssl-mode");
        let said = Tls::of_url(&value).filter(|_| known);
        let Some(said) = said else { return Err(wrong(messages::the_url_cannot_say(&name, &value))) };
        tls = tls.or(Some(said));
    }
    Ok(Target::Server(Server {
        system,
        tls: tls.unwrap_or_else(|| Tls::default_for(&host)),
        port: url.port().unwrap_or(default_port),
        user: with_tokens(&percent_decoded(url.username()), &tokens),
        password: url.password().map(|password| with_tokens(&percent_decoded(password), &tokens)),
        host,
        database,
    }))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// A part of a URL decoded. A form's `&`, `=` and `+` stand for themselves in it.
fn percent_decoded(text: &str) -> String {
    let text = text.replace('&', "%26").replace('=', "%3D").replace('+', "%2B");
    url::form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;

    fn place(url: &str) -> Result<Place, Failure> {
        let reach = super::super::options::QueryArgs::reach(
            &serde_json::from_value(serde_json::json!({ "url": url, "sql": "select 1" })).expect("arguments"),
        )?;
        Place::of(&reach)
    }

    #[test]
    fn a_target_is_named_by_host_port_and_database() {
        for (url, named, tls) in [
            ("postgres://app@db.example:6000/shop", "db.example:6000/shop", Tls::VerifyFull),
            ("postgresql://app@127.0.0.1/a%20b", "127.0.0.1:5432/a b", Tls::Prefer),
            ("mysql://root@[::1]", "[::1]:3306/", Tls::Prefer),
            ("mysql://app@h/d?ssl-mode=REQUIRED", "h:3306/d", Tls::Require),
            ("postgres://app:⟦secret:env:PW#n⟧@h/d?sslmode=verify-ca", "h:5432/d", Tls::VerifyCa),
        ] {
            let Ok(Place::Known(target)) = place(url) else { panic!("{url}") };
            assert_eq!(target.to_string(), named);
            let Target::Server(server) = target else { panic!("{url}") };
            assert_eq!(server.tls, tls, "{url}");
        }
        let Ok(Place::Known(Target::File(path))) = place("sqlite:data/app.db") else { panic!("a file") };
        assert_eq!(path.to_string(), "data/app.db");
    }

    #[test]
    fn a_password_keeps_its_token_whatever_stands_in_the_secrets_name() {
        let Ok(Place::Known(Target::Server(server))) = place("postgres://a%2Bb:⟦secret:file:k/p#n⟧@h/d") else {
            panic!("a server")
        };
        assert_eq!((server.user.as_str(), server.password.as_deref()), ("a+b", Some("⟦secret:file:k/p#n⟧")));
    }

    #[test]
    fn a_url_that_is_a_secret_is_known_by_its_name() {
        let place = place("⟦secret:env:DATABASE_URL#n⟧").expect("a place");
        assert!(matches!(place, Place::Secret(name) if name == "secret:env:DATABASE_URL"));
    }

    #[test]
    fn what_leads_to_no_database_is_told_without_the_password() {
        for url in [
            "postgres://app:hunter2@h/d",
            "postgres://app:x⟦secret:env:PW#n⟧@h/d",
            "postgres://⟦secret:env:H#n⟧/d",
            "postgres://h/d",
            "postgres://a@%2Fvar%2Frun/d",
            "postgres://a@h%3A1%2Fx/d",
            "postgres://a@h/d%2Fe",
            "postgres://a@h",
            "postgres://a@h/d?options=x",
            "oracle://a@h/d",
            "sqlite:",
            "sqlite::memory:",
            "h:5432",
        ] {
            let failure = place(url).expect_err(url);
            assert_eq!(failure.kind, FailureKind::Invalid, "{url}");
            assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
        }
        let args = serde_json::json!({ "url": "mysql://a@h/d", "sql": "select 1", "password": "hunter2" });
        let args: super::super::options::QueryArgs = serde_json::from_value(args).expect("arguments");
        let failure = Place::of(&args.reach().expect("reach")).expect_err("plain");
        assert!(failure.message.contains("`password`") && !format!("{failure:?}").contains("hunter2"), "{failure:?}");
        assert_eq!(place("sqlite:../x.db").expect_err("outside").kind, FailureKind::Refused);
    }
}
