//! What is said of the values of parameters.

use super::messages;

messages! {
    not_given() { "not given" / "指定なし" }
    the_flags_give_a_value_twice(name) {
        "the flags give `{name}` a value twice"
        / "フラグで `{name}` の値が二度指定されています"
    }
    leave_one_out(flag, name) { "leave one `{flag} {name}=…` out" / "`{flag} {name}=…` の一つを外す" }
    parameter_is_no_secret(name) { "parameter `{name}` is no secret" / "パラメーター `{name}` は秘密ではありません" }
    the_variable(name) { "the variable `{name}`" / "環境変数 `{name}`" }
    the_default() { "the default" / "既定値" }
    parameter_is_a_secret_so_does_not_take(name) {
        "parameter `{name}` is a secret, so `--set` does not take it"
        / "パラメーター `{name}` は秘密なので `--set` では渡せません"
    }
    a_command_line_is_seen_by_other_users() {
        "a command line is seen by other users and kept in the shell's history"
        / "コマンドラインは他の利用者に見え、シェルの履歴に残ります"
    }
    a_secret_does_not_stand_in_a_file() {
        "a secret does not stand in a file of the project; say where it is: `env:VARIABLE` or `@FILE`"
        / "秘密の値はプロジェクトのファイルに書けません。場所を書きます: `env:VARIABLE` か `@FILE`"
    }
    the_file_cannot_be_read(path, error) {
        "the file `{path}` can't be read: {error}"
        / "ファイル `{path}` を読めません: {error}"
    }
    the_variable_is_not_set(name) { "the variable `{name}` is not set" / "環境変数 `{name}` が設定されていません" }
    the_source_of_a_secret_is_standard_input() {
        "the source of a secret is `-` (standard input), `@FILE` or `env:VARIABLE`"
        / "秘密の値の取得元は `-`（標準入力）、`@FILE`、`env:VARIABLE` のどれかです"
    }
    standard_input_is_already_the_secret(other) {
        "standard input is already the secret `{other}`"
        / "標準入力は既に秘密の値 `{other}` に使われています"
    }
    standard_input_cannot_be_read(error) { "standard input can't be read: {error}" / "標準入力を読めません: {error}" }
    the_answer() { "the answer" / "回答" }
    there_is_nothing_at(path) { "there is nothing at `{path}`" / "`{path}` には何もありません" }
    the_value_of_parameter_from_does_not_fit(name, from) {
        "the value of parameter `{name}` from {from} does not fit"
        / "パラメーター `{name}` の値（{from}）が合いません"
    }
    is_required(name) { "parameter `{name}` is required" / "パラメーター `{name}` は必須です" }
    the_runbook_has_no_parameter_from(name, flag) {
        "the runbook has no parameter `{name}` (from `{flag}`)"
        / "ランブックにパラメーター `{name}` はありません（`{flag}` で指定）"
    }
    did_you_mean(name) { "did you mean `{name}`?" / "もしかして `{name}`？" }
    it_has_no_parameters() { "it has no parameters" / "パラメーターはありません" }
    it_has(names) { "it has {names}" / "あるのは {names}" }
    is_not_of_type(text, kind) { "`{text}` is not {kind}" / "`{text}` は {kind} ではありません" }
    is_not_a_duration(text) { "`{text}` is not a duration" / "`{text}` は時間の長さではありません" }
    is_not_a_domain(text, why) { "`{text}` is not a domain: {why}" / "`{text}` はドメインではありません: {why}" }
    is_not_a_usable_url(why) { "this is not a usable url: {why}" / "使える URL ではありません: {why}" }
    is_not_a_usable_path(text, why) {
        "`{text}` is not a usable path: {why}"
        / "`{text}` は使えるパスではありません: {why}"
    }
    or_did_you_mean(name) { "; did you mean `{name}`?" / "; もしかして `{name}`？" }
    is_none_of(text, of, hint) { "`{text}` is none of {of}{hint}" / "`{text}` は {of} のどれでもありません{hint}" }
    a_list_of(count) { "a list of {count}" / "{count} 個のリスト" }
    a_secret_cannot_be_empty() { "a secret can't be empty" / "秘密の値は空にできません" }
    a_secret_is_text() { "a secret is text" / "秘密の値は文字列です" }
    this_is(kind) { "this is {kind}" / "これは{kind}です" }
    does_not_fit(shown) { "`{shown}` does not fit" / "`{shown}` は合いません" }
    such_as(text) { ", such as `{text}`" / "（例: `{text}`）" }
    wrong_and_what_is_wanted(wrong, wanted, example) {
        "{wrong}; wanted is {wanted}{example}"
        / "{wrong}。必要なのは {wanted}{example}"
    }
    it_is_not_made_of_labels_of_letters() {
        "it is not made of labels of letters, digits and inner hyphens"
        / "英数字と途中のハイフンからなるラベルになっていません"
    }
    this_looks_like_an_address_not_a_name() {
        "this looks like an address, not a name"
        / "名前でなくアドレスのようです"
    }
    it_has_spaces_or_control_characters() {
        "it has spaces or control characters in it"
        / "空白か制御文字が含まれています"
    }
    its_scheme_is_not_http_or_https(scheme) {
        "its scheme is `{scheme}`, not `http` or `https`"
        / "スキームが `{scheme}` です。使えるのは `http` か `https`"
    }
    it_has_a_user_or_password() {
        "it has a user or password in it, which would be shown and kept; use a secret"
        / "ユーザー名かパスワードが含まれています。表示・保存されてしまうので、秘密のパラメーターを使ってください"
    }
    it_is_empty() { "it is empty" / "空です" }
    it_has_control_characters() { "it has control characters in it" / "制御文字が含まれています" }
    is_not_replaced_here_write_the_whole_path() {
        "`~` is not replaced here; write the whole path"
        / "`~` は展開されません。パス全体を書いてください"
    }
    may_not_stand() { "`..` may not stand in it" / "`..` は使えません" }
    between(min, max) { " {min}..{max}" / " {min}～{max}" }
    from_upwards(min) { " from {min}" / " {min} 以上" }
    up_to(max) { " up to {max}" / " {max} 以下" }
    of_characters(length) { " of{length} characters" / "（{length} 文字）" }
    that_matches(pattern) { " that matches `{pattern}`" / "（`{pattern}` に一致）" }
    choice_of(options) { "choice of {options}" / "choice（{options}）" }
    list_of(of, length) { "list of {of}{length}" / "list（{of}）{length}" }
    so_many_items(length) { ",{length} items" / "、{length} 個" }
    an(noun) { "an {noun}" / "{noun}" }
    a(noun) { "a {noun}" / "{noun}" }
    item(number, why) { "item {number}: {why}" / "項目 {number}: {why}" }
    some_text() { "some text" / "何かの文字列" }
}
