//! What the subcommands say.

use super::messages;

messages! {
    /// A folder that was removed under our feet.
    current_folder_not_found(why) {
        "the current folder can't be found: {why}" / "現在のフォルダーが見つかりません: {why}"
    }
    /// No home folder, no journal yet, nothing to report on.
    there_is_no_run_yet() { "there is no run yet" / "まだ実行がありません" }
    /// Where to look next.
    see_what_can_be_run() { "see what can be run: `runbook list`" / "実行できるものを見る: `runbook list`" }
    /// Nothing to take up.
    no_unfinished_run() { "there is no unfinished run" / "終わっていない実行はありません" }
    /// An id that fits nothing.
    no_such_run(run) { "there is no run `{run}`" / "実行 `{run}` はありません" }
    /// The beginning of an id that fits several.
    several_runs(beginning) { "`{beginning}` is the beginning of several runs" / "`{beginning}` で始まる実行は複数あります" }
    /// Where to look next.
    see_all_runs() { "see all of them: `runbook runs`" / "すべて見る: `runbook runs`" }
}
