//! The gate is sticky: once it has stopped, nothing that a script does has an effect, whichever way it swallows errors.

use runbook::engine::stop::StopSwitch;
use runbook::model::run::StopKind;

use crate::lab::Lab;
use crate::structure::interrupted;

/// Ways to go on after an error that ends a run. `STOP` is the call at which the gate stops; `after` must never be reached.
const EVASIONS: &[&str] = &[
    r#"try { STOP } catch {} cloud::change("after")"#,
    r#"try { [1].map(|x| STOP) } catch {} cloud::change("after")"#,
    r#"try { [1].map(|x| STOP) } catch (e) { cloud::change("after") } cloud::read("after")"#,
    r#"let a = [2, 1, 3]; a.sort(|x, y| { STOP; 0 }); cloud::change("after")"#,
    r#"let a = [1, 2]; a.filter(|x| { STOP; true }); cloud::change("after")"#,
    r#"try { [1, 2].reduce(|sum, x| { STOP; 1 }) } catch {} cloud::change("after")"#,
    r#"let a = [1, 1]; try { a.dedup(|x, y| { STOP; true }) } catch {} cloud::change("after")"#,
    r#"let a = [1, 2]; try { a.drain(|x| { STOP; true }) } catch {} cloud::change("after")"#,
    r#"let a = [1, 2]; try { a.retain(|x| { STOP; true }) } catch {} cloud::change("after")"#,
    r#"let a = [1, 2]; try { a.some(|x| { STOP; true }); a.all(|x| { STOP; true }) } catch {} cloud::change("after")"#,
    r#"try { [1].for_each(|| { STOP }) } catch {} cloud::change("after")"#,
    r#"try { [1].index_of(|x| { STOP; true }); } catch {} cloud::change("after")"#,
    r#"attempt(|| STOP); cloud::change("after")"#,
    r#"attempt(|| { try { STOP } catch {} cloud::change("after") }); cloud::change("after")"#,
    r#"try { retry(#{ times: 5, backoff: 0 }, || { STOP }) } catch {} cloud::change("after")"#,
    r#"try { parallel(#{ a: || STOP, b: || 1 }) } catch {} cloud::change("after")"#,
    r#"try { parallel_map([1, 2], |x| { try { [x].map(|y| STOP) } catch {} cloud::change("after") }) } catch {} cloud::change("after")"#,
    r#"try { step("s", || { try { STOP } catch {} cloud::change("after") }) } catch {} step("t", || cloud::change("after"))"#,
    r#"try { step("s", || [1].map(|x| STOP)) } catch {} cloud::change("after")"#,
    r#"fn f() { try { STOP } catch {} cloud::change("after") } try { f() } catch {} try { f() } catch {}"#,
    r#"fn deep(n) { if n > 0 { try { deep(n - 1) } catch {} } else { STOP } cloud::change("after") } deep(5)"#,
    r#"for i in 0..20 { try { [i].map(|x| STOP) } catch {} } cloud::change("after")"#,
    r#"let n = 0; while n < 20 { n += 1; try { STOP } catch { continue } } cloud::change("after")"#,
    r#"loop { try { [1].sort(|a, b| { STOP; 1 }); STOP } catch {} cloud::change("after"); break; }"#,
    r#"let f = || STOP; try { f.call() } catch {} try { [1].map(|x| f.call()) } catch {} cloud::change("after")"#,
    r#"try { wait_until(#{ timeout: 1 }, || { STOP; true }) } catch {} cloud::change("after")"#,
    r#"try { [3, 1].sort(|a, b| { [1].filter(|x| { STOP; true }); 1 }) } catch {} [1].map(|x| cloud::change("after"))"#,
    r#"let m = #{ a: 1 }; try { m.map(|k, v| STOP) } catch {} try { STOP } catch {} cloud::change("after")"#,
    r#"try { throw attempt(|| STOP) } catch (e) { cloud::change("after") }"#,
    r#"switch 1 { 1 => { try { STOP } catch {} } } let x = if true { cloud::change("after") } else { 0 }; x"#,
];

fn tries(stop: &str, kind: StopKind, prepare: &dyn Fn(Lab) -> Lab) {
    for evasion in EVASIONS {
        let lab = prepare(Lab::new(&evasion.replace("STOP", stop)));
        let verdict = lab.run();
        assert_eq!(verdict.state, runbook::model::run::RunState::Stopped(kind), "{evasion}: {:#?}", verdict.diagnostic);
        assert_eq!(lab.requests("after"), 0, "{evasion}");
        assert!(lab.requests("stop") <= 2, "{evasion}");
    }
}

#[test]
fn after_a_refusal_nothing_has_an_effect() {
    let narrow =
        |lab: Lab| Lab { permissions: vec!["cloud:change after".to_owned(), "cloud:read *".to_owned()], ..lab };
    tries(r#"cloud::ensure("stop")"#, StopKind::Refused, &narrow);
}

#[test]
fn after_ctrl_c_nothing_has_an_effect() {
    let pressed = |name: &str, stop: &StopSwitch| {
        if name == "stop" {
            stop.stop(interrupted());
        }
    };
    tries(r#"cloud::read("stop")"#, StopKind::Interrupted, &|lab| lab.on_call(pressed));
}

#[test]
fn after_a_question_to_nobody_nothing_has_an_effect() {
    // Inside a wait a question is an error of the script, and so is its error.
    let stop = r#"cloud::destroy("stop")"#;
    for evasion in EVASIONS.iter().filter(|evasion| !evasion.contains("wait_until")) {
        let lab = Lab::new(&evasion.replace("STOP", stop));
        let verdict = lab.run();
        assert_eq!(verdict.state, runbook::model::run::RunState::Stopped(StopKind::Waiting), "{evasion}");
        assert_eq!((lab.requests("after"), lab.requests("stop")), (0, 0), "{evasion}");
        let lab = Lab::new(&evasion.replace("STOP", r#"human::ask("name?")"#));
        let verdict = lab.run();
        assert_eq!(verdict.state, runbook::model::run::RunState::Stopped(StopKind::Waiting), "{evasion}");
        assert_eq!(lab.requests("after"), 0, "{evasion}");
    }
}

#[test]
fn after_a_refusal_closes_run_but_nothing_else_of_the_script() {
    let lab = Lab::new(
        r#"
        hold("h", || cloud::change("open"), || { cloud::change("close"); try { cloud::ensure("stop") } catch {} cloud::change("close-2") });
        try { cloud::ensure("stop") } catch {}
        cloud::change("after")
        "#,
    );
    let lab = Lab { permissions: vec!["cloud:change *".to_owned()], ..lab };
    let verdict = lab.run();
    assert_eq!(verdict.state, runbook::model::run::RunState::Stopped(StopKind::Refused));
    assert_eq!((lab.times("close"), lab.requests("after"), lab.requests("stop")), (1, 0, 0));
}
