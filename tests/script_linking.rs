//! Functions, imports and constants belong to the file they were written in, whoever calls them from wherever.

use std::collections::HashMap;
use std::sync::Mutex;

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext, Scope};
use runbook::engine::sandbox::{
    Fault, Limits, PinnedModules, Place, Watch, call_closure, call_site, compile, engine, on_script_thread,
    set_up_process, spawn_scoped,
};

type Kept = (rhai::GlobalRuntimeState, FnPtr);

/// An engine with host functions that take closures, as the real ones do.
fn host(modules: &[(&str, &str)]) -> Engine {
    set_up_process();
    let limits = Limits::default();
    let watch = Watch::new(limits.clone());
    let texts: HashMap<String, String> =
        modules.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let mut engine = engine(&limits, &watch, PinnedModules::new(texts).reserve(["ecs"]), |_| {});
    engine.register_fn("step", |context: NativeCallContext, closure: FnPtr| {
        let global = context.global_runtime_state().clone();
        call_closure(context.engine(), &global, context.call_position(), &closure, vec![])
    });
    engine.register_fn("branch", |context: NativeCallContext, closure: FnPtr| {
        let global = context.global_runtime_state().clone();
        let engine = context.engine();
        let position = context.call_position();
        std::thread::scope(|scope| {
            spawn_scoped(scope, || call_closure(engine, &global, position, &closure, vec![]))
                .expect("a thread")
                .join()
                .expect("no panic")
        })
    });
    static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    engine.register_fn("keep", |context: NativeCallContext, closure: FnPtr| {
        let kept = (context.global_runtime_state().clone(), closure);
        let mut all = KEPT.lock().expect("no panic");
        all.push(kept);
        i64::try_from(all.len() - 1).expect("small")
    });
    engine.register_fn("call_kept", |context: NativeCallContext, place: i64| {
        let place = usize::try_from(place).expect("small");
        let (global, closure) = KEPT.lock().expect("no panic")[place].clone();
        call_closure(context.engine(), &global, context.call_position(), &closure, vec![])
    });
    engine.register_fn("here", |context: NativeCallContext| -> String {
        let (file, position) = call_site(&context);
        format!("{}:{position:?}", file.unwrap_or("?"))
    });
    engine
}

fn run(main: &str, modules: &[(&str, &str)]) -> Result<Dynamic, Fault> {
    let engine = host(modules);
    on_script_thread(|| {
        let ast = compile(&engine, &Limits::default(), "main", main).map_err(|error| Fault {
            message: error.to_string(),
            places: vec![Place { file: "main".into(), position: error.position() }],
        })?;
        engine
            .eval_ast_with_scope::<Dynamic>(&mut Scope::new(), &ast)
            .map_err(|error: Box<EvalAltResult>| Fault::of(&error, "main"))
    })
    .expect("no panic")
}

#[track_caller]
fn check(main: &str, modules: &[(&str, &str)], expected: &str) {
    let seen = match run(main, modules) {
        Ok(value) => value.to_string(),
        Err(fault) => format!(
            "{} at {}",
            fault.message,
            fault
                .places
                .iter()
                .map(|place| format!("{}:{:?}", place.file, place.position))
                .collect::<Vec<_>>()
                .join(" < ")
        ),
    };
    assert_eq!(seen, expected);
}

#[test]
fn a_closure_of_the_main_script_that_a_module_calls_calls_functions_of_the_main_script() {
    let main = r#"import "m" as m; fn own() { 1 } m::run(|| own())"#;
    check(main, &[("m", "fn run(f) { f.call() }")], "1");
    check(main, &[("m", "fn run(f) { step(f) }")], "1");
    check(main, &[("m", "fn run(f) { branch(f) }")], "1");
    check(main, &[("m", "fn run(f) { branch(|| step(|| f.call())) }")], "1");
    check(main, &[("m", "fn run(f) { [0].map(|x| f.call())[0] }")], "1");
}

