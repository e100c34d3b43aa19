//! `secret::url`: a secret URL with other parts, such as the local end of a tunnel instead of its host.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::binding::{Context, Described, Example, HostFunction, SinkText};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `secret::url`.
pub struct Url;

/// A secret URL, and what to put in place of its parts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The URL; may be a secret.
    url: SinkText,
    /// Another host.
    host: Option<String>,
    /// Another port.
    port: Option<u16>,
    /// Another user; may be a secret.
    user: Option<SinkText>,
    /// Another password; may be a secret.
    password: Option<SinkText>,
    /// Another path, such as `/app`: of a database's URL its name.
    path: Option<String>,
}

impl Described for Url {
    const NAME: &'static str = "secret::url";
    const SUMMARY: &'static str = "Gives a secret URL with another host, port, user, password or path";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A database behind a tunnel",
        script: r#"let url = secret::template("postgres://app:{pw}@db.internal:5432/app", #{ pw: secret::env("PATH") });
let local = secret::url(url, #{ host: "127.0.0.1", port: 15432 });"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Url {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let called = super::called(&args.url, context);
        let mut url = url::Url::parse(&args.url.reveal(context)?)
            .map_err(|_| Failure::invalid(messages::no_url(format!("`{called}`"))))?;
        let mut name = called.clone();
        let cannot = |part: &str| Failure::invalid(messages::url_part(part, format!("`{called}`")));
        if let Some(host) = &args.host {
            url.set_host(Some(host)).map_err(|_| cannot("host"))?;
            name.push_str(&format!(" host={host}"));
        }
        if let Some(port) = args.port {
            url.set_port(Some(port)).map_err(|()| cannot("port"))?;
            name.push_str(&format!(" port={port}"));
        }
        if let Some(user) = &args.user {
            url.set_username(&user.reveal(context)?).map_err(|()| cannot("user"))?;
            name.push_str(&format!(" user={}", super::called(user, context)));
        }
        if let Some(password) = &args.password {
            url.set_password(Some(&password.reveal(context)?)).map_err(|()| cannot("password"))?;
            name.push_str(&format!(" password={}", super::called(password, context)));
        }
        if let Some(path) = &args.path {
            url.set_path(path);
            name.push_str(&format!(" path={path}"));
        }
        Ok(context.secrets.add(super::reference("url", &name), Zeroizing::new(url.into())))
    }
}
