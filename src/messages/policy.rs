//! What is told of policies: those that can't be read, and those that refuse a call.

use super::messages;

messages! {
    /// A line of `deny` that is no pattern.
    no_line(line) { "`deny` can't hold `{line}`" / "`deny` に `{line}` は書けません" }
    /// `programs` of another form.
    programs_are_a_table(kind) { "`programs` holds {kind}, where an effect for each command line is wanted" / "`programs` にはコマンドラインごとの作用を書きます（{kind} でした）" }
    /// An example.
    such_as_a_program() { "such as `\"terragrunt destroy *\" = \"destroy\"`" / "例: `\"terragrunt destroy *\" = \"destroy\"`" }
    /// `frozen` of another form.
    frozen_is_a_list(kind) { "`frozen` is {kind}, where a list of times is wanted" / "`frozen` には期間の一覧を書きます（{kind} でした）" }
    /// An example.
    such_as_a_freeze() { "such as `{{ from = 2026-12-28T00:00:00+09:00, until = 2027-01-05T00:00:00+09:00, reason = \"year end\" }}`" / "例: `{{ from = 2026-12-28T00:00:00+09:00, until = 2027-01-05T00:00:00+09:00, reason = \"年末年始\" }}`" }
    /// A freeze without an end or a beginning.
    freeze_needs(key) { "a time in `frozen` needs `{key}`" / "`frozen` の期間には `{key}` が必要です" }
    /// A freeze of no time.
    freeze_ends_first() { "a time in `frozen` ends before it begins" / "`frozen` の期間の終わりが始まりより前です" }
    /// No time.
    no_time(text) { "`{text}` is no time with an offset" / "`{text}` はオフセット付きの時刻ではありません" }
    /// Refused by a line of `deny`.
    denied(function) { "the policy denies `{function}`" / "ポリシーが `{function}` を禁止しています" }
    /// Which line.
    denied_by(line) { "by the line `{line}` of `deny`" / "`deny` の行 `{line}` による" }
    /// Refused by the list of programs.
    program_not_listed(program) { "the policy does not list `{program}` among the programs that may be started" / "`{program}` はポリシーの起動可能なプログラムの一覧にありません" }
    /// What to do about it.
    list_it(program) { "whoever decides the policy can add to `[policy.programs]`:  \"{program}\" = \"read\" (or its effect)" / "ポリシーの管理者は `[policy.programs]` に追加できます:  \"{program}\" = \"read\"（または該当する作用）" }
    /// Declared with a lower effect.
    effect_too_small(function, effect) { "the policy says that what `{function}` does here is a {effect}" / "ポリシーではここでの `{function}` は {effect} です" }
    /// By which line.
    effect_by(line, effect) { "by the line `\"{line}\" = \"{effect}\"` of `[policy.programs]`" / "`[policy.programs]` の行 `\"{line}\" = \"{effect}\"` による" }
    /// How to call it.
    call_it(effect) { "call it as `process::{effect}`" / "`process::{effect}` として呼び出してください" }
    /// Refused by a freeze.
    frozen(function) { "nothing is written now: `{function}` is refused" / "変更凍結中のため `{function}` は拒否されました" }
    /// Which freeze.
    frozen_until(from, until, reason) { "frozen from {from} until {until}  {reason}" / "凍結期間 {from} から {until} まで  {reason}" }
}
