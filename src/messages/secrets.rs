//! What is said of secrets. Never their values.

use super::messages;

messages! {
    was_given_once(function) {
        "the secret that `{function}` gave is not known in this process, and making the call again would do it again"
        / "`{function}` が返した秘密はこのプロセスには残っておらず、取り直すには同じ変更をもう一度行うことになります"
    }
    /// A value that is not the one that was read before.
    is_too_short(secret, shortest) {
        "the secret {secret} has fewer than {shortest} bytes: it is not masked where it comes back in an answer"
        / "秘密 {secret} は {shortest} バイト未満のため、応答に含まれて戻ってきた場合は伏せ字になりません"
    }
    has_changed(secret) {
        "the secret {secret} has another value than when it was read before"
        / "秘密の値 {secret} の値が前回の読み取り時から変わっています"
    }
    /// A variable that is not there.
    variable_not_set(name) {
        "the environment variable `{name}` is not set" / "環境変数 `{name}` が設定されていません"
    }
    /// Bytes that are no text.
    not_text(what) { "{what} holds bytes that are no UTF-8 text" / "{what} は UTF-8 のテキストではありません" }
    /// Nothing where a secret should be.
    empty(what) { "{what} is empty" / "{what} は空です" }
    /// More than a secret can be.
    too_large(what, most) { "{what} is larger than {most} KiB" / "{what} は {most} KiB を超えています" }
    /// A file that can't be read.
    file_unreadable(path, why) { "`{path}` can't be read: {why}" / "`{path}` を読み取れません: {why}" }
    /// Something that is no file.
    no_file(path) { "`{path}` is not a file" / "`{path}` はファイルではありません" }
    /// A path that goes up.
    path_goes_up(path) {
        "`{path}` goes up with `..`: write the file's own path" / "`{path}` に `..` があります。実際のパスを書いてください"
    }
    /// A name that no variable can have.
    no_variable_name(name) {
        "`{name}` is no name of an environment variable" / "`{name}` は環境変数の名前ではありません"
    }
    /// Standard input is a keyboard.
    stdin_is_terminal() {
        "standard input is a terminal, and nothing is piped into it" / "標準入力が端末です。何もパイプされていません"
    }
    /// What to do about it.
    stdin_hint(run) {
        "pipe it in, also on resume: `… | runbook resume {run}`; or ask with `secret::prompt`"
        / "再開時もパイプで渡してください: `… | runbook resume {run}`。または `secret::prompt` で尋ねてください"
    }
    /// Standard input can't be read.
    stdin_unreadable(why) { "standard input can't be read: {why}" / "標準入力を読み取れません: {why}" }
    /// Where the name of standard input stands in a sentence.
    standard_input() { "standard input" / "標準入力" }
    /// A secret that is no URL.
    no_url(secret) { "{secret} is no URL" / "{secret} は URL ではありません" }
    /// A part that the URL can't have.
    url_part(part, secret) {
        "`{part}` can't be set in {secret}" / "{secret} の `{part}` は変更できません"
    }
    /// A secret that is no JSON.
    no_json(secret) { "{secret} is no JSON" / "{secret} は JSON ではありません" }
    /// Nothing at a pointer.
    nothing_at(pointer, secret) {
        "there is nothing at `{pointer}` in {secret}" / "{secret} の `{pointer}` には何もありません"
    }
    /// A pointer to more than a text.
    no_text_at(pointer, secret) {
        "what is at `{pointer}` in {secret} is neither a text nor a number" / "{secret} の `{pointer}` はテキストでも数値でもありません"
    }
    /// A place of a template without a value.
    no_value_for(name) { "the template has no value for `{name}`" / "テンプレートの `{name}` に値がありません" }
    /// A value that no place of the template takes.
    value_not_used(name) { "no place of the template takes `{name}`" / "テンプレートに `{name}` の場所がありません" }
    /// A template that does not end.
    template_open() {
        "a `{{` of the template is not closed; write `{{{{` for the brace itself"
        / "テンプレートの `{{` が閉じていません。波括弧そのものは `{{{{` と書きます"
    }
    /// A question without words.
    prompt_text() { "`secret::prompt` needs a text to show" / "`secret::prompt` には表示するテキストが必要です" }
    /// Nobody can be asked.
    needs_person() {
        "`secret::prompt` needs a person, and nobody is there" / "`secret::prompt` には入力する人が必要ですが、誰もいません"
    }
    /// A person who stopped at the question.
    not_given() { "`secret::prompt` was not answered" / "`secret::prompt` に回答がありませんでした" }
    /// A program's arguments are seen by everybody.
    in_arguments(masked) {
        "an argument holds a secret, and everybody on the machine can read it: `{masked}`"
        / "引数に秘密の値が含まれています。引数はこのマシンの誰からも読めます: `{masked}`"
    }
    /// A variable that is set twice, or a name that no file can have.
    variable_twice(name) {
        "`{name}` can't be in `files`: it is in `env` as well, or can't be a file's name"
        / "`{name}` は `files` に指定できません。`env` にもあるか、ファイル名にできない名前です"
    }
    /// Private files that can't be written.
    files_unwritable(why) { "private files can't be written: {why}" / "非公開ファイルを書き込めません: {why}" }
    /// No folder for private files.
    no_private_folder() { "no private folder is known" / "非公開のフォルダーがありません" }
    /// A folder for private files that is not private.
    others_have_access(place) { "others have access to `{place}`" / "`{place}` に他のユーザーがアクセスできます" }
}
