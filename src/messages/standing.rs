//! Words for how a run stands, what an effect is and how grave a finding is, as people read them. In machine output and on the
//! command line these are fixed words.

use super::messages;

messages! {
    running() { "running" / "実行中" }
    died() { "died" / "異常終了" }
    settled() { "settled" / "確定済み" }
    done() { "done" / "完了" }
    cancelled() { "cancelled" / "取りやめ" }
    failed() { "failed" / "失敗" }
    refused() { "refused" / "拒否" }
    waiting() { "waiting" / "待機中" }
    in_doubt() { "in doubt" / "結果不明" }
    diverged() { "diverged" / "記録と相違" }
    interrupted() { "interrupted" / "中断" }
    terminated() { "terminated" / "終了要求で中断" }
    hung_up() { "hung up" / "端末切断で中断" }
    journal_lost() { "journal lost" / "記録できず停止" }
    timed_out() { "timed out" / "時間切れ" }
    credentials() { "not logged in" / "認証が必要" }
    bug() { "bug" / "内部エラー" }
    read_badge() { "[R]" / "[読]" }
    ensure_badge() { "[W=]" / "[書=]" }
    change_badge() { "[W!]" / "[書!]" }
    destroy_badge() { "[D]" / "[消]" }
    person_badge() { "[M]" / "[人]" }
    error() { "error" / "エラー" }
    warning() { "warning" / "警告" }
    hint() { "hint" / "ヒント" }
}
