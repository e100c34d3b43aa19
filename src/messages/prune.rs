//! What is told of runs that are taken out of the journal.

use super::messages;

messages! {
    /// Too little was said.
    say_which() { "say which runs: by id, or with --older-than or --keep" / "対象を ID か --older-than、--keep で指定してください" }
    /// A run that can go on.
    has_not_ended(run) { "run `{run}` has not ended, so it stays: it could be resumed" / "実行 `{run}` は終了していないため削除できません。再開できる状態です" }
    /// What ends it.
    end_it(run) { "end it for good first: `runbook cancel {run}`" / "先に完全に終わらせる: `runbook cancel {run}`" }
    /// A run of the many that can't be read.
    is_left(run, error) { "{run} is left as it is: {error}" / "{run} は残します: {error}" }
    /// Nothing to do.
    none() { "no run that has ended is meant by that" / "該当する終了済みの実行はありません" }
    /// The question.
    shall_they_go(runs, entries) {
        "Remove these runs for good? Their number: {runs}, entries: {entries}"
        / "これらの実行を完全に削除しますか？ 実行 {runs} 件、エントリー {entries} 件"
    }
    /// Somebody was.
    a_person_said_no() { "not removed: nobody said yes" / "削除しません: 承諾がありませんでした" }
    /// Nobody can be asked.
    nobody_said_yes(runs) { "runs that would be removed: {runs}" / "削除対象の実行: {runs} 件" }
    /// What to do then.
    say_yes() { "remove them with --yes, or only look with --dry-run" / "--yes で削除、--dry-run で確認のみ" }
    /// Only looked.
    would_be_pruned(runs, entries) { "would be removed: runs: {runs}, entries: {entries}" / "削除対象: 実行 {runs} 件、エントリー {entries} 件" }
    /// Done.
    pruned(runs, entries) { "removed: runs: {runs}, entries: {entries}" / "削除しました: 実行 {runs} 件、エントリー {entries} 件" }
    /// The state of the world.
    nothing_was_removed() { "nothing was removed" / "何も削除していません" }
    /// The file keeps its size.
    not_compacted(why) { "the file keeps its size for now: {why}" / "ファイルの大きさは今は変わりません: {why}" }
    /// Why.
    a_run_is_going_on(run) { "{run} is running" / "{run} が実行中です" }
    /// The file is there already.
    file_is_there(file) { "`{file}` is there already" / "`{file}` は既にあります" }
    /// What to do.
    another_file() { "give another name: what was exported before is not overwritten" / "別の名前を指定してください。以前のエクスポートは上書きしません" }
    /// A run that was taken out.
    was_pruned(run, runbook, by, at) {
        "run `{run}` ({runbook}) was pruned by {by} at {at}"
        / "実行 `{run}` ({runbook}) は {at} に {by} が削除しました"
    }
    /// Where it may be.
    import_what_was_exported() {
        "if it was exported before: `runbook runs import FILE`"
        / "エクスポート済みなら: `runbook runs import FILE`"
    }
    /// A tombstone, told by an audit.
    tombstone(runbook, state, entries, by, at) {
        "{runbook}, {state}, entries: {entries}; pruned by {by} at {at}"
        / "{runbook}、{state}、エントリー {entries} 件。{at} に {by} が削除"
    }
}