#[test]
fn a_closure_made_in_a_module_calls_functions_of_its_module() {
    let m = "private fn own() { 2 } fn run() { step(|| own()) } fn far() { branch(|| own()) } fn deep() { step(|| branch(|| step(|| own()))) }";
    check(r#"import "m" as m; m::run()"#, &[("m", m)], "2");
    check(r#"import "m" as m; m::far()"#, &[("m", m)], "2");
    check(r#"import "m" as m; m::deep()"#, &[("m", m)], "2");
}

#[test]
fn a_closure_that_leaves_its_module_still_finds_its_functions_imports_and_constants() {
    let modules = [
        (
            "m",
            r#"import "deep" as d; const PORT = 8080; private fn own() { 2 } fn make() { || own() + d::three() + global::PORT }"#,
        ),
        ("deep", "fn three() { 3 }"),
    ];
    check(r#"import "m" as m; let f = m::make(); f.call()"#, &modules, "8085");
    check(r#"import "m" as m; step(m::make())"#, &modules, "8085");
    check(r#"import "m" as m; branch(m::make())"#, &modules, "8085");
    check(r#"import "m" as m; [0].map(|x| m::make().call())[0]"#, &modules, "8085");
}

#[test]
fn a_closure_that_the_host_keeps_can_be_called_when_the_call_that_brought_it_is_over() {
    let m = "private fn own() { 2 } fn begin() { let x = 40; keep(|| x + own()) }";
    check(r#"import "m" as m; let kept = m::begin(); call_kept(kept)"#, &[("m", m)], "42");
}

#[test]
fn a_constant_is_that_of_the_file_that_names_it() {
    check(
        r#"import "m" as m; const X = 1; fn own() { global::X } m::run(|| own() * 10 + global::X)"#,
        &[("m", "const X = 2; fn run(f) { f.call() }")],
        "11",
    );
}

#[test]
fn an_import_is_that_of_the_file_that_names_it() {
    check(
        r#"import "one" as x; import "m" as m; m::run(|| x::number_one())"#,
        &[
            ("m", r#"import "two" as x; fn run(f) { f.call() * 10 + x::number_two() }"#),
            ("one", "fn number_one() { 1 }"),
            ("two", "fn number_two() { 2 }"),
        ],
        "12",
    );
}

#[test]
fn two_files_that_define_the_same_function_are_refused() {
    // Rhai remembers which function it found by name alone, so the module's `own` would become the main script's.
    check(
        r#"import "m" as m; fn own() { 1 } own()"#,
        &[("m", "private fn own() { 2 } fn run() { own() }")],
        "`own` (0 parameters) is defined in `m` and in `main`: give one another name at main:1:27",
    );
}

#[test]
fn a_script_that_defines_a_function_of_the_host_is_refused() {
    check(
        "fn step(f) { 1 } step(|| 2)",
        &[],
        "`step` with 1 parameters is a function of runbook: give the one in `main` another name at main:1:12",
    );
}

#[test]
fn an_import_can_not_take_the_name_of_a_host_namespace() {
    check(
        r#"import "m" as ecs; ecs::delete()"#,
        &[("m", "fn delete() { 1 }")],
        "`ecs::` is a namespace of runbook: import under another name than `ecs` at main:1:15",
    );
}

#[test]
fn a_module_is_evaluated_once_however_often_it_is_imported() {
    let modules = [
        ("a", r#"import "c" as c; fn from_a() { c::place() }"#),
        ("b", r#"import "c" as c; fn from_b() { c::place() }"#),
        ("c", "let n = keep(|| 1); export n as place_of; fn place() { 0 }"),
    ];
    check(
        r#"import "a" as a; import "b" as b; import "c" as c; let before = c::place_of; a::from_a(); b::from_b(); keep(|| 2) - before"#,
        &modules,
        "1",
    );
}

#[test]
fn a_call_in_a_closure_is_placed_in_the_file_that_the_closure_is_written_in() {
    let main = "import \"m\" as m;\nm::run(|| here())";
    check(main, &[("m", "fn run(f) { f.call() }")], "main:2:11");
    check(main, &[("m", "fn run(f) { step(f) }")], "main:2:11");
    check(main, &[("m", "fn run(f) { [0].map(|x| f.call())[0] }")], "main:2:11");
    check("import \"m\" as m; m::run()", &[("m", "\n\nfn run() { step(|| here()) }")], "m:3:20");
}

#[test]
fn an_error_names_each_place_that_led_to_it() {
    check(
        "import \"m\" as m;\nm::run(|| 1 / 0)",
        &[("m", "fn run(f) {\n    step(f)\n}")],
        "Division by zero: 1 / 0 at main:2:13 < m:2:5 < main:2:4",
    );
    check(
        "import \"m\" as m;\nm::run(|| 1 / 0)",
        &[("m", "fn run(f) {\n    [1].map(|x| f.call())\n}")],
        "Division by zero: 1 / 0 at main:2:13 < m:2:19 < m:2:9 < main:2:4",
    );
}
