//! What `manual`, `explain` and `init` say around what they show.

use super::messages;

messages! {
    /// The title.
    the_manual() { "Manual" / "マニュアル" }
    /// The first words of the whole manual.
    how_to_read_it() {
        "Everything that a script can call, made from the program by `runbook manual --markdown`. Options go by name in a last map: \
         `http::get(url, #{{ timeout: \"5s\" }})`. What an effect means stands in the README."
        / "スクリプトから呼べるものすべて。`runbook manual --markdown` で生成されます。オプションは最後のマップに名前で渡します: \
           `http::get(url, #{{ timeout: \"5s\" }})`。作用の意味は README にあります。"
    }
    /// The author can say how to settle.
    settle_looks(form) {
        "After a crash `{form}` looks whether it happened; without it a person is asked."
        / "異常終了の後は `{form}` が実行されたかどうかを調べます。なければ人に尋ねます。"
    }
    /// Where secrets may stand.
    secrets_may_stand_in(arguments) { "Secrets may stand in {arguments}." / "秘密は {arguments} に渡せます。" }
    /// The values of the runbook's parameters.
    values_of_parameters() { "The values of the runbook's parameters" / "ランブックのパラメーターの値" }
    /// The heading of the language's own words.
    the_language() { "The language" / "言語の語" }
    /// Where to look next.
    more_of_one() { "more of one: `runbook manual NAME`, such as `http` or `http::get`" / "詳細: `runbook manual NAME`（例: `http`、`http::get`）" }
    /// Nothing of that name.
    no_such_entry(name) { "the manual has nothing named `{name}`" / "マニュアルに `{name}` はありません" }
    /// A typing mistake.
    did_you_mean(name) { "did you mean `{name}`?" / "`{name}` のことですか？" }
    /// No such code.
    no_such_code(code) { "there is no code `{code}`" / "コード `{code}` はありません" }
    /// Where to look.
    see_all_codes() { "see all of them: `runbook explain`" / "すべて見る: `runbook explain`" }
    /// Where to look.
    see_all() { "see all of it: `runbook manual`" / "すべて見る: `runbook manual`" }
    /// A file that was made.
    created(file, what) { "created {file}  {what}" / "作成しました {file}  {what}" }
    /// A file that was written anew.
    refreshed(file, what) { "refreshed {file}  {what}" / "更新しました {file}  {what}" }
    /// A file that somebody has.
    left_as_it_is(file) { "left as it is {file}" / "そのままにしました {file}" }
    /// What a file is for.
    project_settings() { "project settings and policy" / "プロジェクトの設定とポリシー" }
    /// What a file is for.
    a_commented_example() { "a commented example" / "コメント付きの例" }
    /// What a file is for.
    editor_definitions() { "definitions for editors (VS Code: the extension \"Rhai\" finds them)" / "エディター用の定義（VS Code の拡張機能 \"Rhai\" が読み込みます）" }
    /// The first thing to type.
    try_it() { "try it: `runbook run hello`" / "試す: `runbook run hello`" }
    /// How a shell learns to complete command lines.
    completion(line) { "to complete with Tab: {line}" / "Tab で補完するには: {line}" }
    /// A file that can't be written.
    cannot_be_written(file, why) { "`{file}` can't be written: {why}" / "`{file}` に書き込めません: {why}" }
    lives_as_long_as_its_scope() {
        "What it opens ends with the step or hold around it. A resume opens the same again before the first call that needs it."
        / "開いたものは、それを囲む step または hold とともに閉じます。再開時には、必要になる最初の呼び出しの前に同じものを開き直します。"
    }
}
