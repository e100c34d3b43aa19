//! What an audit of the journal tells.

use super::messages;

messages! {
    /// A check that found nothing.
    chains_unbroken() { "hash chains unbroken" / "ハッシュチェーンに断絶なし" }
    /// A check that found nothing.
    contents_as_stored() { "contents as they were stored" / "内容は保存時のまま" }
    /// A check that found nothing.
    destroys_approved() { "every destroy approved, that exact call and in time" / "すべての削除がその呼び出し単位で期限内に承認済み" }
    /// A check that found nothing.
    approvals_used_once() { "every approval used for one call" / "承認はすべて一つの呼び出しにのみ使用" }
    /// A check that found nothing.
    nothing_in_doubt() { "nothing left in doubt" / "結果不明の呼び出しなし" }
    /// A run without its first entry.
    no_beginning() { "the run has no beginning" / "実行の始まりがありません" }
    /// A run that follows none.
    follows_none() { "its first entry follows no entry of this journal" / "最初のエントリーがこのジャーナルのどのエントリーにも続いていません" }
    /// A destroy without an approval.
    no_approval(function) { "`{function}` destroyed without an approval" / "`{function}` が承認なしで削除を行いました" }
    /// An approval that is not there.
    unknown_approval(function, approval) { "`{function}` names entry {approval} as its approval, which is none" / "`{function}` の承認とされるエントリー {approval} は承認ではありません" }
    /// An approval of something else.
    approval_of_another_call(function, approval) { "`{function}` used the approval {approval}, which was for another call" / "`{function}` が使った承認 {approval} は別の呼び出しのものです" }
    /// An approval that was too old.
    approval_had_expired(function, approval, expires) { "`{function}` used the approval {approval}, which had expired at {expires}" / "`{function}` が使った承認 {approval} は {expires} に失効していました" }
    /// An approval used again.
    approval_used_twice(approval, first, second) { "the approval {approval} was used for the calls {first} and {second}" / "承認 {approval} が呼び出し {first} と {second} の両方に使われています" }
    /// A call in doubt.
    in_doubt(function, run, call) { "`{function}` may or may not have happened: `runbook settle {run} {call}`" / "`{function}` の結果が不明です: `runbook settle {run} {call}`" }
    /// The first line.
    journal_of(place, runs, entries) { "journal  {place}  runs: {runs}, entries: {entries}" / "ジャーナル  {place}  実行 {runs} 件、エントリー {entries} 件" }
    /// The state of the world.
    nothing_was_changed() { "nothing was changed" / "何も変更していません" }
    /// Where to look.
    look_at(run) { "look at it: `runbook report {run}`" / "内容を見る: `runbook report {run}`" }
}
