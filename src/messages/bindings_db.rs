//! What `db::` says when it fails.

use super::messages;

messages! {
    a_marker_needs_a_transaction() {
        "a marker is written in the same transaction, and `autocommit` means without one"
        / "マーカーは同じトランザクションで書かれますが、`autocommit` ではトランザクションがありません"
    }
    a_password_comes_from_a_secret() {
        "give it as `password`, from a secret, or use a whole URL from a secret: `secret::url`, `secret::template`"
        / "秘密の値から `password` で渡すか、URL 全体を秘密の値にします: `secret::url`、`secret::template`"
    }
    a_password_in_plain_text() {
        "the URL holds a password in plain text"
        / "URL にパスワードが平文で書かれています"
    }
    a_password_that_is_no_secret() {
        "`password` is written in plain text, and takes a secret only"
        / "`password` が平文で書かれています。渡せるのは秘密の値だけです"
    }
    a_query_reads_only() {
        "this transaction reads only; to write, use `db::execute`, or `db::ensure` when repeating it is harmless"
        / "このトランザクションは読み取り専用です。書き込みには `db::execute` を、繰り返しても害がなければ `db::ensure` を使います"
    }
    a_secret_as_a_name() {
        "`params` has a secret as a name: secrets may stand in values only"
        / "`params` の名前に秘密の値があります: 秘密の値は値の側にだけ置けます"
    }
    a_secret_in_the_text() { "a secret stands in the statement's text" / "SQL 文に秘密の値があります" }
    a_secret_in_the_wrong_place() {
        "a secret may be the URL's user or password, or the whole URL, and nothing between"
        / "秘密の値は、URL のユーザー名かパスワード、または URL 全体にだけ使えます"
    }
    a_statement_is() {
        "a statement is a text, or a list of a text and the list of its parameters"
        / "文は文字列か、文字列とパラメーターのリストの組です"
    }
    a_zero_byte_in_the_text() { "a zero byte stands in the statement's text" / "SQL 文にゼロバイトがあります" }
    and_it_may_have_been_committed(why) {
        "{why} while it was committed: it may or may not have been done"
        / "コミットの途中で{why}。行われたかは不明です"
    }
    and_nothing_was_changed(why) { "{why}; nothing was changed" / "{why}。何も変更されていません" }
    another_holds_the_lock() {
        "another transaction holds the lock; nothing was changed, and `lock_timeout` says how long to wait"
        / "別のトランザクションがロックを持っています。何も変更されていません。待つ時間は `lock_timeout` で指定します"
    }
    at_is_for_a_secret_url() {
        "`at` is for a URL that is a secret; this one says itself where it leads"
        / "`at` は秘密の値である URL のためのものです。この URL は行き先を自分で示しています"
    }
    ca_file_cannot_be(path) { "`ca_file` can't be `{path}`" / "`ca_file` に `{path}` は使えません" }
    ca_file_cannot_be_read(path, kind) {
        "`ca_file` `{path}` can't be read: {kind}"
        / "`ca_file` `{path}` を読めません: {kind}"
    }
    ca_file_holds_no_certificates(path) {
        "`ca_file` `{path}` must hold certificates in PEM form, at most 1 MiB"
        / "`ca_file` `{path}` には PEM 形式の証明書（1 MiB まで）が必要です"
    }
    ca_file_path() { "it is a path below the project, or an absolute one" / "プロジェクトの下のパスか、絶対パスです" }
    cannot_be_connected_to(to, why) { "`{to}` can't be connected to: {why}" / "`{to}` に接続できません: {why}" }
    cannot_be_used_here(word) { "`{word}` can't be used here" / "`{word}` はここでは使えません" }
    cast_it_to_text() {
        "when it is a column's type that can't be passed on, cast the column to `text`"
        / "渡せない型の列であれば、`text` にキャストします"
    }
    commits_by_itself(word) {
        "MySQL commits by itself before and after `{word}`, so it can't be part of a transaction"
        / "MySQL は `{word}` の前後で自動的にコミットするため、トランザクションに含められません"
    }
    destroys(word) { "`{word}` destroys, and `db::ensure` does not" / "`{word}` は破壊する操作で、`db::ensure` では行えません" }
    does_not_read(word) { "`{word}` is no statement that reads" / "`{word}` は読み取りの文ではありません" }
    fewer_columns() {
        "ask for fewer columns or rows, or for the large ones in a call of their own"
        / "列や行を減らすか、大きなものは別の呼び出しで取得します"
    }
    give_aliases() {
        "a row is a map by column: give each its own name with `as`"
        / "行は列名をキーとするマップです: `as` で別々の名前を付けてください"
    }
    give_params() {
        "give them in order: `params: [...]`; PostgreSQL writes `$1`, MySQL and SQLite `?`"
        / "順に `params: [...]` で渡します。PostgreSQL では `$1`、MySQL と SQLite では `?` と書きます"
    }
    had_no_answer_in_time(to) { "`{to}` did not answer in time" / "`{to}` が時間内に応答しませんでした" }
    has_no_plan(word) { "`{word}` has no plan to show" / "`{word}` には表示できる実行計画がありません" }
    is_no_file_of_a_database(path) {
        "`{path}` is no plain file, and links are not followed"
        / "`{path}` は通常のファイルではありません。リンクはたどりません"
    }
    is_not_understood(system, to, why) {
        "{system} at `{to}` was not understood ({why}); nothing was changed"
        / "{system}（`{to}`）の応答を解釈できません（{why}）。何も変更されていません"
    }
    it_cannot_be_prepared() {
        "MySQL can't prepare this statement, and nothing else is sent here"
        / "MySQL はこの文を準備できません。ここでは準備した文だけを送ります"
    }
    it_cannot_run_in_a_transaction() {
        "it can't run in a transaction: `db::execute` with `autocommit: true` runs it outside of one"
        / "トランザクション内では実行できません: `db::execute` に `autocommit: true` を付けると外で実行します"
    }
    it_ran_into_another_transaction() {
        "it ran into another transaction and was rolled back: try it again"
        / "別のトランザクションと競合し、取り消されました: もう一度試してください"
    }
    it_took_too_long() {
        "it took too long, or somebody ended it; nothing was changed, and `timeout` says how long it may take"
        / "時間がかかりすぎたか、誰かが終了させました。何も変更されていません。時間は `timeout` で指定します"
    }
    limit_or_max_rows() {
        "say `limit` in the statement, or allow more with `max_rows`"
        / "文に `limit` を書くか、`max_rows` で増やします"
    }
    look_at_the_certificate() {
        "look at the server's certificate; `tls` says how much of it is verified"
        / "サーバーの証明書を確認してください。検証の程度は `tls` で指定します"
    }
    look_at_the_data() {
        "look at the data whether it was done; with `marker: true` the next time this can be found out"
        / "行われたかをデータで確認してください。次回は `marker: true` を付ければ自動で判定できます"
    }
    look_at_the_database_s_name() {
        "is the name at the end of the URL right?"
        / "URL の最後の名前は正しいですか？"
    }
    look_at_the_name() {
        "the certificate is for another name: look whether the URL leads to the right server"
        / "証明書が別の名前のものです: URL が正しいサーバーを指しているか確認してください"
    }
    look_at_user_and_password() {
        "look at the user in the URL and at the secret that holds the password"
        / "URL のユーザー名と、パスワードの秘密の値を確認してください"
    }
    looked_for_the_marker_in_vain(table, why) {
        "the marker in `{table}` could not be looked for: {why}"
        / "`{table}` のマーカーを確認できませんでした: {why}"
    }
    lost_its_connection(to, why) { "`{to}` lost its connection ({why})" / "`{to}` の接続が切れました（{why}）" }
    max_rows_is_too_large(most) { "`max_rows` can't be more than {most}" / "`max_rows` は {most} までです" }
    more_bytes_than(most) { "the result is larger than {most} MiB" / "結果が {most} MiB を超えています" }
    more_rows_than(most) {
        "the result has more than {most} rows (`max_rows`)"
        / "結果が {most} 行（`max_rows`）を超えています"
    }
    more_than_one_statement() {
        "the text holds more than one statement"
        / "一つのテキストに複数の文があります"
    }
    name_the_authority() {
        "if it is an authority of your own, name its certificate with `ca_file`"
        / "自前の認証局なら、その証明書を `ca_file` で指定します"
    }
    no_connection_within(to, limit) {
        "`{to}` could not be connected to within {limit}"
        / "`{to}` に {limit} 以内に接続できませんでした"
    }
    no_marker_for_it() {
        "run it without `marker`; `if not exists` or `settle` can make it safe to repeat"
        / "`marker` なしで実行します。`if not exists` や `settle` を使えば安全に繰り返せます"
    }
    no_marker_to_look_for(to) {
        "the call has no `marker`, so the database at `{to}` can't tell whether it was committed: look at the data"
        / "この呼び出しには `marker` がないため、`{to}` ではコミットされたか判定できません: データを確認してください"
    }
    no_name_of_a_table(name) {
        "`{name}` can't be the name of the marker's table: letters, digits and underscores, with a schema before it or without"
        / "`{name}` はマーカーの表の名前にできません: 英数字と下線だけで、スキーマを前に付けられます"
    }
    no_path_of_a_database() {
        "the URL names no file of a database below the project"
        / "URL がプロジェクトの下のデータベースファイルを指していません"
    }
    no_statement() { "there is no statement" / "文がありません" }
    no_such_table() {
        "is it another schema's, or another database's?"
        / "別のスキーマや別のデータベースの表ではありませんか？"
    }
    no_such_time_out(option) {
        "`{option}` can't be nothing, nor longer than 23 days"
        / "`{option}` は 0 より長く 23 日までです"
    }
    no_url_of_a_database() { "this is no URL of a database" / "データベースの URL ではありません" }
    one_statement_a_call() {
        "several statements that belong together go through `db::transaction`"
        / "まとめて実行する複数の文には `db::transaction` を使います"
    }
    say_the_parameter_s_type() {
        "say the parameter's type in the statement, such as `$1::text`"
        / "`$1::text` のように、文の中でパラメーターの型を示します"
    }
    says(system, to, message) { "{system} at `{to}`: {message}" / "{system}（`{to}`）: {message}" }
    scheme_is_not_spoken(scheme) {
        "`{scheme}:` is not spoken here, only `postgres:`, `mysql:` and `sqlite:`"
        / "`{scheme}:` は使えません。使えるのは `postgres:`、`mysql:`、`sqlite:` だけです"
    }
    secrets_go_into_params() {
        "secrets stand in `params`, where they are bound: `$1` or `?` marks their place"
        / "秘密の値は `params` に置きます。場所は `$1` か `?` で示します"
    }
    so_many_parameters(wanted, given) {
        "the statement has {wanted} parameters, and {given} are given"
        / "文のパラメーターは {wanted} 個ですが、{given} 個渡されました"
    }
    the_marker_is_not_ours(table) {
        "the marker that stands in `{table}` for this call is not of its form"
        / "`{table}` にあるこの呼び出しのマーカーの形式が違います"
    }
    the_parameter_cannot_be(number, wanted, given) {
        "parameter {number} is of type `{wanted}` and can't be {given}"
        / "パラメーター {number} の型は `{wanted}` で、{given}は渡せません"
    }
    the_secret_is_no_url(name) {
        "the secret `{name}` is no URL of a database"
        / "秘密の値 `{name}` はデータベースの URL ではありません"
    }
    the_secret_leads_elsewhere(name, at) {
        "the secret `{name}` does not lead to `{at}`, as `at` says"
        / "秘密の値 `{name}` の行き先が、`at` の `{at}` と違います"
    }
    the_server_has_no_tls() {
        "the server offers no TLS; `tls: \"disable\"` goes without, in plain sight of everybody on the way"
        / "サーバーが TLS に対応していません。`tls: \"disable\"` で TLS なしにできますが、通信路の誰にでも読まれます"
    }
    the_transaction_is_the_calls_own(word) {
        "`{word}` can't be used: the transaction is the call's own"
        / "`{word}` は使えません: トランザクションは呼び出し自身が扱います"
    }
    the_url_cannot_say(name, value) {
        "the URL can't say `{name}={value}`, only `sslmode`"
        / "URL に `{name}={value}` は書けません。書けるのは `sslmode` だけです"
    }
    the_url_has_no(part) { "the URL names no {part}" / "URL に {part} がありません" }
    the_user_may_not() {
        "the database's user may not do this; the table of a `marker` can be made once by somebody who may"
        / "データベースのユーザーに権限がありません。`marker` の表は、権限のある人が一度だけ作れば使えます"
    }
    through_a_tunnel() {
        "through a tunnel the name can't be verified: `tls: \"verify-ca\"` with the authority's certificate in `ca_file`"
        / "トンネル越しでは名前を検証できません: `tls: \"verify-ca\"` とし、認証局の証明書を `ca_file` で指定します"
    }
    two_columns_of_one_name(name) { "two columns have the name `{name}`" / "列名 `{name}` が重複しています" }
    use_a_write() {
        "to write, use `db::execute`, or `db::ensure` when repeating it is harmless"
        / "書き込みには `db::execute` を、繰り返しても害がなければ `db::ensure` を使います"
    }
    use_execute_alone() {
        "run it by itself with `db::execute`"
        / "`db::execute` で単独で実行します"
    }
    use_execute_to_destroy() {
        "use `db::execute`, which asks for an approval"
        / "`db::execute` を使います。承認が求められます"
    }
    use_explain() {
        "`db::explain` shows a plan without running anything, and `db::query` takes `explain` as well"
        / "`db::explain` は何も実行せずに実行計画を示します。`db::query` でも `explain` を使えます"
    }
    use_psql_for_copy() {
        "it needs a stream of its own: run `psql` with `process::change`"
        / "専用の通信が必要です: `process::change` で `psql` を実行します"
    }
    was_stopped(to) { "the call to `{to}` was stopped" / "`{to}` への呼び出しが中断されました" }
    write_it_as() {
        "write it as `postgres://user@host:5432/name`, `mysql://user@host:3306/name` or `sqlite:path/below/the/project.db`"
        / "`postgres://user@host:5432/name`、`mysql://user@host:3306/name`、`sqlite:path/below/the/project.db` のように書きます"
    }
}
