//! What is told of runs that are carried from one journal to another.

use super::messages;

messages! {
    /// A file of a newer program.
    newer(found, known) {
        "it has format {found}, and this program knows {known}: a newer program wrote it"
        / "形式 {found} のファイルです。このプログラムが扱えるのは {known} までで、より新しいプログラムが書いたものです"
    }
    /// The place of the damage.
    at_line(line, what) { "line {line}: {what}" / "{line} 行目: {what}" }
    /// Another file.
    is_no_export() { "it does not begin like an export of runs" / "実行のエクスポートとして始まっていません" }
    /// Two files in one.
    begins_twice() { "a second export begins here: import the files one by one" / "ここから別のエクスポートが始まっています。ファイルは一つずつ取り込んでください" }
    /// A changed content.
    content_is_another() { "the content is not what its hash says" / "内容がハッシュと一致しません" }
    /// A content that was taken out.
    content_is_missing(hash) { "the content {hash} is missing" / "内容 {hash} がありません" }
    /// Entries that are missing.
    run_is_not_whole(run, found, wanted) {
        "run `{run}` has {found} entries here and had {wanted} when it was exported, or its last one is another"
        / "実行 `{run}` のエントリーは {found} 件で、エクスポート時の {wanted} 件と合わないか、最後のものが異なります"
    }
    /// A record that no run can have.
    run_cannot_be(run, what) { "no run can have the record of `{run}`: {what}" / "実行 `{run}` の記録はあり得ません: {what}" }
    /// An entry of another run.
    run_is_not_listed(run) { "its first line does not name run `{run}`" / "先頭行に実行 `{run}` がありません" }
    /// What failed.
    writing_an_export() { "writing an export" / "エクスポートの書き出し" }
    /// Two runs of one id.
    differs(run) {
        "there is a run `{run}` here already, and it is not the one that was to be imported"
        / "実行 `{run}` は既にあり、取り込もうとしたものと異なります"
    }
    /// Where two records of one run part.
    how_they_part() {
        "neither record is the beginning of the other: they are two runs, or the run went on in both places"
        / "どちらの記録も他方の途中までではありません。別の実行か、両方の場所で続きが行われています"
    }
    /// A file that can't be read.
    cannot_be_read(file, error) { "`{file}` can't be read: {error}" / "`{file}` を読めません: {error}" }
    /// A file that can't be written.
    cannot_be_written(file, error) { "the export can't be written to `{file}`: {error}" / "エクスポートを `{file}` に書き込めません: {error}" }
    /// A file that is not as it was written.
    cannot_be_imported(file, what) { "`{file}` can't be imported: {what}" / "`{file}` を取り込めません: {what}" }
    /// The state of the world.
    nothing_was_imported() { "nothing was imported" / "何も取り込んでいません" }
    /// The state of the world.
    nothing_was_exported() { "the journal is as it was" / "ジャーナルに変化はありません" }
    /// What to do about a damaged file.
    export_it_again() {
        "export it again where it comes from: `runbook runs export RUN -o FILE`"
        / "元のマシンでエクスポートし直してください: `runbook runs export RUN -o FILE`"
    }
    /// What to do about a newer file.
    use_the_newer_program() { "use the program that wrote it, or a newer one" / "書き出したプログラムか、それより新しいものを使ってください" }
    /// What to do about two runs of one id.
    look_at_both(run) { "look at the one that is here: `runbook report {run}`" / "こちらにある実行を見る: `runbook report {run}`" }
    /// The file was written.
    exported(count, file) { "runs: {count}, written to {file}" / "実行 {count} 件を {file} に書き出しました" }
    /// A run that is still at work.
    still_running(run) {
        "{run} is running: what it does from now on is not in the export"
        / "{run} は実行中です。これ以降の内容はエクスポートに含まれません"
    }
    /// What the file is good for.
    import_it(file) { "elsewhere: `runbook runs import {file}`" / "別のマシンで: `runbook runs import {file}`" }
    /// A run that was taken in.
    imported(entries) { "imported, entries: {entries}" / "取り込み、エントリー {entries} 件" }
    /// A run that went on elsewhere.
    extended(entries) { "went on elsewhere, entries added: {entries}" / "他所での続きを取り込み、エントリー {entries} 件を追加" }
    /// A run that was there.
    already_here() { "already here" / "取り込み済み" }
    /// Where it comes from.
    comes_from(by, journal, at) { "from {by}, {journal}, {at}" / "元: {by}、{journal}、{at}" }
    /// How entries came into this journal.
    imported_by(by, at) { "imported by {by} at {at}" / "{at} に {by} が取り込み" }
    /// An unfinished run that was taken in.
    may_go_on_elsewhere(run, by) {
        "{run} is not finished: it may still be going on at {by}; a resume here asks first"
        / "{run} は未完了です。{by} でまだ続いている可能性があり、ここでの再開時には確認します"
    }
    /// A run of another machine that is taken up here.
    elsewhere(run, by) {
        "run `{run}` comes from {by}, and nobody here knows whether it is still going on there"
        / "実行 `{run}` は {by} から取り込んだもので、元の場所でまだ続いているかどうかはここでは分かりません"
    }
    /// Why that matters.
    done_twice() {
        "if it goes on in both places, what one does the other does not know: changes are made twice"
        / "両方で続けると互いの結果を知らないまま進み、変更が二重に行われます"
    }
    /// The question before it is taken up.
    take_over(run, by) {
        "run {run} comes from {by}. Has it stopped there, and will nobody resume it there?"
        / "実行 {run} は {by} から取り込んだものです。元の場所では停止済みで、そこで再開する人はいませんか？"
    }
    /// What to type.
    take_over_next(command, run) {
        "when it has stopped there and stays so: `runbook {command} {run} --take-over`"
        / "元の場所で停止済みで再開もされないなら: `runbook {command} {run} --take-over`"
    }
    /// A mark that is not true.
    not_what_was_imported(seq) {
        "entry {seq} is not the one that was imported last"
        / "エントリー {seq} は最後に取り込まれたものではありません"
    }
    /// In the list of runs.
    from_elsewhere(by) { "from {by}" / "{by} から" }
}
