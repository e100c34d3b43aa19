//! What each code stands for, in a few words.

use super::messages;

messages! {
    syntax() { "the script does not parse" / "スクリプトを解析できない" }
    unknown_parameter_use() { "no such parameter in this runbook" / "このランブックにないパラメーター" }
    unknown_function() { "no such function" / "関数がない" }
    unknown_variable() { "no such variable" / "変数がない" }
    wrong_arguments() { "arguments that the function can't take" / "関数が受け取れない引数" }
    metadata() { "the `RUNBOOK` literal is missing or malformed" / "`RUNBOOK` リテラルがないか、正しくない" }
    permission_missing() { "a call that the runbook's permissions don't cover" / "ランブックの権限が足りない呼び出し" }
    permission_unused() { "a permission that no call uses" / "どの呼び出しにも使われない権限" }
    clock_in_write() { "a clock value in the arguments of a write" / "書き込みの引数に時刻がある" }
    step_twice() { "two steps of one name in one scope" / "同じスコープに同名のステップがある" }
    unknown_option() { "no such option" / "オプションがない" }
    unknown_module() { "no such module" / "モジュールがない" }
    shadowing() { "a name that would hide a host function" / "ホスト関数を隠す名前" }
    not_a_runbook() { "not a runbook" / "ランブックではない" }
    lock_mismatch() { "changed content under an unchanged version" / "版が同じまま内容が変わっている" }
    loop_capture() {
        "a closure that sees only the last value of its loop variable"
        / "ループ変数の最後の値しか見えないクロージャ"
    }
    chain_capture() {
        "a closure that uses what its own chain of methods begins with"
        / "自身のメソッドチェーンの起点の変数を使うクロージャ"
    }
    usage() { "the command line is wrong" / "コマンドラインが正しくない" }
    no_such_runbook() { "no runbook of that name" / "その名前のランブックがない" }
    unknown_parameter() { "no such parameter" / "パラメーターがない" }
    bad_parameter() { "a parameter's value does not fit" / "パラメーターの値が合わない" }
    parameter_required() { "a parameter has no value" / "パラメーターの値がない" }
    environment_file() { "the environment file is missing or malformed" / "環境ファイルがないか、正しくない" }
    file() { "a file can't be read or written" / "ファイルを読み書きできない" }
    configuration() { "the configuration is malformed" / "設定が正しくない" }
    requirement() { "something that the runbook requires is missing" / "ランブックが必要とするものがない" }
    script_failed() { "the runbook failed" / "ランブックが失敗した" }
    call_failed() { "a call failed" / "呼び出しが失敗した" }
    credentials() { "credentials for AWS are missing, expired or of another account" / "AWS の認証情報がない、期限切れ、または別のアカウントのもの" }
    wait_timed_out() { "a wait timed out" / "待機が時間切れになった" }
    limit() { "the script reached a limit" / "スクリプトが上限に達した" }
    run_timed_out() { "the run took longer than it may" / "実行が制限時間を超えた" }
    not_permitted() {
        "a call that the runbook's permissions don't cover"
        / "ランブックの権限が足りない呼び出し（実行時）"
    }
    read_only() { "a write in a read-only run" / "読み取り専用の実行での書き込み" }
    declined() { "a person said no" / "人が却下した" }
    policy() { "the policy forbids it" / "ポリシーが禁じている" }
    write_in_wait() { "a write where only reads may stand" / "読み取りしか使えない場所での書き込み" }
    in_doubt() { "stopped in doubt" / "結果不明で停止した" }
    diverged() { "the script diverged from what was done" / "スクリプトが実行済みの内容と異なる" }
    waiting() { "waiting for a person" / "人を待っている" }
    interrupted() { "interrupted" / "中断された" }
    cancelled() { "cancelled" / "取りやめられた" }
    nothing_asked() { "the run asks nothing" / "実行は何も質問していない" }
    run_held() { "the run is held by another process" / "実行を別のプロセスが使用中" }
    environment_held() { "the environment is held by another run" / "環境を別の実行が使用中" }
    run_elsewhere() { "the run may be going on elsewhere" / "実行が別の場所で続いている可能性がある" }
    journal_write() { "the journal could not be written" / "ジャーナルに書き込めない" }
    journal_newer() { "the journal was written by a newer program" / "ジャーナルが新しいプログラムで書かれている" }
    journal_damaged() { "the journal is damaged" / "ジャーナルが壊れている" }
    no_such_run() { "no run of that id" / "その ID の実行がない" }
    run_ended() { "the run has ended" / "実行は終了している" }
    journal_exposed() { "the journal can be read by others" / "ジャーナルを他の利用者が読める" }
    export_damaged() { "the file is no export of runs, or is damaged" / "実行のエクスポートではないか、壊れている" }
    run_differs() { "another run of that id is there" / "同じ ID の別の実行がある" }
    bug() { "a bug in `runbook` itself" / "`runbook` 自身のバグ" }
}
