//! What the program writes for machines, held against its published schema (`docs/machine-output.schema.json`).

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::program::{Done, Home};

const WORK: &str = r#"const RUNBOOK = #{
    name: "work", version: "0.1.0", summary: "Works", tags: ["x"], params: #{ to: #{ type: "string", defaults_to: "x" } },
    permissions: ["fs:write *", "fs:read *", "process:change true", "process:read false"],
};
step("write", || { fs::write(params.to, "1"); fs::read(params.to) });
parallel(#{ one: || 1, two: || 2 });
hold("h", || 1, || log("closed"));
step("undone", || { undo("u", || 1); retry(#{ times: 2, backoff: "1ms" }, || if fs::read("ready").len() > 9 { throw "later" }) });
wait_until(#{ timeout: "1m" }, || true);
process::change(["true"]);
output(#{ a: 1 });
if human::ask("name?") == "no" { process::read(["false"]) }
"#;

/// The schema of one type; with `strict`, fields that it does not name are errors.
fn schema(kind: &str) -> jsonschema::Validator {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/machine-output.schema.json");
    let mut whole: Json = serde_json::from_str(&std::fs::read_to_string(file).expect("the schema")).expect("JSON");
    let mut defs = whole["$defs"].take();
    defs.as_object_mut().expect("definitions").values_mut().for_each(close);
    assert!(defs[kind].is_object(), "`{kind}` is in no schema");
    let mut own = defs[kind].clone();
    // Of a whole report the schema names what is promised, and there is more.
    if kind == "report" {
        own["additionalProperties"] = true.into();
    }
    own["$defs"] = defs;
    jsonschema::validator_for(&own).expect("a schema")
}

/// Makes fields that `schema` does not name errors, at every depth.
fn close(schema: &mut Json) {
    if let Json::Object(fields) = schema {
        let is_open = fields.contains_key("properties") && !fields.contains_key("additionalProperties");
        fields.values_mut().for_each(close);
        if is_open {
            fields.insert("additionalProperties".to_owned(), false.into());
        }
    } else if let Json::Array(items) = schema {
        items.iter_mut().for_each(close);
    }
}

/// Every object that was written is as its schema says; gives their types.
fn types(done: &Done) -> Vec<String> {
    let objects = done.stdout.lines().map(|line| serde_json::from_str::<Json>(line).expect("an object a line"));
    let kinds = objects.map(|object| {
        let kind = object["type"].as_str().expect("a type").to_owned();
        let problems: Vec<String> =
            schema(&kind).iter_errors(&object).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{object:#}\n{problems:#?}");
        kind
    });
    kinds.collect()
}

#[test]
fn what_each_command_writes_is_as_its_schema_says() {
    let home = Home::with(&[("runbooks/work.rhai", WORK), ("runbook.toml", "")]);
    let ndjson = home.run(&["run", "work", "--output", "ndjson"]);
    assert_eq!(ndjson.code, 1, "{ndjson}");
    let mut seen: BTreeSet<String> = types(&ndjson).into_iter().collect();
    std::fs::write(home.path("ready"), "").expect("writes");
    let waiting = home.run(&["resume", "--output", "ndjson"]);
    assert_eq!(waiting.code, 5, "{waiting}");
    seen.extend(types(&waiting));
    let run = home.newest_run();
    let report: Json = serde_json::from_str(&home.run(&["report", &run, "--output", "json"]).stdout).expect("JSON");
    let call = report["calls"][0]["call"].to_string();
    for (arguments, kind) in [
        (&["answer", &run, "no"][..], "answered"),
        (&["settle", &run], "in_doubt"),
        (&["resume", &run], "verdict"),
        (&["note", &run, "seen"], "note"),
        (&["plan", "work"], "plan"),
        (&["list"], "list"),
        (&["search", "work"], "list"),
        (&["show", "work"], "runbook"),
        (&["show", &run, "--step", &call], "call"),
        (&["runs"], "runs"),
        (&["report", &run], "report"),
        (&["log", &run], "log"),
        (&["handover", &run], "handover"),
        (&["cancel", &run, "--reason", "over"], "verdict"),
        (&["audit", "verify"], "audit"),
        (&["runs", "export", &run, "-o", "all.jsonl"], "exported"),
        (&["runs", "prune", &run, "--yes"], "pruned"),
        (&["runs", "import", "all.jsonl"], "imported"),
        (&["manual", "fs::read"], "manual"),
        (&["explain"], "codes"),
        (&["doctor"], "doctor"),
        (&["config", "show"], "config"),
        (&["new", "other"], "created"),
        (&["init"], "init"),
    ] {
        let done = home.run(&[arguments, &["--output", "json"]].concat());
        assert_eq!(types(&done), [kind], "{arguments:?}: {done}");
        seen.insert(kind.to_owned());
    }
    for (arguments, kind) in [(&["list"][..], "listed"), (&["runs"], "run"), (&["log", &run], "call")] {
        let done = home.run(&[arguments, &["--output", "ndjson"]].concat());
        assert!(types(&done).iter().all(|seen| seen == kind), "{arguments:?}: {done}");
    }
    for kind in
        ["run_started", "call_begun", "wait_ended", "hold_closed", "undo_registered", "step_replayed", "stopped", "end"]
    {
        assert!(seen.contains(kind), "{kind} was not written: {seen:?}");
    }
}

#[test]
fn a_check_has_the_shape_of_terraform_validate() {
    let home = Home::with(&[("runbooks/a.rhai", "const RUNBOOK = #{ name: \"a\", version: \"0.1.0\" };\nlgo(1);\n")]);
    let found: Json = serde_json::from_str(&home.run(&["check", "--output", "json"]).stdout).expect("JSON");
    let point = json!({ "type": "object", "required": ["line", "column", "byte"] });
    let range = json!({ "type": "object", "required": ["filename", "start", "end"], "properties": { "start": point, "end": point } });
    let shape = json!({
        "required": ["format_version", "valid", "error_count", "warning_count", "diagnostics"],
        "properties": { "diagnostics": { "minItems": 1, "items": {
            "required": ["severity", "summary", "detail", "range", "snippet"],
            "properties": { "severity": { "enum": ["error", "warning"] }, "range": range },
        } } },
    });
    jsonschema::validate(&shape, &found).expect("as Terraform writes it");
}
