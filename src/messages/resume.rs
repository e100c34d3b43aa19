//! What is told when a run is taken up again, and of steps that a person leaves out.

use super::messages;

messages! {
    /// A dead process has left programs that are still at work.
    waits_for_what_was_started() {
        "the process that ran it is gone; waiting for the programs that it had started to end"
        / "実行していたプロセスは終了しています。起動したプログラムの終了を待っています"
    }
    /// The state of the world.
    nothing_was_run() { "nothing was run" / "何も実行していません" }
    /// No such step.
    no_step_to_skip(step) { "no step `{step}` was begun and is not finished" / "開始済みで未完了のステップ `{step}` はありません" }
    /// It needs no skipping.
    step_is_finished(step) { "the step `{step}` is finished: a resume does not run it again" / "ステップ `{step}` は完了済みです。再開しても再実行されません" }
    /// A typing mistake.
    did_you_mean_skip(step) { "did you mean `--skip '{step}'`?" / "`--skip '{step}'` のことですか？" }
    /// Nothing to skip.
    no_step_is_left() { "no step was begun and is not finished" / "開始済みで未完了のステップはありません" }
    /// What can be skipped.
    steps_left(steps) { "these are: {steps}" / "該当するのは: {steps}" }
    /// A name that several steps have.
    several_steps(step) { "several steps are named `{step}`: give the whole path" / "`{step}` という名前のステップが複数あります。全体のパスを指定してください" }
    /// A call inside is in doubt.
    step_is_in_doubt(step) { "the step `{step}` holds a call that may or may not have happened: settle it first" / "ステップ `{step}` には結果が不明な呼び出しがあります。先に確定してください" }
    /// A value that is no JSON.
    value_is_no_json(why) { "the value after `--value` is not JSON: {why}" / "`--value` の値が JSON ではありません: {why}" }
}
