//! DESIGN §3, sentence by sentence.

use runbook::model::run::StopKind;
use runbook::model::value::Value;

use crate::cloud::Fault;
use crate::lab::{Lab, assert_done, assert_stopped};

// "A finished step never runs again. In an unfinished step, what was read is read again, and what was written is not written
// again. What is in doubt is settled first."
#[test]
fn a_finished_step_never_runs_again_and_an_unfinished_one_reads_again_and_writes_not() {
    let lab = Lab::new(
        r#"
        let a = step("a", || { cloud::read("ra"); cloud::change("wa"); "value of a" });
        step("b", || { cloud::read("rb"); cloud::change("wb"); cloud::change("last") });
        a
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::from("value of a"));
    let cloud = lab.cloud();
    assert_eq!((cloud.requests("ra"), cloud.requests("wa")), (1, 1));
    assert_eq!((cloud.requests("rb"), cloud.requests("wb"), cloud.requests("last")), (2, 1, 2));
}

// "What is in doubt is settled first."
#[test]
fn what_is_in_doubt_is_settled_first() {
    for (happened, times) in [(true, 1), (false, 1)] {
        let lab = Lab::new(r#"cloud::read("r"); cloud::change("w")"#);
        if happened {
            lab.run_killed_in("w", 1)
        } else {
            lab.run_killed_before("w", 1)
        }
        let verdict = lab.resume();
        assert_done(&verdict);
        assert_eq!(verdict.value, Value::Int(1));
        assert_eq!(lab.cloud().times("w"), times, "{happened}");
    }
}
