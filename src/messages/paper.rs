//! What a run looks like on paper: the words of `report`, `show` and `settle`.

use super::messages;

messages! {
    resumed_once() { ", resumed once" / "、再開 1 回" }
    by() { "by" / "実行者" }
    environment() { "environment" / "環境" }
    mode() { "mode" / "モード" }
    when_it_ran() { "when" / "時刻" }
    took() { "took" / "所要" }
    with_parameters() { "with" / "パラメーター" }
    steps() { "Steps" / "ステップ" }
    attempt() { "attempt" / "試行" }
    tried(times) { "tries: {times}" / "試行回数: {times}" }
    call_number() { "call" / "呼び出し" }
    step() { "step" / "ステップ" }
    place() { "place" / "場所" }
    began() { "began" / "開始" }
    deadline() { "deadline" / "期限" }
    tries() { "tries" / "試行" }
    token() { "token" / "トークン" }
    settled() { "settled" / "確定" }
    came_out() { "result" / "結果" }
    facts() { "details" / "詳細" }
    input() { "input" / "入力" }
    secrets() { "secrets" / "秘密" }
    approved() { "approved" / "承認" }
    approved_by(entry, by, at) { "#{entry} by {by} at {at}" / "#{entry} {by}、{at}" }
    request_id(id) { "request {id}" / "リクエスト {id}" }
    arguments() { "Arguments" / "引数" }
    outcome() { "Outcome" / "結果" }
    details() { "Details" / "詳細" }
    calls_in_doubt() { "in doubt: call" / "結果が不明: 呼び出し" }
    still_open() { "still open" / "閉じていない" }
    can_be_undone() { "can be undone" / "取り消せる" }
    calls_not_asked_for_again() { "made and not asked for again: call" / "再度求められていない: 呼び出し" }
    left() { "Left" / "残り" }
    result() { "Result" / "結果" }
    next_command() { "next" / "次" }
    writes() { "Writes" / "書き込み" }
    approvals() { "Approvals" / "承認" }
    questions() { "Questions" / "質問" }
    decisions() { "Decisions" / "判断" }
    refused() { "Refused" / "拒否" }
    said() { "Said" / "記録" }
    why_it_stopped() { "Why it stopped" / "停止の理由" }
    calls() { "Calls" / "呼び出し" }
    permissions() { "Permissions" / "権限" }
    needs() { "Needs" / "必要なもの" }
    limits() { "Limits" / "制限" }
    environments() { "environments" / "環境" }
    time_limit() { "time limit" / "制限時間" }
    what_it_does() { "What it does" / "内容" }
    parameters() { "Parameters" / "パラメーター" }
    seen_when_it_was_looked() { "Seen when it was looked for" / "確認した内容" }
    when_you_know() { "when you know, type one of" / "分かったら次のどちらかを実行" }
    by_and_begun_by(by, begun_by) { "{by} (begun by {begun_by})" / "{by}（開始: {begun_by}）" }
    resumed_times(times) { ", resumed {times} times" / "、再開 {times} 回" }
    settled_by_itself(word, evidence) { "settled: {word} ({evidence})" / "確定: {word}（{evidence}）" }
    settled_by_the_runbook(word, evidence) {
        "settled by the runbook: {word} ({evidence})"
        / "ランブックが確定: {word}（{evidence}）"
    }
    settled_by(person, word, evidence) {
        "settled by {person}: {word} ({evidence})"
        / "{person} が確定: {word}（{evidence}）"
    }
    it_happened() { "it happened" / "実行されていました" }
    it_did_not_happen() { "it did not happen" / "実行されていませんでした" }
    in_doubt() { "in doubt" / "結果不明" }
    happened(call, run) { "settled: call {call} of {run} happened" / "確定しました: {run} の呼び出し {call} は実行されていました" }
    did_not_happen(call, run) {
        "settled: call {call} of {run} did not happen"
        / "確定しました: {run} の呼び出し {call} は実行されていませんでした"
    }
    next_is(command) { "next: {command}" / "次: {command}" }
    a_person_said_so() { "a person said so" / "人がそう判断しました" }
    a_default(value) { "default {value}" / "既定値 {value}" }
    optional() { "optional" / "任意" }
    required() { "required" / "必須" }
    read_only() { "read-only" / "読み取り専用" }
    from_to(from, to) { "{from} to {to}" / "{from} ～ {to}" }
    a_diverged_call_was_made_besides_call(earlier) {
        "a diverged call was made besides call {earlier}"
        / "呼び出し {earlier} とは別に、記録と異なる呼び出しを実行"
    }
    call_was_kept_for_a_diverged_one(earlier) {
        "call {earlier} was kept for a diverged one"
        / "記録と異なる呼び出しの代わりに呼び出し {earlier} の結果を使用"
    }
    step_was_renamed(earlier, scope) {
        "step `{earlier}` was renamed to `{scope}`"
        / "ステップ `{earlier}` が `{scope}` に改名された"
    }
    step_was_run_besides(scope, earlier) {
        "step `{scope}` was run besides `{earlier}`"
        / "`{earlier}` とは別にステップ `{scope}` を実行"
    }
    step_was_skipped(scope, reason) { "step `{scope}` was skipped: {reason}" / "ステップ `{scope}` を省略: {reason}" }
    what_was_done_is_undone() { "what was done is undone" / "実行した内容の取り消しを開始" }
    the_run_was_cancelled(reason) { "the run was cancelled{reason}" / "実行を取りやめ{reason}" }
}
