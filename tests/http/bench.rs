//! What a call needs around it: a context with secrets, shared things and a project folder.

use std::path::Path;

use runbook::binding::{Checked, Context, Declaration, Registry};
use runbook::model::failure::{Failure, FailureKind};
use runbook::model::value::Value;
use runbook::world::Settled;
use runbook::world::clock::SystemClock;
use runbook::world::person::Nobody;
use runbook::world::secrets::Secrets;
use runbook::world::shared::Shared;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

/// No environment is guarded here.
const NO_GUARD: &runbook::model::guard::Guard = &runbook::model::guard::Guard { aws_account: None, aws_region: None };

/// The token of every call made on a bench.
pub const TOKEN: &str = "0f6c1f9e-0000-5000-8000-00000000cafe";

/// What a call needs around it.
pub struct Bench {
    registry: Registry,
    pub secrets: Secrets,
    pub shared: Shared,
    pub cancel: CancellationToken,
    pub stopping: CancellationToken,
    project: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Bench {
            registry: runbook::bindings::all(),
            secrets: Secrets::new("n1"),
            shared: Shared::default(),
            cancel: CancellationToken::new(),
            stopping: CancellationToken::new(),
            project: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn project(&self) -> &Path {
        self.project.path()
    }

    pub fn declaration(&self, name: &str) -> &Declaration {
        self.registry.get(name).expect(name)
    }

    pub fn args(&self, name: &str, url: &str, options: &Json) -> Value {
        let options = Value::from_plain_json(options.clone()).expect("options");
        self.declaration(name).gather(vec![Value::from(url), options]).expect("arguments")
    }

    pub fn check(&self, name: &str, url: &str, options: &Json) -> Result<Checked, Failure> {
        self.declaration(name).check(&self.args(name, url, options))
    }

    /// Checks, then calls, as the gate does.
    pub async fn call(&self, name: &str, url: &str, options: Json) -> Result<Got, Failure> {
        self.check(name, url, &options)?;
        self.with_context(async |context| {
            self.declaration(name).live(&self.args(name, url, &options), context).await.map(|value| Got(plain(&value)))
        })
        .await
    }

    pub async fn settle(&self, name: &str, url: &str) -> Settled {
        self.with_context(async |context| {
            self.declaration(name).settle(&self.args(name, url, &Json::Object(serde_json::Map::new())), context).await
        })
        .await
    }

    async fn with_context<T>(&self, work: impl AsyncFnOnce(&Context<'_>) -> T) -> T {
        let context = Context {
            clock: &SystemClock,
            person: &Nobody,
            secrets: &self.secrets,
            shared: &self.shared,
            guard: NO_GUARD,
            function: "",
            project: self.project.path(),
            run: "r-test",
            token: TOKEN,
            cancel: self.cancel.clone(),
            stopping: self.stopping.clone(),
            progress: &|_| {},
            opened: None,
            keep: &drop,
        };
        work(&context).await
    }
}

/// A result, to look into.
#[derive(Debug)]
pub struct Got(pub Json);

impl Got {
    /// What stands at this path, such as `/tls/version`.
    pub fn at(&self, path: &str) -> &Json {
        self.0.pointer(path).unwrap_or_else(|| panic!("{path} in {}", self.0))
    }
}

/// The value with bytes left in the journal's codec.
fn plain(value: &Value) -> Json {
    value.to_json()
}

/// The failure of a call that must fail, and that it is of this kind.
#[track_caller]
pub fn failed(result: Result<Got, Failure>, kind: FailureKind) -> Failure {
    let failure = result.expect_err("it must fail");
    assert_eq!(failure.kind, kind, "{failure:?}");
    failure
}

/// What the failure says of its reason.
pub fn reason(failure: &Failure) -> &str {
    failure.details.as_map().and_then(|map| map.get("reason")).and_then(Value::as_text).unwrap_or("")
}
