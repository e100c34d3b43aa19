//! What the report of a run as a document says besides what it shares with the report on a terminal.

use super::messages;

messages! {
    /// The heading and the name of the page.
    title(run, runbook, version) { "Report {run}: {runbook} {version}" / "報告 {run}: {runbook} {version}" }
    /// How the run stands.
    state() { "state" / "状態" }
    /// A step that went to its end.
    finished() { "finished" / "完了" }
    /// A step that was begun and has not ended.
    unfinished() { "open" / "未完了" }
    /// The heading over what happened.
    timeline() { "Timeline" / "経過" }
    /// The newest hash of the run's record.
    chain_head() { "hash chain head" / "ハッシュチェーンの先端" }
    /// The texts that were run, each with its hash.
    script(name) { "script {name}" / "スクリプト {name}" }
    /// When and by what program the document was made.
    made(time, program) { "made {time} by runbook {program}" / "{time} に runbook {program} で作成" }
    /// Two forms that exclude each other.
    one_form_only() { "`--format` and `--output` each give the report a form of its own" / "`--format` と `--output` は同時に指定できません" }
    /// What to do about it.
    leave_one_out() { "leave one of them out" / "どちらか一方だけを指定してください" }
    /// Where the document is.
    written_to(file) { "written to {file}" / "{file} に書き込みました" }
    /// A file that can't be written.
    cannot_be_written(file, error) { "the report can't be written to {file}: {error}" / "報告を {file} に書き込めません: {error}" }
    /// The state of the world.
    the_record_is_as_it_was() { "the record of the run is as it was" / "実行の記録に変化はありません" }
    /// What to do about it.
    name_another_file() { "name another file with `-o FILE`" / "`-o FILE` で別のファイルを指定してください" }
}

/// How a step stands, in the language of the process.
#[must_use]
pub fn step_state(word: &str) -> String {
    match word {
        "finished" => finished(),
        "open" => unfinished(),
        other => super::handover::state(other),
    }
}
