//! What is said of the journal.

use super::messages;

messages! {
    the_journal_has_format_and_this_program(found, known) {
        "the journal has format {found}, and this program knows up to {known}"
        / "ジャーナルの形式は {found} で、このプログラムが扱えるのは {known} までです"
    }
    place_is_damaged(place, what) { "{place} is damaged: {what}" / "{place}が壊れています: {what}" }
    there_is_no_run(run) { "there is no run `{run}`" / "実行 `{run}` はありません" }
    held_by(pid) { "the run is held by {pid}" / "この実行は {pid} が使用中です" }
    wait_for_the_holder() { "wait until it stops, or stop it with Ctrl-C where it runs" / "停止を待つか、実行している端末で Ctrl-C を押して止める" }
    the_id_is_taken() { "the id is taken" / "ID が使われています" }
    the_journal() { "the journal" / "ジャーナル" }
    run(run) { "run `{run}`" / "実行 `{run}`" }
    entry_of_run(seq, run) { "entry {seq} of run `{run}`" / "実行 `{run}` のエントリ {seq}" }
    its_hash_is_not_the_one_it_was() { "its hash is not the one it was stored with" / "ハッシュが保存時と異なります" }
    it_does_not_follow_the_entry_before() {
        "it does not follow the entry before it"
        / "直前のエントリに続いていません"
    }
    writing_an_entry_as_json() { "writing an entry as JSON" / "エントリの JSON への書き出し" }
    storing_an_entry() { "storing an entry" / "エントリの保存" }
    the_first_entry_of_a_run_cannot_be() {
        "the first entry of a run can't be appended"
        / "実行の最初のエントリは追記できません"
    }
    an_entry_of_that_number_is_stored_already() {
        "an entry of that number is stored already: somebody else wrote to the run"
        / "その番号のエントリは既に保存されています: 他のプロセスがこの実行に書き込みました"
    }
    the_entry_does_not_follow_the_newest_one() {
        "the entry does not follow the newest one of its run"
        / "エントリが実行の最新のものに続いていません"
    }
    content_is_missing(hash) { "content {hash} is missing" / "内容 {hash} がありません" }
    another_process_keeps_it_locked(waited) {
        "another process keeps it locked{waited}"
        / "別のプロセスがロックしたままです{waited}"
    }
    while_doing(step) { " while {step}" / "（{step}の途中）" }
    storing_what_was_written() { "storing what was written" / "書き込み内容の保存" }
    storing_the_folder() { "storing the folder" / "フォルダーの保存" }
    looking_at_the_file() { "looking at the file" / "ファイルの確認" }
    using_the_shared_index() { "using the shared index" / "共有インデックスの使用" }
    opening_the_journal(path) { "opening the journal `{path}`" / "ジャーナル `{path}` を開く処理" }
    is_no_journal_of_this_program(path) {
        "`{path}` is no journal of this program"
        / "`{path}` はこのプログラムのジャーナルではありません"
    }
    doing_something_with_the_journal(doing, path) { "{doing} the journal `{path}`" / "ジャーナル `{path}` の{doing}" }
    has_lost_its_head(path) { "`{path}` has lost its head" / "`{path}` の先頭が失われています" }
    its_id_is_not_one() { "its id is not one" / "ID が正しくありません" }
    it_is_missing() { "it is missing" / "ありません" }
    it_is_not_the_run_s_newest_entry() { "it is not the run's newest entry" / "実行の最新のエントリではありません" }
    writing_the_journal(path) { "writing the journal `{path}`" / "ジャーナル `{path}` への書き込み" }
    it_cannot_be_read() { "it can't be read" / "読めません" }
    the_run_that_it_belongs_to_is_not() { "the run that it belongs to is not listed" / "属する実行が一覧にありません" }
    the_runs_have_entries_and_were_counted_when(counted, entries) {
        "the runs have {counted} entries, and {entries} were counted when they were written"
        / "実行のエントリは {counted} 件ですが、書き込み時の記録では {entries} 件です"
    }
    content_is_not_what_was_written(hash) {
        "content {hash} is not what was written"
        / "内容 {hash} が書き込み時と異なります"
    }
    making_the_folder(path) { "making the folder `{path}`" / "フォルダー `{path}` の作成" }
    storing_the_folder_at(path) { "storing the folder `{path}`" / "フォルダー `{path}` の保存" }
    making_the_journal(file) { "making the journal `{file}`" / "ジャーナル `{file}` の作成" }
    is_missing_while_is_there(file, log) {
        "`{file}` is missing while `{log}` is there"
        / "`{log}` があるのに `{file}` がありません"
    }
    reading() { "reading" / "読み込み" }
    writing() { "writing" / "書き込み" }
    truncating() { "truncating" / "切り詰め" }
    locking() { "locking" / "ロック" }
    another_process() { "another process" / "別のプロセス" }
    process_of(who, pid) { "{who} (process {pid})" / "{who}（プロセス {pid}）" }
    others_can_read_it(path, mode) {
        "`{path}` has mode {mode}: others can read or write it"
        / "`{path}` のモードは {mode} で、他の利用者が読み書きできます"
    }
    locked_for_more_than(time) { " for more than {time}" / "（{time} 以上）" }
    the_journal_is_append_only() { "the journal is append-only" / "ジャーナルは追記専用です" }
    locking_of(path) { "locking `{path}`" / "`{path}` のロック" }
    opening_of(path) { "opening `{path}`" / "`{path}` を開く処理" }
    reading_of(path) { "reading `{path}`" / "`{path}` の読み込み" }
    answer_cannot_be_read(run, error) { "an answer for `{run}` can't be read: {error}" / "`{run}` への回答を読めません: {error}" }
    its_origin(run, error) { "the mark where `{run}` comes from can't be read: {error}" / "`{run}` の取り込み元の記録を読めません: {error}" }
    its_tombstone(run, error) { "what is left of the pruned run `{run}` can't be read: {error}" / "削除した実行 `{run}` の記録を読めません: {error}" }
    answer_cannot_be_stored(run, error) {
        "an answer for `{run}` can't be stored: {error}"
        / "`{run}` への回答を保存できません: {error}"
    }
}
