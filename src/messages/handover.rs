//! What the hand-over of a run, its log and notes tell.

use super::{messages, standing};

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
    /// An outcome.
    ok() { "ok" / "成功" }
    /// An outcome.
    did_not_happen() { "did not happen" / "実行されず" }
    /// A step that a person left out.
    skipped() { "skipped" / "省略" }
    /// Calls that have no command.
    no_command(function) { "no command does what `{function}` did" / "`{function}` に相当するコマンドはありません" }
}

/// What came of a call, in the language of the process.
#[must_use]
pub fn outcome(word: &str) -> String {
    match word {
        "ok" => ok(),
        "failed" => standing::failed(),
        "in doubt" => standing::in_doubt(),
        "did not happen" => did_not_happen(),
        other => other.to_owned(),
    }
}

/// How a run or a step stands, in the language of the process.
#[must_use]
pub fn state(word: &str) -> String {
    let (_, _, english, japanese) = match super::all().find(|(part, _, english, _)| *part == "standing" && *english == word) {
        Some(found) => found,
        None if word == "skipped" => return skipped(),
        None => return word.to_owned(),
    };
    match super::Language::current() {
        super::Language::English => english.to_owned(),
        super::Language::Japanese => japanese.to_owned(),
    }
}
