//! What `runbook doctor` tells.

use super::messages;

messages! {
    journal(folder, runs, open) {
        "{folder}: {runs} runs, {open} not finished; only you can read it"
        / "{folder}: 実行 {runs} 件、未完了 {open} 件。本人だけが読めます"
    }
    no_journal_yet(folder) { "{folder}: not there yet; the first run makes it" / "{folder}: まだありません。最初の実行で作られます" }
    free_space(mebibytes, folder) { "{mebibytes} MiB free at {folder}" / "{folder} の空き {mebibytes} MiB" }
    make_room() {
        "make room: a run stops when its journal can't be written"
        / "空きを作ってください。ジャーナルに書けなくなると実行は止まります"
    }
    journal_on_a_network_disk(folder) {
        "{folder} lies on a network disk, where the journal can be damaged"
        / "{folder} はネットワークディスク上にあり、ジャーナルが壊れるおそれがあります"
    }
    choose_a_local_folder() {
        "choose a folder of this machine: RUNBOOK_STATE_DIR or --state-dir"
        / "このマシンのフォルダーを選んでください: RUNBOOK_STATE_DIR または --state-dir"
    }
    clock_is_kept(now) { "{now}, kept right by the system" / "{now}、システムが時刻を合わせています" }
    clock_is_not_kept(now) { "{now}, and nothing keeps it right" / "{now}、時刻合わせが動いていません" }
    keep_the_clock() {
        "signed requests and approvals go by the clock: start chrony or systemd-timesyncd"
        / "署名付きの要求と承認は時刻に依存します。chrony か systemd-timesyncd を動かしてください"
    }
    no_settings() { "no settings file; `runbook init` makes a project" / "設定ファイルなし。`runbook init` でプロジェクトを作れます" }
    runbooks(all, broken) { "{all} found here, {broken} can't be run" / "{all} 件、うち実行できないもの {broken} 件" }
    columns(count) { "{count} columns" / "{count} 桁" }
    with_colour() { "colour" / "色あり" }
    without_colour() { "no colour" / "色なし" }
    redraws() { "redraws lines" / "行の描き直しあり" }
    appends() { "only appends" / "追記のみ" }
    asks() { "may ask you" / "質問可" }
    asks_nobody() { "asks nobody" / "質問しない" }
    compare_the_bars() {
        "The bars of these two lines stand below each other, or the terminal counts some letters otherwise (then use --ascii):"
        / "次の 2 行の縦棒がそろわなければ、端末の文字幅の数え方が違います (--ascii を使ってください):"
    }
    language() { "English" / "日本語" }
}
