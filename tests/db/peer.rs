//! A database as these tests ask it: what a call takes besides its statement is filled in.

use runbook::model::failure::Failure;
use runbook::model::value::Value;
use serde_json::{Value as Json, json};

use crate::host::{Host, member};

/// A database, and the host that calls are made from.
pub struct Peer {
    pub host: Host,
    pub url: String,
    pub options: Json,
}

impl Peer {
    /// A database whose password is a secret, verified by `ca_file`.
    pub fn server(url: String, password: &str, ca_file: &std::path::Path) -> Self {
        let host = Host::new();
        let password = host.secret("password", password);
        Peer { host, url, options: json!({ "password": password, "ca_file": ca_file, "tls": "verify-ca" }) }
    }

    /// A file below the project.
    pub fn file(name: &str) -> Self {
        Peer { host: Host::new(), url: format!("sqlite:{name}"), options: json!({}) }
    }

    /// Makes a call with further options, which may replace those of the peer; `null` takes one away.
    pub async fn call(&self, function: &str, what: Json, options: Json) -> Result<Value, Failure> {
        self.host.call(function, json!([self.url, what, self.options_with(&options)])).await
    }

    /// The options of the peer with further ones.
    pub fn options_with(&self, options: &Json) -> Json {
        let mut all = self.options.clone();
        for (name, value) in options.as_object().expect("options are a map") {
            match value {
                Json::Null => drop(all.as_object_mut().expect("a map").remove(name)),
                value => all[name] = value.clone(),
            }
        }
        all
    }

    pub async fn query(&self, sql: &str, options: Json) -> Result<Value, Failure> {
        self.call("db::query", sql.into(), options).await
    }

    pub async fn execute(&self, sql: &str, options: Json) -> Result<Value, Failure> {
        self.call("db::execute", sql.into(), options).await
    }

    /// The rows of a query, as plain JSON.
    pub async fn rows(&self, sql: &str, params: Json) -> Json {
        let found = self.query(sql, json!({ "params": params })).await;
        let found = found.unwrap_or_else(|failure| panic!("{sql}: {failure:?}"));
        member(&found, "rows").to_json()
    }

    /// Executes what must succeed.
    pub async fn must(&self, sql: &str, params: Json) -> Value {
        let done = self.execute(sql, json!({ "params": params })).await;
        done.unwrap_or_else(|failure| panic!("{sql}: {failure:?}"))
    }
}

/// A fact of a failure.
pub fn fact(failure: &Failure, name: &str) -> Value {
    failure.details.as_map().and_then(|details| details.get(name)).cloned().unwrap_or_default()
}
