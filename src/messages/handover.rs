//! What the hand-over of a run, its log and notes tell.

use super::messages;

messages! {
    /// The heading.
    title(run, runbook, version) { "Hand-over {run}: {runbook} {version}" / "引き継ぎ {run}: {runbook} {version}" }
    /// How it stands.
    now() { "Now" / "いま" }
    /// What stopped it.
    why() { "Why it stopped" / "停止の理由" }
    /// A column.
    time() { "Time" / "時刻" }
    /// A column.
    what_happened() { "What happened" / "出来事" }
    /// What somebody must decide.
    undecided() { "Undecided" / "まだ決めていないこと" }
    /// None.
    nothing() { "nothing" / "なし" }
    /// The next command.
    goes_on() { "Goes on with" / "続き" }
    /// It has ended.
    nothing_is_left() { "nothing is left to do" / "残っている作業はありません" }
    /// The first line of the table.
    began(by) { "began ({by})" / "開始（{by}）" }
    /// A step that failed or was left out.
    step_ended(step, state, why) { "step {step} {state}: {why}" / "ステップ {step} {state}: {why}" }
    /// A call in doubt.
    in_doubt(run, call) { "call {call} may or may not have happened: `runbook settle {run} {call}`" / "呼び出し {call} の結果が不明: `runbook settle {run} {call}`" }
    /// Something open.
    still_open(name) { "still open: {name}" / "開いたまま: {name}" }
    /// A question.
    waits_for_a_person(run) { "it waits for a person: `runbook answer {run}`" / "人の回答を待っています: `runbook answer {run}`" }
    /// A note that was kept.
    noted(run) { "noted in {run}" / "{run} に記録しました" }
    /// An empty note.
    a_note_needs_words() { "a note needs words" / "メモの内容が空です" }
    /// The state of the world.
    nothing_was_noted() { "nothing was noted" / "何も記録していません" }
    /// Where to write it instead.
    held_by_another() { "wait until it stops, or stop it with Ctrl-C where it runs" / "停止するまで待つか、実行元で Ctrl-C で停止してください" }
    /// Calls that have no command.
    no_command(function) { "no command does what `{function}` did" / "`{function}` に相当するコマンドはありません" }
}

/// How a run or a step stands, in the language of the process.
#[must_use]
pub fn state(word: &str) -> String {
    let japanese = match word {
        "running" => "実行中",
        "died" => "プロセスが落ちました",
        "settled" => "確認済み",
        "done" => "完了",
        "cancelled" => "取りやめ",
        "failed" => "失敗",
        "refused" => "拒否",
        "waiting" => "回答待ち",
        "in doubt" => "結果不明あり",
        "diverged" => "記録との相違",
        "interrupted" => "中断",
        "skipped" => "省略",
        other => other,
    };
    super::Language::current().pick(word, japanese).to_owned()
}

/// What came of a call, in the language of the process.
#[must_use]
pub fn outcome(word: &str) -> String {
    let japanese = match word {
        "ok" => "成功",
        "failed" => "失敗",
        "in doubt" => "結果不明",
        "did not happen" => "実行されず",
        other => other,
    };
    super::Language::current().pick(word, japanese).to_owned()
}
