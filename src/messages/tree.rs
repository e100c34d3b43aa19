//! The live tree of a run, and the badges of effects.

use super::messages;

messages! {
    plan_reads_are_real_writes_are_not_sent() {
        "plan: reads are real, writes are not sent"
        / "計画: 読み取りのみ実行、書き込みは送りません"
    }
    world_simulated() { "world: simulated" / "模擬環境" }
    read_only() { "read-only" / "読み取り専用" }
    it_happened() { "it happened" / "実行されていました" }
    it_did_not_happen() { "it did not happen" / "実行されていませんでした" }
    settled() { "settled" / "確定" }
    done_as_well() { "done as well" / "両方を実行" }
    the_earlier_call_is_kept() { "the earlier call is kept" / "以前の結果を使用" }
    diverged() { "diverged" / "記録との相違" }
    the_same_step_renamed() { "the same step, renamed" / "同じステップの改名" }
    another_step() { "another step" / "別のステップ" }
    refused() { "refused" / "拒否" }
    made_before_and_not_asked_for_again() {
        "made before and not asked for again:"
        / "以前に実行され今回は求められなかった書き込み:"
    }
    skipped() { "skipped" / "省略" }
    attempt() { "attempt" / "試行" }
    closed() { "closed" / "後始末" }
    undoing() { "undoing" / "取り消しを開始" }
    undone() { "undone" / "取り消し" }
    note() { "note" / "メモ" }
    cancelled() { "cancelled" / "取りやめ" }
    next_is() { "next: " / "次: " }
    not_sent_again() { "not sent again" / "再送なし" }
    done_in() { "done in" / "完了 所要" }
    cancelled_after() { "cancelled after" / "取りやめ 所要" }
    running_for() { "running for" / "実行中" }
    after() { "after" / "所要" }
    nothing_was_changed() { "Nothing was changed." / "何も変更していません。" }
    done_before() { "done before" / "実行済み" }
    would_call() { "would call" / "実行予定" }
    from_here_on_it_depends_on() { "from here on it depends on" / "ここから先は次に依存します:" }
    tried_again(function, attempt, wait, reason) {
        "{function}: try {attempt} in {wait}: {reason}"
        / "{function}: {wait} 後に {attempt} 回目: {reason}"
    }
    approved_by(by, what) { "{by} approved: {what}" / "{by} が承認しました: {what}" }
    until(time) { "until {time}" / "{time} まで" }
    counts(writes, in_doubt) { "{writes} writes, {in_doubt} in doubt" / "書き込み {writes} 件, 不明 {in_doubt} 件" }
    counts_of_one_write(in_doubt) { "1 write, {in_doubt} in doubt" / "書き込み 1 件, 不明 {in_doubt} 件" }
    one_poll(next) { "1 poll, next in {next}" / "1 回確認, 次は {next} 後" }
    polls(polls, next) { "{polls} polls, next in {next}" / "{polls} 回確認, 次は {next} 後" }
    needs_an_approval() { " (needs an approval)" / "（承認が必要）" }
    asks_for_a_confirmation() { " (asks for a confirmation)" / "（確認あり）" }
}
