//! What `process::` says when it fails.

use super::messages;

messages! {
    argv_names_no_program() { "`argv` names no program" / "`argv` にプログラムがありません" }
    write_the_program_first() {
        "write the program first: `[\"git\", \"status\"]`"
        / "最初にプログラムを書きます: `[\"git\", \"status\"]`"
    }
    is_no_program_s_name_it_holds(program) {
        "`{program}` is no program's name: it holds a space"
        / "`{program}` はプログラムの名前ではありません: 空白を含んでいます"
    }
    write_each_word_as_an_element_of_its() {
        "write each word as an element of its own: `[\"git\", \"status\"]`"
        / "単語ごとに一つの要素にします: `[\"git\", \"status\"]`"
    }
    an_argument_cannot_hold_a_zero_byte() {
        "an argument can't hold a zero byte or the separator U+001F"
        / "引数にゼロバイトと区切り文字 U+001F は使えません"
    }
    is_no_name_of_an_environment_variable(name) {
        "`{name}` is no name of an environment variable"
        / "`{name}` は環境変数の名前ではありません"
    }
    ok_codes_lists_exit_codes_from() {
        "`ok_codes` lists exit codes from 0 to 255"
        / "`ok_codes` に書けるのは 0 から 255 までの終了コードです"
    }
    output_limit_is_too_large(most) {
        "`output_limit` can't be more than {most} bytes"
        / "`output_limit` は {most} バイトまでです"
    }
    cannot_be_started_now(name, error) {
        "`{name}` can't be started now: {error}"
        / "`{name}` を今は起動できません: {error}"
    }
    cannot_be_started(name, error) { "`{name}` can't be started: {error}" / "`{name}` を起動できません: {error}" }
    is_not_started_as_its_guardian_cannot_be(name, error) {
        "`{name}` is not started, as its guardian can't be: {error}"
        / "監視プロセスを起動できないため `{name}` を起動しません: {error}"
    }
    ended_before_it_was_seen(name) { "`{name}` ended before it was seen" / "`{name}` は確認する前に終了しました" }
    cannot_be_run_it_is_not_executable(program) {
        "`{program}` can't be run: it is not executable"
        / "`{program}` は実行できません: 実行権限がありません"
    }
    there_is_no_program(program) { "there is no program `{program}`" / "プログラム `{program}` はありません" }
    cannot_be_looked_up_path_is_not_set(program) {
        "`{program}` can't be looked up: `PATH` is not set"
        / "`{program}` を探せません: `PATH` が設定されていません"
    }
    there_is_no_program_in_path(program) {
        "there is no program `{program}` in `PATH`"
        / "`PATH` にプログラム `{program}` がありません"
    }
    install_it(looked) {
        "install it, or put its folder into `PATH`; looked in {looked}"
        / "インストールするか、フォルダーを `PATH` に加えます。探した場所: {looked}"
    }
    was_not_started(name) { "`{name}` was not started" / "`{name}` は起動しませんでした" }
    left_processes_behind_which_were_ended(name) {
        "`{name}` left processes behind, which were ended"
        / "`{name}` が残したプロセスを終了しました"
    }
    wrote_more_than_is_kept(name, dropped, limit) {
        "`{name}` wrote {dropped} bytes more than the {limit} that are kept of each stream"
        / "`{name}` の出力が、ストリームごとに保存する {limit} バイトを {dropped} バイト超えました"
    }
    the_exit_code_of_is_lost(name) {
        "the exit code of `{name}` is lost with the process that waited for it"
        / "`{name}` の終了コードは、待っていたプロセスとともに失われました"
    }
    the_environment_variable_cannot_hold_a_zero(name) {
        "the environment variable `{name}` can't hold a zero byte"
        / "環境変数 `{name}` にゼロバイトは使えません"
    }
    the_guardian_of_programs_cannot_be_started(error) {
        "the guardian of programs can't be started: {error}"
        / "監視プロセスを起動できません: {error}"
    }
    ended_with_exit_code(name, code, why) {
        "`{name}` ended with exit code {code}{why}"
        / "`{name}` は終了コード {code} で終了しました{why}"
    }
    was_killed_by(name, signal, took) {
        "`{name}` was killed by {signal} after {took}"
        / "`{name}` は {took} 後に {signal} で強制終了されました"
    }
    give_it_longer() { "give it longer with `timeout: \"30m\"`" / "`timeout: \"30m\"` で延ばせます" }
    how_ended_cannot_be_told(name, error) {
        "how `{name}` ended can't be told: {error}"
        / "`{name}` がどう終わったか分かりません: {error}"
    }
    signal(signal) { "signal {signal}" / "シグナル {signal}" }
    did_not_end_within(name, limit) {
        "`{name}` did not end within {limit} and was stopped"
        / "`{name}` は {limit} 以内に終わらず、停止しました"
    }
    was_stopped_after(name, took) { "`{name}` was stopped after {took}" / "`{name}` は {took} 後に停止しました" }
    tunnel_without_its_port() {
        "`argv` does not say which local port the tunnel takes connections on"
        / "`argv` にトンネルのローカルポートがありません"
    }
    write_the_port() {
        "write `{{port}}` where the program takes it: `[\"ssh\", \"-N\", \"-L\", \"{{port}}:db.internal:5432\", \"bastion\"]`"
        / "プログラムが受け取る位置に `{{port}}` と書きます: `[\"ssh\", \"-N\", \"-L\", \"{{port}}:db.internal:5432\", \"bastion\"]`"
    }
    local_port_is_taken(port, error) {
        "the local port {port} can't be used: {error}"
        / "ローカルポート {port} は使えません: {error}"
    }
    end_what_has_the_port(port) {
        "end what listens on it (`ss -ltnp 'sport = :{port}'`), then go on"
        / "このポートで待ち受けているものを終了してから (`ss -ltnp 'sport = :{port}'`) 続けてください"
    }
    takes_no_connection(name, port, limit) {
        "`{name}` took no connection on port {port} within {limit}"
        / "`{name}` は {limit} 以内にポート {port} で接続を受け付けませんでした"
    }
    ended_before_it_took_connections(name, how, why) {
        "`{name}` ended before it took connections ({how}){why}"
        / "`{name}` は接続を受け付ける前に終了しました ({how}){why}"
    }
    was_stopped_before_it_was_open(name) {
        "`{name}` was stopped before the tunnel was open"
        / "`{name}` はトンネルが開く前に停止されました"
    }
}
